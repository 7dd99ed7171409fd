"""Normalising flow: affine coupling layers whose halves alternate, and a global scale layer at the end.

Negative log likelihood under a standard normal. A layer keeps what it needs on itself.
"""

import numpy as np

D = 4
HALF = D // 2


class Coupling:
    def __init__(self, name, flip):
        self.name = name
        self.flip = flip

    def parts(self, x):
        if self.flip:
            return x[:, HALF:], x[:, :HALF]
        return x[:, :HALF], x[:, HALF:]

    def join(self, keep, change):
        pair = (change, keep) if self.flip else (keep, change)
        return np.concatenate(pair, axis=1)

    def forward(self, P, x):
        self.keep, self.change = self.parts(x)
        self.h = np.tanh(self.keep @ P[self.name + ".W"] + P[self.name + ".b"])
        self.s = np.tanh(self.h @ P[self.name + ".S"])
        self.t = self.h @ P[self.name + ".T"]
        new = self.change * np.exp(self.s) + self.t
        return self.join(self.keep, new), self.s.sum(axis=1)

    def backward(self, P, dy, dlogdet, G):
        dkeep, dnew = self.parts(dy)
        dchange = dnew * np.exp(self.s)
        ds = dnew * self.change * np.exp(self.s) + dlogdet[:, None]
        dt = dnew
        da = ds * (1 - self.s**2)
        G[self.name + ".S"] = self.h.T @ da
        G[self.name + ".T"] = self.h.T @ dt
        dh = da @ P[self.name + ".S"].T + dt @ P[self.name + ".T"].T
        dpre = dh * (1 - self.h**2)
        G[self.name + ".W"] = self.keep.T @ dpre
        G[self.name + ".b"] = dpre.sum(axis=0)
        dkeep = dkeep + dpre @ P[self.name + ".W"].T
        return self.join(dkeep, dchange)


flow = [Coupling("c1", False), Coupling("c2", True), Coupling("c3", False)]


def loss(P, x):
    logdet = 0.0
    for layer in flow:
        x, ld = layer.forward(P, x)
        logdet = logdet + ld
    z = x * np.exp(P["log_scale"]) + P["shift"]
    logdet = logdet + P["log_scale"].sum()
    log_p = -0.5 * (z**2).sum(axis=1) - 0.5 * D * np.log(2 * np.pi)
    return -(log_p + logdet).mean()


def gradients(P, x):
    n = x.shape[0]
    for layer in flow:
        x, _ = layer.forward(P, x)
    scale = np.exp(P["log_scale"])
    z = x * scale + P["shift"]
    G = {}
    dz = z / n
    G["shift"] = dz.sum(axis=0)
    G["log_scale"] = (dz * x * scale).sum(axis=0) - 1.0
    dx = dz * scale
    dlogdet = np.full(n, -1.0 / n)
    for layer in reversed(flow):
        dx = layer.backward(P, dx, dlogdet, G)
    return {k: G[k] for k in P}


_g = np.random.default_rng(21)
params = {}
for _layer in flow:
    params[_layer.name + ".W"] = _g.normal(size=(HALF, 5))
    params[_layer.name + ".b"] = _g.normal(size=5) * 0.2
    params[_layer.name + ".S"] = _g.normal(size=(5, HALF)) * 0.4
    params[_layer.name + ".T"] = _g.normal(size=(5, HALF)) * 0.5
params["log_scale"] = _g.normal(size=D) * 0.2
params["shift"] = _g.normal(size=D) * 0.2
data = (_g.normal(size=(9, D)) @ _g.normal(size=(D, D)),)
