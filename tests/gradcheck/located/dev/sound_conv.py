"""One-dimensional convolutions over a waveform, causal padding, overlapping average pooling, logistic output."""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

STRIDE = 2
POOL, HOP = 3, 2

rng = np.random.default_rng(77)
params = {
    "k1": rng.normal(size=(4, 2, 3)) * 0.5,  # out channels, in channels, taps
    "s1": rng.normal(size=4) * 0.1,
    "k2": rng.normal(size=(3, 4, 2)) * 0.5,
    "s2": rng.normal(size=3) * 0.1,
    "v": rng.normal(size=3),
}
wave = rng.normal(size=(5, 2, 17))
speech = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
data = (wave, speech)


def conv(x, k, s, stride):
    taps = k.shape[-1]
    padded = np.pad(x, ((0, 0), (0, 0), (taps - 1, 0)))
    windows = sliding_window_view(padded, taps, axis=2)[:, :, ::stride]
    return np.einsum("bclt,oct->bol", windows, k) + s[:, None], windows


def conv_grad(dy, windows, k, stride, length):
    taps = k.shape[-1]
    dk = np.einsum("bol,bclt->oct", dy, windows)
    ds = dy.sum(axis=(0, 2))
    dpadded = np.zeros((dy.shape[0], k.shape[1], length + taps - 1))
    for pos in range(dy.shape[2]):
        start = pos * stride
        dpadded[:, :, start : start + taps] += np.einsum("bo,oct->bct", dy[:, :, pos], k)
    return dpadded[:, :, taps - 1 :], dk, ds


def pool(x):
    return sliding_window_view(x, POOL, axis=2)[:, :, ::HOP].mean(axis=-1)


def pool_grad(dy, shape):
    dx = np.zeros(shape)
    for j in range(dy.shape[2]):
        dx[:, :, j * HOP : j * HOP + POOL] += dy[:, :, j, None] / POOL
    return dx


def forward(p, x):
    z1, win1 = conv(x, p["k1"], p["s1"], STRIDE)
    a1 = np.tanh(z1)
    pooled = pool(a1)
    z2, win2 = conv(pooled, p["k2"], p["s2"], 1)
    a2 = np.logaddexp(0, z2)
    feats = a2.mean(axis=2)
    return z1, win1, a1, pooled, z2, win2, feats, feats @ p["v"]


def loss(p, x, t):
    logit = forward(p, x)[-1]
    return np.mean(np.logaddexp(0, logit) - t * logit)


def gradients(p, x, t):
    z1, win1, a1, pooled, z2, win2, feats, logit = forward(p, x)
    dlogit = (1 / (1 + np.exp(-logit)) - t) / len(t)
    out = {"v": feats.T @ dlogit}
    dfeats = np.outer(dlogit, p["v"])
    da2 = np.repeat(dfeats[:, :, None], z2.shape[2], axis=2) / z2.shape[2]
    dz2 = da2 / (1 + np.exp(-z2))
    dpooled, out["k2"], out["s2"] = conv_grad(dz2, win2, p["k2"], 1, pooled.shape[2])
    da1 = pool_grad(dpooled, a1.shape)
    dz1 = da1 * (1 - a1**2)
    _, out["k1"], out["s1"] = conv_grad(dz1, win1, p["k1"], STRIDE, x.shape[2])
    return out
