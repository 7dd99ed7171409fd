"""Gated convolutional language model: h = (conv a) * sigmoid(conv b), shifted so that no step sees itself"""
import numpy as np

np.random.seed(1001)
V, E, W = 7, 3, 3
p0 = {
    'vec': np.random.randn(V, E) * .8,
    'lin': np.random.randn(W, E, 4) * .5,
    'gate': np.random.randn(W, E, 4) * .5,
    'lb': np.random.randn(4) * .1,
    'gb': np.random.randn(4) * .1,
    'soft': np.random.randn(4, V) * .6,
}
text = np.array([2, 0, 5, 5, 1, 3, 5, 6, 2])
params, data = p0, (text,)


def parts(p, text):
    x = np.concatenate([np.zeros((W, E)), p['vec'][text]])   # x[t:t+W] are the W characters before t
    T = len(text)
    a = np.array([np.einsum('we,weh->h', x[t:t + W], p['lin']) for t in range(T)]) + p['lb']
    b = np.array([np.einsum('we,weh->h', x[t:t + W], p['gate']) for t in range(T)]) + p['gb']
    s = 1 / (1 + np.exp(-b))
    h = a * s
    o = h @ p['soft']
    o -= o.max(1, keepdims=True)
    return x, a, s, h, o - np.log(np.exp(o).sum(1, keepdims=True))


def loss(p, text):
    lp = parts(p, text)[-1]
    return -lp[np.arange(len(text)), text].mean()


def gradients(p, text):
    x, a, s, h, lp = parts(p, text)
    T = len(text)
    do = np.exp(lp)
    do[np.arange(T), text] -= 1
    do /= T
    g = {'soft': h.T @ do, 'lin': np.zeros_like(p['lin']), 'gate': np.zeros_like(p['gate'])}
    dh = do @ p['soft'].T
    da = dh * s
    db = dh * a * s * (1 - s)
    g['lb'], g['gb'] = da.sum(0), db.sum(0)
    dx = np.zeros_like(x)
    for t in range(T):
        win = slice(t, t + W)
        g['lin'] += x[win][:, :, None] * da[t]
        g['gate'] += x[win][:, :, None] * db[t]
        dx[win] += p['lin'] @ da[t] + p['gate'] @ db[t]
    g['vec'] = np.zeros_like(p['vec'])
    np.add.at(g['vec'], text, dx[W:])
    return g
