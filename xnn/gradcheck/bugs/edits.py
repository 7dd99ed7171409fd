"""Small changes to a program, as data: nodes of its tree and what takes their place, each with the name of the mistake.

They are generated in the order of how often people make such mistakes; whoever tries them decides how many.
"""

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy

from ..same import bare
from .byvalue import Constants, Missing, broadcasts, differences, factors
from .scope import Scope, settle

COUNTS = 12
REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "var")


@dataclass(frozen=True, eq=False)
class Edit:
    """One change.

    Attributes
    ----------
    at : ast.AST
        The node that is at fault: what its place says is what a finding underlines.
    changes : tuple of (node, node or list of statements)
        What is exchanged, and for what.
    code : str
        The name of the mistake that this undoes.
    cost : float
        How unlikely it is, before anything is tried.
    what : str
        What was too much, missing or exchanged, as text.
    """

    at: ast.AST
    changes: tuple[tuple[ast.AST, ast.AST | list[ast.stmt]], ...]
    code: str
    cost: float
    what: str = ""
    anywhere: bool = False  # whether the same change elsewhere along the chain would do as well

    def text(self) -> str:
        """Return what the change puts there, as text."""
        new = self.changes[0][1]
        return "; ".join(ast.unparse(each) for each in new) if isinstance(new, list) else ast.unparse(new)


def one(old: ast.AST, new: ast.AST, code: str, cost: float, what: str = "", at: ast.AST | None = None) -> Edit:
    """Return the edit of one node."""
    settle(new, old)
    return Edit(at or old, ((old, new),), code, cost, what)


class Edits:
    """The edits of one expression or statement, given what is in scope there."""

    def __init__(self, scope: Scope, function: ast.AST, constants: Sequence[str] = ()) -> None:
        self.scope = scope
        self.atoms = scope.atoms(function, constants)
        self.by_text = {atom.text: atom for atom in self.atoms}
        self.module = scope.module()
        self.constants = Constants(self.atoms)
        self.counts = self._counts(function)

    def _counts(self, function: ast.AST) -> list[ast.expr]:
        """List the whole numbers that the function counts with: names, and what it computes of them."""
        found: dict[tuple[int, ...], ast.expr] = {}

        def add(node: ast.expr) -> None:
            try:
                values = [self.scope.evaluate(node, visit) for visit in range(len(self.scope.visits))]
            except Exception:
                return
            if all(isinstance(value, int) for value in values):
                found.setdefault(tuple(values), node)

        for atom in self.atoms:
            if atom.value.ndim == 0 and atom.value.dtype.kind == "i":
                add(atom.node)
        for node in ast.walk(function):
            if isinstance(node, ast.BinOp) and not any(isinstance(part, ast.Call) for part in ast.walk(node)):
                add(node)
        for node in list(found.values())[:COUNTS]:
            less = ast.BinOp(node, ast.Sub(), ast.Constant(1))
            settle(less, node)
            add(less)
        return list(found.values())[: 2 * COUNTS]

    def towards(self, root: ast.expr, want: numpy.ndarray) -> list[Edit]:
        """Return the factors and terms, read off by value, that make of an expression what belongs there."""
        have = self._value(root)
        if have is None or have.dtype.kind not in "fi":
            return []
        if have.size == want.size:
            want = want.reshape(have.shape)
        elif broadcasts(have.shape, want.shape):
            have = numpy.broadcast_to(have, want.shape)
        else:
            return []
        found: list[Edit] = []
        for term, sign in signed_terms(root):
            value = have if term is root else self._value(term)
            if value is None or not broadcasts(value.shape, have.shape):
                continue
            part = want if term is root else value + sign * (want - have)
            spread, more = numpy.broadcast_to(value, have.shape), 0.0 if term is root else 0.05
            missed = factors(spread, part, self.atoms, self.constants, self.module)
            found += [self._factor(term, missing, more) for missing in missed]
        for missing in differences(want - have, self.atoms, self.constants, self.module):
            op = ast.Sub() if missing.sign < 0 else ast.Add()
            node = missing.expression()
            found.append(one(root, ast.BinOp(root, op, node), "path-missing", 2.2 + missing.cost, ast.unparse(node)))
        return found

    def behind(self, statement: ast.stmt, have: numpy.ndarray, want: numpy.ndarray) -> list[Edit]:
        """Return the statements that, put behind a change in place, make of what it left what belongs there."""
        target = getattr(statement, "target", None) or (getattr(statement, "targets", None) or [None])[0]
        if isinstance(target, ast.Subscript):
            target = target.value
        if not isinstance(target, (ast.Name, ast.Attribute)) or have.shape != want.shape:
            return []
        found: list[Edit] = []

        def add(op: ast.operator, node: ast.expr, code: str, cost: float, what: str) -> None:
            store = copy.copy(target)
            store.ctx = ast.Store()
            new = ast.AugAssign(store, op, node)
            settle(new, statement)
            found.append(Edit(statement, ((statement, [statement, new]),), code, cost, what))

        for missing in factors(have, want, self.atoms, self.constants, self.module):
            factor = missing.expression()
            code = "factor-missing"
            if missing.node is None and missing.number.value == 1.0:
                factor, code = ast.UnaryOp(ast.USub(), ast.Constant(1)), "sign"
            elif missing.sign < 0:
                factor = ast.UnaryOp(ast.USub(), factor)
            add(ast.Mult(), factor, code, 2.0 + missing.cost, ast.unparse(factor))
        for missing in differences(want - have, self.atoms, self.constants, self.module):
            node = missing.expression()
            op = ast.Sub() if missing.sign < 0 else ast.Add()
            add(op, node, "path-missing", 2.2 + missing.cost, ast.unparse(node))
        return found

    def _factor(self, term: ast.expr, missing: Missing, more: float) -> Edit:
        if missing.node is None and missing.number.value == 1.0:
            return one(term, ast.UnaryOp(ast.USub(), term), "sign", 1.05 + more)
        factor = missing.expression()
        new: ast.expr = ast.BinOp(term, ast.Mult(), factor)
        if isinstance(factor, ast.BinOp) and isinstance(factor.op, ast.Div) and isinstance(factor.left, ast.Constant):
            new = ast.BinOp(term, ast.Div(), factor.right) if factor.left.value == 1 else new
        if missing.sign < 0:
            new = ast.UnaryOp(ast.USub(), new)
        edit = one(term, new, "factor-missing", 2.0 + missing.cost + more, ast.unparse(factor))
        return replace(edit, anywhere=missing.node is None)

    def inner(self, root: ast.expr) -> list[Edit]:
        """Return the factors that may be missing inside: under a sum, or in an operand of a product of matrices."""
        found: list[Edit] = []
        for node in ast.walk(root):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call):
                parts = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.MatMult, ast.Add, ast.Sub)):
                parts = [node.left, node.right]
            for part in parts:
                if isinstance(part, (ast.BinOp, ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
                    found += self._factors(part)
        return sorted(found, key=lambda edit: edit.cost)

    def of(self, root: ast.AST, whole: bool = True, factors: bool = True) -> list[Edit]:
        """Return edits of everything within `root`, the likely ones first; with added factors and terms, or not."""
        found: list[Edit] = []
        for node in ast.walk(root):
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
                found += self._expression(node)
        if whole:
            found += self._exchanges(root)
        if isinstance(root, ast.expr) and not isinstance(root, (ast.Tuple, ast.Slice)) and whole:
            if factors:
                for term in terms(root):
                    found += self._factors(term)
                found += self._terms(root)
            found += self._sums(root)
        # What stands in the step of a slice is a direction, no factor.
        steps = {
            id(n) for part in ast.walk(root) if isinstance(part, ast.Slice) and part.step for n in ast.walk(part.step)
        }
        found = [replace(e, code="wrong-operand") if id(e.changes[0][0]) in steps else e for e in found]
        return sorted(found, key=lambda edit: edit.cost)

    def _value(self, node: ast.AST) -> numpy.ndarray | None:
        from ..recording.runs import kept

        try:
            return kept(self.scope.evaluate(node))  # type: ignore[arg-type]
        except Exception:
            return None

    def _expression(self, node: ast.expr) -> Iterator[Edit]:
        if isinstance(node, ast.BinOp):
            yield from self._operation(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield one(node, node.operand, "sign", 1.0)
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield from _constants(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _einsum(node)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            for op in (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq):
                if type(node.ops[0]) is not op:
                    new = ast.Compare(node.left, [op()], node.comparators)
                    yield one(node, new, "some-entries", 2.0)
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, (ast.List, ast.Tuple)) and 1 < len(node.elts) < 8:
            for i in range(len(node.elts)):
                for j in range(i + 1, len(node.elts)):
                    if not any(isinstance(node.elts[k], (ast.Slice, ast.Constant)) for k in (i, j)):
                        changes = ((node.elts[i], node.elts[j]), (node.elts[j], node.elts[i]))
                        what = f"{ast.unparse(node.elts[i])} and {ast.unparse(node.elts[j])} in each other's place"
                        yield Edit(node, changes, "wrong-operand", 1.8, what)
        if isinstance(node, (ast.BinOp, ast.Call)):
            value = self._value(node)
            if value is not None and value.ndim >= 2:
                yield one(node, _t(node), "transposed", 1.7)
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            yield from self._operand(node)

    def _operation(self, node: ast.BinOp) -> Iterator[Edit]:
        left, right, op = node.left, node.right, node.op
        if isinstance(op, (ast.Add, ast.Sub)):
            other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
            yield one(node, ast.BinOp(left, other, right), "sign", 1.0, at=node)
            yield one(node, left, "path-twice", 2.0, ast.unparse(right), at=node)
            yield one(node, right, "path-twice", 2.0, ast.unparse(left), at=node)
            if isinstance(op, ast.Sub):
                yield one(node, ast.BinOp(right, ast.Sub(), left), "sign", 1.2)
        elif isinstance(op, ast.Mult):
            yield one(node, left, "factor-extra", 1.5, ast.unparse(right), at=node)
            yield one(node, right, "factor-extra", 1.5, ast.unparse(left), at=node)
            yield one(node, ast.BinOp(left, ast.Div(), right), "factor-extra", 2.0, ast.unparse(right))
        elif isinstance(op, ast.Div):
            yield one(node, left, "factor-extra", 1.5, f"1 / {ast.unparse(right)}", at=node)
            yield one(node, ast.BinOp(left, ast.Mult(), right), "factor-extra", 2.0, ast.unparse(right))
        elif isinstance(op, ast.Pow):
            yield one(node, left, "factor-extra", 2.0, ast.unparse(left), at=node)
        elif isinstance(op, ast.MatMult):
            yield one(node, ast.BinOp(right, ast.MatMult(), left), "transposed", 2.0)
            yield one(node, ast.BinOp(_t(left), ast.MatMult(), right), "transposed", 1.5)
            yield one(node, ast.BinOp(left, ast.MatMult(), _t(right)), "transposed", 1.5)
            yield one(node, ast.BinOp(_t(right), ast.MatMult(), left), "transposed", 2.2)
            yield one(node, ast.BinOp(right, ast.MatMult(), _t(left)), "transposed", 2.2)

    def _call(self, node: ast.Call) -> Iterator[Edit]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        method = isinstance(node.func, ast.Attribute) and not (
            isinstance(node.func.value, ast.Name)
            and node.func.value.id not in (self.scope.visits[-1][1] if self.scope.visits else {})
        )
        if name in REDUCTIONS:
            yield from _axes(node, method)
            inner = node.func.value if method else (node.args[0] if node.args else None)  # type: ignore[attr-defined]
            if inner is not None:
                yield one(node, inner, "wrong-axis", 2.5)
        for other in SWAPS.get(name, ()):
            func = ast.copy_location(
                ast.Attribute(node.func.value, other, ast.Load())
                if isinstance(node.func, ast.Attribute) else ast.Name(other, ast.Load()),
                node.func,
            )  # fmt: skip
            code = {"sum": "factor-missing", "mean": "factor-extra"}.get(name, "wrong-operand")
            what = "1 / their number" if name in ("sum", "mean") else other
            yield one(node, ast.Call(func, node.args, node.keywords), code, 1.5, what)
        if name in ("dot", "matmul") and len(node.args) == (1 if method else 2):
            a, b = (node.func.value, node.args[0]) if method else node.args  # type: ignore[attr-defined]
            for x, y in ((b, a), (_t(a), b), (a, _t(b)), (_t(b), a), (b, _t(a))):
                new = (
                    ast.Call(ast.Attribute(x, name, ast.Load()), [y], []) if method else ast.Call(node.func, [x, y], [])
                )
                yield one(node, new, "transposed", 1.8)
        if name == "transpose" and method and not node.args:
            yield one(node, node.func.value, "transposed", 1.0)  # type: ignore[attr-defined]
        if not method and len(node.args) == 1 and not node.keywords:
            yield one(node, node.args[0], "factor-extra", 3.0)
        if not method and len(node.args) == 2 and not node.keywords:
            yield one(node, ast.Call(node.func, [node.args[1], node.args[0]], []), "wrong-operand", 2.5)

    def _exchanges(self, root: ast.AST) -> Iterator[Edit]:
        """Let two operands change places, or take another in all places of one."""
        uses: dict[str, list[ast.expr]] = {}
        for node in ast.walk(root):
            if (
                isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))
                and (text := ast.unparse(node)) in self.by_text
            ):
                uses.setdefault(text, []).append(node)
        for a, first in uses.items():
            for b, second in uses.items():
                inside = any(n is s or n in ast.walk(s) or s in ast.walk(n) for n in first for s in second)
                if a < b and self.by_text[a].shape == self.by_text[b].shape and not inside:
                    changes = [(n, self.by_text[b].node) for n in first] + [(n, self.by_text[a].node) for n in second]
                    yield Edit(root, tuple(changes), "wrong-operand", 2.4, f"{a} and {b} in each other's place")
            if len(first) > 1:
                for atom in self.atoms:
                    if atom.text != a and atom.shape == self.by_text[a].shape:
                        changes = [(n, atom.node) for n in first]
                        yield Edit(root, tuple(changes), "wrong-operand", 2.6 + _far(a, atom.text), atom.text)

        repeated: dict[str, list[ast.BinOp]] = {}
        for node in ast.walk(root):
            if isinstance(node, ast.BinOp) and not any(
                isinstance(part, (ast.Call, ast.BinOp)) for part in (node.left, node.right)
            ):
                repeated.setdefault(ast.unparse(node), []).append(node)
        for nodes in repeated.values():
            for side in ("left", "right") if len(nodes) > 1 else ():
                here = self.by_text.get(ast.unparse(getattr(nodes[0], side)))
                for atom in self.atoms if here is not None else ():
                    if (
                        here
                        and atom.text != here.text
                        and atom.shape == here.shape
                        and atom.value.dtype == here.value.dtype
                    ):
                        changes = tuple((getattr(node, side), atom.node) for node in nodes)
                        yield Edit(root, changes, "wrong-operand", 2.5 + _far(here.text, atom.text), atom.text)

    def _operand(self, node: ast.Name | ast.Attribute | ast.Subscript) -> Iterator[Edit]:
        text = ast.unparse(node)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield one(node, node.value, "transposed", 1.0)
        here = self.by_text.get(text)
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            for other in self.atoms:
                if other.value.ndim and other.text != ast.unparse(node.value):
                    shape = ast.Attribute(other.node, "shape", ast.Load())
                    yield one(node, shape, "wrong-operand", 1.8 + _far(text, other.text), other.text)
        if isinstance(node, ast.Subscript):
            yield from self._index(node)
        if here is None:
            yield from self._container(node, text)
            return
        if here.value.ndim >= 2:
            yield one(node, _t(node), "transposed", 1.2)
        if here.value.ndim == 0:
            if here.value.dtype.kind == "i":
                for k in (1, -1):
                    op = ast.Add() if k > 0 else ast.Sub()
                    yield one(node, ast.BinOp(node, op, ast.Constant(1)), "wrong-step", 1.8)
            for other in self.atoms:
                if other.value.ndim == 0 and other.text != text and other.value.dtype.kind == here.value.dtype.kind:
                    if other.value == here.value and not (_is_name(node) and here.value.dtype.kind == "i"):
                        continue  # it changes nothing
                    yield one(node, other.node, "wrong-operand", 2.0 + _far(text, other.text), other.text)
                    if (
                        here.value.dtype.kind == "i" == other.value.dtype.kind
                        and _is_name(node)
                        and _is_name(other.node)
                    ):
                        yield one(node, ast.BinOp(node, ast.Mult(), other.node), "factor-missing", 3.0, other.text)
            return
        if here.value.dtype.kind == "f":
            yield one(node, ast.BinOp(ast.Constant(1), ast.Sub(), node), "wrong-operand", 1.9, f"1 - {text}")
        for other in self.atoms:
            if other.text == text or other.value.ndim == 0:
                continue
            if broadcasts(other.shape, here.shape) and here.value.dtype.kind == "f" == other.value.dtype.kind:
                for op in (ast.Sub(), ast.Add()):
                    cost = 3.1 if other.shape == here.shape else 3.3
                    yield one(node, ast.BinOp(node, op, other.node), "path-missing", cost, other.text)
            alike = other.shape == here.shape
            if alike and numpy.array_equal(other.value, here.value):
                continue
            if not alike and bare(other.shape) == bare(here.shape):
                continue
            cost = (1.5 if alike else 2.6) + _far(text, other.text)
            yield one(node, other.node, _operand_code(text, other.text), cost, other.text)
            if not alike and other.value.ndim == 2 and other.shape[::-1] == here.shape:
                yield one(node, _t(other.node), "wrong-operand", cost + 0.5, other.text)

    def _container(self, node: ast.expr, text: str) -> Iterator[Edit]:
        """Take another container of the same build."""
        own = self.scope.visits[self.scope.best][1] if self.scope.visits else {}
        if (
            not isinstance(node, ast.Name)
            or (here := own.get(node.id)) is None
            or not isinstance(here, (tuple, list, dict))
        ):
            return
        for name, other in own.items():
            if name != node.id and type(other) is type(here) and len(other) == len(here):
                yield one(node, ast.Name(name, ast.Load()), "wrong-operand", 2.0 + _far(text, name), name)

    def _index(self, node: ast.Subscript) -> Iterator[Edit]:
        index = node.slice
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        for part in parts:
            if isinstance(part, ast.Slice):
                for name in ("lower", "upper"):
                    bound = getattr(part, name)
                    for new in [*_bounds(bound), *self.counts, *(ast.UnaryOp(ast.USub(), n) for n in self.counts)]:
                        slices = ast.Slice(part.lower, part.upper, part.step)
                        setattr(slices, name, new)
                        yield one(part, slices, "some-entries", 2.2)
                for count in self.counts if part.lower is None or part.upper is None else ():
                    for lower, upper in ((count, None), (None, count)):
                        yield one(part, ast.Slice(lower, upper, part.step), "some-entries", 2.5)
            elif isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Add, ast.Sub)):
                yield one(part, part.left, "wrong-step", 1.2)
                opposite = ast.Sub() if isinstance(part.op, ast.Add) else ast.Add()
                yield one(part, ast.BinOp(part.left, opposite, part.right), "wrong-step", 1.5)
            elif isinstance(part, ast.Constant) and isinstance(part.value, int):
                for k in (part.value - 1, part.value + 1):
                    yield one(part, ast.Constant(k), "wrong-operand", 2.0)
            elif isinstance(part, ast.UnaryOp):
                yield one(part, part.operand, "wrong-step", 2.0)

    def _factors(self, term: ast.expr) -> Iterator[Edit]:
        """Multiply or divide one term of the sum by something in scope."""
        value = self._value(term)
        if value is None:
            return
        yield one(term, ast.UnaryOp(ast.USub(), term), "sign", 1.1)
        for text, factor, cost in self._multipliers(value.shape):
            yield one(term, ast.BinOp(term, ast.Mult(), factor), "factor-missing", 2.0 + cost, text)
            yield one(term, ast.BinOp(term, ast.Div(), factor), "factor-missing", 2.05 + cost, f"1 / {text}")

    def _multipliers(self, shape: tuple[int, ...]) -> Iterator[tuple[str, ast.expr, float]]:
        for number, cost in ((2, 0.0), (3, 0.8), (4, 0.8)):
            yield str(number), ast.Constant(number), cost
        seen: set[float] = {2.0, 3.0, 4.0, 1.0, 0.0}
        for atom in self.atoms:
            if atom.value.ndim == 0 or atom.value.size == 1:
                number = float(atom.value.reshape(()))
                if number not in seen and numpy.isfinite(number):
                    seen.add(number)
                    yield atom.text, atom.node, 0.1
                    yield f"{atom.text} ** 2", _power(atom.node), 0.6
                    if number > 0:
                        yield f"{atom.text} ** 0.5", _power(atom.node, 0.5), 0.3
        for atom in self.atoms:
            for axis, size in enumerate(atom.shape):
                if float(size) not in seen:
                    seen.add(float(size))
                    shape_of = ast.Attribute(atom.node, "shape", ast.Load())
                    node = ast.Subscript(shape_of, ast.Constant(axis), ast.Load())
                    yield ast.unparse(node), node, 0.3
                    yield f"{ast.unparse(node)} ** 0.5", _power(node, 0.5), 0.4
        for atom in self.atoms:
            if atom.value.ndim == 0 or not broadcasts(atom.shape, shape):
                continue
            yield atom.text, atom.node, 0.2
            if atom.value.dtype.kind == "f":
                for form, cost in self._derivatives(atom.node):
                    yield ast.unparse(form), form, cost

    def _derivatives(self, a: ast.expr) -> Iterator[tuple[ast.expr, float]]:
        """Yield what the derivative of a function often is, in terms of an array in scope."""
        unit = ast.Constant(1)
        yield ast.BinOp(unit, ast.Sub(), _power(a)), 0.25
        yield ast.BinOp(a, ast.Mult(), ast.BinOp(unit, ast.Sub(), a)), 0.25
        yield ast.Compare(a, [ast.Gt()], [ast.Constant(0)]), 0.25
        yield ast.BinOp(unit, ast.Sub(), a), 0.3
        yield _power(a), 0.5
        yield ast.Compare(a, [ast.LtE()], [ast.Constant(0)]), 0.5
        if self.module:
            for name in ("exp", "cos", "sin", "sign", "sqrt", "tanh"):
                yield ast.Call(ast.Attribute(ast.Name(self.module, ast.Load()), name, ast.Load()), [a], []), 0.6

    def _terms(self, root: ast.expr) -> Iterator[Edit]:
        """Add something in scope."""
        value = self._value(root)
        if value is None:
            return
        scalars = [a for a in self.atoms if a.value.ndim == 0 and a.value.dtype.kind == "f"]
        for atom in self.atoms:
            if atom.value.ndim == 0 or not broadcasts(atom.shape, value.shape):
                continue
            for op in (ast.Add(), ast.Sub()):
                yield one(root, ast.BinOp(root, op, atom.node), "path-missing", 2.3, atom.text)
            for c in scalars:
                product = ast.BinOp(c.node, ast.Mult(), atom.node)
                twice = ast.BinOp(ast.Constant(2), ast.Mult(), product)
                yield one(root, ast.BinOp(root, ast.Add(), product), "path-missing", 2.8, ast.unparse(product))
                yield one(root, ast.BinOp(root, ast.Add(), twice), "path-missing", 3.0, ast.unparse(twice))

    def _sums(self, root: ast.expr) -> Iterator[Edit]:
        """Sum over an axis, or transpose the whole."""
        value = self._value(root)
        if value is None or value.ndim == 0:
            return
        for axis in range(value.ndim):
            for keep in (False, True):
                words = [ast.keyword("axis", ast.Constant(axis))]
                words += [ast.keyword("keepdims", ast.Constant(True))] if keep else []
                func = ast.Attribute(root, "sum", ast.Load())
                yield one(root, ast.Call(func, [], words), "wrong-axis", 2.0)
        yield one(root, _t(root), "transposed", 1.6)


SWAPS = {
    "sum": ("mean",), "mean": ("sum",), "maximum": ("minimum",), "minimum": ("maximum",), "argmax": ("argmin",),
    "argmin": ("argmax",), "sin": ("cos",), "cos": ("sin",), "zeros_like": ("ones_like",), "ones_like": ("zeros_like",),
    "max": ("min",), "min": ("max",), "log": ("log2", "log10"), "floor": ("ceil",),
    "cumsum": ("cumprod",), "abs": ("sign",), "tanh": ("cosh",), "exp": ("log",),
}  # fmt: skip


def terms(root: ast.expr) -> list[ast.expr]:
    """Return an expression and, where it is a sum, its terms."""
    found = [root]
    if isinstance(root, ast.BinOp) and isinstance(root.op, (ast.Add, ast.Sub)):
        found += [t for side in (root.left, root.right) for t in terms(side)]
    return found


def signed_terms(root: ast.expr, sign: int = 1) -> list[tuple[ast.expr, int]]:
    """Return an expression and, where it is a sum, its terms with their signs."""
    found = [(root, sign)]
    if isinstance(root, ast.BinOp) and isinstance(root.op, (ast.Add, ast.Sub)):
        found += signed_terms(root.left, sign)
        found += signed_terms(root.right, -sign if isinstance(root.op, ast.Sub) else sign)
    if isinstance(root, ast.UnaryOp) and isinstance(root.op, ast.USub):
        found += signed_terms(root.operand, -sign)
    return found


OPPOSITE: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


def statement_edits(statement: ast.stmt) -> list[Edit]:
    """Return the edits of a statement as a whole: ``=`` for ``+=`` and the reverse, repeated indices, left out."""
    found: list[Edit] = []
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, (ast.Name, ast.Subscript, ast.Attribute)):
            new = ast.AugAssign(target, ast.Add(), statement.value)
            found.append(one(statement, new, "not-accumulated", 1.0))
    if isinstance(statement, ast.AugAssign):
        target = statement.target
        found.append(one(statement, ast.Assign([target], statement.value), "path-twice", 1.6))
        opposite = OPPOSITE.get(type(statement.op))
        if opposite is not None:
            code = "sign" if opposite in (ast.Add, ast.Sub) else "factor-extra"
            found.append(one(statement, ast.AugAssign(target, opposite(), statement.value), code, 1.0))
        code = "factor-extra" if isinstance(statement.op, (ast.Mult, ast.Div)) else "path-twice"
        found.append(one(statement, ast.Pass(), code, 1.8, ast.unparse(statement.value)))
    value = getattr(statement, "value", None)
    target = getattr(statement, "target", None) or (getattr(statement, "targets", None) or [None])[0]
    if isinstance(target, ast.Subscript) and isinstance(value, ast.expr) and not isinstance(target.slice, ast.Constant):
        base = _reread(target.value)
        at = ast.Attribute(ast.Attribute(ast.Name("np", ast.Load()), "add", ast.Load()), "at", ast.Load())
        call = ast.Expr(ast.Call(at, [base, _reread(target.slice), value], []))
        found.append(one(statement, call, "not-accumulated", 1.1))
    return found


def _reread(node: ast.expr) -> ast.expr:
    node = copy.deepcopy(node)
    if hasattr(node, "ctx"):
        node.ctx = ast.Load()  # type: ignore[attr-defined]
    if isinstance(node, ast.Slice):
        return ast.Call(
            ast.Name("slice", ast.Load()), [x or ast.Constant(None) for x in (node.lower, node.upper, node.step)], []
        )
    if isinstance(node, ast.Tuple):
        node.elts = [_reread(e) if isinstance(e, ast.Slice) else e for e in node.elts]
    return node


def _constants(node: ast.Constant) -> Iterator[Edit]:
    value = node.value
    assert isinstance(value, (int, float))
    new = [value + 1, value - 1, -value, 2 * value, value / 2 if isinstance(value, float) or value % 2 else value // 2]
    for other in dict.fromkeys(new):
        if other != value:
            code = "sign" if other == -value else "factor-missing" if abs(other) > abs(value) else "factor-extra"
            yield one(node, ast.Constant(other), code, 1.6, repr(other))


def _einsum(node: ast.Constant) -> Iterator[Edit]:
    """Exchange two letters of one operand or of the result, or drop one."""
    text = str(node.value)
    if "->" not in text or not text.replace("->", "").replace(",", "").replace(" ", "").replace(".", "").isalpha():
        return
    inputs, _, out = text.replace(" ", "").partition("->")
    parts = [*inputs.split(","), out]
    letters = sorted({c for p in parts for c in p if c.isalpha()})
    for k, part in enumerate(parts):
        for i in range(len(part)):
            for j in range(i + 1, len(part)):
                swapped = list(part)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                yield one(node, _subscripts(parts, k, "".join(swapped)), "transposed", 1.5)
        for i in range(len(part)):
            for letter in letters:
                if letter != part[i]:
                    other = part[:i] + letter + part[i + 1 :]
                    if len(set(other)) == len(other):
                        yield one(node, _subscripts(parts, k, other), "transposed", 2.0)


def _subscripts(parts: Sequence[str], k: int, new: str) -> ast.Constant:
    parts = [*parts[:k], new, *parts[k + 1 :]]
    return ast.Constant(f"{','.join(parts[:-1])}->{parts[-1]}")


def _axes(node: ast.Call, method: bool) -> Iterator[Edit]:
    """Reduce over another axis."""
    first = 0 if method else 1
    for k, word in enumerate(node.keywords):
        if word.arg in ("axis", "dim"):
            for axis in (0, 1, 2, -1, -2, None, (0, 1), (0, 2), (0, 1, 2), (0, 2, 3)):
                if not (isinstance(word.value, ast.Constant) and word.value.value == axis):
                    value = _constant(axis)
                    words = [*node.keywords[:k], ast.keyword(word.arg, value), *node.keywords[k + 1 :]]
                    yield one(node, ast.Call(node.func, node.args, words), "wrong-axis", 1.2, str(axis))
            return
    if len(node.args) > first:
        for axis in (0, 1, 2, -1, None):
            value = node.args[first]
            if not (isinstance(value, ast.Constant) and value.value == axis):
                args = [*node.args[:first], ast.Constant(axis), *node.args[first + 1 :]]
                yield one(node, ast.Call(node.func, args, node.keywords), "wrong-axis", 1.2, str(axis))
        return
    for axis in (0, 1, -1):
        for keep in (False, True):
            words = [*node.keywords, ast.keyword("axis", ast.Constant(axis))]
            if keep and not any(w.arg == "keepdims" for w in words):
                words.append(ast.keyword("keepdims", ast.Constant(True)))
            yield one(node, ast.Call(node.func, node.args, words), "wrong-axis", 1.4, str(axis))


def _constant(value: int | tuple[int, ...] | None) -> ast.expr:
    return ast.Tuple([ast.Constant(v) for v in value], ast.Load()) if isinstance(value, tuple) else ast.Constant(value)


def _bounds(bound: ast.expr | None) -> Iterator[ast.expr | None]:
    if bound is None:
        yield from (ast.Constant(1), ast.Constant(-1))
        return
    yield None
    yield ast.BinOp(bound, ast.Add(), ast.Constant(1))
    yield ast.BinOp(bound, ast.Sub(), ast.Constant(1))


def _t(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def _power(node: ast.expr, k: float = 2) -> ast.expr:
    return ast.BinOp(node, ast.Pow(), ast.Constant(k))


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def _far(a: str, b: str) -> float:
    """Return how unlike two names are, between 0 and 0.5: slips are mostly between names that look alike."""
    from difflib import SequenceMatcher

    return 0.5 * (1.0 - SequenceMatcher(None, a, b).ratio())


def _operand_code(old: str, new: str) -> str:
    """Name the exchange of one expression for another: of a step in time, where only indices differ."""
    a, b = old.partition("["), new.partition("[")
    return "wrong-step" if a[0] == b[0] and a[1] and b[1] and ("'" not in old and '"' not in old) else "wrong-operand"
