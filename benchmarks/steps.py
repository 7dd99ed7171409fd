"""A training step of xnn on NumPy beside a hand-written one: epochs of both in turn, medians of the ratio."""

import statistics
import time
from typing import NamedTuple

import numpy as np

import xnn

from .hand_written import HandWritten

SETTINGS = (((784, 64, 10), 128, 12_800), ((784, 256, 128, 10), 128, 6_400), ((784, 1024, 1024, 10), 256, 2_560))
EPOCHS = 25


class Timing(NamedTuple):
    sizes: tuple[int, ...]
    batch_size: int
    optimizer: str
    theirs: float  # microseconds a step, median
    ours: float
    ratio: float  # median of the ratios of neighbouring epochs


def measure(sizes: tuple[int, ...], batch_size: int, samples: int, optimizer: str) -> Timing:
    rng = np.random.default_rng(0)
    X = rng.random((samples, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], samples)
    peer, theirs = HandWritten(sizes, optimizer, 1e-3), []

    def peer_epoch(run: xnn.training.Run) -> None:
        started = time.perf_counter()
        peer.epoch(X, y, batch_size, rng)
        theirs.append(time.perf_counter() - started)

    result = xnn.train(
        X,
        y,
        hidden=sizes[1:-1],
        optimizer=optimizer,
        epochs=EPOCHS,
        batch_size=batch_size,
        validation=None,
        scale=None,
        metrics=(),
        callbacks=[peer_epoch],
        progress=False,
    )
    ours, theirs = result.history.seconds[3:], theirs[3:]  # the first epochs warm up
    steps = samples / batch_size
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return Timing(
        sizes,
        batch_size,
        optimizer,
        statistics.median(theirs) / steps * 1e6,
        statistics.median(ours) / steps * 1e6,
        ratio,
    )


def measure_all() -> list[Timing]:
    return [measure(*setting, optimizer) for setting in SETTINGS for optimizer in ("sgd", "adam")]
