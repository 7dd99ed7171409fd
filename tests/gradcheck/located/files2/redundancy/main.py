"""Self-supervision by redundancy reduction: the cross-correlation of two views' embeddings should be the identity;
plus a variance hinge on each view."""
import numpy as np
from projector import Projector

rng = np.random.RandomState(78)
params = {'W': rng.randn(4, 6) * .8, 'w': rng.randn(6) * .3 + .3, 'V': rng.randn(6, 3) * .5}
base = rng.randn(7, 4)
data = (base + .3 * rng.randn(7, 4), base + .3 * rng.randn(7, 4))
OFF, VAR = 0.2, 0.5


def standard(e):
    s = e.std(axis=0)
    return (e - e.mean(axis=0)) / s, s


def standard_back(d, n, s):
    return (d - d.mean(axis=0) - n * (d * n).mean(axis=0)) / s


def cost(a, b):
    na, sa = standard(a)
    nb, sb = standard(b)
    C = na.T @ nb / len(a)
    G = np.where(np.eye(len(C)) > 0, C - 1, OFF * C)
    J = (np.diag(C - 1) ** 2).sum() + OFF * ((C ** 2).sum() - (np.diag(C) ** 2).sum())
    J += VAR * (np.maximum(0, 1 - sa).sum() + np.maximum(0, 1 - sb).sum())
    return J, (na, sa, nb, sb, 2 * G)


def loss(p, x1, x2):
    f = Projector(p)
    return cost(f(x1), f(x2))[0]


def gradients(p, x1, x2):
    f = Projector(p)
    _, (na, sa, nb, sb, dC) = cost(f(x1), f(x2))
    n = len(x1)
    da = standard_back(nb @ dC.T / n, na, sa)
    db = standard_back(na @ dC / n, nb, sb)
    da -= VAR * (sa < 1) * na / n
    db -= VAR * (sb < 1) * nb / n
    grads = {k: np.zeros_like(v) for k, v in p.items()}
    f.learn(db, grads)
    f.learn(da, grads)
    return grads
