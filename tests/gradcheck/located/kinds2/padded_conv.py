"""Two small convolutions with zero padding, then max pooling 2x2. Done with windows and einsum."""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as windows

rng = np.random.default_rng(17)
P = dict(
    c1=rng.normal(0, 0.5, (3, 1, 3, 3)),
    d1=rng.normal(0, 0.1, 3),
    c2=rng.normal(0, 0.3, (2, 3, 3, 3)),
    d2=rng.normal(0, 0.1, 2),
    fc=rng.normal(0, 0.5, (12, 2)),
)
images = rng.normal(size=(3, 1, 4, 6))
target = rng.normal(size=(3, 2))


def pad(x):
    return np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))


def conv_forward(x, k, b):
    w = windows(pad(x), (3, 3), axis=(2, 3))  # n c h w 3 3
    return np.einsum("nchwij,fcij->nfhw", w, k) + b[:, None, None], w


def conv_backward(dout, w, k):
    dk = np.einsum("nfhw,nchwij->fcij", dout, w)
    db = dout.sum((0, 2, 3))
    flipped = k[:, :, ::-1, ::-1]
    dx = np.einsum("nfhwij,fcij->nchw", windows(pad(dout), (3, 3), axis=(2, 3)), flipped)
    return dx, dk, db


def pool_forward(x):
    n, c, h, w = x.shape
    blocks = x.reshape(n, c, h // 2, 2, w // 2, 2)
    top = blocks.max((3, 5), keepdims=True)
    return top[:, :, :, 0, :, 0], blocks == top


def forward(P, x):
    z1, w1 = conv_forward(x, P["c1"], P["d1"])
    a1 = np.maximum(z1, 0)
    z2, w2 = conv_forward(a1, P["c2"], P["d2"])
    a2 = np.tanh(z2)
    pooled, won = pool_forward(a2)
    flat = pooled.reshape(len(x), -1)
    return flat @ P["fc"], (z1, w1, w2, a2, pooled, won, flat)


def loss(P, x, t):
    out, _ = forward(P, x)
    return 0.5 * ((out - t) ** 2).sum() / len(x)


def gradients(P, x, t):
    out, (z1, w1, w2, a2, pooled, won, flat) = forward(P, x)
    grads = {}
    dout = (out - t) / len(x)
    grads["fc"] = flat.T @ dout
    dpooled = (dout @ P["fc"].T).reshape(pooled.shape)
    da2 = (won * dpooled[:, :, :, None, :, None]).reshape(a2.shape)
    dz2 = da2 * (1 - a2 ** 2)
    da1, grads["c2"], grads["d2"] = conv_backward(dz2, w2, P["c2"])
    dz1 = da1 * (z1 > 0)
    _, grads["c1"], grads["d1"] = conv_backward(dz1, w1, P["c1"])
    return grads


params, data = P, (images, target)
