"""The mask of ReLU is taken of what flows back, not of the pre-activation."""

import numpy as np


def relu(z):
    return np.maximum(z, 0)


def loss(p, X, y):
    return np.mean((relu(X @ p["W1"]) @ p["W2"] - y) ** 2)


def gradients(p, X, y):
    z = X @ p["W1"]
    h = relu(z)
    d2 = 2 * (h @ p["W2"] - y) / y.size
    d1 = np.maximum(d2 @ p["W2"].T, 0)  # right: d1 = d2 @ p["W2"].T * (z > 0)
    return {"W1": X.T @ d1, "W2": h.T @ d2}


rng = np.random.default_rng(0)
params = {"W1": rng.normal(size=(3, 4)), "W2": rng.normal(size=(4, 2))}
data = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
