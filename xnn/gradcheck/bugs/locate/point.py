"""One program at one point, recorded both ways, and how much may be tried on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy

from ...program.tree import Host
from ...recording.forward import Forward
from ...recording.runs import Record, Runs
from ...recording.truth import Truth
from ...same import mark
from ..repair import Prover
from .shares import Shares

NUDGE = 1e-3  # times a random direction of the size of a value, to see what changes with it


class Budget:
    """Counts of what was tried, and how often each may be."""

    def __init__(self, **limits: int) -> None:
        self.limits = limits
        self.spent = dict.fromkeys(limits, 0)

    def leaves(self, what: str) -> bool:
        """Whether one try more may be made."""
        return self.spent[what] < self.limits[what]

    def allows(self, what: str) -> bool:
        """Count one try more, and say whether it may be made."""
        self.spent[what] += 1
        return self.spent[what] <= self.limits[what]


@dataclass(frozen=True)
class Point:
    """The two functions at one point.

    Attributes
    ----------
    runs : Runs
        To run them again, with values exchanged or the program edited.
    truth : Truth
        What the gradients should be.
    gradients : sequence of array or None
        What they are.
    record : Record
        What `gradients` computes on the way.
    forward : Forward
        What the loss computes, and the adjoints of that.
    rng : numpy.random.Generator
    unproven : list of Try
        Changes that make all right here, and not at another point or size.
    tried : set
        The keys of the edits that were tried, as a wider search comes by them again.
    fixes : dict of int to list of Fix
        What can be put right in a site's place, by its number, as a wider search comes by it again.
    scopes : dict of int to (Scope, Context) or None
        What is in scope at a site, by its number, as more than one search looks there.
    prover : Prover
        To try a change at other points and sizes.
    budget : Budget
        Of interventions (``put``), of edits tried by value (``test``), on the program (``trial``), and of looks whether
        one changes anything (``look``).
    """

    runs: Runs
    truth: Truth
    gradients: Sequence[Host | None]
    record: Record
    forward: Forward
    rng: numpy.random.Generator
    prover: Prover
    budget: Budget
    unproven: list[Any] = field(default_factory=list[Any])
    tried: set[Any] = field(default_factory=set[Any])
    fixes: dict[int, list[Any]] = field(default_factory=dict[int, list[Any]])
    scopes: dict[int, Any] = field(default_factory=dict[int, Any])

    @cached_property
    def shares(self) -> Shares:
        """What of the gradients comes through which values of the loss."""
        return Shares(self.runs, self.forward, self.truth, self.gradients)

    @cached_property
    def known(self) -> "ForwardValues":
        """The values of the forward pass, to be recognised.

        Where one function returns the loss and its gradients, all of it runs for the loss: what this does not change
        with is no part of the forward pass. So too where others take their part of what it returns, ``f(...)[0]``:
        they compute nothing of their own.
        """
        values = self.forward.record.values
        both = ForwardValues([found for site, found in values.items() if site in self.record.values])
        one_function = all(site in self.record.values or both.has(found) for site, found in values.items())
        idle = {n for n in self.forward.values if n >= 0 and one_function and not self.forward.slope(n)}
        return ForwardValues([found for site, found in values.items() if site not in idle])


class ForwardValues:
    """The values of the forward pass, to be recognised."""

    def __init__(self, values: Sequence[Sequence[Host]]) -> None:
        marks: dict[int, set[tuple[float, float]]] = {}
        for of_site in values:
            for v in of_site:
                marks.setdefault(v.size, set()).add(mark(v))
        self.marks = {size: numpy.asarray(sorted(found)) for size, found in marks.items()}

    def has(self, values: Sequence[Host]) -> bool:
        """Whether each value is one of the forward pass, up to its shape."""
        return all(self._has(v) for v in values)

    def _has(self, v: Host) -> bool:
        marks = self.marks.get(v.size)
        if marks is None or not v.size:
            return False
        a, b = mark(v)
        near = (abs(marks[:, 0] - a) <= 1e-9 * (abs(a) + b**0.5)) & (abs(marks[:, 1] - b) <= 1e-9 * b)
        return bool(numpy.any(near))
