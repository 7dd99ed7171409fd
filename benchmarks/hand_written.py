"""What xnn is measured against: the same networks in plain NumPy, as a careful person writes them."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np


class HandWritten:
    """ReLU layers, softmax cross-entropy, and SGD or Adam updated in place."""

    def __init__(self, sizes: tuple[int, ...], optimizer: str, learning_rate: float, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.W = [(rng.standard_normal((i, o)) * np.sqrt(2 / i)).astype(np.float32) for i, o in pairwise(sizes)]
        self.b = [np.zeros(o, np.float32) for o in sizes[1:]]
        self.m = [np.zeros_like(p) for p in [*self.W, *self.b]]
        self.v = [np.zeros_like(p) for p in [*self.W, *self.b]]
        self.t = 0
        self.update = self.adam if optimizer == "adam" else self.sgd
        self.learning_rate = learning_rate

    def step(self, x: np.ndarray, y: np.ndarray) -> float:
        n, last = len(x), len(self.W) - 1
        activations = [x]
        for i in range(last + 1):
            z = activations[-1] @ self.W[i]
            z += self.b[i]
            activations.append(np.maximum(z, 0) if i < last else z)
        z = activations.pop()
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        rows = np.arange(n)
        loss = (np.log(total[:, 0]) - z[rows, y]).mean()
        delta = e / total
        delta[rows, y] -= 1
        delta /= n
        dW, db = [np.empty(0)] * (last + 1), [np.empty(0)] * (last + 1)
        for i in range(last, -1, -1):
            dW[i] = activations[i].T @ delta
            db[i] = delta.sum(axis=0)
            if i:
                delta = (delta @ self.W[i].T) * (activations[i] > 0)
        self.update([*dW, *db])
        return float(loss)

    def sgd(self, gradients: list[np.ndarray]) -> None:
        for p, g in zip([*self.W, *self.b], gradients, strict=True):
            p -= self.learning_rate * g

    def adam(self, gradients: list[np.ndarray]) -> None:
        self.t += 1
        for p, g, m, v in zip([*self.W, *self.b], gradients, self.m, self.v, strict=True):
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * g * g
            p -= self.learning_rate * (m / (1 - 0.9**self.t)) / (np.sqrt(v / (1 - 0.999**self.t)) + 1e-8)

    def epoch(self, X: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator) -> float:
        losses = [self.step(X[batch], y[batch]) for batch in batches(len(X), batch_size, rng)]
        return float(np.mean(losses))


def batches(samples: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    order = rng.permutation(samples)
    for start in range(0, samples, size):
        yield order[start : start + size]
