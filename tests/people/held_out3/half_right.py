# Sentiment: mean of word vectors -> tanh layer -> one probability. Accuracy prints 0.5 whatever I do!
import numpy as np

good = ["fine", "great", "love", "nice"]
bad = ["awful", "dull", "hate", "poor"]
rest = ["the", "film", "was", "it", "plot", "actor"]
words = good + bad + rest
rng = np.random.RandomState(70)


def reviews(n=60):
    X, y = [], []
    for k in range(n):
        mood = good if k % 2 else bad
        X.append([words.index(rng.choice(mood)) for _ in range(2)] + [words.index(rng.choice(rest)) for _ in range(4)])
        y.append(k % 2)
    return np.array(X), np.array(y, dtype=float)


class MeanVectors:
    def __init__(self, dim=5, hid=4):
        self.E = rng.randn(len(words), dim) * 0.3
        self.W = rng.randn(dim, hid) * 0.5
        self.b = np.zeros(hid)
        self.v = rng.randn(hid, 1) * 0.5
        self.c = np.zeros(1)

    def prob(self, X):
        self.m = self.E[X].mean(axis=1)
        self.h = np.tanh(self.m @ self.W + self.b)
        return 1 / (1 + np.exp(-(self.h @ self.v + self.c)))

    def loss(self, X, y):
        p = self.prob(X)[:, 0]
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def gradients(self, X, y):
        d = (self.prob(X) - y[:, None]) / len(y)
        dh = d @ self.v.T * (1 - self.h ** 2)
        dm = dh @ self.W.T
        dE = np.zeros_like(self.E)
        np.add.at(dE, X, np.repeat(dm[:, None, :] / X.shape[1], X.shape[1], axis=1))
        return dict(E=dE, W=self.m.T @ dh, b=dh.sum(0), v=self.h.T @ d, c=d.sum(0))

    def accuracy(self, X, y):
        return ((self.prob(X) > 0.5) == y).mean()

    def fit(self, X, y, lr=1.0, epochs=300):
        for e in range(epochs):
            for k, g in self.gradients(X, y).items():
                setattr(self, k, getattr(self, k) - lr * g)
        return self.accuracy(X, y)
