"""What units that died cost: Adam's means of their gradients end denormal, unless what is small is set to 0."""

from statistics import median
from typing import NamedTuple

import numpy as np

import xnn
from xnn.optimizers import Optimizer
from xnn.training import epoch_steps

EPOCHS, AT_ENDS = 20, 3
HIDDEN, BATCH, LEARNING_RATE = (256, 128), 128, 0.02  # so large that units die


class Cost(NamedTuple):
    what: str
    first: float  # microseconds a step, median over the first epochs
    last: float  # and over the last
    dead: float  # share of the first hidden layer's units, at the end


def measure() -> list[Cost]:
    """Train on the 10,000 MNIST test images, with small means set to 0 and without, on each library that is here."""
    X, y = xnn.datasets.mnist("test")
    settled, costs = Optimizer._settled, []
    for backend in ("numpy", "torch", "jax"):
        if not xnn.backends()[backend].available:
            continue
        try:
            for what, function in (("as it is", settled), ("left alone", lambda self, slots: slots)):
                Optimizer._settled = function  # type: ignore[method-assign]
                epoch_steps._remembered.cache_clear()  # of what is compiled it is a part
                costs.append(_train(f"{backend}, {what}", X, y, backend))
        finally:
            Optimizer._settled = settled  # type: ignore[method-assign]
            epoch_steps._remembered.cache_clear()
    return costs


def _train(what: str, X: np.ndarray, y: np.ndarray, backend: str) -> Cost:
    result = xnn.train(
        X, y, hidden=HIDDEN, epochs=EPOCHS, batch_size=BATCH, learning_rate=LEARNING_RATE, validation=None,
        metrics=(), progress=False, doctor="off", backend=backend,
    )  # fmt: skip
    steps = [seconds / (len(X) / BATCH) * 1e6 for seconds in result.history.seconds]
    W, b = result.model.host_params()[0]
    dead = float(np.mean(np.all(result.model.scaling.apply(X) @ W + b <= 0, axis=0)))
    return Cost(what, median(steps[:AT_ENDS]), median(steps[-AT_ENDS:]), dead)
