"""What the doctor's always-on part costs: training with it and without, epochs of both in turn."""

import statistics
import time
from typing import NamedTuple

import numpy as np

import xnn
from xnn.training.guard import Guard

# The last is the worst: so small that a step takes next to nothing, and each step an epoch.
SETTINGS = (
    ((784, 64, 10), 128, 12_800, 60),
    ((64, 32, 10), 32, 1_600, 60),
    ((20, 16, 2), 16, 160, 60),
    ((2, 4, 2), 8, 8, 4_000),
)


class Timing(NamedTuple):
    sizes: tuple[int, ...]
    batch_size: int
    step: float  # microseconds, mean
    guard: float  # microseconds a step, all of an epoch's shared out among its steps
    share: float


class Timed(Guard):
    """The guard, with a watch on its hand."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.spent = 0.0

    def on_step(self, run: xnn.training.Run) -> None:
        started = time.perf_counter()
        super().on_step(run)
        self.spent += time.perf_counter() - started

    def on_epoch(self, run: xnn.training.Run) -> None:
        started = time.perf_counter()
        super().on_epoch(run)
        self.seconds.append(self.spent + time.perf_counter() - started)
        self.spent = 0.0


def measure(sizes: tuple[int, ...], batch_size: int, samples: int, epochs: int) -> Timing:
    """Time each call of the guard inside a run; the clock's own cost counts against it."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((samples, sizes[0]), dtype=np.float32)
    y = (X @ rng.normal(size=(sizes[0], sizes[-1]))).argmax(axis=1)
    guard = Timed()
    result = xnn.train(
        X, y, hidden=sizes[1:-1], epochs=epochs, batch_size=batch_size, validation=None, metrics=(), progress=False,
        callbacks=[guard], doctor="off",
    )  # fmt: skip
    steps = samples / batch_size
    step, spent = (statistics.mean(seconds) / steps * 1e6 for seconds in (result.history.seconds[5:], guard.seconds))
    return Timing(sizes, batch_size, step, spent, spent / step)


def measure_all() -> list[Timing]:
    return [measure(*setting) for setting in SETTINGS]
