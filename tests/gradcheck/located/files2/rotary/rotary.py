import numpy as np


def angles(T, half, base=20.0):
    return np.arange(T)[:, None] / base ** (np.arange(half) / half)


def rotate(x, ang, back=False):
    """x: (..., T, 2 * half), pairs lie half apart"""
    c, s = np.cos(ang), np.sin(ang)
    if back:
        s = -s
    h = x.shape[-1] // 2
    a, b = x[..., :h], x[..., h:]
    return np.concatenate([a * c - b * s, a * s + b * c], axis=-1)
