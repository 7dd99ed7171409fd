"""What public functions are given: checked, and NumPy's numbers made Python's."""

from collections.abc import Callable, Sequence
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np

from .errors import OptionError


def whole(name: str, value: Any, least: int = 1) -> int:
    """Return a whole number of at least `least` as Python's, or raise OptionError."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral) or value < least:
        raise OptionError(f"{name} must be a whole number, at least {least}, got {value!r}.")
    return int(value)


def number(name: str, value: Any, what: str = "a number") -> float:
    """Return a real number as Python's float, or raise OptionError."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise OptionError(f"{name} must be {what}, got {value!r}.")
    try:
        return float(value)
    except OverflowError:
        return inf


def positive(name: str, value: Any) -> float:
    """Return a positive and finite number, or raise OptionError."""
    found = number(name, value, "positive and finite")
    if not 0.0 < found < inf:
        raise OptionError(f"{name} must be positive and finite, got {value!r}.")
    return found


def share(name: str, value: Any) -> float:
    """Return a number between 0 and 1, both left out, or raise OptionError."""
    found = number(name, value, "between 0 and 1")
    if not 0.0 < found < 1.0:
        raise OptionError(f"{name} must be between 0 and 1, got {value!r}.")
    return found


def factor(name: str, value: Any) -> float:
    """Return a finite number that is not negative, or raise OptionError."""
    found = number(name, value, "a finite number, not negative")
    if not 0.0 <= found < inf:
        raise OptionError(f"{name} must be finite and not negative, got {value!r}.")
    return found


def flag(name: str, value: Any) -> bool:
    """Return True or False, or raise OptionError: any other text would count as True."""
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"{name} must be True or False, got {value!r}.")
    return bool(value)


def listed(name: str, value: Any, what: str) -> Any:
    """Return a sequence or an array with an axis, or raise OptionError: a text is no list of letters."""
    if not isinstance(value, (Sequence, np.ndarray)) or isinstance(value, str) or np.ndim(value) == 0:
        raise OptionError(f"{name} must be a list {what}, got {value!r}.")
    return value


def one_of(*choices: Any) -> Callable[[str, Any], Any]:
    """Return a check that a value is one of these."""

    def check(name: str, value: Any) -> Any:
        if not isinstance(value, (str, type(None))) or value not in choices:
            raise OptionError(f"{name} must be {' or '.join(map(repr, choices))}, got {value!r}.")
        return value

    return check


def optional(check: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """Return the check that lets None pass."""
    return lambda name, value: None if value is None else check(name, value)
