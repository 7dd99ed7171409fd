"""Dropout draws another mask at each call, so the loss is another function each time."""

import numpy as np


def loss(w, X, y):
    return np.mean((X @ (w * (np.random.rand(3) > 0.5)) - y) ** 2)  # right: return np.mean((X @ w - y) ** 2)


def gradients(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)


rng = np.random.default_rng(0)
params = rng.normal(size=3)
data = rng.normal(size=(8, 3)), rng.normal(size=8)
