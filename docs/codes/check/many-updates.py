"""A step that updates after each sample is the gradient of no one loss: a note, not a fault."""

import numpy as np

import xnn


def loss(w, X, y):
    return np.mean((X @ w - y) ** 2)


def step(w, X, y):
    for x, t in zip(X, y):
        w -= 0.1 * 2 * x * (x @ w - t)


gradients = xnn.gradients_from_step(step, learning_rate=0.1)
rng = np.random.default_rng(0)
params = rng.normal(size=3)
data = rng.normal(size=(8, 3)), rng.normal(size=8)
