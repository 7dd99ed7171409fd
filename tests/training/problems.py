"""Small data to train on, and what tests ask of a run."""

from typing import Any

import numpy

import xnn
from xnn.nn import leaves


def blobs(n: int = 60, classes: int = 3, features: int = 4, seed: int = 0) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Points around one centre a class, far enough apart to be told apart."""
    rng = numpy.random.default_rng(seed)
    y = rng.permutation(numpy.arange(n) % classes)
    return rng.normal(size=(n, features)) + 4.0 * rng.normal(size=(classes, features))[y], y


def curve(n: int = 60, outputs: int | None = None, seed: int = 0) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Smooth functions of three features, in units far from 1."""
    rng = numpy.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    y = numpy.stack([10.0 + 5.0 * numpy.sin(X[:, 0]) + X[:, 1], 300.0 * X[:, 2] - 100.0 * X[:, 0]], axis=1)
    return X, y[:, 0] if outputs is None else y[:, :outputs]


def fit(X: Any, y: Any, **options: Any) -> xnn.Result:
    """Train a small network for a few epochs."""
    return xnn.train(X, y, **({"hidden": 8, "epochs": 3, "batch_size": 16, "progress": False} | options))


def weights(result: xnn.Result) -> list[numpy.ndarray]:
    return leaves(result.model.host_params())


def same_weights(a: xnn.Result, b: xnn.Result) -> bool:
    """Whether two runs ended with the same bits."""
    return all(numpy.array_equal(p, q) for p, q in zip(weights(a), weights(b), strict=True))


class Start(xnn.Callback):
    """Keeps the weights before the first step."""

    def on_start(self, run: Any) -> None:
        self.params = [numpy.array(xnn.to_host(p)) for p in leaves(run.params)]
