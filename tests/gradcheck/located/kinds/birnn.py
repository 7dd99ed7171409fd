"""Bidirectional ReLU-free recurrent net (softsign), states joined, attention-less mean pooling, two classes."""

import numpy as np

state = np.random.RandomState(64)


def softsign(x):
    return x / (1 + np.abs(x))


def scan(x, h0, U, V, b, backwards=False):
    n, T, _ = x.shape
    h = np.tile(h0, (n, 1))
    pre = np.zeros((n, T, len(b)))
    out = np.zeros((n, T, len(b)))
    order = range(T - 1, -1, -1) if backwards else range(T)
    for t in order:
        pre[:, t] = x[:, t].dot(U) + h.dot(V) + b
        h = softsign(pre[:, t])
        out[:, t] = h
    return out, pre


def scan_grad(dout, x, out, pre, h0, U, V, backwards=False):
    n, T, k = out.shape
    gU, gV, gb, gh0 = np.zeros_like(U), np.zeros_like(V), np.zeros(k), np.zeros_like(h0)
    later = np.zeros((n, k))
    order = list(range(T - 1, -1, -1)) if backwards else list(range(T))
    for place in range(T - 1, -1, -1):
        t = order[place]
        dh = dout[:, t] + later
        dp = dh / (1 + np.abs(pre[:, t])) ** 2
        before = out[:, order[place - 1]] if place > 0 else np.tile(h0, (n, 1))
        gU += x[:, t].T.dot(dp)
        gV += before.T.dot(dp)
        gb += dp.sum(0)
        later = dp.dot(V.T)
    gh0 += later.sum(0)
    return gU, gV, gb, gh0


def logits_of(p, x):
    hf, pf = scan(x, p[0], p[1], p[2], p[3])
    hb, pb = scan(x, p[4], p[5], p[6], p[7], backwards=True)
    both = np.concatenate((hf, hb), axis=2)
    pooled = both.mean(1)
    return pooled.dot(p[8]) + p[9], pooled, (hf, pf, hb, pb)


def loss(p, x, y):
    z = logits_of(p, x)[0]
    margin = (2 * y - 1) * z
    return np.log1p(np.exp(-margin)).mean()


def gradients(p, x, y):
    z, pooled, (hf, pf, hb, pb) = logits_of(p, x)
    n, T, _ = x.shape
    k = hf.shape[2]
    t = 2 * y - 1
    dz = -t / (1 + np.exp(t * z)) / n
    gw = pooled.T.dot(dz)
    gc = np.array([dz.sum()])
    dpooled = np.outer(dz, p[8])
    dboth = np.repeat(dpooled[:, np.newaxis, :], T, axis=1) / T

    gUf, gVf, gbf, ghf = scan_grad(dboth[:, :, :k], x, hf, pf, p[0], p[1], p[2])
    gUb, gVb, gbb, ghb = scan_grad(dboth[:, :, k:], x, hb, pb, p[4], p[5], p[6], backwards=True)
    return [ghf, gUf, gVf, gbf, ghb, gUb, gVb, gbb, gw, gc]


params = []
for _ in range(2):
    params += [
        state.randn(4) * 0.3,
        state.randn(3, 4),
        state.randn(4, 4) * 0.6,
        state.randn(4) * 0.2,
    ]
params += [state.randn(8), state.randn(1)]
data = (state.randn(6, 5, 3), np.array([0, 1, 1, 0, 1, 0]))
