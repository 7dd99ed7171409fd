"""Which learning rate to take: a short run in which it grows from step to step, until the loss explodes."""

from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import Any

from ..arguments import positive, whole
from ..errors import OptionError
from ..optimizers import Schedule
from .callbacks import Callback, as_callbacks
from .run import Run

_SMOOTH = 0.9  # of the running mean of the losses
_EXPLODED = 4.0  # times the least loss: beyond it nothing is to be learnt
_AT_FIRST = 0.1  # of the steps, of whose losses the others fall: there the rate is too small to change anything
_MOST = 0.9  # of the fall to the least loss: where so much of it is done it slows down
_BELOW = 2.0  # the rate to take lies so far below that one: a whole run at it is longer than the test's few steps


@dataclass(frozen=True)
class Geometric(Schedule):
    """``ratio^(step / steps)``: from 1 to `ratio` in equal factors."""

    ratio: float = 1e7

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """Return the factor on the learning rate."""
        return self.ratio ** (epoch / epochs)


@dataclass(frozen=True)
class LearningRates:
    """What :func:`xnn.find_learning_rate` returns; ``print(found)`` says it.

    Attributes
    ----------
    rates : list of float
        One a step, growing.
    losses : list of float
        Of the batch before each step.
    smooth : list of float
        The losses' running mean.
    suggestion : float
        Half of the rate by which `smooth` has made nine tenths of its fall.
    """

    rates: list[float]
    losses: list[float]
    smooth: list[float]
    suggestion: float

    def __str__(self) -> str:
        start, least, at = fall(self.smooth)
        return (
            f"learning_rate={self.suggestion:.1g}: half of {self.rates[at]:.2g}, by which {_MOST:.0%} of the loss's "
            f"fall were done, from {start:.4g} to {least:.4g}, in {len(self.rates)} steps from {self.rates[0]:.2g} to "
            f"{self.rates[-1]:.2g}"
        )


def fall(smooth: list[float]) -> tuple[float, float, int]:
    """Return the loss at first, the least that it falls to, and the first step by which most of that is done.

    Behind this step the loss may stand on a plateau for decades of rates, where noise says at which it is least. Once
    it is back where it began the weights are thrown about, and it is not looked at any more.
    """
    first = min(max(1, round(_AT_FIRST * len(smooth))), len(smooth) - 1)
    start, later = median(smooth[: first or 1]), smooth[first:]
    middle, least = (start + min(later)) / 2, start
    for loss in later:
        if loss > start and least <= middle:
            break
        least = min(least, loss)
    enough = start - _MOST * (start - least)
    return start, least, next((i for i, loss in enumerate(smooth) if i >= first and loss <= enough), first)


class _LossRecorder(Callback):
    """Writes losses down, and ends the run when they explode."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.smooth: list[float] = []
        self._mean = 0.0

    def on_step(self, run: Run) -> None:
        """Take the loss of a step in."""
        loss = float(run.loss)
        if not isfinite(loss):
            run.stop("the loss is no longer finite")
            return
        self.losses.append(loss)
        self._mean = _SMOOTH * self._mean + (1.0 - _SMOOTH) * loss
        self.smooth.append(self._mean / (1.0 - _SMOOTH ** len(self.losses)))
        if self.smooth[-1] > _EXPLODED * min(self.smooth):
            run.stop("the loss has exploded")


def find_learning_rate(
    X: Any = None, y: Any = None, *, low: float = 1e-6, high: float = 10.0, steps: int = 200, **options: Any
) -> LearningRates:
    """Try learning rates from `low` to `high` in one short run, and suggest one.

    The rate of step i is ``low (high / low)^(i / steps)``. The loss falls where the rate is large enough, then more
    slowly, and explodes where the rate is too large. Suggested is half of the rate by which its running mean has made
    nine tenths of its fall: where the fall slows down is the highest rate to take, by the reference below, and at which
    of the rates beyond it the loss is least is often decided by noise. What comes after the loss was back where it
    began does not count.

    Parameters
    ----------
    X, y
        As for :func:`xnn.train`.
    low, high : float
        The first rate, and the last.
    steps : int
        How many at least: the run has whole epochs.
    **options
        Those of :func:`xnn.train` that the network shall be trained with, such as ``hidden``, ``optimizer`` and
        ``batch_size``; not ``learning_rate``, ``schedule``, ``epochs`` and ``patience``.

    Returns
    -------
    LearningRates

    Raises
    ------
    OptionError
        If an option is none of these, or the loss is not finite at `low`.

    References
    ----------
    L. N. Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3.

    Examples
    --------
    >>> import xnn
    >>> X, y = xnn.datasets.circle(n=400, seed=1)
    >>> found = xnn.find_learning_rate(X, y, hidden=16)
    >>> 1e-3 < found.suggestion < 1
    True
    >>> xnn.train(X, y, hidden=16, learning_rate=found.suggestion, epochs=20, progress=False).model.score(X, y) > 0.95
    True
    """
    from .api import train

    low, high, steps = positive("low", low), positive("high", high), whole("steps", steps, 10)
    if low >= high:
        raise OptionError(f"low must be less than high, got {low!r} and {high!r}.")
    if own := [name for name in ("learning_rate", "schedule", "epochs", "patience") if name in options]:
        raise OptionError(f"{own[0]} is what find_learning_rate sets itself: leave it out.")
    options = {"validation": None, "progress": False, "doctor": "off"} | options
    watched, first = _LossRecorder(), _StepCounter()
    callbacks = as_callbacks(options.pop("callbacks", ()))
    train(X, y, epochs=1, callbacks=[first], learning_rate=low, **options)
    epochs = -(-steps // first.steps)
    schedule = Geometric(high / low)
    train(X, y, epochs=epochs, callbacks=[*callbacks, watched], learning_rate=low, schedule=schedule, **options)
    if not watched.losses:
        raise OptionError(f"the loss is not finite at the learning rate {low:g}: give a smaller low.")
    total = epochs * first.steps
    rates = [low * schedule.factor(i / first.steps, epochs) for i in range(min(len(watched.losses), total))]
    return LearningRates(rates, watched.losses, watched.smooth, rates[fall(watched.smooth)[2]] / _BELOW)


class _StepCounter(Callback):
    """Learns how many steps an epoch has, and ends the run."""

    steps = 1

    def on_start(self, run: Run) -> None:
        """Take the number."""
        self.steps = run.steps
        run.stop("enough is known")
