"""Not a dense chain either: batch normalisation, layer normalisation, a recurrent cell, attention, a gate, pooling."""

import numpy as np

from ..program import Program


def batch_norm(bug="", d=4, h=3, m=8, seed=1):
    """X W -> batch norm (gamma, beta) -> ReLU -> linear -> squares."""
    rng = np.random.default_rng(seed)
    P = {
        "W": rng.normal(size=(d, h)),
        "gamma": rng.uniform(0.5, 1.5, h),
        "beta": rng.normal(size=h),
        "V": rng.normal(size=(h, 2)),
    }
    X, Y = rng.normal(size=(m, d)), rng.normal(size=(m, 2))
    eps = 1e-5

    def loss(P, X, Y):
        u = X @ P["W"]
        n = (u - u.mean(0)) / np.sqrt(u.var(0) + eps)
        return np.sum((np.maximum(0, P["gamma"] * n + P["beta"]) @ P["V"] - Y) ** 2) / m

    def grad(P, X, Y):
        u = X @ P["W"]
        inv = 1 / np.sqrt(u.var(0) + eps)
        n = (u - u.mean(0)) * inv
        z = P["gamma"] * n + P["beta"]
        a = np.maximum(0, z)
        e = 2 * (a @ P["V"] - Y) / m
        dz = e @ P["V"].T * (z > 0)
        dn = dz * P["gamma"]
        du = inv * (dn - dn.mean(0) - n * (dn * n).mean(0))
        if bug == "statistics constant":
            du = inv * dn
        elif bug == "mean only":
            du = inv * (dn - dn.mean(0))
        elif bug == "m - 1":
            du = inv * (dn - dn.sum(0) / (m - 1) - n * (dn * n).mean(0))
        dbeta, dgamma = dz.sum(0), (dz * n).sum(0)
        if bug == "beta kept":
            dbeta = dz
        elif bug == "beta axis":
            dbeta = dz.sum(1)
        elif bug == "beta total":
            dbeta = dz.sum()
        elif bug == "gamma mean":
            dgamma = (dz * n).mean(0)
        elif bug == "gamma zero":
            dgamma = np.zeros_like(P["gamma"])
        elif bug == "gamma and beta":
            dgamma, dbeta = dbeta, dgamma
        return {"W": X.T @ du, "gamma": dgamma, "beta": dbeta, "V": -(a.T @ e) if bug == "V" else a.T @ e}

    return Program(f"sequences batch norm {d}-{h} m={m} seed={seed}: {bug or 'right'}", loss, grad, P, (X, Y))


def recurrent(bug="", d=2, h=4, m=5, steps=3, seed=1, lam=0.0):
    """h_t = tanh(x_t U + h_{t-1} R + b), then softmax of h_T V + c."""
    rng = np.random.default_rng(seed)
    P = [0.8 * rng.normal(size=s) for s in ((d, h), (h, h), (h,), (h, 3), (3,))]
    X, y = rng.normal(size=(m, steps, d)), rng.integers(0, 3, m)

    def loss(P, X, y):
        U, R, b, V, c = P
        s = np.zeros((m, h))
        for t in range(steps):
            s = np.tanh(X[:, t] @ U + s @ R + b)
        o = s @ V + c
        return np.mean(np.log(np.exp(o).sum(1)) - o[np.arange(m), y]) + lam * np.sum(R**2)

    def grad(P, X, y):
        U, R, b, V, c = P
        states = [np.zeros((m, h))]
        for t in range(steps):
            states.append(np.tanh(X[:, t] @ U + states[-1] @ R + b))
        p = np.exp(states[-1] @ V + c)
        p /= p.sum(1, keepdims=True)
        p[np.arange(m), y] -= 1
        p /= m
        dV, dc = states[-1].T @ p, p.sum(0)
        dU, dR, db = np.zeros_like(U), np.zeros_like(R), np.zeros_like(b)
        ds = p @ V.T
        for t in reversed(range(steps)):
            dz = ds * (1 - states[t + 1] ** 2)
            dU += X[:, t].T @ dz
            dR += (states[t + 1] if bug == "h_t for h_t-1" else states[t]).T @ dz
            db += dz.sum(0)
            if bug == "truncated":
                break
            ds = dz @ (R if bug == "R as is" else R.T)
        if bug == "last input only":
            dU = X[:, -1].T @ (p @ V.T * (1 - states[-1] ** 2))
        if bug == "R turned":
            dR = dR.T
        if bug == "over steps":
            dU, dR, db = dU / steps, dR / steps, db / steps
        if bug == "c kept":
            dc = p
        if bug == "V first row":
            dV[0] = 0
        if lam:
            dR = dR + (0 if bug == "no lam" else lam if bug == "lam once" else 2 * lam) * R
        return [dU, dR, db, dV, dc]

    name = f"sequences recurrent {d}-{h} m={m} steps={steps} lam={lam} seed={seed}: {bug or 'right'}"
    return Program(name, loss, grad, P, (X, y))


def attention(bug="", T=4, d=3, k=3, seed=1):
    """One sequence, one head: softmax(Q K' / sqrt k) V, mean over positions, squares."""
    rng = np.random.default_rng(seed)
    P = {name: rng.normal(size=(d, k)) for name in ("Wq", "Wk", "Wv")}
    P["Wo"], P["bo"] = rng.normal(size=(k, 2)), rng.normal(size=2)
    X, y = rng.normal(size=(T, d)), rng.normal(size=2)

    def parts(P, X):
        Q, K, V = X @ P["Wq"], X @ P["Wk"], X @ P["Wv"]
        S = np.exp(Q @ K.T / np.sqrt(k))
        return Q, K, V, S / S.sum(1, keepdims=True)

    def loss(P, X, y):
        Q, K, V, S = parts(P, X)
        return 0.5 * np.sum(((S @ V).mean(0) @ P["Wo"] + P["bo"] - y) ** 2)

    def grad(P, X, y):
        Q, K, V, S = parts(P, X)
        O = S @ V
        e = O.mean(0) @ P["Wo"] + P["bo"] - y
        dO = np.tile(P["Wo"] @ e / T, (T, 1))
        dV, dS = S.T @ dO, dO @ V.T
        dA = S * (dS - np.sum(dS * S, axis=1, keepdims=True))
        if bug == "elementwise":
            dA = dS * S * (1 - S)
        if bug != "root k":
            dA = dA / np.sqrt(k)
        G = {"Wq": X.T @ (dA @ K), "Wk": X.T @ (dA.T @ Q), "Wv": X.T @ dV, "Wo": np.outer(O.mean(0), e), "bo": e}
        if bug == "dA not turned":
            G["Wk"] = X.T @ (dA @ Q)
        elif bug == "S not turned":
            G["Wv"] = X.T @ (S @ dO)
        elif bug == "q and k":
            G["Wq"], G["Wk"] = G["Wk"], G["Wq"]
        elif bug == "Wo turned":
            G["Wo"] = np.outer(e, O.mean(0))
        elif bug == "frozen k":
            G["Wk"] = np.zeros_like(P["Wk"])
        elif bug == "y - o":
            G = {key: -v for key, v in G.items()}
        elif bug == "Wq T":
            G["Wq"] = G["Wq"].T
        return G

    return Program(f"sequences attention T={T} d={d} k={k} seed={seed}: {bug or 'right'}", loss, grad, P, (X, y))


def gated(bug="", d=3, h=4, m=6, seed=1):
    """(x A + a) times s(x G + g), then a linear output without bias; absolute error."""
    rng = np.random.default_rng(seed)
    P = tuple((rng.normal(size=(d, h)), rng.normal(size=h)) for _ in "Ag") + (rng.normal(size=h),)
    X, y = rng.normal(size=(m, d)), 3 * rng.normal(size=m)

    def loss(P, X, y):
        (A, a), (G, g), v = P
        return np.mean(np.abs((X @ A + a) / (1 + np.exp(-(X @ G + g))) @ v - y))

    def grad(P, X, y):
        (A, a), (G, g), v = P
        u, s = X @ A + a, 1 / (1 + np.exp(-(X @ G + g)))
        e = np.sign(u * s @ v - y) / m
        back = np.outer(e, v)
        du, ds = back * s, back * u * s * (1 - s)
        if bug == "gate as constant":
            ds = 0 * ds
        elif bug == "gate for u":
            du = back * u
        first, second = (X.T @ du, du.sum(0)), (X.T @ ds, ds.sum(0))
        if bug == "pairs exchanged":
            first, second = second, first
        if bug == "a per sample":
            first = (first[0], du)
        if bug == "m twice":
            first = (first[0] / m, first[1] / m)
        if bug == "last of v":
            return first, second, np.append((u * s).T[:-1] @ e, 0.0)
        return first, second, (u * s).T @ e

    return Program(f"sequences gated {d}-{h} m={m} seed={seed}: {bug or 'right'}", loss, grad, P, (X, y))


# Where `unknown` stands with another code: in the middle of no dense chain, so `unknown` is honest, and the table's
# name for the kind of bug is true as well.
BUGGY = [
    (batch_norm, dict(bug="statistics constant", seed=2), ("unknown",)),
    (batch_norm, dict(bug="mean only", seed=3), ("unknown",)),
    (batch_norm, dict(bug="m - 1", seed=4, m=6), ("unknown",)),
    (batch_norm, dict(bug="beta kept", seed=5), ("bias-not-summed",)),
    (batch_norm, dict(bug="beta axis", seed=6), ("bias-wrong-axis",)),
    (batch_norm, dict(bug="beta total", seed=7), ("bias-total-sum",)),
    (batch_norm, dict(bug="gamma mean", seed=8), ("scale",)),
    (batch_norm, dict(bug="gamma zero", seed=9), ("zero",)),
    (batch_norm, dict(bug="gamma and beta", seed=10, h=5), ("swapped-layers",)),
    (batch_norm, dict(bug="V", seed=11), ("sign",)),
    (recurrent, dict(bug="h_t for h_t-1", seed=12), ("unknown", "wrong-input")),
    (recurrent, dict(bug="truncated", seed=13), ("unknown",)),
    (recurrent, dict(bug="R as is", seed=14), ("unknown", "weights-not-transposed")),
    (recurrent, dict(bug="last input only", seed=15), ("unknown",)),
    (recurrent, dict(bug="R turned", seed=16), ("transposed",)),
    (recurrent, dict(bug="over steps", seed=17), ("scale",)),
    (recurrent, dict(bug="c kept", seed=18), ("bias-not-summed",)),
    (recurrent, dict(bug="V first row", seed=19), ("skipped",)),
    (recurrent, dict(bug="no lam", lam=0.2, seed=20), ("decay-missing",)),
    (recurrent, dict(bug="lam once", lam=0.2, seed=21), ("decay-scale",)),
    (attention, dict(bug="elementwise", seed=22), ("unknown", "softmax-diagonal")),
    (attention, dict(bug="root k", seed=23), ("scale",)),
    (attention, dict(bug="dA not turned", seed=24), ("unknown",)),
    (attention, dict(bug="S not turned", seed=25, T=5), ("unknown",)),
    (attention, dict(bug="q and k", seed=26), ("swapped-layers",)),
    (attention, dict(bug="Wo turned", seed=27), ("transposed",)),
    (attention, dict(bug="frozen k", seed=28), ("zero",)),
    (attention, dict(bug="y - o", seed=29), ("sign",)),
    (attention, dict(bug="Wq T", seed=30), ("transposed",)),
    (gated, dict(bug="gate as constant", seed=31), ("zero",)),
    (gated, dict(bug="gate for u", seed=32), ("unknown", "derivative-missing")),
    (gated, dict(bug="pairs exchanged", seed=33), ("swapped-layers",)),
    (gated, dict(bug="a per sample", seed=34), ("bias-not-summed",)),
    (gated, dict(bug="m twice", seed=35), ("scale",)),
    (gated, dict(bug="last of v", seed=36), ("skipped",)),
]

RIGHT = [
    (batch_norm, dict()),
    (recurrent, dict()),
    (recurrent, dict(steps=1, seed=40, lam=0.1)),
    (attention, dict()),
    (gated, dict()),
]
