"""The derivative is given the output `h`, where it is written for the pre-activation `z`."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def loss(p, X, y):
    return np.mean((sigmoid(X @ p["W1"]) @ p["W2"] - y) ** 2)


def gradients(p, X, y):
    z = X @ p["W1"]
    h = sigmoid(z)
    d2 = 2 * (h @ p["W2"] - y) / y.size
    d1 = d2 @ p["W2"].T * slope(h)  # right: d1 = d2 @ p["W2"].T * slope(z)
    return {"W1": X.T @ d1, "W2": h.T @ d2}


rng = np.random.default_rng(0)
params = {"W1": rng.normal(size=(3, 4)), "W2": rng.normal(size=(4, 2))}
data = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
