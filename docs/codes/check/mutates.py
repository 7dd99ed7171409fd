"""`-=` writes into the array that the caller gave."""

import numpy as np


def loss(w, X, y):
    return np.mean((X @ w - y) ** 2)


def gradients(w, X, y):
    y -= X @ w  # right: y = y - X @ w
    return -2 * X.T @ y / len(y)


rng = np.random.default_rng(0)
params = rng.normal(size=3)
data = rng.normal(size=(8, 3)), rng.normal(size=8)
