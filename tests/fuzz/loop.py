"""Training by hand, from docs/explanation/conventions.md alone: what the fuzz compares results with."""

from typing import Any

import numpy


def train(X: Any, T: Any, w: Any, params: list[Any], kind: str, shuffle: Any, o: dict[str, Any]) -> list[float]:
    """Train a tanh or linear network by gradient descent, in place; return the loss of each epoch.

    X are scaled inputs, T targets (n, K), w a weight a sample, params arrays (W, b), (W, b), ...
    """
    n, losses, velocity = len(X), [], [numpy.zeros_like(p) for p in params]
    size = min(o["batch_size"] or n, n)
    for _ in range(o["epochs"]):
        total = 0.0
        order = numpy.arange(n) if size == n else shuffle.permutation(n)
        for start in range(0, n, size):
            rows = order[start : start + size]
            x, t, weight, m = X[rows], T[rows], w[rows], len(rows)
            layers = [x]
            for i in range(0, len(params), 2):
                z = layers[-1] @ params[i] + params[i + 1]
                layers.append(z if i == len(params) - 2 else numpy.tanh(z))
            z = layers[-1]
            if kind == "softmax":
                e = numpy.exp(z - z.max(axis=1, keepdims=True))
                p = e / e.sum(axis=1, keepdims=True)
                each = -(t * numpy.log(numpy.maximum(p, 1e-300))).sum(axis=1)
                d = p - t
            elif kind == "sigmoid":
                p = 1 / (1 + numpy.exp(-z))
                each = (numpy.logaddexp(0, z) - t * z).sum(axis=1)
                d = p - t
            else:
                each, d = ((z - t) ** 2).sum(axis=1), 2 * (z - t)
            penalty = sum(o["l2"] / 2 * (p**2).sum() for p in params[::2])
            total += (weight @ each / m + penalty) * m
            d = d * weight[:, None] / m
            slopes: list[Any] = []
            for i in range(len(params) - 2, -1, -2):
                slopes = [layers[i // 2].T @ d + o["l2"] * params[i], d.sum(axis=0), *slopes]
                if i:
                    d = d @ params[i].T * (1 - layers[i // 2] ** 2)
            for p, v, g in zip(params, velocity, slopes, strict=True):
                v *= 0.9 if o["optimizer"] == "momentum" else 0.0
                v += g
                p -= o["learning_rate"] * v
        losses.append(total / n)
    return losses
