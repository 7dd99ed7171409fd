"""The outputs have shape (8, 1), the targets (8,): their difference is (8, 8)."""

import numpy as np


def loss(w, X, y):
    return np.mean((X @ w - y) ** 2)  # right: return np.mean((X @ w - y.reshape(-1, 1)) ** 2)


def gradients(w, X, y):
    return 2 * X.T @ (X @ w - y.reshape(-1, 1)) / len(y)


rng = np.random.default_rng(0)
params = rng.normal(size=(3, 1))
data = rng.normal(size=(8, 3)), rng.normal(size=8)
