"""The gradient of one call is added to those of the calls before: it is never set to zero."""

import numpy as np


dw = np.zeros(3)


def loss(w, X, y):
    return np.mean((X @ w - y) ** 2)


def gradients(w, X, y):
    dw[:] += 2 * X.T @ (X @ w - y) / len(y)  # right: dw[:] = 2 * X.T @ (X @ w - y) / len(y)
    return dw


rng = np.random.default_rng(0)
params = rng.normal(size=3)
data = rng.normal(size=(8, 3)), rng.normal(size=8)
