"""The last output is built with a column of its weights that is never used."""

import numpy as np

used = 1  # right: used = 2


def predict(p, X):
    out = np.zeros((len(X), 2))
    out[:, :used] = np.tanh(X @ p["W1"]) @ p["W2"][:, :used]
    return out


def loss(p, X, y):
    return np.mean((predict(p, X) - y) ** 2)


def gradients(p, X, y):
    h = np.tanh(X @ p["W1"])
    d2 = (predict(p, X) - y) / len(X)
    d2[:, used:] = 0
    d1 = d2 @ p["W2"].T * (1 - h**2)
    return {"W1": X.T @ d1, "W2": h.T @ d2}


rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
params = {"W1": rng.normal(size=(3, 8)), "W2": rng.normal(size=(8, 2)) / 3}
data = X, np.column_stack([np.sin(X[:, 0]), np.cos(X[:, 1])])
