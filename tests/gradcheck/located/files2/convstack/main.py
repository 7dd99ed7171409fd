"""A stack of layer objects on small two-channel pictures."""
import numpy as np
from layers import Conv, ChannelNorm, Act, MeanPool, Flat, Dense

stack = [Conv(3, pad=1), ChannelNorm(), Act(), MeanPool(), Conv(3, pad=1), Act(), Flat(), Dense()]
r = np.random.RandomState(1)
params = [
    {'k': r.randn(18, 3) * .4, 'b': r.randn(3) * .1},
    {'g': 1 + .2 * r.randn(3), 's': .2 * r.randn(3)},
    {}, {},
    {'k': r.randn(27, 4) * .3, 'b': r.randn(4) * .1},
    {}, {},
    {'k': r.randn(24, 3) * .4, 'b': r.randn(3) * .1},
]
data = (r.randn(4, 2, 4, 6), np.array([2, 0, 1, 2]))


def scores(params, x):
    for layer, w in zip(stack, params):
        layer.w = w
        x = layer.forward(x)
    return x


def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(params, x, y):
    return -np.log(softmax(scores(params, x))[np.arange(len(y)), y]).mean()


def gradients(params, x, y):
    d = softmax(scores(params, x))
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    for layer in reversed(stack):
        d = layer.backward(d)
    return [dict(layer.dw) for layer in stack]
