"""The options of train(): checked before any data is looked at, names looked up, NumPy's numbers made Python's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any

import numpy as np

from ..arguments import factor, flag, number, one_of, optional, positive, whole
from ..backends import Place, place_like, resolve
from ..errors import OptionError
from ..nn import ACTIVATIONS, INITIALIZERS, LOSSES, Activation, Initializer, Loss, Penalty
from ..nn.dropout import check_rate
from ..nn.tables import named
from ..optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule


@dataclass(frozen=True)
class Options:
    """What :func:`xnn.train` was asked for, by the names of its arguments, in this file's forms."""

    hidden: Any = (128, 64)  # tuple of int
    activation: Any = "relu"  # Activation
    output: Any = "identity"  # Activation
    task: str = "auto"
    loss: Any = "auto"  # "auto" or Loss
    optimizer: Any = "adam"  # Optimizer
    learning_rate: float = 1e-3
    schedule: Any = None  # Schedule
    epochs: int | None = None
    batch_size: int | None = 128
    l1: float = 0.0
    l2: float = 0.0
    penalize_biases: bool = False
    dropout: float = 0.0
    bias: bool = True
    initializer: Any = "auto"  # "auto" or Initializer
    clip_norm: float | None = None
    clip_value: float | None = None
    scale: str | None = "auto"
    sample_weight: Any = None
    class_weight: Any = None
    validation: Any = 0.1
    patience: int | None = None
    metrics: Sequence[Any] | None = None
    backend: str | None = None
    device: str | None = None
    dtype: str = "float32"
    seed: int = 0
    feature_names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            if check := _CHECKS.get(field.name):
                object.__setattr__(self, field.name, check(field.name, getattr(self, field.name)))
        if self.epochs is not None:
            check_warmup(self.schedule, self.epochs)

    @property
    def penalty(self) -> Penalty:
        """What is added to the loss."""
        return Penalty(self.l1, self.l2, self.penalize_biases)

    def place(self, X: Any) -> Place:
        """Return where to compute: where is said, or else where X is."""
        if self.backend:
            return resolve(self.backend, self.device, self.dtype)
        return place_like(X, self.device, self.dtype)


def _units(name: str, hidden: Any) -> tuple[int, ...]:
    units = tuple(hidden) if isinstance(hidden, Sequence) and not isinstance(hidden, (str, bytes)) else (hidden,)
    if any(isinstance(n, (bool, np.bool_)) or not isinstance(n, Integral) or n < 1 for n in units):
        raise OptionError(f"hidden must be a whole number of units, or one for each layer, got {hidden!r}.")
    return tuple(int(n) for n in units)


def _dropout(name: str, value: Any) -> float:
    rate = number(name, value, "in [0, 1), the share of units silenced")
    check_rate(rate)
    return rate


def check_validation(name: str, validation: Any) -> Any:
    """Return a share, a pair or None, or raise OptionError."""
    if validation is None or (isinstance(validation, tuple) and len(validation) == 2):
        return validation
    if isinstance(validation, bool) or not isinstance(validation, Real) or not 0.0 <= validation < 1.0:  # type: ignore[operator]
        got = repr(validation) if isinstance(validation, (Real, str)) else f"a {type(validation).__name__}"
        if isinstance(validation, tuple):
            got += f" of {len(validation)}"
        raise OptionError(f"validation must be a share in [0, 1), a pair (X, y) or None, got {got}.")
    return float(validation)


def check_warmup(schedule: Any, epochs: int) -> None:
    """Raise OptionError if the learning rate would rise to the end of the run."""
    warmup = getattr(schedule, "warmup", 0)
    if warmup >= epochs:
        raise OptionError(
            f"the schedule's warmup={warmup:g} epochs leave none of epochs={epochs} at the full learning rate: "
            "give more epochs or a shorter warmup."
        )


def metrics_given(name: str, metrics: Any) -> Any:
    """Return names and functions as a tuple, or raise OptionError."""
    if isinstance(metrics, str):
        raise OptionError(f"metrics must be a list of names and functions, got {metrics!r}: write [{metrics!r}].")
    if not isinstance(metrics, Sequence):
        raise OptionError(f"metrics must be a list of names and functions, got {metrics!r}.")
    for metric in metrics:
        if not isinstance(metric, str) and not callable(metric):
            raise OptionError(f"metrics must be names or functions of outputs and targets, got {metric!r}.")
    return tuple(metrics)


def _names(name: str, names: Any) -> tuple[str, ...]:
    listed = isinstance(names, Sequence) and not isinstance(names, str)
    if not listed or not all(isinstance(each, str) for each in names):
        raise OptionError(f"feature_names must be names, one for each column of X, got {names!r}.")
    return tuple(map(str, names))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise OptionError(f"{name} must be a name, got {value!r}.")
    return str(value)


def _part(kind: str, table: Any, default: str | None = None) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        return value if isinstance(value, str) and value == "auto" == default else named(kind, value, table)

    return check


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "hidden": _units,
    "activation": _part("activation", ACTIVATIONS),
    "output": _part("activation", ACTIVATIONS),
    "loss": _part("loss", LOSSES, "auto"),
    "optimizer": _part("optimizer", OPTIMIZERS),
    "learning_rate": positive,
    "schedule": lambda name, value: named(name, "constant" if value is None else value, SCHEDULES),
    "epochs": optional(whole),
    "batch_size": optional(whole),
    "l1": factor,
    "l2": factor,
    "penalize_biases": flag,
    "dropout": _dropout,
    "bias": flag,
    "initializer": _part("initializer", INITIALIZERS, "auto"),
    "clip_norm": optional(positive),
    "clip_value": optional(positive),
    "validation": check_validation,
    "patience": optional(whole),
    "metrics": optional(metrics_given),
    "backend": optional(_text),
    "dtype": one_of("float32", "float64"),
    "device": optional(_text),
    "seed": lambda name, value: whole(name, value, 0),
    "feature_names": optional(_names),
}

Part = Activation | Loss | Optimizer | Schedule | Initializer
