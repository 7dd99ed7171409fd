"""The loss is computed in float32: no comparison can be finer than that. A note, not a fault."""

import numpy as np


def loss(w, X, y):
    return np.mean((X @ w - y).astype("float32") ** 2)


def gradients(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)


rng = np.random.default_rng(0)
params = rng.normal(size=3)
data = rng.normal(size=(8, 3)), rng.normal(size=8)
