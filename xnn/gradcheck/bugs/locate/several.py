"""Several faults: one after the other, each with the tensors that no other keeps wrong.

Where no one change makes every gradient right, a change is looked for that makes right the tensors which the fewest
suspects lead to: those next to the loss. It is taken for the program's own then, and the rest looked for on top of it.
"""

import ast
from dataclasses import replace
from typing import NamedTuple

import numpy

from ...recording.forward import Forward
from ...recording.runs import Runs
from ..edits.edit import Edit
from ..repair import Prover
from .found import Located
from .locator import LIMITS, Locator
from .point import Budget

FAULTS = 3  # of one program
LESS = {"put": 100, "test": 2000, "trial": 150, "loss": 0}  # what may be tried for the tensors of one
TARGETS = 3  # sets of tensors that are tried as one fault's


class Fault(NamedTuple):
    """What was located, and the tensors that it makes wrong."""

    located: Located
    tensors: frozenset[int]


def locate(
    runs: Runs, prover: Prover, wrong: frozenset[int], rng: numpy.random.Generator, named: bool, faults: int = FAULTS,
    forward: Forward | None = None,
) -> list[Fault]:  # fmt: skip
    """Return what is found: one fault, or several where no one change makes every gradient right.

    Parameters
    ----------
    runs : Runs
    prover : Prover
    wrong : frozenset of int
        The tensors whose gradients are wrong.
    rng : numpy.random.Generator
    named : bool
        Whether it is known what is wrong, and the place alone is looked for.
    faults : int
        How many are looked for.
    forward : Forward or None
        What the loss computes, if that is known already.
    """
    whole = Locator(runs, prover, wrong, rng, named, forward)
    found = whole.run()
    if found is None:
        return []
    if named or faults == 1 or (found.edit is not None and found.proof is not None):
        return [Fault(found, wrong)]
    for target in _targets(whole):
        truth = replace(prover.truth, ignored=wrong - target)
        budget = Budget(**LIMITS | LESS)
        judge, scopes = prover.judging(truth), whole.scopes
        part = Locator(runs, judge, target, rng, forward=whole.forward, budget=budget, scopes=scopes).run()
        if part is None or part.edit is None or part.proof is None:
            continue
        forward = whole.forward if whole.forward and not _reads(whole.forward, part.edit) else None
        with runs.tracked.settled(list(part.edit.changes)):
            off = prover.truth.off(runs.gradients())
            left = frozenset(i for i in wrong if off[i] > 1.0)
            rest = locate(runs, prover, left, rng, named, faults - 1, forward) if left < wrong else []
        if not rest and left:
            continue
        # One change of the loss is more likely than several of the gradients.
        other = whole.by_another_loss(found) if faults == FAULTS else None
        return [Fault(other, wrong)] if other else [Fault(part, wrong - left), *rest]
    return [Fault(found, wrong)]


def _reads(forward: Forward, edit: Edit) -> bool:
    """Whether what an edit changes is computed for the loss too."""
    sites = {getattr(node, "site", None) for old, _ in edit.changes for node in ast.walk(old)}
    return bool(sites & forward.record.values.keys())


def _targets(whole: Locator) -> list[frozenset[int]]:
    """Return sets of wrong tensors, those first that the fewest suspects lead to."""
    leading = {i: frozenset(s.number for s in whole.suspects if i in s.leads) for i in whole.wrong}
    found: list[frozenset[int]] = []
    for suspects in sorted(set(leading.values()), key=len):
        target = frozenset(i for i, others in leading.items() if others <= suspects)
        if suspects and target < whole.wrong and target not in found:
            found.append(target)
    return found[:TARGETS]
