"""Edits tried on the program: the likeliest with which every gradient is right, the loss being what it was."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

import numpy

from ....source import exchanged
from ...recording.runs import kept
from ...same import bare
from ..edits.edit import Edit
from ..repair import Proof
from ..scope import Scope
from .point import Point
from .suspects import Suspect

LOSS = 1e-12  # relative: the loss is what it was
FEW = 8  # edits that put some tensors right, of which one is taken


class Try(NamedTuple):
    """An edit to be tried on the program, how soon, and where it can be seen first whether it changes anything."""

    cost: float
    order: int
    edit: Edit
    suspect: Suspect
    seen: tuple[ast.expr, Scope, ast.AST] | None = None
    proof: Proof | None = None


def first_right(point: Point, tries: Sequence[Try]) -> Try | None:
    """Return the likeliest edit that is proven; None too when no more may be tried.

    Where other tensors are ignored, the one of the first few that puts the most of those right as well.
    """
    runs, ignored = point.runs, point.truth.ignored
    found: list[tuple[int, Try]] = []
    for one in sorted(tries, key=lambda t: t[:2]):
        one.edit.settle()
        if (key := one.edit.key()) in point.tried:
            continue
        point.tried.add(key)
        if one.seen is not None and not _changes_something(point, one.edit, *one.seen):
            continue
        if not point.budget.allows("trial"):
            break
        gradients = runs.edited(one.edit.changes)
        if point.truth.right(gradients):
            loss = runs.loss()
            if not abs(runs.edited_loss(one.edit.changes) - loss) <= LOSS * abs(loss):
                continue
            proof = point.prover.proof(one.edit) if point.budget.allows("proof") else None
            if proof is None:
                point.unproven.append(one)
                continue
            off = point.truth.off(gradients)
            point.tried.discard(key)  # it may be weighed against others once more
            found.append((sum(off[i] <= 1.0 for i in ignored), one._replace(proof=proof)))
            if found[-1][0] == len(ignored) or len(found) == FEW:
                break
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _changes_something(point: Point, edit: Edit, root: ast.expr, scope: Scope, function: ast.AST) -> bool:
    """Whether an edited expression has another value than before, of the same shape."""
    if not point.budget.allows("look"):
        return True
    visits = range(len(scope.visits))
    try:
        with exchanged(function, list(edit.changes)):
            new = edit.changes[0][1] if edit.changes[0][0] is root else root
            values = [kept(scope.evaluate(new, k)) for k in visits]  # type: ignore[arg-type]
        before = [kept(scope.evaluate(root, k)) for k in visits]
    except Exception:  # an edit may be anything
        return False
    pairs = [(a, b) for a, b in zip(values, before, strict=True) if a is not None and b is not None]
    if edit.code != "wrong-axis" and any(bare(a.shape) != bare(b.shape) for a, b in pairs):
        return False
    return not pairs or any(not numpy.array_equal(a, b, equal_nan=True) for a, b in pairs)
