"""The faulty line: the first value of `gradients` that makes all right when the true one takes its place.

1. What each value leads to is seen by nudging it. The suspects lead to wrong gradients and to no right one.
2. A suspect that is a value of the forward pass, or the adjoint of one, is right.
3. The first of the others that can be replaced, by a value or an adjoint of the forward pass, so that every gradient
   is right, ends the range in which the fault is.
4. Small edits of the suspects' statements are tried: by value against what belongs there, then on the program.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy

from ...recording.forward import Forward, forward_at
from ...recording.runs import Runs
from ..repair import Prover
from .found import Located, located
from .intervene import Interventions
from .likeliest import at_once, likeliest
from .otherloss import by_loss, other_loss
from .point import Budget, Point
from .suspects import Suspect, find_suspects

EVALUATIONS = 8000  # of the loss, that may be spent on adjoints
FEWER = 3000  # where the bug is known and its place alone is looked for
INTERVENTIONS = 400  # runs of gradients with a value exchanged
TESTS = 6000  # edits tried by value
TRIALS = 600  # runs of the edited program
PROOFS = 40  # changes that make all right where they were found
LOSSES = 600  # edits of the loss
WORK = 1_500_000  # values that pass the probe in all these runs: heavy programs are tried less often
ADJOINTS = 8_000_000  # values that pass the probe while adjoints are measured
LIMITS = {"put": INTERVENTIONS, "test": TESTS, "look": TESTS, "trial": TRIALS, "loss": LOSSES, "proof": PROOFS}
LEAST = 60  # runs of the edited program, however heavy it is


@dataclass
class Locator:
    """One search, at one point.

    Attributes
    ----------
    runs : Runs
        The program.
    prover : Prover
        To try a change at other points and sizes; it knows what the gradients should be.
    wrong : frozenset of int
        The tensors whose gradients are not, and that the fault looked for is in.
    rng : numpy.random.Generator
    named : bool
        Whether it is known what is wrong, and the place alone is looked for: by value, without trying things out.
    forward : Forward or None
        What the loss computes, if that is known already.
    budget : Budget
        What is spent, and what may be.
    scopes : dict
        What is in scope at the sites that were looked at, if that is known already.
    suspects, point
        Found in the run.
    """

    runs: Runs
    prover: Prover
    wrong: frozenset[int]
    rng: numpy.random.Generator
    named: bool = False
    forward: Forward | None = None
    budget: Budget = field(default_factory=lambda: Budget(**LIMITS))
    scopes: dict[int, Any] = field(default_factory=dict[int, Any])
    suspects: list[Suspect] = field(default_factory=list[Suspect])
    point: Point | None = None

    def run(self) -> Located | None:
        """Return what is found, None where nothing is."""
        record, gradients = self.runs.record_gradients()
        if gradients is None:
            return None
        most = max(LEAST, WORK // max(1, record.time))
        most = min(self.budget.limits["trial"], most)
        if self.forward is None:
            self.forward = forward_at(self.runs, FEWER if self.named else EVALUATIONS, self.rng)
        self.forward.lighten(ADJOINTS)
        runs, truth, forward = self.runs, self.prover.truth, self.forward
        forward.depends = {node: truth.but_zero(leaves) for node, leaves in forward.depends.items()}
        point = Point(
            runs, truth, gradients, record, forward, self.rng, self.prover, self.budget, scopes=self.scopes
        )  # fmt: skip
        found: Located | None = None
        searches = [suspects for suspects in find_suspects(point, self.wrong) if suspects]
        for k, suspects in enumerate(searches, start=1):
            self.suspects = self.suspects or suspects
            self.budget.limits["trial"] = most * k // len(searches)  # what blind tries leave to the searches after
            if found is None or (found.edit is None and not self.named):
                wider = self._searched(point, suspects)
                found = wider if found is None or wider.edit is not None else found
        self.point = point
        unknown = found is not None and found.edit is None and found.code == "unknown" and not self.named
        return self.by_another_loss(found) or found if found and unknown else found

    def by_another_loss(self, found: Located) -> Located | None:
        """Return what was found as a change of the loss with which the gradients are right, if there is one."""
        assert self.point is not None
        one = other_loss(self.point)
        return None if one is None else by_loss(self.point, found, one)

    def _searched(self, point: Point, suspects: list[Suspect]) -> Located:
        interventions = Interventions(point, suspects)
        first = interventions.first()
        edit = at_once(point, interventions, first)
        if edit is None:
            first = interventions.earliest(first)
            edit = likeliest(point, interventions, suspects, first, self.named)
        return located(point, interventions, suspects, first, edit)
