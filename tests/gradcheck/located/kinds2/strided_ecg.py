# heart beats: conv(stride 2) -> leaky relu -> mean pool over time -> softmax
import numpy as np

np.random.seed(4)
beats = np.random.randn(5, 2, 13)          # (batch, leads, time)
kind = np.array([0, 1, 2, 1, 0])
K = np.random.randn(4, 2, 3) * .5          # (filters, leads, taps)
kb = np.random.randn(4) * .2
W = np.random.randn(4, 3) * .6
wb = np.random.randn(3) * .1
params = [K, kb, W, wb]
data = (beats, kind)
STRIDE = 2
LEAK = 0.1


def conv(x, K, kb):
    n, c, T = x.shape
    f, _, w = K.shape
    steps = (T - w) // STRIDE + 1
    z = np.zeros((n, f, steps))
    for i in range(steps):
        piece = x[:, :, i * STRIDE:i * STRIDE + w]
        z[:, :, i] = np.tensordot(piece, K, axes=([1, 2], [1, 2])) + kb
    return z


def run(params, x):
    K, kb, W, wb = params
    z = conv(x, K, kb)
    a = np.where(z > 0, z, LEAK * z)
    pooled = a.mean(axis=2)
    s = pooled @ W + wb
    e = np.exp(s - s.max(1, keepdims=True))
    return z, a, pooled, e / e.sum(1, keepdims=True)


def loss(params, x, y):
    p = run(params, x)[-1]
    return -np.log(p[np.arange(len(y)), y]).mean()


def gradients(params, x, y):
    K, kb, W, wb = params
    z, a, pooled, p = run(params, x)
    n = len(y)
    d = p.copy()
    d[np.arange(n), y] -= 1
    d /= n
    gW, gwb = pooled.T @ d, d.sum(0)
    dpool = d @ W.T
    steps = z.shape[2]
    da = np.repeat(dpool[:, :, None], steps, axis=2) / steps
    dz = da * np.where(z > 0, 1.0, LEAK)
    gK = np.zeros_like(K)
    for i in range(steps):
        piece = x[:, :, i * STRIDE:i * STRIDE + K.shape[2]]
        gK += np.tensordot(dz[:, :, i], piece, axes=([0], [0]))
    gkb = dz.sum(axis=(0, 2))
    return [gK, gkb, gW, gwb]
