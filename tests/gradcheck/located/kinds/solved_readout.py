"""The read-out is not trained: at every evaluation it is solved for by ridge regression, inside the loss.

The loss is the ridge objective at its minimum, so that a change of the read-out does not change it to first order: in the
gradient of the hidden layer it counts as a constant.
"""

import numpy as np

RIDGE = 0.3


def hidden(params, X):
    return np.tanh(X @ params["W"] + params["b"]) * params["amp"]


def solve(H, Y):
    return np.linalg.solve(H.T @ H + RIDGE * np.eye(H.shape[1]), H.T @ Y)


def loss(params, X, Y):
    H = hidden(params, X)
    B = solve(H, Y)
    return (((H @ B - Y) ** 2).sum() + RIDGE * (B**2).sum()) / (2 * len(X))


def gradients(params, X, Y):
    H = hidden(params, X)
    B = solve(H, Y)
    E = (H @ B - Y) / len(X)
    dH = E @ B.T
    T = H / params["amp"]
    dZ = dH * params["amp"] * (1 - T**2)
    return {"W": X.T @ dZ, "b": dZ.sum(axis=0), "amp": (dH * T).sum(axis=0)}


rng = np.random.RandomState(501)
params = {"W": rng.randn(3, 5), "b": rng.randn(5) * 0.3, "amp": rng.rand(5) + 0.5}
data = (rng.randn(14, 3), rng.randn(14, 2))
