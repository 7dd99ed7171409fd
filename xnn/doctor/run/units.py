"""What a layer's units do, seen in their activations alone: zero for every sample, or at the end of their range."""

from collections import deque

import numpy

from ...gradcheck.parts import Host
from ..limits import AT_THE_END
from .history import RunHistory

WINDOW = 10  # records: a unit that is zero on one small batch may live on the next


def dead_share(a: Host) -> float:
    """Return the share of units that are zero for every sample; `a` has shape (samples, units)."""
    return float(numpy.mean(numpy.all(a == 0, axis=0))) if a.size else 0.0


def saturated_share(a: Host) -> float:
    """Return the share of activations at either end of their range, 0 where the range has no ends.

    Values in [0, 1] are a sigmoid's, in [-1, 1] tanh's; exact zeros below values that never reach 1 are ReLU's.
    """
    low, high = float(a.min()), float(a.max())
    if not (low >= -1.0 and high <= 1.0) or (low == 0.0 and high < 1.0):
        return 0.0
    scaled = numpy.abs(2.0 * a - 1.0) if low >= 0.0 else numpy.abs(a)
    return float(numpy.mean(scaled > AT_THE_END))


def is_distribution(a: Host) -> bool:
    """Whether every row sums to 1, as a softmax's does: it may well be at the end of its range."""
    return a.shape[1] > 1 and bool(numpy.allclose(a.sum(axis=1), 1.0, atol=1e-3) and a.min() >= 0)


class Units:
    """Which units were alive in the last records of a run."""

    def __init__(self) -> None:
        self._alive: dict[str, deque[Host]] = {}

    def take(self, history: RunHistory, step: int, name: str, a: Host) -> None:
        """Put a layer's activations, shape (samples, units), into the history, unless it is a softmax or one output."""
        if a.ndim < 2 or not a.size or not numpy.all(numpy.isfinite(a)):
            return
        a = a.reshape(-1, a.shape[-1])
        if a.shape[1] == 1 or is_distribution(a):
            return
        alive = self._alive.setdefault(name, deque(maxlen=WINDOW))
        if alive and alive[0].shape != a.shape[1:]:
            alive.clear()
        alive.append(numpy.any(a != 0, axis=0))
        history.add(history.dead, name, step, 1.0 - float(numpy.mean(numpy.any(numpy.stack(list(alive)), axis=0))))
        history.add(history.saturated, name, step, saturated_share(a))
