"""A small decoder: latent code -> dense -> transposed convolution over time -> signal.

The latent codes are parameters too (one a signal), with a Gaussian prior on them.
"""

import numpy as np

STRIDE = 3
PRIOR = 0.1


def deconv(h, K, bias):
    """(T, c) -> ((T - 1) * STRIDE + width, o): every step stamps a kernel onto the output."""
    T = h.shape[0]
    width, _, o = K.shape
    y = np.zeros(((T - 1) * STRIDE + width, o)) + bias
    for t in range(T):
        y[t * STRIDE : t * STRIDE + width] += np.tensordot(h[t], K, axes=([0], [1]))
    return y


def decode(p, code):
    pre = (code @ p["lin"] + p["lin_b"]).reshape(p["steps"].shape)
    h = np.tanh(pre) + p["steps"]
    return h, pre, deconv(h, p["K"], p["bias"])


def loss(p, signals):
    err = 0.0
    for i in range(len(signals)):
        _, _, y = decode(p, p["codes"][i])
        err += np.mean((y - signals[i]) ** 2)
    return err / len(signals) + PRIOR * np.mean(p["codes"] ** 2)


def gradients(p, signals):
    grad = {}
    for key in p:
        grad[key] = np.zeros(p[key].shape)
    n = len(signals)
    width = p["K"].shape[0]
    for i in range(n):
        code = p["codes"][i]
        h, pre, y = decode(p, code)
        dy = 2.0 * (y - signals[i]) / y.size / n
        grad["bias"] += dy.sum(axis=0)
        dh = np.zeros_like(h)
        for t in range(h.shape[0]):
            piece = dy[t * STRIDE : t * STRIDE + width]
            grad["K"] += np.einsum("c,wo->wco", h[t], piece)
            dh[t] = np.einsum("wco,wo->c", p["K"], piece)
        grad["steps"] += dh
        dpre = (dh * (1 - np.tanh(pre) ** 2)).ravel()
        grad["lin"] += np.outer(code, dpre)
        grad["lin_b"] += dpre
        grad["codes"][i] = p["lin"] @ dpre
    grad["codes"] += 2 * PRIOR * p["codes"] / p["codes"].size
    return grad


def init(seed, n_signals, code=2, steps=4, channels=3, width=5, out=2):
    r = np.random.default_rng(seed)
    return {
        "codes": r.standard_normal((n_signals, code)),
        "lin": r.standard_normal((code, steps * channels)) * 0.6,
        "lin_b": r.standard_normal(steps * channels) * 0.2,
        "steps": r.standard_normal((steps, channels)) * 0.3,
        "K": r.standard_normal((width, channels, out)) * 0.4,
        "bias": r.standard_normal(out) * 0.1,
    }


params = init(0, n_signals=6)
_length = 3 * STRIDE + 5
_time = np.linspace(0, 3, _length)
data = (np.stack([np.stack([np.sin(_time * (1 + k / 4)), np.cos(_time + k)], axis=1) for k in range(6)]),)
