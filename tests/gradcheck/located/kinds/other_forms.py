"""A residual convolution net whose derivatives are all written in another form than the usual one.

sech^2 for 1 - tanh^2, s(z) s(-z) for s (1 - s), the biases decayed (as in the loss), the error folded with 1/n at the very
start, the weights' gradient as a sum of outer products over places, and the sign kept outside.
"""

import numpy as np

DECAY = 0.04


def s(z):
    return 1 / (1 + np.exp(-z))


def slide(x, F):
    n, t, _ = x.shape
    w = F.shape[0]
    return sum(x[:, i : t - w + 1 + i] @ F[i] for i in range(w))


def stages(p, x):
    z1 = slide(x, p["F1"]) + p["b1"]
    a1 = np.tanh(z1)
    z2 = a1 @ p["R"] + p["b2"]
    a2 = a1 + s(z2)
    top = a2.max(axis=1)
    return z1, a1, z2, a2, top, top @ p["out"] + p["b3"]


def loss(p, x, onehot):
    score = stages(p, x)[-1]
    # differences to the right class only: log(1 + sum of the others' e^(score - right))
    right = (score * onehot).sum(axis=1, keepdims=True)
    ce = np.log(np.exp(score - right).sum(axis=1)).mean()
    return ce + DECAY / 2 * sum((v**2).sum() for v in p.values())


def gradients(p, x, onehot):
    z1, a1, z2, a2, top, score = stages(p, x)
    # onehot - softmax, divided by -n: minus twice is plus
    e = (onehot - np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)) / -len(x)
    g = {"out": sum(np.outer(t, d) for t, d in zip(top, e)), "b3": np.ones(len(x)) @ e}

    # the place of the maximum by comparison, there are no ties
    d2 = (a2 == top[:, None]) * (e @ p["out"].T)[:, None]
    dz2 = d2 * s(z2) * s(-z2)
    g["R"] = np.tensordot(a1, dz2, 2 * [[0, 1]])
    g["b2"] = np.einsum("ntk->k", dz2)
    dz1 = (d2 + dz2 @ p["R"].T) / np.cosh(z1) ** 2
    t = dz1.shape[1]
    g["F1"] = np.stack([np.tensordot(x[:, i : i + t], dz1, 2 * [[0, 1]]) for i in range(len(p["F1"]))])
    g["b1"] = np.einsum("ntk->k", dz1)
    return {k: g[k] + DECAY * p[k] for k in p}


_r = np.random.default_rng(2718)
params = {
    "F1": _r.normal(size=(3, 2, 5)) * 0.6,
    "b1": _r.normal(size=5) * 0.2,
    "R": _r.normal(size=(5, 5)) * 0.7,
    "b2": _r.normal(size=5) * 0.2,
    "out": _r.normal(size=(5, 4)),
    "b3": _r.normal(size=4) * 0.1,
}
data = (_r.normal(size=(6, 8, 2)), np.eye(4)[[0, 1, 2, 3, 1, 2]])
