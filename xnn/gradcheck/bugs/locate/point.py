"""One program at one point, recorded both ways, and how much may be tried on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from ...program.tree import Host
from ...recording.forward import Forward
from ...recording.runs import Record, Runs
from ...recording.truth import Truth

NUDGE = 1e-3  # times a random direction of the size of a value, to see what changes with it


class Budget:
    """Counts of what was tried, and how often each may be."""

    def __init__(self, **limits: int) -> None:
        self.limits = limits
        self.spent = dict.fromkeys(limits, 0)

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
    budget : Budget
        Of interventions (``put``), of edits tried by value (``test``), and on the program (``trial``).
    """

    runs: Runs
    truth: Truth
    gradients: Sequence[Host | None]
    record: Record
    forward: Forward
    rng: numpy.random.Generator
    budget: Budget
