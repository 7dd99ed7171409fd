import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_back(p, dp):
    return p * (dp - (dp * p).sum(axis=-1, keepdims=True))


def normalise(x, eps=1e-3):
    mu = x.mean(axis=-1, keepdims=True)
    inv = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    return (x - mu) * inv, inv


def normalise_back(xhat, inv, d):
    return inv * (d - d.mean(axis=-1, keepdims=True) - xhat * (d * xhat).mean(axis=-1, keepdims=True))


def total_over_rows(a):
    """Sum over everything but the last axis."""
    return a.reshape(-1, a.shape[-1]).sum(axis=0)


def outer_over_rows(a, b):
    return a.reshape(-1, a.shape[-1]).T @ b.reshape(-1, b.shape[-1])
