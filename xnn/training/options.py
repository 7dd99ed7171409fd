"""The options of train() that are plain values, checked before any data is looked at."""

from collections.abc import Sequence
from math import inf
from numbers import Integral, Real
from typing import Any

from ..errors import OptionError


def check_whole(name: str, value: Any, least: int = 1) -> None:
    """Raise OptionError unless `value` is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise OptionError(f"{name} must be a whole number, at least {least}, got {value!r}.")


def check_positive(name: str, value: Any) -> None:
    """Raise OptionError unless `value` is a positive and finite number."""
    if not isinstance(value, Real) or not 0.0 < float(value) < inf:
        raise OptionError(f"{name} must be positive and finite, got {value!r}.")


def check_validation(validation: Any) -> None:
    """Raise OptionError unless `validation` is a share, a pair or None."""
    if validation is None or (isinstance(validation, tuple) and len(validation) == 2):
        return
    if isinstance(validation, bool) or not isinstance(validation, Real) or not 0.0 <= float(validation) < 1.0:
        got = repr(validation) if isinstance(validation, (Real, str)) else f"a {type(validation).__name__}"
        if isinstance(validation, tuple):
            got += f" of {len(validation)}"
        raise OptionError(f"validation must be a share in [0, 1), a pair (X, y) or None, got {got}.")


def check_warmup(schedule: Any, epochs: int) -> None:
    """Raise OptionError if the learning rate would rise to the end of the run."""
    warmup = getattr(schedule, "warmup", 0)
    if warmup >= epochs:
        raise OptionError(
            f"the schedule's warmup={warmup:g} epochs leave none of epochs={epochs} at the full learning rate: "
            "give more epochs or a shorter warmup."
        )


def hidden_units(hidden: int | Sequence[int]) -> tuple[int, ...]:
    """Return the units of each hidden layer."""
    units = tuple(hidden) if isinstance(hidden, Sequence) else (hidden,)
    if any(isinstance(n, bool) or not isinstance(n, Integral) or n < 1 for n in units):
        raise OptionError(f"hidden must be a whole number of units, or one for each layer, got {hidden!r}.")
    return units
