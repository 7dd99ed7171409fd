"""What the edits of a statement are made of: the values in scope there, and what the function counts with."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy

from ...recording.runs import kept
from ..byvalue import Constants
from ..scope import Atom, Scope, counted_by, settle
from .edit import Edit

CALLS = 12  # of a function, which are tried elsewhere
COUNTS = 12  # whole numbers of a function that bounds are put together from: more are rarely meant
Shape = tuple[int, ...]
ALIKE = 3  # of one value: which is meant shows elsewhere


class Context:
    """What is in scope at one statement.

    Attributes
    ----------
    scope : Scope
        Its names, at the visits that were kept.
    atoms : list of Atom
        The numbers and arrays that the user could have named there.
    by_text : dict of str to Atom
    module : str or None
        The name of the array library.
    counts : list of ast.expr
        The whole numbers that the function counts with.
    indices : sequence of ast.expr
        Those that the program is written with.
    calls : list of ast.Call
        Those of the function, one of each, that take something and more.
    functions : list of str
        The user's functions of one value, which may have to be applied to another one.
    counters : list of ast.Name
        The names that its loops count with.
    """

    def __init__(
        self,
        scope: Scope,
        function: ast.AST,
        more: Sequence[ast.expr] = (),
        literals: Sequence[float] = (),
        indices: Sequence[ast.expr] = (),
    ) -> None:
        self.scope = scope
        self._made: dict[tuple[str, int], list[Edit]] = {}
        self._listed: dict[tuple[str, Shape], list[tuple[str, ast.expr, float]]] = {}
        self.atoms = scope.atoms(function, more)
        self.by_text = {atom.text: atom for atom in self.atoms}
        self.module, self.indices = scope.module(), indices
        self._literals = literals
        self.counts = self._counts(function)
        self.calls, self.functions = _calls(function), list[str]()
        names = counted_by(function)
        whole = (a for a in self.atoms if a.value.ndim == 0 and a.value.dtype.kind == "i")
        self.counters = [a.node for a in whole if isinstance(a.node, ast.Name) and a.text in names]

    @cached_property
    def constants(self) -> Constants:
        """The numbers that factors are made of."""
        written = [Atom(repr(value), ast.Constant(value), numpy.asarray(value)) for value in self._literals]
        return Constants([*(atom for atom in self.atoms if not self.is_counted(atom.text)), *written])

    def is_counted(self, text: str) -> bool:
        """Whether a loop counts a number, by which nothing is divided: behind the loop it is the last one by chance."""
        return any(counter.id == text for counter in self.counters)

    def once(
        self, listed: Callable[["Context", Shape], Iterable[tuple[str, ast.expr, float]]], shape: Shape
    ) -> list[tuple[str, ast.expr, float]]:
        """Return what is listed for a shape: made once, as many expressions have that shape."""
        key = listed.__name__, shape
        if key not in self._listed:
            self._listed[key] = list(listed(self, shape))
        return self._listed[key]

    def made(self, edits: Callable[["Context", Any], list[Edit]], root: ast.AST) -> list[Edit]:
        """Return the edits of an expression: made once, as wider searches come by it again."""
        key = edits.__name__, id(root)
        if key not in self._made:
            self._made[key] = edits(self, root)
        return self._made[key]

    def value(self, node: ast.AST) -> numpy.ndarray | None:
        """Return what an expression is there, None where that is neither a number nor an array."""
        try:
            return kept(self.scope.evaluate(node))  # type: ignore[arg-type]
        except Exception:
            return None

    def _counts(self, function: ast.AST) -> list[ast.expr]:
        """List the whole numbers that the function counts with: names, and what it computes of them."""
        alike: dict[tuple[int, ...], dict[str, ast.expr]] = defaultdict(dict)

        def add(node: ast.expr) -> None:
            try:
                values = [self.scope.evaluate(node, visit) for visit in range(len(self.scope.visits))]
            except Exception:
                return
            key = tuple(values)
            if all(isinstance(value, int) for value in values) and len(alike[key]) < ALIKE:
                alike[key].setdefault(ast.unparse(node), node)

        for atom in self.atoms:
            if atom.value.ndim == 0 and atom.value.dtype.kind == "i":
                add(atom.node)
        for node in ast.walk(function):
            if isinstance(node, ast.BinOp) and not any(isinstance(part, ast.Call) for part in ast.walk(node)):
                add(node)
        for node in _each(alike)[:COUNTS]:
            less = ast.BinOp(node, ast.Sub(), ast.Constant(1))
            settle(less, node)
            add(less)
        return _each(alike)[: 2 * COUNTS]


def _each(alike: Mapping[tuple[int, ...], Mapping[str, ast.expr]]) -> list[ast.expr]:
    return [node for nodes in alike.values() for node in nodes.values()]


def _calls(function: ast.AST) -> list[ast.Call]:
    """List the calls of a function that take something and more, one of each."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args)
    several = (c for c in calls if len(c.args) + len(c.keywords) > 1 and not isinstance(c.args[0], ast.Starred))
    return list({ast.unparse(ast.Call(c.func, c.args[1:], c.keywords)): c for c in several}.values())[:CALLS]
