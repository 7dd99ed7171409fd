"""Learns a linear dynamical system by the likelihood of a Kalman filter; the filter is differentiated by hand, step by step.

x' = A x + noise(exp q), y = C x + noise(exp r). The first state's mean is learnt, its covariance is the unit matrix.
"""

import numpy as np


def filter_pass(p, ys):
    A, C = p["A"], p["C"]
    Q, R = np.diag(np.exp(p["log_q"])), np.diag(np.exp(p["log_r"]))
    m, P = p["m0"], np.eye(len(A))
    steps = []
    for y in ys:
        mp = A @ m
        Pp = A @ P @ A.T + Q
        S = C @ Pp @ C.T + R
        S_inv = np.linalg.inv(S)
        e = y - C @ mp
        K = Pp @ C.T @ S_inv
        m_new = mp + K @ e
        P_new = Pp - K @ C @ Pp
        steps.append((m, P, mp, Pp, S, S_inv, e, K))
        m, P = m_new, P_new
    return steps


def loss(p, series):
    total, count = 0.0, 0
    for ys in series:
        for _, _, _, _, S, S_inv, e, _ in filter_pass(p, ys):
            total += 0.5 * (e @ S_inv @ e + np.linalg.slogdet(S)[1])
            count += 1
    return total / count


def gradients(p, series):
    A, C = p["A"], p["C"]
    g = {k: np.zeros_like(v) for k, v in p.items()}
    count = sum(len(ys) for ys in series)
    for ys in series:
        steps = filter_pass(p, ys)
        dm = np.zeros(len(A))
        dP = np.zeros_like(A)
        for m, P, mp, Pp, S, S_inv, e, K in reversed(steps):
            # m_new = mp + K e
            dmp = dm.copy()
            dK = np.outer(dm, e)
            de = K.T @ dm
            # P_new = Pp - K C Pp
            dPp = dP - (K @ C).T @ dP
            dK -= dP @ (C @ Pp).T
            dC = -K.T @ dP @ Pp.T
            # K = Pp C^T S^-1
            dPp += dK @ S_inv.T @ C
            dC += S_inv @ dK.T @ Pp
            dS_inv = C @ Pp.T @ dK
            # the likelihood
            de += S_inv @ e / count
            dS_inv += 0.5 * np.outer(e, e) / count
            dS = 0.5 * S_inv.T / count
            dS -= S_inv.T @ dS_inv @ S_inv.T
            # e = y - C mp
            dC -= np.outer(de, mp)
            dmp -= C.T @ de
            # S = C Pp C^T + R
            dC += dS @ C @ Pp.T + dS.T @ C @ Pp
            dPp += C.T @ dS @ C
            g["log_r"] += np.diag(dS) * np.exp(p["log_r"])
            # Pp = A P A^T + Q
            g["A"] += dPp @ A @ P.T + dPp.T @ A @ P
            dP = A.T @ dPp @ A
            g["log_q"] += np.diag(dPp) * np.exp(p["log_q"])
            # mp = A m
            g["A"] += np.outer(dmp, m)
            dm = A.T @ dmp
            g["C"] += dC
        g["m0"] += dm
    return g


def simulate(rng, A, C, steps):
    x = rng.normal(size=len(A))
    ys = []
    for _ in range(steps):
        x = A @ x + 0.4 * rng.normal(size=len(A))
        ys.append(C @ x + 0.3 * rng.normal(size=len(C)))
    return np.array(ys)


_rng = np.random.default_rng(1960)
_A = np.array([[0.9, 0.3, 0.0], [-0.3, 0.9, 0.1], [0.0, -0.1, 0.7]])
_C = _rng.normal(size=(2, 3))
params = {
    "A": _A + 0.1 * _rng.normal(size=(3, 3)),
    "C": _C + 0.2 * _rng.normal(size=(2, 3)),
    "log_q": _rng.normal(size=3) * 0.3 - 1,
    "log_r": _rng.normal(size=2) * 0.3 - 1,
    "m0": _rng.normal(size=3),
}
data = ([simulate(_rng, _A, _C, steps) for steps in (4, 6)],)
