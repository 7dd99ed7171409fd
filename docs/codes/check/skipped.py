"""The loop begins at 1, so the first entry stays 0."""

import numpy as np


def loss(w, X, y):
    return np.mean((np.tanh(X @ w) - y) ** 2)


def gradients(w, X, y):
    dw = np.zeros_like(w)
    h = np.tanh(X @ w)
    for j in range(1, len(w)):  # right: for j in range(len(w)):
        dw[j] = np.mean(2 * (h - y) * (1 - h**2) * X[:, j])
    return dw


rng = np.random.default_rng(0)
params = rng.normal(size=5)
data = rng.normal(size=(8, 5)), rng.normal(size=8)
