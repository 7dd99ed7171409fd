"""Recommender: user and item factors with biases and an implicit-feedback term (what somebody has rated at all)."""

import numpy as np


class Recommender:
    def __init__(self, n_users, n_items, k, reg):
        self.n_users, self.n_items, self.k, self.reg = n_users, n_items, k, reg

    def init(self, seed):
        r = np.random.RandomState(seed)
        return {
            "mu": np.array([3.1]),
            "bu": r.randn(self.n_users) * 0.2,
            "bi": r.randn(self.n_items) * 0.2,
            "U": r.randn(self.n_users, self.k) * 0.7,
            "V": r.randn(self.n_items, self.k) * 0.7,
            "Y": r.randn(self.n_items, self.k) * 0.7,
        }

    def seen(self, ratings):
        lists = [[] for _ in range(self.n_users)]
        for u, i, _ in ratings:
            lists[int(u)].append(int(i))
        return lists

    def profile(self, p, u, items):
        """The user's vector, with a correction from all the items rated."""
        if not items:
            return p["U"][u]
        return p["U"][u] + p["Y"][items].sum(axis=0) / np.sqrt(len(items))

    def predict(self, p, u, i, items):
        return p["mu"][0] + p["bu"][u] + p["bi"][i] + self.profile(p, u, items) @ p["V"][i]

    def loss(self, p, ratings):
        seen = self.seen(ratings)
        sse = 0.0
        for u, i, r in ratings:
            u, i = int(u), int(i)
            sse += (r - self.predict(p, u, i, seen[u])) ** 2
        penalty = 0.0
        for name in ("bu", "bi", "U", "V", "Y"):
            penalty += (p[name] ** 2).sum()
        return 0.5 * sse / len(ratings) + 0.5 * self.reg * penalty

    def gradients(self, p, ratings):
        g = {}
        for name in p:
            g[name] = np.zeros_like(p[name])
        seen = self.seen(ratings)
        for u, i, r in ratings:
            u, i = int(u), int(i)
            items = seen[u]
            e = r - self.predict(p, u, i, items)
            vec = self.profile(p, u, items)
            g["mu"] -= e
            g["bu"][u] -= e
            g["bi"][i] -= e
            g["U"][u] -= e * p["V"][i]
            g["V"][i] -= e * vec
            share = e * p["V"][i] / np.sqrt(len(items))
            for j in items:
                g["Y"][j] -= share
        for name in g:
            g[name] /= len(ratings)
            if name != "mu":
                g[name] += self.reg * p[name]
        return g

    def sgd(self, p, ratings, rate, epochs):
        for _ in range(epochs):
            g = self.gradients(p, ratings)
            p = {name: p[name] - rate * g[name] for name in p}
        return p


model = Recommender(n_users=5, n_items=6, k=3, reg=0.02)
loss, gradients = model.loss, model.gradients
params = model.init(12)
_r = np.random.RandomState(13)
_pairs = sorted({(int(a), int(b)) for a, b in zip(_r.randint(5, size=22), _r.randint(6, size=22))})
data = (np.array([(u, i, _r.randint(1, 6)) for u, i in _pairs], dtype=float),)
