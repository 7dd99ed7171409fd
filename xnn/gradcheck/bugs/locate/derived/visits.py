"""What the loss computed, seen from one place of `gradients`: which of its rounds belongs to which visit there."""

import ast

import numpy

from .....source import Site, parents_of
from ....program.tree import Host
from ....same import identical
from ...edits.context import Context
from ..around import function_around
from ..belongs import Fix
from ..point import Point
from ..suspects import Suspect


class Visits:
    """The visits of one place that were kept, and the rounds of the loss that belong to them.

    Parameters
    ----------
    point, suspect
        The place.
    fix : Fix
        What belongs there: it tells the rounds.
    context : Context
        What is in scope there.
    """

    def __init__(self, point: Point, suspect: Suspect, fix: Fix, context: Context) -> None:
        self.point, self.forward, self.context = point, point.forward, context
        self.kept = sorted(context.scope.keep)
        self.count = len(self.forward.values[fix.because]) if fix.because is not None else 1
        self.rounds = fix.turn.which if fix.turn is not None else tuple(range(len(suspect.values)))

    def which(self, values: list[Host]) -> list[int] | None:
        """Return which of a value's occurrences belong to the visits, None where that is unknown."""
        if len(values) == 1:
            return [0] * len(self.kept)
        if len(values) == self.count and all(k < len(self.rounds) for k in self.kept):
            return [self.rounds[k] for k in self.kept]
        return None

    def values(self, node: ast.expr) -> list[Host] | None:
        """Return what an expression of the loss is at each visit, None where that is unknown."""
        values = self.forward.record.values.get(getattr(node, "site", -1))
        which = None if values is None else self.which(values)
        return None if values is None or which is None else [values[k] for k in which]

    def value(self, node: ast.expr) -> Host | None:
        """Return what an expression of the loss is at the visit that tells most."""
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return numpy.asarray(node.value)
        found = self.values(node)
        return None if found is None else found[self.context.scope.best]

    def seen(self, node: ast.expr) -> list[Host | None]:
        """Return what an expression is in the names of `gradients`, at each visit."""
        return [self._seen(node, visit) for visit in range(len(self.kept))]

    def _seen(self, node: ast.expr, visit: int) -> Host | None:
        try:
            value = self.context.scope.evaluate(node, visit)
        except Exception:  # it may read what is not there
            return None
        return numpy.asarray(value) if isinstance(value, (int, float, numpy.ndarray, numpy.generic)) else None

    def has(self, node: ast.expr, want: list[Host]) -> bool:
        """Whether an expression has certain values, in the names of `gradients`."""
        return all(x is not None and identical([x], [w]) for x, w in zip(self.seen(node), want, strict=True))

    def parent(self, site: Site, node: ast.AST) -> ast.AST | None:
        """Return what a node near a site is an operand of: of a method, its call."""
        parents = parents_of(function_around(self.point.runs, site))
        parent = parents.get(id(node), (None, "", None))[0]
        above = parents.get(id(parent), (None, "", None))
        return above[0] if isinstance(parent, ast.Attribute) and above[1] == "func" else parent
