"""Schedules: the factor on the learning rate as training goes on, in epochs, whatever the batch size.

A schedule is pure: ``init() -> state``, ``factor(epoch, epochs, state)`` before each step, and once an epoch
``observe(state, loss) -> state``. Only :class:`ReduceOnPlateau` has a state.
"""

from dataclasses import dataclass
from math import cos, floor, inf, pi
from typing import Any, NamedTuple

from ..errors import OptionError
from .base import check_positive


@dataclass(frozen=True)
class Schedule:
    """The constant schedule, and the base of the others: subclass it and write :meth:`factor`."""

    def init(self) -> Any:
        """Return the state before the first epoch."""
        return None

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """Return the factor on the learning rate.

        Parameters
        ----------
        epoch : float
            Epochs done so far, with the part of the current one: 1.5 is the middle of the second.
        epochs : int
            Epochs in all.
        state
            From :meth:`init` or :meth:`observe`.
        """
        return 1.0

    def observe(self, state: Any, loss: float) -> Any:
        """Return the state after an epoch that ended with this (validation) loss."""
        return state


@dataclass(frozen=True)
class Constant(Schedule):
    """``1``."""


@dataclass(frozen=True)
class InverseTime(Schedule):
    """``1 / (1 + decay epoch)``.

    Examples
    --------
    >>> InverseTime(decay=0.5).factor(epoch=2, epochs=10)
    0.5
    """

    decay: float = 0.1

    def __post_init__(self) -> None:
        check_positive("decay", self.decay)

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """``1 / (1 + decay epoch)``."""
        return 1.0 / (1.0 + self.decay * epoch)


@dataclass(frozen=True)
class Exponential(Schedule):
    """``gamma^epoch``.

    Examples
    --------
    >>> Exponential(gamma=0.5).factor(epoch=3, epochs=10)
    0.125
    """

    gamma: float = 0.95

    def __post_init__(self) -> None:
        _check_factor("gamma", self.gamma)

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """``gamma^epoch``."""
        return self.gamma**epoch


@dataclass(frozen=True)
class Step(Schedule):
    """``gamma^floor(epoch / every)``: one drop every so many epochs.

    Examples
    --------
    >>> [Step(every=10, gamma=0.5).factor(epoch, 30) for epoch in (9.9, 10, 20)]
    [1.0, 0.5, 0.25]
    """

    every: float = 10
    gamma: float = 0.1

    def __post_init__(self) -> None:
        check_positive("every", self.every)
        _check_factor("gamma", self.gamma)

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """``gamma^floor(epoch / every)``."""
        return self.gamma ** floor(epoch / self.every)


@dataclass(frozen=True)
class Cosine(Schedule):
    """From 0 to 1 in a line over `warmup` epochs, then to `final` at the end along half a cosine.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, without restarts.

    Examples
    --------
    >>> [round(Cosine(warmup=2).factor(epoch, 10), 3) for epoch in (0, 1, 2, 6, 10)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    warmup: float = 0.0
    final: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.warmup < inf:
            raise OptionError(f"warmup must be a number of epochs, at least 0, got {self.warmup}.")
        if not 0.0 <= self.final <= 1.0:
            raise OptionError(f"final must be in [0, 1], a factor on the learning rate, got {self.final}.")

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """``epoch / warmup``, then ``final + (1 - final) (1 + cos(pi done)) / 2``."""
        if epoch < self.warmup:
            return epoch / self.warmup
        done = (epoch - self.warmup) / max(epochs - self.warmup, 1e-9)
        return self.final + (1.0 - self.final) * 0.5 * (1.0 + cos(pi * min(done, 1.0)))


class Plateau(NamedTuple):
    """What :class:`ReduceOnPlateau` remembers."""

    best: float
    waited: int
    factor: float


@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Times `gamma` whenever the (validation) loss has not fallen for `patience` epochs.

    Parameters
    ----------
    gamma : float
        The drop.
    patience : int
        Epochs without a fall that are waited for.
    threshold : float
        The share of the best loss by which a fall must beat it.

    Examples
    --------
    >>> plateau = ReduceOnPlateau(gamma=0.5, patience=2)
    >>> state = plateau.init()
    >>> for loss in (1.0, 0.8, 0.9, 0.9):
    ...     state = plateau.observe(state, loss)
    >>> plateau.factor(4, 10, state)
    0.5
    """

    gamma: float = 0.5
    patience: int = 5
    threshold: float = 1e-4

    def __post_init__(self) -> None:
        _check_factor("gamma", self.gamma)
        check_positive("patience", self.patience)

    def init(self) -> Plateau:
        """Nothing seen yet."""
        return Plateau(inf, 0, 1.0)

    def factor(self, epoch: float, epochs: int, state: Any = None) -> float:
        """``gamma`` to the number of plateaus so far."""
        return (state or self.init()).factor

    def observe(self, state: Plateau, loss: float) -> Plateau:
        """Count the epochs since the best loss; at `patience` of them drop, and count anew."""
        if loss < state.best - self.threshold * abs(state.best) if state.best < inf else loss < inf:
            return Plateau(loss, 0, state.factor)
        if state.waited + 1 < self.patience:
            return state._replace(waited=state.waited + 1)
        return Plateau(state.best, 0, state.factor * self.gamma)


def _check_factor(name: str, value: float) -> None:
    if not 0.0 < value <= 1.0:
        raise OptionError(f"{name} must be in (0, 1], a factor on the learning rate, got {value}.")


SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "inverse_time": InverseTime,
    "exponential": Exponential,
    "step": Step,
    "cosine": Cosine,
    "reduce_on_plateau": ReduceOnPlateau,
}
