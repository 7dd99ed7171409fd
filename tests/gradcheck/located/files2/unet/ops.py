import numpy as np


def conv3(x, k, b):
    """x: (channels, length), same size, zero padded"""
    c, n = x.shape
    p = np.zeros((c, n + 2))
    p[:, 1:-1] = x
    y = sum(k[:, :, j] @ p[:, j:j + n] for j in range(3)) + b[:, None]
    return y, p


def conv3_grad(dy, p, k):
    n = dy.shape[1]
    dk = np.stack([dy @ p[:, j:j + n].T for j in range(3)], axis=2)
    dp = np.zeros_like(p)
    for j in range(3):
        dp[:, j:j + n] += k[:, :, j].T @ dy
    return dp[:, 1:-1], dk, dy.sum(axis=1)


def relu(x):
    return np.maximum(x, 0)


def halve(x):
    pairs = x.reshape(x.shape[0], -1, 2)
    return pairs.max(axis=2), pairs.argmax(axis=2)


def halve_grad(dy, arg):
    out = np.zeros(dy.shape + (2,))
    c, n = np.indices(dy.shape)
    out[c, n, arg] = dy
    return out.reshape(dy.shape[0], -1)


def double(x):
    return np.repeat(x, 2, axis=1)


def double_grad(dy):
    return dy.reshape(dy.shape[0], -1, 2).sum(axis=2)
