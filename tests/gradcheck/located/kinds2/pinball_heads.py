# Three quantiles of one target from a shared tanh layer. The heads are stacked increments (softplus), so quantiles never cross.
import numpy as np

rs = np.random.RandomState(91)
TAUS = np.array([0.1, 0.5, 0.9])
params = [rs.randn(3, 5) * .6, rs.randn(5) * .2, rs.randn(5, 3) * .5, rs.randn(3) * .2]
X, y = rs.randn(9, 3), rs.randn(9) * 1.5
weight = rs.uniform(0.5, 2, 9)
data = (X, y, weight)


def quantiles(params, X):
    A, a, B, b = params
    h = np.tanh(X @ A + a)
    raw = h @ B + b
    steps = raw.copy()
    steps[:, 1:] = np.log1p(np.exp(raw[:, 1:]))
    return h, raw, np.cumsum(steps, axis=1)


def loss(params, X, y, weight):
    q = quantiles(params, X)[-1]
    u = y[:, None] - q
    return (weight[:, None] * np.maximum(TAUS * u, (TAUS - 1) * u)).sum() / weight.sum()


def gradients(params, X, y, weight):
    A, a, B, b = params
    h, raw, q = quantiles(params, X)
    over = y[:, None] < q
    dq = (over - TAUS) * weight[:, None] / weight.sum()
    dsteps = np.cumsum(dq[:, ::-1], axis=1)[:, ::-1]
    draw = dsteps.copy()
    draw[:, 1:] *= 1 / (1 + np.exp(-raw[:, 1:]))
    dh = draw @ B.T
    dz = dh * (1 - h ** 2)
    return [X.T @ dz, dz.sum(axis=0), h.T @ draw, draw.sum(axis=0)]
