"""What units that died cost: Adam's means of their gradients end as denormal numbers, unless these are taken for 0."""

from statistics import median
from typing import NamedTuple

import numpy as np

import xnn
from xnn.backends import Backend, resolve
from xnn.training import legs

EPOCHS, AT_ENDS = 20, 3
HIDDEN, BATCH, LEARNING_RATE = (256, 128), 128, 0.02  # so large that units die


class Cost(NamedTuple):
    what: str
    first: float  # microseconds a step, median over the first epochs
    last: float  # and over the last
    dead: float  # share of the first hidden layer's units, at the end


def measure() -> list[Cost]:
    """Train on the 10,000 MNIST test images, as xnn does on NumPy and without its care."""
    X, y = xnn.datasets.mnist("test")
    numpy = type(resolve("numpy").backend)
    compile_, costs = numpy.compile, []
    try:
        for what, function in (("as it is", compile_), ("denormals left alone", Backend.compile)):
            numpy.compile = function  # type: ignore[method-assign]
            legs._remembered.cache_clear()
            costs.append(_train(what, X, y))
    finally:
        numpy.compile = compile_  # type: ignore[method-assign]
        legs._remembered.cache_clear()
    return costs


def _train(what: str, X: np.ndarray, y: np.ndarray) -> Cost:
    result = xnn.train(
        X, y, hidden=HIDDEN, epochs=EPOCHS, batch_size=BATCH, learning_rate=LEARNING_RATE, validation=None,
        metrics=(), progress=False, doctor="off",
    )  # fmt: skip
    steps = [seconds / (len(X) / BATCH) * 1e6 for seconds in result.history.seconds]
    W, b = result.model.params[0]
    dead = float(np.mean(np.all(result.model.scaling.apply(X) @ W + b <= 0, axis=0)))
    return Cost(what, median(steps[:AT_ENDS]), median(steps[-AT_ENDS:]), dead)
