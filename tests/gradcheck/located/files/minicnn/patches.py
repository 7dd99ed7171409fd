import numpy as np


def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def windows(size, k, stride):
    return range(0, size - k + 1, stride)


def to_columns(x, kh, kw, stride):
    """(n, c, h, w) -> (n, places, c kh kw)"""
    n, c, h, w = x.shape
    cols = [x[:, :, i:i + kh, j:j + kw].reshape(n, -1)
            for i in windows(h, kh, stride) for j in windows(w, kw, stride)]
    return np.stack(cols, axis=1)


def from_columns(cols, shape, kh, kw, stride):
    """Adjoint of to_columns: overlapping places add up."""
    n, c, h, w = shape
    x = np.zeros(shape)
    k = 0
    for i in windows(h, kh, stride):
        for j in windows(w, kw, stride):
            x[:, :, i:i + kh, j:j + kw] += cols[:, k].reshape(n, c, kh, kw)
            k += 1
    return x
