"""Plain NumPy as a careful author writes it for speed: every array is made once, and every result has its ``out``."""

from typing import Any

import numpy as np

from ..setting import LEARNING_RATE, Setting
from .peer import Peer
from .timing import seconds_of_each


class HandWritten(Peer):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        weights, n = setting.weights(), setting.batch_size
        self.W, self.b = [W for W, _ in weights], [b for _, b in weights]
        self.parameters = [*self.W, *self.b]
        self.gradients = [np.empty_like(p) for p in self.parameters]
        self.scratch = [np.empty_like(p) for p in self.parameters]
        self.m = [np.zeros_like(p) for p in self.parameters]
        self.v = [np.zeros_like(p) for p in self.parameters]
        self.t = 0
        self.update = self.adam if setting.optimizer == "adam" else self.sgd
        self.activations = [np.empty((n, size), np.float32) for size in setting.sizes]
        self.deltas = [np.empty_like(a) for a in self.activations]
        self.positive = [np.empty(a.shape, bool) for a in self.activations]
        self.labels = np.empty(n, self.y.dtype)
        self.rows = np.arange(n)

    def train(self, rows: np.ndarray | slice) -> float:
        if isinstance(rows, slice):
            x, y = self.X[rows], self.y[rows]
        else:  # "clip" writes straight into `out`; the default checks first, and copies
            x = self.X.take(rows, axis=0, out=self.activations[0], mode="clip")
            y = self.y.take(rows, out=self.labels, mode="clip")
        last, n = len(self.W) - 1, len(x)
        inputs = [x, *self.activations[1:]]
        for i in range(last + 1):
            z = np.matmul(inputs[i], self.W[i], out=self.activations[i + 1])
            z += self.b[i]
            if i < last:
                np.maximum(z, 0, out=z)
        z, p = self.activations[-1], self.deltas[-1]
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=p)
        total = p.sum(axis=1, keepdims=True)
        loss = np.log(total).mean() - z[self.rows, y].mean()
        p /= total
        p[self.rows, y] -= 1
        p /= n
        for i in range(last, -1, -1):
            delta = self.deltas[i + 1]
            np.matmul(inputs[i].T, delta, out=self.gradients[i])
            delta.sum(axis=0, out=self.gradients[last + 1 + i])
            if i:
                np.matmul(delta, self.W[i].T, out=self.deltas[i])
                np.greater(inputs[i], 0, out=self.positive[i])
                self.deltas[i] *= self.positive[i]
        self.update()
        return loss

    def sgd(self) -> None:
        for p, g in zip(self.parameters, self.gradients, strict=True):
            g *= LEARNING_RATE
            p -= g

    def adam(self) -> None:
        self.t += 1
        root = (1 - 0.999**self.t) ** 0.5
        rate = LEARNING_RATE * root / (1 - 0.9**self.t)
        for p, g, m, v, s in zip(self.parameters, self.gradients, self.m, self.v, self.scratch, strict=True):
            m *= 0.9
            np.multiply(g, 0.1, out=s)
            m += s
            v *= 0.999
            g *= g
            g *= 0.001
            v += g
            np.sqrt(v, out=s)
            s += 1e-8 * root
            np.divide(m, s, out=s)
            s *= rate
            p -= s

    def steps(self, count: int) -> float:
        loss = 0.0
        for _ in range(count):
            loss = self.train(slice(0, self.setting.batch_size))
        return float(loss)

    def epochs(self, count: int) -> list[float]:
        return seconds_of_each(count, lambda: sum(self.train(rows) for rows in self.batches()))

    def predict(self) -> Any:
        x = self.X
        for W, b in zip(self.W, self.b, strict=True):
            x = x @ W
            x += b
            if W is not self.W[-1]:
                np.maximum(x, 0, out=x)
        return x.argmax(axis=1)
