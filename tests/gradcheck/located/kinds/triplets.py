"""Triplet loss on embeddings by a two-layer tanh net with a normalised output.

All triplets of the batch are used where the margin is violated.
"""

import numpy as np


class Embedder:
    def __init__(self, margin=0.5):
        self.margin = margin

    def embed(self, params, x):
        h = np.tanh(x @ params["W1"] + params["b1"])
        e = h @ params["W2"] + params["b2"]
        r = np.sqrt((e * e).sum(axis=1) + 1e-12)
        return h, e, r, e / r[:, None]

    def all_triplets(self, y):
        n = len(y)
        for a in range(n):
            for p in range(n):
                if p == a or y[p] != y[a]:
                    continue
                for q in range(n):
                    if y[q] != y[a]:
                        yield a, p, q

    def loss(self, params, x, y):
        _, _, _, u = self.embed(params, x)
        total, count = 0.0, 0
        for a, p, q in self.all_triplets(y):
            pos = ((u[a] - u[p]) ** 2).sum()
            neg = ((u[a] - u[q]) ** 2).sum()
            total += max(0.0, pos - neg + self.margin)
            count += 1
        return total / count

    def gradients(self, params, x, y):
        h, e, r, u = self.embed(params, x)
        du = np.zeros_like(u)
        count = 0
        for a, p, q in self.all_triplets(y):
            to_p = u[a] - u[p]
            to_q = u[a] - u[q]
            count += 1
            if (to_p**2).sum() - (to_q**2).sum() + self.margin <= 0:
                continue
            du[a] += 2 * (to_p - to_q)
            du[p] -= 2 * to_p
            du[q] += 2 * to_q
        du /= count

        de = (du - u * (u * du).sum(axis=1)[:, None]) / r[:, None]
        dW2 = h.T @ de
        db2 = de.sum(axis=0)
        dz = (de @ params["W2"].T) * (1 - h * h)
        dW1 = x.T @ dz
        db1 = dz.sum(axis=0)
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


net = Embedder()
loss = net.loss
gradients = net.gradients

rng = np.random.default_rng(88)
params = {
    "W1": rng.normal(size=(5, 6)) * 0.6,
    "b1": rng.normal(size=6) * 0.1,
    "W2": rng.normal(size=(6, 3)) * 0.6,
    "b2": rng.normal(size=3) * 0.1,
}
data = (rng.normal(size=(7, 5)), np.array([0, 1, 2, 0, 1, 0, 2]))
