import numpy as np


class WholeBatchNorm:
    """Statistics of the whole batch, gathered and applied piece by piece."""

    def __init__(self, gain, shift, eps=1e-3):
        self.gain, self.shift, self.eps = gain, shift, eps
        self.n, self.sum, self.sq = 0, 0.0, 0.0

    def gather(self, z):
        self.n += len(z)
        self.sum = self.sum + z.sum(axis=0)
        self.sq = self.sq + (z ** 2).sum(axis=0)

    def settle(self):
        self.mean = self.sum / self.n
        self.inv = 1 / np.sqrt(self.sq / self.n - self.mean ** 2 + self.eps)

    def apply(self, z):
        return (z - self.mean) * self.inv

    # backward: first pass collects two sums, second pass gives the pieces' gradients
    def start_back(self):
        self.d_shift, self.d_gain = 0.0, 0.0

    def collect(self, dy, hat):
        self.d_shift = self.d_shift + dy.sum(axis=0)
        self.d_gain = self.d_gain + (dy * hat).sum(axis=0)

    def pieces(self, dy, hat):
        return self.gain * self.inv * (dy - self.d_shift / self.n - hat * self.d_gain / self.n)
