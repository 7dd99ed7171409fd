"""How well xnn.train does with its defaults, over several seeds: no figure of one lucky split."""

from typing import NamedTuple

import numpy as np

import xnn


class Accuracy(NamedTuple):
    data: str
    training: int
    held_out: int
    figures: list[float]  # held-out accuracy, one a seed
    seconds: float  # longest training time


def digits(seeds: int = 10) -> Accuracy:
    """Train on the embedded digits with all defaults."""
    return _train("digits", *xnn.datasets.digits(), seeds)


def mnist(seeds: int = 5) -> Accuracy:
    """Train on 9,000 of the 10,000 MNIST test images with all defaults, and hold 1,000 out."""
    return _train("MNIST t10k", *xnn.datasets.mnist("test"), seeds)


def _train(name: str, X: np.ndarray, y: np.ndarray, seeds: int) -> Accuracy:
    results = [xnn.train(X, y, seed=seed, progress=False) for seed in range(seeds)]
    figures = [result.history.validation_accuracy[-1] for result in results]
    first = results[0]
    return Accuracy(
        name, first.samples, first.validation_samples, figures, max(sum(r.history.seconds) for r in results)
    )
