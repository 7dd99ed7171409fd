import numpy as np


def loss(w, X, y):
    h = np.tanh(X @ w["W1"] + w["b1"])
    return np.mean((h @ w["W2"] + w["b2"] - y) ** 2)


def gradients(w, X, y):
    h = np.tanh(X @ w["W1"] + w["b1"])
    dz = 2 * (h @ w["W2"] + w["b2"] - y) / y.size
    da = dz @ w["W2"].T * (1 - h)
    return {"W1": X.T @ da, "b1": da.sum(axis=0), "W2": h.T @ dz, "b2": dz.sum(axis=0)}


rng = np.random.default_rng(0)
params = {
    "W1": rng.normal(size=(3, 4)),
    "b1": np.zeros(4),
    "W2": rng.normal(size=(4, 1)),
    "b2": np.zeros(1),
}
data = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
