"""Values of the loss, written in the names of one place of `gradients`."""

import ast
import copy
from collections.abc import Sequence

from ....program.tree import Host
from ....same import close, identical
from ...scope import Atom
from .pullback import is_only_spread
from .rules import SOLVED, filled
from .visits import Visits

DEPTH = 4  # names of the loss that are written as what they were computed by
ROUNDING = 1e-12  # relative
NAMED = (ast.Name, ast.Attribute, ast.Subscript)


class Values:
    """Writes values of the loss.

    Parameters
    ----------
    visits : Visits
        The place.
    names : sequence of Atom
        What is in scope there.
    """

    def __init__(self, visits: Visits, names: Sequence[Atom]) -> None:
        self.visits, self.names = visits, names
        self.module, self.best = visits.context.module, visits.context.scope.best

    def written(self, node: ast.expr, depth: int = DEPTH) -> ast.expr | None:
        """Return an expression of the loss in the names that are in scope, its own or others of the same values."""
        found = self._named(node)
        if found is not None or isinstance(node, ast.Constant):
            return found
        want = self.visits.values(node)
        if want is not None and (solved := self._solved(want)) is not None:
            return solved
        if not depth:
            return None
        if isinstance(node, (ast.Name, ast.Attribute)):
            made = None if want is None else self.source(node)
            return None if made is None else self.written(made, depth - 1)
        return self._of_parts(node, depth)

    def centred(self, node: ast.expr, axes: tuple[int, ...] | None) -> ast.expr | None:
        """Return an expression of the loss without its mean along some axes, where the loss computes that too."""
        values, forward = self.visits.values(node), self.visits.forward
        if values is None:
            return None
        want = [v - v.mean(axis=axes, keepdims=True) for v in values]
        for number, others in forward.record.values.items():
            site, which = self.visits.point.runs.sites[number].node, self.visits.which(others)
            if which is None or others[0].shape != want[0].shape or not isinstance(site, ast.expr):
                continue
            if all(close(others[k], w, ROUNDING) for k, w in zip(which, want, strict=True)):
                return self.written(site)
        return None

    def alike(self, node: ast.expr) -> ast.expr | None:
        """Return something that has an expression's shape: an operand of it if one has."""
        value = self.visits.value(node)
        if value is None:
            return None
        parts = [part for part in ast.walk(node) if isinstance(part, NAMED)]
        same = (part for part in parts if (x := self.visits.value(part)) is not None and x.shape == value.shape)
        named = next((made for part in same if (made := self._named(part)) is not None), None)
        others = (copy.deepcopy(atom.node) for atom in self.names if atom.shape == value.shape)
        return named or next(others, None) or self.written(node)

    def _named(self, node: ast.expr) -> ast.expr | None:
        """Return what has the values of an expression of the loss and is in scope."""
        if isinstance(node, ast.Constant):
            return copy.deepcopy(node)
        want = self.visits.values(node)
        if want is None:
            return None
        own = node if self.visits.has(node, want) else None
        if own is not None and isinstance(own, NAMED):
            return copy.deepcopy(own)
        alike = (atom.node for atom in self.names if identical([atom.value], [want[self.best]]))
        found = next((found for found in alike if self.visits.has(found, want)), own)
        return None if found is None else copy.deepcopy(found)

    def _solved(self, want: list[Host]) -> ast.expr | None:
        """Return a value from what the loss computes with it: of ``n = c * s``, ``c`` is ``n / s``."""
        for number, values in self.visits.forward.record.values.items():
            site, which = self.visits.point.runs.sites[number], self.visits.which(values)
            if which is None or not identical([values[k] for k in which], want):
                continue
            parent = self.visits.parent(site, site.node)
            if not isinstance(parent, ast.BinOp) or type(parent.op) not in SOLVED:
                continue
            left = parent.left is site.node
            whole, other = self._named(parent), self._named(parent.right if left else parent.left)
            if whole is not None and other is not None:
                return filled(SOLVED[type(parent.op)][0 if left else 1], {"y": whole, "b": other})
        return None

    def source(self, node: ast.expr) -> ast.expr | None:
        """Return the expression that a name of the loss was computed by."""
        record = self.visits.forward.record.values
        values = record.get(getattr(node, "site", -1))
        if values is None or not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        for number, others in record.items():
            site = self.visits.point.runs.sites[number]
            spread = isinstance(site.node, ast.Subscript) and is_only_spread(site.node.slice)
            computed = isinstance(site.node, ast.expr) and (spread or not isinstance(site.node, NAMED))
            if site.root and computed and identical(values, others):
                return site.node  # type: ignore[return-value]
        return None

    def _of_parts(self, node: ast.expr, depth: int) -> ast.expr | None:
        """Return an operation, with its operands written."""
        new = copy.copy(node)
        if isinstance(node, ast.Attribute):
            value = self.written(node.value, depth)
            return None if value is None else ast.Attribute(value, node.attr, ast.Load())
        library = isinstance(node, ast.Call) and self._is_of_library(node.func)
        if isinstance(node, ast.Call) and not (library or isinstance(node.func, ast.Attribute)):
            return None  # a function of the user's
        for field, part in ast.iter_fields(node):
            if field == "func" and library:
                continue
            parts = part if isinstance(part, list) else [part]
            if not parts or not isinstance(parts[0], ast.expr):
                continue
            made = [self._of_parts(each, depth) if field == "func" else self.written(each, depth) for each in parts]
            if any(each is None for each in made):
                return None
            setattr(new, field, made if isinstance(part, list) else made[0])
        return new

    def _is_of_library(self, function: ast.expr) -> bool:
        owner = function.value if isinstance(function, ast.Attribute) else None
        return isinstance(owner, ast.Name) and owner.id == self.module
