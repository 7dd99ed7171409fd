"""A loss that was written for the check alone may differ by a factor: `up_to_factor=True` allows it, and says which."""

import numpy as np

import xnn


def loss(w, X, y):
    return np.mean((X @ w - y) ** 2)


def gradients(w, X, y):
    return X.T @ (X @ w - y)


rng = np.random.default_rng(0)
w, X, y = rng.normal(size=3), rng.normal(size=(8, 3)), rng.normal(size=8)
print(xnn.check_gradients(loss, gradients, w, X, y, up_to_factor=True))
