"""Every row is the same."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def predict(p, X):
    return softmax(np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])


def loss(p, X, t):
    return -np.sum(t * np.log(predict(p, X))) / len(X)


def gradients(p, X, t):
    h = np.tanh(X @ p["W1"] + p["b1"])
    d2 = (softmax(h @ p["W2"] + p["b2"]) - t) / len(X)
    d1 = d2 @ p["W2"].T * (1 - h**2)
    return {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}


rng = np.random.default_rng(0)
labels = np.arange(60) % 3
X = np.ones((60, 4))  # right: X = rng.normal(size=(60, 4)) + 2 * np.eye(4)[labels]
t = np.eye(3)[labels]
params = {
    "W1": rng.normal(size=(4, 8)) / 2,
    "b1": np.zeros(8),
    "W2": rng.normal(size=(8, 3)) / 3,
    "b2": np.zeros(3),
}
data = X, t
learning_rate = 0.5
