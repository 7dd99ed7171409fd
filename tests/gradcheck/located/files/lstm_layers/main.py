"""Two LSTM layers, the second's states averaged over time, a class read from the average."""
import numpy as np
from lstm import LstmLayer

STEPS = 4


def assemble(params):
    return [LstmLayer(params[k], params[k + 1]) for k in (0, 2)]


def head(hs, W, b, labels):
    pooled = sum(hs) / len(hs)
    z = pooled @ W + b
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels]).mean(), p, pooled


def run(params, x, labels):
    lower, upper = assemble(params)
    hs = upper.run(lower.run(list(x)))
    return (*head(hs, params[4], params[5], labels), lower, upper)


def loss(params, x, labels):
    return run(params, x, labels)[0]


def gradients(params, x, labels):
    _, p, pooled, lower, upper = run(params, x, labels)
    dz = p.copy()
    dz[np.arange(len(labels)), labels] -= 1
    dz /= len(labels)
    dW, db = pooled.T @ dz, dz.sum(axis=0)
    d_pooled = dz @ params[4].T
    lower.back(upper.back([d_pooled / STEPS for _ in range(STEPS)]))
    return [lower.d_kernel, lower.d_bias, upper.d_kernel, upper.d_bias, dW, db]


rng = np.random.default_rng(64)
nx, n1, n2, nc, batch = 3, 4, 3, 3, 5
params = [
    rng.normal(size=(nx + n1, 4 * n1)) * 0.6, rng.normal(size=4 * n1) * 0.4,
    rng.normal(size=(n1 + n2, 4 * n2)) * 0.6, rng.normal(size=4 * n2) * 0.4,
    rng.normal(size=(n2, nc)) * 2, rng.normal(size=nc),
]
data = (rng.normal(size=(STEPS, batch, nx)), rng.integers(0, nc, batch))
