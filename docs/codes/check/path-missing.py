"""The skip connection is a path of its own, and the gradient leaves it out."""

import numpy as np


def loss(p, X, y):
    h = X + np.tanh(X @ p["A"])
    return np.mean(((h + np.tanh(h @ p["B"])) @ p["w"] - y) ** 2)


def gradients(p, X, y):
    a = np.tanh(X @ p["A"])
    h = X + a
    b = np.tanh(h @ p["B"])
    dout = 2 * ((h + b) @ p["w"] - y) / len(y)
    db = np.outer(dout, p["w"]) * (1 - b**2)
    dh = db @ p["B"].T  # right: dh = np.outer(dout, p["w"]) + db @ p["B"].T
    return {"A": X.T @ (dh * (1 - a**2)), "B": h.T @ db, "w": (h + b).T @ dout}


rng = np.random.default_rng(0)
params = {"A": rng.normal(size=(4, 4)), "B": rng.normal(size=(4, 4)), "w": rng.normal(size=4)}
data = rng.normal(size=(8, 4)), rng.normal(size=8)
