import numpy as np

FUNCS = {}
SLOPES = {}


def register(name):
    """Put f and f' in the tables. The slope gets z, never the output."""
    def deco(cls):
        FUNCS[name] = cls.f
        SLOPES[name] = cls.df
        return cls
    return deco


@register('tanh')
class _Tanh:
    f = staticmethod(np.tanh)

    @staticmethod
    def df(z):
        return 1.0 / np.cosh(z) ** 2


@register('logistic')
class _Logistic:
    @staticmethod
    def f(z):
        return 1.0 / (1.0 + np.exp(-z))

    @staticmethod
    def df(z):
        y = _Logistic.f(z)
        return y * (1.0 - y)


@register('arctan')
class _Arctan:
    f = staticmethod(np.arctan)

    @staticmethod
    def df(z):
        return 1.0 / (1.0 + z * z)


ARCH = ['arctan', 'tanh', 'logistic']      # one per layer
LAMBDA = 0.3


def run(p, X):
    zs, acts = [], [X]
    for l, kind in enumerate(ARCH, start=1):
        z = acts[-1] @ p[f'W{l}'].T + p[f'b{l}']
        zs.append(z)
        acts.append(FUNCS[kind](z))
    return zs, acts


def loss(p, X, y):
    out = run(p, X)[1][-1]
    m = X.shape[0]
    bce = -(y * np.log(out) + (1 - y) * np.log(1 - out)).sum() / m
    reg = sum((p[f'W{l}'] ** 2).sum() for l in range(1, len(ARCH) + 1))
    return bce + LAMBDA / (2 * m) * reg


def gradients(p, X, y):
    zs, acts = run(p, X)
    m = X.shape[0]
    grads = {}
    L = len(ARCH)
    delta = (acts[-1] - y) / m             # logistic + bce
    for l in range(L, 0, -1):
        grads[f'W{l}'] = delta.T @ acts[l - 1] + LAMBDA / m * p[f'W{l}']
        grads[f'b{l}'] = delta.sum(axis=0)
        if l > 1:
            delta = (delta @ p[f'W{l}']) * SLOPES[ARCH[l - 2]](zs[l - 2])
    return grads


_rs = np.random.RandomState(0)
_dims = (6, 5, 4, 2)
params = {}
for _l in (1, 2, 3):
    params[f'W{_l}'] = _rs.randn(_dims[_l], _dims[_l - 1]) * 0.7
    params[f'b{_l}'] = _rs.randn(_dims[_l]) * 0.3
data = (_rs.randn(10, 6), (_rs.rand(10, 2) > 0.5) * 1.0)
