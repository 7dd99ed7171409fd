"""Edits of a statement as a whole: ``=`` for ``+=`` and the reverse, repeated indices, left out."""

import ast
import copy
from collections.abc import Iterator

from .edit import Edit, one

OPPOSITE: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


def statement_edits(statement: ast.stmt) -> list[Edit]:
    """Return the edits of a statement."""
    found: list[Edit] = []
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, (ast.Name, ast.Subscript, ast.Attribute)):
            new = ast.AugAssign(target, ast.Add(), statement.value)
            found.append(one(statement, new, "not-accumulated", 1.0))
            found += _kept(statement, target)
    if isinstance(statement, ast.AugAssign):
        target = statement.target
        found.append(one(statement, ast.Assign([target], statement.value), "path-twice", 1.6))
        opposite = OPPOSITE.get(type(statement.op))
        if opposite is not None:
            code = "sign" if opposite in (ast.Add, ast.Sub) else "factor-extra"
            found.append(one(statement, ast.AugAssign(target, opposite(), statement.value), code, 1.0))
        code = "factor-extra" if isinstance(statement.op, (ast.Mult, ast.Div)) else "path-twice"
        found.append(one(statement, ast.Pass(), code, 1.8, ast.unparse(statement.value)))
        if isinstance(statement.op, ast.Add) and isinstance(gathered := statement.value, ast.Subscript):
            found += _scattered(statement, gathered)
    value = getattr(statement, "value", None)
    target = getattr(statement, "target", None) or (getattr(statement, "targets", None) or [None])[0]
    if isinstance(target, ast.Subscript) and isinstance(value, ast.expr) and not isinstance(target.slice, ast.Constant):
        ufunc = "subtract" if isinstance(getattr(statement, "op", None), ast.Sub) else "add"
        found += _exchanged(statement, target, value)
        if isinstance(statement, ast.Assign) and _is_number(value):
            found += _balanced(target, value)
        call = _at(ufunc, target.value, _reread(target.slice), value)
        found.append(one(statement, call, "not-accumulated", 1.1))
    return found


def _kept(statement: ast.Assign, target: ast.expr) -> Iterator[Edit]:
    """Add to what is kept under a key, if there is something: ``d[key] + x if key in d else x``."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, (ast.Name, ast.Attribute)):
        there = ast.Compare(_reread(target.slice), [ast.In()], [_reread(target.value)])
        total = ast.BinOp(_reread(target), ast.Add(), statement.value)
        yield one(
            statement, ast.Assign([target], ast.IfExp(there, total, statement.value)), "not-accumulated", 1.2
        )  # fmt: skip


def _scattered(statement: ast.AugAssign, gathered: ast.Subscript) -> Iterator[Edit]:
    """Add to the rows that were taken, and not what these rows have: ``np.add.at(d, rows, x)`` for ``d += x[rows]``."""
    if isinstance(gathered.slice, (ast.Name, ast.Attribute)):
        yield one(statement, _at("add", statement.target, gathered.slice, gathered.value), "wrong-step", 1.7)


def _at(ufunc: str, target: ast.expr, index: ast.expr, value: ast.expr) -> ast.Expr:
    """Return ``np.add.at(target, index, value)``."""
    at = ast.Attribute(ast.Attribute(ast.Name("np", ast.Load()), ufunc, ast.Load()), "at", ast.Load())
    return ast.Expr(ast.Call(at, [_reread(target), index, value], []))


def _exchanged(statement: ast.stmt, target: ast.Subscript, value: ast.expr) -> Iterator[Edit]:
    """Write where was read, and read where was written: ``a[k:] = b[:-k]`` for ``a[:-k] = b[k:]``."""
    for node in ast.walk(value):
        if isinstance(node, ast.Subscript) and ast.unparse(node.slice) != ast.unparse(target.slice):
            both = (target.slice, node.slice), (node.slice, target.slice)
            names = isinstance(target.slice, ast.Name) and isinstance(node.slice, ast.Name)
            what = f"{ast.unparse(target.slice)} and {ast.unparse(node.slice)}" if names else ""
            yield Edit(statement, both, "wrong-operand" if names else "wrong-step", 1.5, what)


def _balanced(target: ast.Subscript, number: ast.expr) -> Iterator[Edit]:
    """Write what the others of a row or column sum to, with either sign, where one number stands for each.

    As where one score is compared with each of the others: of every comparison that counts its derivative has a part.
    """
    for axis in (1, 0):
        total = ast.Call(
            ast.Attribute(_reread(target.value), "sum", ast.Load()), [], [ast.keyword("axis", ast.Constant(axis))]
        )
        yield one(number, ast.UnaryOp(ast.USub(), total), "wrong-operand", 1.6)
        yield one(number, total, "wrong-operand", 1.8)


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def always(condition: ast.If) -> Iterator[Edit]:
    """Yield what stands under a condition without it."""
    yield Edit(condition, ((condition, condition.body),), "some-entries", 1.5, ast.unparse(condition.test))
    if condition.orelse:
        both = [*condition.body, *condition.orelse]
        yield Edit(condition, ((condition, both),), "some-entries", 2.2, ast.unparse(condition.test))


def _reread(node: ast.expr) -> ast.expr:
    """Return what is written to, or an index of it, as an expression that is read."""
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
