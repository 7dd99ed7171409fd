"""What an edit undoes, named by what stands around it: a local derivative that is wrong is no path and no factor."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

import numpy

from ....source import Site
from ...program.tree import Host
from ...same import close, identical
from ..edits.axes import is_reduction
from ..edits.edit import Edit, Operand, settled
from ..edits.moves import is_move, written
from .around import holds, in_scope
from .intervene import Interventions
from .point import Point

ROUNDING = 1e-12  # relative: an update taken back
RENAMED = ("factor-missing", "factor-extra", "path-missing", "path-twice", "sign", "wrong-operand", "some-entries")


def named(interventions: Interventions, site: Site, edit: Edit) -> Edit:
    """Return an edit of an expression with the name of the mistake that it undoes.

    In a product of what flows back and of values of the forward pass, these are the local derivative: a change within
    them, or a factor or a term that makes of them another function of the same values, is one of that derivative.
    """
    root, point = site.node, interventions.point
    edit = _narrowed(edit)
    if any(isinstance(n, ast.Subscript) and n.slice is edit.at for n in ast.walk(site.statement)) and _reorders(edit):
        return replace(edit, code="transposed")
    if _keeps(site, edit):  # what is overwritten was right: all that had been summed up in it is lost
        return replace(edit, code="path-missing")
    if _leaves_a_parameter(point, edit):
        return replace(edit, code="weights-updated")
    if edit.code == "weights-updated" and is_move(edit) and not _moves_parameters(point, edit):
        return replace(edit, code="wrong-operand")
    if edit.code == "wrong-operand" and edit.at is root and _adds_a_number(edit):
        return replace(edit, code="path-missing", what="1")
    if edit.code == "some-entries" and (holder := _takes_as_many(point, site, edit)) is not None:
        return replace(edit, code="wrong-operand" if isinstance(holder.slice, ast.Tuple) else "wrong-step")
    if edit.code == "wrong-operand" and isinstance(edit.changes[0][1], Operand) and _is_output(interventions, edit):
        return replace(edit, code="derivative-of-output")
    if edit.code not in RENAMED or not isinstance(root, ast.expr) or isinstance(edit.at, ast.stmt):
        return edit
    if isinstance(edit.at, Operand) and isinstance(edit.changes[0][1], Operand):
        return edit  # one name for another says more than that a derivative is wrong
    product = next((n for n in ast.walk(root) if _is_product(n) and n is not edit.at and holds(n, edit.at)), root)
    flows, slopes = _told_apart(interventions, product)
    if edit.code == "wrong-operand" and any(part is edit.at for part in _factors(product)) and _is_power(edit):
        return replace(edit, code="factor-missing", what=ast.unparse(edit.at))
    inside = any(holds(part, edit.at) and part is not edit.at for part in slopes)
    new = edit.changes[0][1]
    more = _added(edit.at, new) if isinstance(new, ast.expr) and edit.at is root and not edit.anywhere else None
    another = more is not None and _is_of(point, site, more, flows) and any(
        _reads(part) & _reads(more) and not is_number(point, part)
        and (flows or (not isinstance(part, Operand) and _reads(part) <= _reads(more)))
        for part in slopes
    )  # fmt: skip
    return replace(edit, code="derivative-wrong") if (inside and flows) or another else edit


def _adds_a_number(edit: Edit) -> bool:
    """Whether an edit puts a number to what stands there: ``total - 1`` for ``total``."""
    old, new = edit.changes[0]
    if not (isinstance(new, ast.BinOp) and new.left is old and isinstance(new.op, ast.Sub)):
        return False
    return isinstance(new.right, ast.Constant) and new.right.value == 1


def _is_power(edit: Edit) -> bool:
    """Whether an edit takes a power of what stands there: ``w ** 2`` for ``w``."""
    old, new = edit.changes[0]
    return isinstance(new, ast.BinOp) and isinstance(new.op, ast.Pow) and ast.dump(new.left) == ast.dump(old)


def _is_of(point: Point, site: Site, more: ast.expr, flows: list[ast.expr]) -> bool:
    """Whether a factor or a term is of the values of an expression; a term of what flows back, of numbers too."""
    others = _reads(more) - _reads(site.node)
    if not others:
        return True
    if not flows or not all(_reads(flow) <= _reads(more) for flow in flows):
        return False
    there = in_scope(point, site)
    atoms = there[1].by_text if there else {}
    return all(text in atoms and not atoms[text].value.ndim for text in others)


def _narrowed(edit: Edit) -> Edit:
    """Return an expression written anew as the exchange of one operand, where that is all that differs."""
    old, new = edit.changes[0]
    if edit.code != "derivative-wrong" or not (isinstance(old, ast.expr) and isinstance(new, ast.expr)):
        return edit
    differ = list(_differences(old, new))
    if len(differ) != 1 or not all(isinstance(node, Operand) for node in differ[0]):
        return edit
    (pair,) = differ
    return replace(edit, at=pair[0], changes=(pair,), code="wrong-operand", what=ast.unparse(pair[1]))


def _differences(old: ast.expr, new: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the smallest parts in which two expressions differ."""
    if ast.dump(old) == ast.dump(new):
        return
    parts, others = ([n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)] for node in (old, new))
    rest, other = ([n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.expr)] for node in (old, new))
    alike = type(old) is type(new) and list(map(ast.dump, rest)) == list(map(ast.dump, other))
    if isinstance(old, Operand) or not alike or len(parts) != len(others):
        yield old, new
        return
    for part, its in zip(parts, others, strict=True):
        yield from _differences(part, its)


def _keeps(site: Site, edit: Edit) -> bool:
    """Whether an edit lets a name be what it was: ``d = d`` for ``d = other``."""
    statement, new = site.statement, edit.changes[0][1]
    if not (isinstance(statement, ast.Assign) and edit.at is statement.value and isinstance(new, ast.expr)):
        return False
    kept = ast.unparse(new)
    return kept not in _reads(edit.at) and any(ast.unparse(target) == kept for target in statement.targets)


def _leaves_a_parameter(point: Point, edit: Edit) -> bool:
    """Whether a parameter is left as it is where it was updated: ``W = p["W"] - rate * dW``."""
    old, new = edit.changes[0]
    if isinstance(old, ast.AugAssign) and isinstance(new, ast.Pass) and isinstance(old.op, (ast.Add, ast.Sub)):
        more = _values(point, old.value)
        sign = -1.0 if isinstance(old.op, ast.Sub) else 1.0
        updated = [leaf + sign * more[0].reshape(-1) for leaf in _leaves(point) if more and more[0].size == leaf.size]
        passed = (v for values in point.record.values.values() for v in values)
        return bool(updated) and any(close(v, new, ROUNDING) for v in passed for new in updated)
    if not (isinstance(old, ast.BinOp) and isinstance(old.op, (ast.Add, ast.Sub)) and old.left is new):
        return False
    values = _values(point, new)
    return bool(values) and any(close(values[0], leaf, ROUNDING) for leaf in _leaves(point))


def _moves_parameters(point: Point, edit: Edit) -> bool:
    """Whether a statement that is moved, or that another is moved over, changes a parameter: its value or itself."""
    parts = (part for old, new in edit.changes for part in (old, *(new if isinstance(new, list) else [new])))
    statements = [part for part in parts if isinstance(part, ast.stmt)]
    read = (n for statement in statements for n in ast.walk(statement) if isinstance(n, Operand))
    changed = set[str]().union(*map(written, statements))
    values = [v for n in read if ast.unparse(n) in changed for v in _values(point, n)[:1]]
    values += [v for s in statements if isinstance(s, ast.AugAssign) for v in _before(point, s)]
    return any(_holds(leaf, v.reshape(-1)) for v in values for leaf in _leaves(point))


def _holds(leaf: Host, value: Host) -> bool:
    """Whether entries stand in a parameter, side by side: all of it, or a row."""
    starts = numpy.flatnonzero(abs(leaf[: leaf.size - value.size + 1] - value[:1]) <= ROUNDING * abs(value[:1]))
    return any(close(value, leaf[k : k + value.size], ROUNDING) for k in starts) if value.size else False


def _before(point: Point, statement: ast.AugAssign) -> list[Host]:
    """Return what a sum was before a statement first added to it."""
    after, more = _values(point, statement)[:1], _values(point, statement.value)[:1]
    sign = -1.0 if isinstance(statement.op, ast.Sub) else 1.0
    return [a - sign * b for a, b in zip(after, more, strict=False)]


def _takes_as_many(point: Point, site: Site, edit: Edit) -> ast.Subscript | None:
    """Return what a slice for another one takes as many entries of: others, and no fewer; None where it does not."""
    old, new = edit.changes[0]
    there = in_scope(point, site) if isinstance(old, ast.Slice) and isinstance(new, ast.Slice) else None
    holders = (n for n in ast.walk(site.statement) if isinstance(n, ast.Subscript) and holds(n.slice, old))
    if there is None or (holder := next(holders, None)) is None or not isinstance(new, ast.Slice):
        return None
    parts = holder.slice.elts if isinstance(holder.slice, ast.Tuple) else [holder.slice]
    index = ast.Tuple([new if part is old else part for part in parts], ast.Load())
    made = settled(ast.Subscript(holder.value, index if len(parts) > 1 else new, ast.Load()), holder)
    before, after = there[1].value(holder), there[1].value(made)
    return holder if before is not None and after is not None and before.shape == after.shape else None


def _leaves(point: Point) -> list[Host]:
    return [point.runs.theta[leaf.slice] for leaf in point.runs.program.leaves]


def _values(point: Point, node: object) -> list[Host]:
    return point.record.values.get(getattr(node, "site", -1), [])


def _is_output(interventions: Interventions, edit: Edit) -> bool:
    """Whether an operand that stands there is an activation of the one that belongs there: f(z) for z."""
    point = interventions.point
    forward = point.forward
    old, new = (_values(point, node) for node in edit.changes[0] if isinstance(node, ast.AST))
    outputs = [n for n, values in forward.values.items() if old and n >= 0 and identical(values[:1], old[:1])]
    inputs = [n for n, values in forward.values.items() if new and n >= 0 and identical(values[:1], new[:1])]
    if not outputs or not inputs or forward.depends[outputs[0]] != forward.depends[inputs[0]]:
        return False  # of something else too, as a sample is of mean and noise
    return forward.is_elementwise(outputs[0], inputs[0])


def product_at(interventions: Interventions, site: Site) -> tuple[list[ast.expr], list[ast.expr]]:
    """Return what flows back in the product that a site is, and what it is multiplied by of the forward pass."""
    return _told_apart(interventions, site.node) if _is_product(site.node) else ([], [])


def _told_apart(interventions: Interventions, product: ast.expr) -> tuple[list[ast.expr], list[ast.expr]]:
    flows: list[ast.expr] = []
    slopes: list[ast.expr] = []
    for part in _factors(product):
        if not _is_forward(interventions, part):
            flows.append(part)
        elif _reads(part):
            slopes.append(part)
    return flows, slopes


def _reorders(edit: Edit) -> bool:
    """Whether an edit puts what stands there in another order."""
    old, new = zip(*((ast.unparse(a), ast.unparse(b)) for a, b in edit.changes if isinstance(b, ast.AST)), strict=True)
    return len(old) > 1 and sorted(old) == sorted(new)


def _is_product(node: ast.AST) -> TypeGuard[ast.BinOp]:
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))


def _factors(root: ast.expr) -> list[ast.expr]:
    """Return what an expression is the product of; itself where it is none."""
    if _is_product(root):
        return [*_factors(root.left), *_factors(root.right)]
    if isinstance(root, ast.UnaryOp) and isinstance(root.op, ast.USub):
        return _factors(root.operand)
    return [root]


def _added(old: ast.AST, new: ast.expr) -> ast.expr | None:
    """Return the factor or the term that an edit puts to what stands there; no sum, as that is of another path."""
    if not isinstance(new, ast.BinOp) or new.left is not old:
        return None
    return None if any(map(is_reduction, ast.walk(new.right))) else new.right


def is_number(point: Point, node: ast.expr) -> bool:
    """Whether an expression was one number each time."""
    return all(v.size == 1 for v in point.record.values.get(getattr(node, "site", -1), ()))


def _reads(node: ast.AST) -> set[str]:
    """Return the operands that an expression reads, but for numbers."""
    return {ast.unparse(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)}


def _is_forward(interventions: Interventions, node: ast.expr) -> bool:
    """Whether an expression is put together from what does not flow back: values of the forward pass, and of these."""
    point, flowing = interventions.point, interventions.flowing
    if isinstance(node, Operand):
        number = getattr(node, "site", -1)
        values = point.record.values.get(number)
        if values is None:
            return not isinstance(node, ast.Subscript)  # the name of a module
        if flowing is not None:
            return number not in flowing
        return values[0].dtype.kind in "ib" or point.known.has(values)
    return all(_is_forward(interventions, part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
