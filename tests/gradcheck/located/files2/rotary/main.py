"""Next-symbol model: two passes through the same attention layer (weights shared between the depths), tied output."""
import numpy as np
from attn import GroupedAttention

V, D, HEADS, WIDTH, DEPTH = 6, 4, 2, 4, 2
r = np.random.default_rng(64)
params = {
    'emb': r.normal(0, .8, (V, D)),
    'q': r.normal(0, .5, (D, HEADS * WIDTH)), 'k': r.normal(0, .5, (D, WIDTH)), 'v': r.normal(0, .5, (D, WIDTH)),
    'o': r.normal(0, .4, (HEADS * WIDTH, D)), 'slope': np.array([.5, .1]), 'gain': 1 + r.normal(0, .1, D),
}
symbols = np.array([4, 1, 1, 0, 5, 2, 1])
data = (symbols,)


def run(p, symbols):
    x = p['emb'][symbols[:-1]]
    depths = []
    for _ in range(DEPTH):
        layer = GroupedAttention(HEADS, WIDTH)
        x = x + np.tanh(layer.forward(p, x)) * p['gain']
        depths.append(layer)
    s = x @ p['emb'].T
    s = s - s.max(axis=1, keepdims=True)
    return depths, x, s - np.log(np.exp(s).sum(axis=1, keepdims=True))


def loss(p, symbols):
    logp = run(p, symbols)[-1]
    return -logp[np.arange(len(logp)), symbols[1:]].sum()


def gradients(p, symbols):
    depths, x, logp = run(p, symbols)
    g = {k: np.zeros_like(v) for k, v in p.items()}
    d = np.exp(logp)
    d[np.arange(len(d)), symbols[1:]] -= 1
    g['emb'] += d.T @ x
    dx = d @ p['emb']
    for layer in reversed(depths):
        t = np.tanh(layer.mixed @ p['o'])
        g['gain'] += (dx * t).sum(axis=0)
        dx = dx + layer.backward(p, dx * p['gain'] * (1 - t ** 2), g)
    np.add.at(g['emb'], symbols[:-1], dx)
    return g
