"""Adjoints of the loss, written in the names of one place of `gradients`.

What flows into a value through one of its uses is the adjoint of the statement that uses it, which has a name in
`gradients` or is written in turn, pulled back through that statement's operations.
"""

import ast
import copy
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce

import numpy

from .....source import Site, called
from ....program.tree import Host
from ....same import identical
from ...byvalue import broadcasts
from ...edits.edit import settled
from ...scope import Atom
from ..around import function_around
from ..matching import SAME
from ..suspects import is_element
from .composites import SHIFTS, SIGMOID, SOFTMAX, Softmaxes, sigmoid_of
from .product import added
from .pullback import Pullback
from .rules import CONSTANT
from .values import Values
from .visits import Visits

DEPTH = 4  # statements of the loss that an adjoint is written through
USES = 6  # of one value
NOTHING = ast.Constant(0)


class Adjoints:
    """Writes adjoints of the loss.

    Parameters
    ----------
    visits : Visits
        The place.
    names : sequence of Atom
        What is in scope there.
    unit : expr
        What flows into the loss itself there: 1, where no constant is multiplied farther down.
    factor : float
        The inverse of its value.

    Attributes
    ----------
    partial : bool
        Whether a use was met whose operation has no rule.
    softmax : bool
        Whether a softmax was met.
    """

    def __init__(self, visits: Visits, names: Sequence[Atom], unit: ast.expr, factor: float) -> None:
        values = Values(visits, names)
        self.unit, self.factor = unit, factor
        self.visits, self.forward, self.context, self.names = visits, visits.forward, visits.context, names
        self._softmaxes = Softmaxes(visits, values)
        self.rules = Pullback(values.written, visits.value, values.alike, visits.context.module, values.centred)
        met = visits.point.runs.tracked.met.values()
        self.own = {getattr(source.node, "name", None) for _, source in met}  # functions of the user's
        self.partial = self.softmax = False

    def by_statement(self, node: int) -> list[ast.expr]:
        """Return what flows into a value through each statement of the loss that uses it."""
        found: dict[int, ast.expr] = {}
        for use, flow in self._flows(node, DEPTH):
            before = found.get(id(use.statement))
            found[id(use.statement)] = flow if before is None else added(before, flow)
        return list(found.values())

    def _flows(self, node: int, depth: int) -> Iterator[tuple[Site, ast.expr]]:
        """Yield the uses of a value, and what flows into each."""
        uses = self._uses(node) if depth else []
        if not uses or len(uses) > USES:
            self.partial = True
            return
        for use in uses:
            flow = self._back(use, depth)
            if flow is NOTHING:
                continue
            if flow is not None:
                yield use, flow
            elif not self._is_idle(node, use):
                self.partial = True

    def _is_idle(self, node: int, use: Site) -> bool:
        """Whether nothing flows through a use: the loss is the same with it held, as with the maximum of a softmax."""
        number = getattr(self.visits.parent(use, use.node), "site", None)
        if number not in self.forward.values:
            return False
        held = self.forward.derivative(node, self.forward.directions(node), number)
        return _is_near(held, self.forward.slope(node))

    def _uses(self, node: int) -> list[Site]:
        """Return the operands that have a value of the loss: the outermost of such that are nested."""
        values, record = self.forward.values[node], self.forward.record
        alike = {number for number, others in record.values.items() if identical(values, others)}
        found: list[Site] = []
        for site in (self.visits.point.runs.sites[number] for number in sorted(alike)):
            parent = self.visits.parent(site, site.node)
            if site.root or is_element(site) or not self._is_operation(parent):
                continue
            if getattr(parent, "site", None) not in alike:
                found.append(site)
        return found

    def _is_operation(self, parent: ast.AST | None) -> bool:
        """Whether something computes with its operands: a function of the user's does so inside, and is met there."""
        if isinstance(parent, ast.Call):
            return called(parent) not in self.own | CONSTANT
        if isinstance(parent, ast.Attribute):
            return parent.attr == "T"
        return isinstance(parent, (ast.BinOp, ast.UnaryOp, ast.Subscript, ast.IfExp))

    def _back(self, use: Site, depth: int) -> ast.expr | None:
        """Return what flows into one use, from the adjoint of the statement that it stands in or of a part of that."""
        chain = self._chain(use)
        if not chain:
            return None
        g, k = self._through_softmax(chain, depth) or self._named_part(chain) or (None, len(chain) - 1)
        if g is None and self._is_whole(chain[k]):
            g = self._adjoint(chain[k], depth)
        return g if g is None or g is NOTHING else self._down(chain, g, k)

    def _chain(self, use: Site) -> list[ast.expr]:
        """Return a use and what it is a part of, up to what its statement assigns or as far as values go."""
        chain: list[ast.expr] = [use.node] if isinstance(use.node, ast.expr) else []
        while chain and not self._is_whole(chain[-1]):
            parent = self.visits.parent(use, chain[-1])
            if not isinstance(parent, ast.expr):
                break
            chain.append(parent)
        return chain

    def _down(self, chain: Sequence[ast.expr], g: ast.expr | None, k: int) -> ast.expr | None:
        """Return what flows into the first of a chain, from what flows into its k-th."""
        while g is not None and k:
            parent, child = chain[k], chain[k - 1]
            inner = sigmoid_of(parent)
            if inner is not None and any(each is inner for each in chain[:k]):
                k = next(n for n, each in enumerate(chain) if each is inner)
                g = self.rules.filled(SIGMOID, g, y=parent)
            else:
                k -= 1
                g = self.rules.through(parent, child, g)
            g = None if g is None else self._fitted(g, parent, chain[k])
        return g

    def _named_part(self, chain: Sequence[ast.expr]) -> tuple[ast.expr, int] | None:
        """Return the adjoint of the innermost part of a statement that is in scope, and its place in a chain."""
        for k, node in enumerate(chain[1:], start=1):
            number = getattr(node, "site", -1)
            values = self.forward.values.get(number)
            which = None if values is None else self.visits.which(values)
            if values is not None and which is not None and values[0].ndim and not self._is_whole(node):
                named = self._named(number, values[which[self.context.scope.best]].shape, which)
                if named is not None:
                    return named, k
        return None

    def by_path(self, node: int) -> Iterator[ast.expr]:
        """Yield what flows into a value through each single statement that uses what was computed of it."""
        chains: dict[int, list[list[ast.expr]]] = {}
        for use in self._uses(node):
            chain = self._chain(use)
            number = getattr(chain[-1], "site", -1) if chain else -1
            if number in self.forward.values and self._is_whole(chain[-1]):
                chains.setdefault(number, []).append(chain)
        for number, of_statement in chains.items():
            for _, flow in self._flows(number, DEPTH - 1):
                parts = [self._down(chain, flow, len(chain) - 1) for chain in of_statement]
                if all(part is not None for part in parts):
                    yield reduce(added, filter(None, parts))

    def _through_softmax(self, chain: Sequence[ast.expr], depth: int) -> tuple[ast.expr | None, int] | None:
        """Return what flows into a softmax in one go, and its place in the chain; None where there is none."""
        for k in range(1, len(chain)):
            found = self._softmaxes.with_exponential(chain[k])
            if found is None:
                continue
            if any(part is found.below or called(part) in SHIFTS for part in chain):
                return NOTHING, k - 1  # all of it is in what flows through the numerator; a shift changes nothing
            self.softmax = True
            whole = found.site.root or is_element(found.site)
            g = self._adjoint(found.site.node, depth) if whole else self._back(found.site, depth)
            rule = SOFTMAX.format(over=found.over)
            return (None if g is None else self.rules.filled(rule, g, y=found.site.node)), k - 1  # type: ignore[arg-type]
        return None

    def _is_whole(self, node: ast.expr) -> bool:
        number = getattr(node, "site", None)
        site = None if number is None else self.visits.point.runs.sites[number]
        return site is not None and (site.root or is_element(site))

    def _adjoint(self, node: ast.AST, depth: int) -> ast.expr | None:
        """Return the adjoint of a statement's value: 1 of the loss itself, a name in scope, or what flows into it."""
        number = getattr(node, "site", -1)
        values = self.forward.values.get(number)
        which = None if values is None else self.visits.which(values)
        if values is None or which is None:
            return None
        if len(values) == 1 and values[0].size == 1 and self._is_loss(number):
            return settled(copy.deepcopy(self.unit), node)
        named = self._named(number, values[which[self.context.scope.best]].shape, which)
        if named is not None:
            return named
        before, self.partial = self.partial, False
        total = self._total(number)
        flows = [flow for _, flow in self._flows(number if total is None else total, depth - 1)]
        whole, self.partial = not self.partial, before
        return reduce(added, flows) if flows and whole else None

    def _total(self, number: int) -> int | None:
        """Return the sum that a value is added to, ``J += value``, when it is done: what flows into it is the same."""
        site, record = self.visits.point.runs.sites[number], self.forward.record
        target = _grows(site.statement)
        if target is None or getattr(site.statement, "value", None) is not site.node:
            return None
        function = function_around(self.visits.point.runs, site)
        numbers = [getattr(n, "site", -1) for n in ast.walk(function) if _grows(n) == target]
        last = max((n for n in numbers if n in record.times), key=lambda n: record.times[n][-1], default=None)
        sums = record.values.get(last, [])[-1:] if last is not None else []
        done = (n for n in self.forward.values if n >= 0 and sums and identical(record.values.get(n, []), sums))
        return next(done, None)

    def _is_loss(self, number: int) -> bool:
        """Whether a number is the loss: moved by one, it moves the loss by one."""
        (direction,) = self.forward.directions(number)
        here = abs(float(self.forward.values[number][0].reshape(())) - self._loss) <= 1e-12 * abs(self._loss)
        return here and _is_near(float(direction.reshape(())), self.forward.slope(number))

    @cached_property
    def _loss(self) -> float:
        return self.visits.point.runs.loss()

    def _named(self, number: int, shape: tuple[int, ...], which: Sequence[int]) -> ast.expr | None:
        """Return what is in scope and has the slope of an adjoint, at every visit that was kept."""
        slopes = {k: self.forward.slope_of(number, k) for k in which}
        us = self.forward.directions(number)
        if not any(slopes.values()):
            return None

        def fits(x: Host | None, k: int) -> bool:
            alike = x is not None and x.shape == us[k].shape
            return alike and _is_near(float(numpy.sum(x * us[k])) * self.factor, slopes[k])

        for atom in self.names:
            alike = atom.shape == shape and atom.value.dtype.kind == "f"
            if alike and all(fits(x, k) for x, k in zip(self.visits.seen(atom.node), which, strict=True)):
                return copy.deepcopy(atom.node)
        return None

    def _fitted(self, g: ast.expr, parent: ast.expr, child: ast.expr) -> ast.expr | None:
        """Return what flows into an operand, summed over the axes along which that was broadcast."""
        flowing, whole, target = self.context.value(g), self.visits.value(parent), self.visits.value(child)
        if flowing is None or whole is None or target is None:
            return None
        if flowing.shape != whole.shape and target.size < whole.size:
            return None  # how often it flows is not seen any more
        if broadcasts(flowing.shape, target.shape):
            return g
        if target.ndim == 0:
            return ast.fix_missing_locations(_summed(g, None, False))
        extra = flowing.ndim - target.ndim
        if extra > 0:
            g = _summed(g, tuple(range(extra)) if extra > 1 else 0, False)
        for axis, n in enumerate(target.shape):
            if n == 1 and flowing.shape[extra + axis] != 1:
                g = _summed(g, axis, True)
        return ast.fix_missing_locations(g)


def _grows(statement: ast.AST) -> str | None:
    """Return what a statement adds to, ``J += value``."""
    is_sum = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add)
    return ast.unparse(statement.target) if is_sum else None  # type: ignore[attr-defined]


def _summed(g: ast.expr, axis: int | tuple[int, ...] | None, keep: bool) -> ast.expr:
    if isinstance(g, ast.UnaryOp) and isinstance(g.op, ast.USub):
        return ast.UnaryOp(ast.USub(), _summed(g.operand, axis, keep))
    words = [] if axis is None else [ast.keyword("axis", ast.parse(repr(axis), mode="eval").body)]
    words += [ast.keyword("keepdims", ast.Constant(True))] if keep else []
    return ast.Call(ast.Attribute(g, "sum", ast.Load()), [], words)


def _is_near(a: float, b: float) -> bool:
    return abs(a - b) <= SAME * max(abs(a), abs(b))
