"""The feed-forward half of a transformer: x + W2 gelu(W1 norm(x)), then a linear read-out of all tokens' mean."""

import collections
import math

import numpy as np

Weights = collections.namedtuple("Weights", "scale offset W1 b1 W2 b2 readout")

_C = math.sqrt(2 / math.pi)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(_C * (x + 0.044715 * x**3)))


def gelu_grad(x):
    inner = _C * (x + 0.044715 * x**3)
    t = np.tanh(inner)
    dinner = _C * (1 + 3 * 0.044715 * x**2)
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * dinner


def layer_norm(x, scale, offset, eps=1e-6):
    mean = np.mean(x, axis=-1, keepdims=True)
    centred = x - mean
    inv = 1 / np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + eps)
    normed = centred * inv
    return normed * scale + offset, normed, inv


def layer_norm_vjp(g, normed, inv, scale):
    g_scale = (g * normed).sum(axis=(0, 1))
    g_offset = g.sum(axis=(0, 1))
    gn = g * scale
    gx = inv * (gn - gn.mean(-1, keepdims=True) - normed * (gn * normed).mean(-1, keepdims=True))
    return gx, g_scale, g_offset


def forward(w, tokens):
    # two passes through the same block: the weights are shared between depths
    x = tokens
    tape = []
    for _depth in range(2):
        n, normed, inv = layer_norm(x, w.scale, w.offset)
        h = n @ w.W1 + w.b1
        a = gelu(h)
        tape.append((n, normed, inv, h, a))
        x = x + a @ w.W2 + w.b2
    return x, tape


def loss(w, tokens, target):
    x, _ = forward(w, tokens)
    y = x.mean(axis=1) @ w.readout
    return np.mean((y - target) ** 2)


def gradients(w, tokens, target):
    x, tape = forward(w, tokens)
    B, T, _ = tokens.shape
    pooled = x.mean(axis=1)
    y = pooled @ w.readout
    gy = 2 * (y - target) / B
    g_readout = pooled.T @ gy
    gx = np.repeat(np.outer(gy, w.readout)[:, None, :] / T, T, axis=1)

    gW1 = np.zeros_like(w.W1)
    gb1 = np.zeros_like(w.b1)
    gW2 = np.zeros_like(w.W2)
    gb2 = np.zeros_like(w.b2)
    gs = np.zeros_like(w.scale)
    go = np.zeros_like(w.offset)
    for n, normed, inv, h, a in reversed(tape):
        gW2 += np.einsum("bth,btd->hd", a, gx)
        gb2 += gx.sum(axis=(0, 1))
        gh = (gx @ w.W2.T) * gelu_grad(h)
        gW1 += np.einsum("btd,bth->dh", n, gh)
        gb1 += gh.sum(axis=(0, 1))
        back, s, o = layer_norm_vjp(gh @ w.W1.T, normed, inv, w.scale)
        gs += s
        go += o
        gx = gx + back
    return Weights(gs, go, gW1, gb1, gW2, gb2, g_readout)


_r = np.random.default_rng(19)
_D, _H = 5, 8
params = Weights(
    scale=_r.uniform(0.6, 1.4, _D),
    offset=0.2 * _r.normal(size=_D),
    W1=_r.normal(size=(_D, _H)) * 0.6,
    b1=_r.normal(size=_H) * 0.1,
    W2=_r.normal(size=(_H, _D)) * 0.6,
    b2=_r.normal(size=_D) * 0.1,
    readout=_r.normal(size=_D),
)
data = (_r.normal(size=(4, 3, _D)), _r.normal(size=4))
