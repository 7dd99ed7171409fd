"""An examination under way: the subject, what was measured of it, and what was found so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..findings import Finding
from ..gradcheck.parts import Host
from .facts import Facts
from .predictions import Predictions
from .run.history import RunHistory
from .subject import Subject


@dataclass
class Examination:
    """What the checks share: each reads the subject and its facts, and says what it measured.

    Attributes
    ----------
    subject : Subject
    found : list of Finding
    done : dict of str to str
        Each check, and what became of it.
    measured : dict of str to Any
        What is worth printing.
    ends : list of array
        Parameters where short runs ended.
    raised : dict of str to callable
        What found a code last.
    history : RunHistory
        Of the probe that overfits a small batch.
    """

    subject: Subject
    found: list[Finding] = field(default_factory=list[Finding])
    done: dict[str, str] = field(default_factory=dict[str, str])
    measured: dict[str, Any] = field(default_factory=dict[str, Any])
    ends: list[Host] = field(default_factory=list[Host])
    raised: dict[str, Callable[["Examination"], Iterable[Finding]]] = field(default_factory=dict[str, Any])
    history: RunHistory = field(default_factory=RunHistory)

    @cached_property
    def facts(self) -> Facts:
        """What is measured once."""
        return Facts(self.subject)

    @property
    def predictions(self) -> Predictions:
        """What the network answers."""
        return self.facts.predictions

    @property
    def settled(self) -> bool:
        """Whether a fault was found already."""
        return any(not finding.is_note for finding in self.found)

    @property
    def codes(self) -> set[str]:
        """The codes found so far."""
        return {finding.code for finding in self.found}
