import numpy as np


class Tower:
    """The network that both images go through; keeps what its last forward pass saw."""

    def __init__(self, w, v):
        self.w, self.v = w, v

    def forward(self, x):
        self.x = x
        self.h = 1 / (1 + np.exp(-(x @ self.w)))
        return self.h @ self.v

    def backward(self, d):
        self.dv += self.h.T @ d
        dh = d @ self.v.T
        self.dw += self.x.T @ (dh * self.h * (1 - self.h))

    def clear(self):
        self.dw = np.zeros_like(self.w)
        self.dv = np.zeros_like(self.v)


def distance(params, left, right):
    tower = Tower(*params)
    a = tower.forward(left)
    b = tower.forward(right)
    return tower, a, b, np.sqrt(np.sum((a - b)**2, axis=1) + 1e-8)


def loss(params, left, right, same):
    # contrastive: pull together what is the same, push the rest beyond 1.5
    *_, d = distance(params, left, right)
    return 0.5 * np.mean(same * d**2 + (1 - same) * np.maximum(0, 1.5 - d)**2)


def gradients(params, left, right, same):
    tower, a, b, d = distance(params, left, right)
    dd = (same * d - (1 - same) * np.maximum(0, 1.5 - d)) / len(same)
    da = (dd / d)[:, None] * (a - b)
    tower.clear()
    tower.backward(-da)
    tower.forward(left)
    tower.backward(da)
    return (tower.dw, tower.dv)


rng = np.random.RandomState(404)
params = (rng.randn(5, 4), rng.randn(4, 3))
data = (rng.randn(6, 5), rng.randn(6, 5), np.array([1, 0, 0, 1, 1, 0]))
