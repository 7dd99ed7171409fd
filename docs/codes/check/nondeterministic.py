"""Dropout draws another mask at each call, so the loss is another function each time."""

import numpy as np


def loss(w, X, y):
    return np.mean((X @ (w * (np.random.rand(30) > 0.5)) - y) ** 2)  # right: return np.mean((X @ w - y) ** 2)


def gradients(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)


rng = np.random.default_rng(0)
params = rng.normal(size=30)
data = rng.normal(size=(80, 30)), rng.normal(size=80)
