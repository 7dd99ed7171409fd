"""Counts from features: a Poisson regression with two hidden layers, no statement where an expression will do."""
from functools import partial, reduce
from itertools import accumulate
from operator import add

import numpy as np


def layer(act, wb, x):
    return act(x @ wb[0] + wb[1])


def identity(z):
    return z


def ones(y):
    return 1.0


def tanh_d(y):
    return 1.0 - np.square(y)


def sigm(z):
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def sigm_d(y):
    return y * (1.0 - y)


# activation, and its derivative by the output
kinds = [(np.tanh, tanh_d), (sigm, sigm_d), (identity, ones)]


def outputs(params, x):
    steps = [partial(layer, act, wb) for (act, _), wb in zip(kinds, params)]
    return list(accumulate(steps, lambda h, f: f(h), initial=x))


def poisson(rate_log, k):
    return np.mean(np.exp(rate_log) - k * rate_log)


def loss(params, x, k):
    return poisson(outputs(params, x)[-1], k)


def step_back(params, hs, state, i):
    delta, grads = state
    delta = delta * kinds[i][1](hs[i + 1])
    here = (hs[i].T @ delta, delta.sum(axis=0))
    return delta @ params[i][0].T, [here] + grads


def gradients(params, x, k):
    hs = outputs(params, x)
    top = (np.exp(hs[-1]) - k) / k.size
    _, grads = reduce(partial(step_back, params, hs), reversed(range(len(params))), (top, []))
    return grads


def _pair(rng, shape):
    return rng.normal(size=shape) * 0.7, rng.normal(size=shape[1]) * 0.2


_rng = np.random.default_rng(1234)
params = [_pair(_rng, s) for s in [(3, 5), (5, 4), (4, 2)]]
data = (_rng.normal(size=(9, 3)), reduce(add, [_rng.poisson(1.0, (9, 2)) for _ in range(2)]).astype(float))
