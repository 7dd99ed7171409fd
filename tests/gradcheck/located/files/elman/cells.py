import numpy as np


class ElmanCell:
    """h' = tanh(x Wx + h Wh + b). Keeps nothing: what backward needs is in the cache it hands out."""

    def __init__(self, store):
        self.store = store
        self.grads = {k: np.zeros_like(store[k]) for k in ("Wx", "Wh", "b")}

    def step(self, x, h):
        p = self.store
        new = np.tanh(x @ p["Wx"] + h @ p["Wh"] + p["b"])
        return new, (x, h, new)

    def back(self, dnew, cache):
        x, h, new = cache
        dz = dnew * (1 - new * new)
        self.grads["Wx"] += x.T @ dz
        self.grads["Wh"] += h.T @ dz
        self.grads["b"] += dz.sum(axis=0)
        return dz @ self.store["Wx"].T, dz @ self.store["Wh"].T


class Readout:
    def __init__(self, store):
        self.store = store
        self.grads = {k: np.zeros_like(store[k]) for k in ("Wy", "by")}

    def step(self, h):
        return h @ self.store["Wy"] + self.store["by"], h

    def back(self, dy, h):
        self.grads["Wy"] += h.T @ dy
        self.grads["by"] += dy.sum(axis=0)
        return dy @ self.store["Wy"].T
