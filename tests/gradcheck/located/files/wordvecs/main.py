"""Continuous bag of words with negative samples."""
import numpy as np
from pairs import bags, negatives
from tables import Table

RADIUS, K = 2, 3


def log_sigmoid(s):
    return -np.logaddexp(0, -s)


def sigmoid(s):
    return np.exp(log_sigmoid(s))


class Cbow:
    def __init__(self, params):
        self.inner = Table(params["inner"])
        self.outer = Table(params["outer"])
        self.bias = params["bias"]
        self.dbias = np.zeros_like(self.bias)

    def scores(self, context, centre):
        h = self.inner[context].mean(axis=0)
        idx = np.concatenate([[centre], negatives(centre, len(self.outer), K)])
        return h, idx, self.outer[idx] @ h + self.bias[idx]

    def cost(self, context, centre):
        _, _, s = self.scores(context, centre)
        return -log_sigmoid(s[0]) - log_sigmoid(-s[1:]).sum()

    def learn(self, context, centre, weight):
        h, idx, s = self.scores(context, centre)
        ds = sigmoid(s)
        ds[0] -= 1
        ds *= weight
        self.outer.add_grad(idx, np.outer(ds, h))
        np.add.at(self.dbias, idx, ds)
        dh = ds @ self.outer[idx]
        self.inner.add_grad(context, np.tile(dh / len(context), (len(context), 1)))


def count(sentences):
    return sum(len(s) for s in sentences)


def loss(params, sentences):
    model = Cbow(params)
    return sum(model.cost(c, w) for c, w in bags(sentences, RADIUS)) / count(sentences)


def gradients(params, sentences):
    model = Cbow(params)
    n = count(sentences)
    for context, centre in bags(sentences, RADIUS):
        model.learn(context, centre, 1 / n)
    return {"inner": model.inner.grad, "outer": model.outer.grad, "bias": model.dbias}


_rng = np.random.default_rng(3)
params = {"inner": _rng.normal(size=(9, 5)), "outer": _rng.normal(size=(9, 5)), "bias": _rng.normal(size=9) * 0.3}
data = ([[0, 1, 2, 1, 3], [4, 5, 4, 6], [7, 8, 0, 2, 7, 5], [3, 6, 8]],)
