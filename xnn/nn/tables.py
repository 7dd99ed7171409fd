"""Names for things: how ``"relu"`` becomes ``ReLU()``, and how a thing says its name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from ..errors import OptionError, UnknownNameError

T = TypeVar("T")


def look_up(kind: str, name: str, table: Mapping[str, T]) -> T:
    """Return ``table[name]``, or raise UnknownNameError with the nearest name."""
    if name not in table:
        raise UnknownNameError(kind, name, table)
    return table[name]


def named(kind: str, choice: str | T, table: Mapping[str, Callable[..., T]], **options: Any) -> T:
    """Return ``table[choice](**options)`` for a name, and anything else as it is.

    Raises
    ------
    UnknownNameError
        If the name is not in the table, or does not take such an option; the nearest one that is, is given.
    OptionError
        If `choice` is neither a name nor such a thing.
    """
    if not isinstance(choice, str):
        _check_kind(kind, choice, table)
        return choice
    make = look_up(kind, choice, table)
    known = inspect.signature(make).parameters
    for name in options:
        look_up(f"option of the {kind} {choice!r}", name, known)
    return make(**options)


def _check_kind(kind: str, choice: Any, table: Mapping[str, Any]) -> None:
    """Raise OptionError unless `choice` derives from what all in the table derive from, or can be called like them."""
    bases = set.intersection(*(set(getattr(made, "__mro__", ())) for made in table.values())) - {object}
    if isinstance(choice, type):
        raise OptionError(f"{kind} must be a name or an object, got a class: write {choice.__name__}().")
    if not (isinstance(choice, tuple(bases)) if bases else callable(choice)):
        names = ", ".join(sorted(base.__name__ for base in bases)) or "function"
        raise OptionError(f"{kind} must be a name or an object ({names}), got {choice!r}.")


def name_of(kind: str, thing: Any, table: Mapping[str, type]) -> tuple[str, dict[str, Any]]:
    """Return the name and the options from which :func:`named` makes an equal thing."""
    for name, cls in table.items():
        if type(thing) is cls:
            return name, asdict(thing)
    raise UnknownNameError(kind, type(thing).__name__, table)
