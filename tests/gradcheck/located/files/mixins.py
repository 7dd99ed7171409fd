import abc

import numpy as np


class Model(abc.ABC):
    """Base of all models. cost/grad are chained through super() by the mixins."""

    def __init__(self, weights):
        self.weights = weights

    def cost(self, X, y):
        return 0.0

    def grad(self, X, y):
        return {name: np.zeros_like(w) for name, w in self.weights.items()}


class RidgeMixin(Model):
    strength = 0.4
    exempt = ('c', 'b')

    def _decayed(self):
        return [n for n in self.weights if n not in self.exempt]

    def cost(self, X, y):
        return super().cost(X, y) + 0.5 * self.strength * sum(np.sum(self.weights[n] ** 2) for n in self._decayed())

    def grad(self, X, y):
        g = super().grad(X, y)
        for n in self._decayed():
            g[n] += self.strength * self.weights[n]
        return g


class SparseActivityMixin(Model):
    """Keeps the mean of the hidden units' squares small."""
    rate = 0.6

    def cost(self, X, y):
        return super().cost(X, y) + self.rate * np.mean(self.hidden(X) ** 2)

    def grad(self, X, y):
        g = super().grad(X, y)
        h = self.hidden(X)
        dz = 2 * self.rate * h / h.size * (1 - h ** 2)
        g['V'] += X.T @ dz
        g['c'] += dz.sum(axis=0)
        return g


class OneHidden(Model):
    def hidden(self, X):
        return np.tanh(X @ self.weights['V'] + self.weights['c'])

    def score(self, X):
        return self.hidden(X) @ self.weights['u'] + self.weights['b']

    @abc.abstractmethod
    def pointwise(self, s, y):
        ...

    @abc.abstractmethod
    def pointwise_slope(self, s, y):
        ...

    def cost(self, X, y):
        return super().cost(X, y) + np.mean(self.pointwise(self.score(X), y))

    def grad(self, X, y):
        g = super().grad(X, y)
        h = self.hidden(X)
        ds = self.pointwise_slope(self.score(X), y) / len(y)
        g['u'] += h.T @ ds
        g['b'] += ds.sum()
        dh = np.outer(ds, self.weights['u']) * (1 - h ** 2)
        g['V'] += X.T @ dh
        g['c'] += dh.sum(axis=0)
        return g


class Logistic(SparseActivityMixin, RidgeMixin, OneHidden):
    """y is -1 or +1."""

    def pointwise(self, s, y):
        return np.logaddexp(0, -y * s)

    def pointwise_slope(self, s, y):
        return -y / (1 + np.exp(y * s))


def loss(params, X, y):
    return Logistic(params).cost(X, y)


def gradients(params, X, y):
    return Logistic(params).grad(X, y)


rng = np.random.default_rng(8)
params = dict(V=rng.normal(size=(4, 6)), c=rng.normal(size=6), u=rng.normal(size=6), b=rng.normal(size=1))
data = (rng.normal(size=(13, 4)), np.where(rng.random(13) > 0.4, 1.0, -1.0))
