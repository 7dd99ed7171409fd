"""Write the gradients of a network with one hidden layer of tanh and a squared error."""

import numpy as np


def loss(w, X, y):
    return np.mean((np.tanh(X @ w["W1"]) @ w["W2"] - y) ** 2)


def gradients(w, X, y):
    # Your work goes here.
    return {"W1": np.zeros_like(w["W1"]), "W2": np.zeros_like(w["W2"])}


rng = np.random.default_rng(0)
params = {"W1": rng.normal(size=(3, 4)), "W2": rng.normal(size=(4, 1))}
data = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
