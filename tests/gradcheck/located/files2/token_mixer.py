"""MLP-mixer on a grid of features. Layers are small objects that know how to forward and to undo; one object wraps another."""
import numpy as np


class Mlp:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def f(self, x):
        self.x = x
        self.z = x @ self.a
        self.s = 1 / (1 + np.exp(-1.702 * self.z))
        self.h = self.z * self.s
        return self.h @ self.b

    def u(self, d):
        self.gb = np.tensordot(self.h, d, axes=([0, 1], [0, 1]))
        dh = d @ self.b.T
        dz = dh * (self.s + 1.702 * self.z * self.s * (1 - self.s))
        self.ga = np.tensordot(self.x, dz, axes=([0, 1], [0, 1]))
        return dz @ self.a.T

    def grads(self):
        return [self.ga, self.gb]


class Turned:
    """works on the tokens instead of the channels"""

    def __init__(self, inner):
        self.inner = inner

    def f(self, x):
        return self.inner.f(x.swapaxes(1, 2)).swapaxes(1, 2)

    def u(self, d):
        return self.inner.u(d.swapaxes(1, 2)).swapaxes(1, 2)

    def grads(self):
        return self.inner.grads()


class Scaled:
    """x + alpha * inner(x / rms(x)): alpha is one number for each channel"""

    def __init__(self, alpha, inner):
        self.alpha, self.inner = alpha, inner

    def f(self, x):
        self.r = np.sqrt((x * x).mean(axis=2, keepdims=True))
        self.n = x / self.r
        self.y = self.inner.f(self.n)
        return x + self.alpha * self.y

    def u(self, d):
        self.galpha = (d * self.y).sum(axis=(0, 1))
        dn = self.inner.u(d * self.alpha)
        return d + (dn - self.n * (dn * self.n).mean(axis=2, keepdims=True)) / self.r

    def grads(self):
        return [self.galpha] + self.inner.grads()


def make(params):
    (a1, ta, tb), (a2, ca, cb), w = params
    return [Scaled(a1, Turned(Mlp(ta, tb))), Scaled(a2, Mlp(ca, cb))], w


def run(params, x):
    layers, w = make(params)
    for layer in layers:
        x = layer.f(x)
    return layers, x, x.mean(axis=1) @ w


def loss(params, x, y):
    return np.abs(run(params, x)[-1] - y).mean()


def gradients(params, x, y):
    layers, top, out = run(params, x)
    w = params[-1]
    d = np.sign(out - y) / len(y)
    gw = top.mean(axis=1).T @ d
    d = np.repeat(np.outer(d, w)[:, None, :], x.shape[1], axis=1) / x.shape[1]
    found = []
    for layer in layers[::-1]:
        d = layer.u(d)
        found.insert(0, layer.grads())
    return found + [gw]


_r = np.random.default_rng(15)
params = [[_r.normal(0, .5, 3), _r.normal(0, .6, (5, 4)), _r.normal(0, .6, (4, 5))],
          [_r.normal(0, .5, 3), _r.normal(0, .6, (3, 2)), _r.normal(0, .6, (2, 3))], _r.normal(size=3)]
data = (_r.normal(size=(4, 5, 3)), _r.normal(size=4))
