"""What the values of an instrumented program pass on their way."""

from collections.abc import Callable
from functools import partial
from typing import Any

from .hidden import operate, read

ROUNDS = 100_000  # of the while loops in one run of an edited program


class TooLong(Exception):
    """An edited program does not end."""


class Probe:
    """What values pass on their way: it hands them on, unless it was told otherwise.

    Attributes
    ----------
    armed : dict of int to callable
        ``armed[number](value)`` returns what takes the value's place.
    every : callable or None
        ``every(number, value)``: for all sites without one of their own.
    rounds : int
        Of ``while`` loops since the program was edited.
    """

    def __init__(self, follow: Callable[[Any], Any]) -> None:
        self.follow = follow
        self.read, self.operate = partial(read, follow), partial(operate, follow)
        self.armed: dict[int, Callable[[Any], Any]] = {}
        self.every: Callable[[int, Any], Any] | None = None
        self.rounds = 0

    def tick(self) -> None:
        """Count one round of a loop in an edited program, which may have no end."""
        self.rounds += 1
        if self.rounds > ROUNDS:
            raise TooLong(f"more than {ROUNDS} rounds")

    def value(self, number: int, value: Any) -> Any:
        """Hand on a value."""
        special = self.armed.get(number)
        if special is not None:
            return special(value)
        return value if self.every is None else self.every(number, value)

    def stored(self, number: int, base: Any, index: Any) -> None:
        """Look at what a change in place left, and change it in place again if that was asked for."""
        in_container = isinstance(base, (dict, list))
        try:
            old = base[index] if in_container else base
        except (KeyError, IndexError, TypeError):
            return
        new = self.value(number, old)
        if new is old:
            return
        if hasattr(old, "shape") and hasattr(old, "__setitem__"):
            old[...] = new
        elif in_container:
            base[index] = new
