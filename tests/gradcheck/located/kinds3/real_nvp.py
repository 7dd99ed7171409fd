"""Normalising flow with affine couplings.  x -> z is the direction used for training.

layer:  keep one half u;  other half  v' = v * exp(s(u)) + t(u);  log det = sum s
then the halves change places.
"""
import numpy as np

rg = np.random.default_rng(3003)
HALF = 2


def st_net(q, u):
    h = np.tanh(u @ q["W"] + q["b"])
    s = np.tanh(h @ q["S"]) * q["amp"]  # amp: learned limit of the log scale
    t = h @ q["T"]
    return h, s, t


def flow(params, x):
    tape = []
    logdet = np.zeros(len(x))
    for q in params:
        u, v = x[:, :HALF], x[:, HALF:]
        h, s, t = st_net(q, u)
        vnew = v * np.exp(s) + t
        logdet += s.sum(1)
        tape.append((u, v, h, s))
        x = np.hstack([vnew, u])
    return x, logdet, tape


def inverse(params, z):
    for q in params[::-1]:
        vnew, u = z[:, :-HALF], z[:, -HALF:]
        _, s, t = st_net(q, u)
        z = np.hstack([u, (vnew - t) * np.exp(-s)])
    return z


def loss(params, x):
    z, logdet, _ = flow(params, x)
    return np.mean(0.5 * (z**2).sum(1) - logdet)


def gradients(params, x):
    z, logdet, tape = flow(params, x)
    n = len(x)
    dx = z / n
    grads = []
    for q, (u, v, h, s) in zip(reversed(params), reversed(tape)):
        dvnew, du = dx[:, : x.shape[1] - HALF], dx[:, x.shape[1] - HALF :]
        dv = dvnew * np.exp(s)
        ds = dvnew * v * np.exp(s) - 1 / n
        dt = dvnew
        # s = amp * tanh(h S)
        th = s / q["amp"]
        damp = (ds * th).sum(0)
        dpre = ds * q["amp"] * (1 - th**2)
        dS = h.T @ dpre
        dT = h.T @ dt
        dh = dpre @ q["S"].T + dt @ q["T"].T
        dhz = dh * (1 - h**2)
        grads.append({"W": u.T @ dhz, "b": dhz.sum(0), "S": dS, "T": dT, "amp": damp})
        du = du + dhz @ q["W"].T
        dx = np.hstack([du, dv])
    return grads[::-1]


def coupling():
    return {
        "W": rg.normal(size=(HALF, 5)),
        "b": rg.normal(size=5) * 0.3,
        "S": rg.normal(size=(5, 2)) * 0.7,
        "T": rg.normal(size=(5, 2)) * 0.7,
        "amp": rg.uniform(0.5, 1.5, size=2),
    }


params = [coupling(), coupling(), coupling()]
data = (rg.normal(size=(7, 4)) * np.array([1.0, 0.5, 2.0, 1.0]),)
