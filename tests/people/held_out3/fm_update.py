# factorization machine, logistic, stochastic update of one sample
import numpy as np


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def fresh(n=8, k=3):
    r = np.random.RandomState(36)
    return [np.array(0.0), np.zeros(n), r.normal(0, .3, (n, k))]


def score(model, x):
    w0, w, V = model
    s = V.T @ x
    return w0 + w @ x + 0.5 * np.sum(s ** 2 - (V ** 2).T @ x ** 2)


def logit_loss(model, x, y):
    return np.log1p(np.exp(-y * score(model, x)))


def sgd(model, x, y, eta=0.2):
    w0, w, V = model
    d = -y * sigmoid(-y * score(model, x))
    s = V.T @ x
    gV = np.outer(x, s) - V * (x ** 2)[:, None]
    w0 -= eta * d
    w -= eta * d * x
    V -= eta * d * gV


def clicks(n=80):
    """user (4) x item (4), liked when both even or both odd"""
    r = np.random.RandomState(37)
    rows = []
    for _ in range(n):
        u, i = r.randint(4), r.randint(4)
        x = np.zeros(8)
        x[u] = x[4 + i] = 1
        rows.append((x, 1 if u % 2 == i % 2 else -1))
    return rows


def train(model, epochs=40):
    for _ in range(epochs):
        for x, y in clicks():
            sgd(model, x, y)
    return np.mean([logit_loss(model, x, y) for x, y in clicks()])
