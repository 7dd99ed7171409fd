import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.gW, self.gb = np.zeros(W.shape), np.zeros(b.shape)
        self.stack = []          # one entry a call, so that a layer may be used more than once

    def __call__(self, x):
        self.stack.append(x)
        return x @ self.W + self.b

    def pull(self, d):
        x = self.stack.pop()
        self.gW += x.T @ d
        self.gb += d.sum(axis=0)
        return d @ self.W.T


class Gelu:
    """Approximated by x sigmoid(1.702 x)."""
    k = 1.702

    def __init__(self):
        self.stack = []

    def __call__(self, x):
        s = 1 / (1 + np.exp(-self.k * x))
        self.stack.append((x, s))
        return x * s

    def pull(self, d):
        x, s = self.stack.pop()
        return d * (s + self.k * x * s * (1 - s))
