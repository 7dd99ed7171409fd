"""A small convolutional classifier out of layer objects."""
import numpy as np
from patches import Conv, Dense, Flatten, MaxPool, Relu

rng = np.random.RandomState(4)

layers = [
    Conv(rng.normal(0, .4, (3, 1, 3, 3)), rng.normal(0, .1, 3), stride=1, pad=1),
    Relu(),
    MaxPool(2, 2),
    Conv(rng.normal(0, .5, (2, 3, 2, 2)), rng.normal(.4, .1, 2), stride=1, pad=0),
    Relu(),
    Flatten(),
    Dense(rng.normal(0, .5, (8, 3)), rng.normal(0, .1, 3)),
]
weighted = [l for l in layers if hasattr(l, 'W')]

params = [a for l in weighted for a in (l.W, l.b)]
data = (rng.normal(size=(4, 1, 6, 6)), np.array([2, 0, 1, 2]))


def install(params):
    it = iter(params)
    for l in weighted:
        l.W, l.b = next(it), next(it)


def scores(x):
    for l in layers:
        x = l.forward(x)
    return x


def cross_entropy(s, t):
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(t)), t].sum() / len(t), np.exp(logp)


def loss(params, x, t):
    install(params)
    return cross_entropy(scores(x), t)[0]


def gradients(params, x, t):
    install(params)
    _, p = cross_entropy(scores(x), t)
    p[np.arange(len(t)), t] -= 1
    dout = p / len(t)
    for l in reversed(layers):
        dout = l.backward(dout)
    grads = []
    for l in weighted:
        grads += [l.dW, l.db]
    return grads
