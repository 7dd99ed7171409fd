"""The loss multiplies by 3, and the gradient forgets it where the path through the norm is taken."""

import numpy as np


def loss(w, X, y):
    norm = np.sqrt(np.sum(w**2))
    return np.mean((np.tanh(X @ (w / norm)) * 3 - y) ** 2)


def gradients(w, X, y):
    norm = np.sqrt(np.sum(w**2))
    u = w / norm
    h = np.tanh(X @ u)
    dh = 2 * (h * 3 - y) / len(y) * 3
    du = X.T @ (dh * (1 - h**2))
    return du / norm - u * np.sum(du * u)  # right: return du / norm - u * np.sum(du * u) / norm


rng = np.random.default_rng(0)
params = rng.normal(size=5)
data = rng.normal(size=(8, 5)), rng.normal(size=8)
