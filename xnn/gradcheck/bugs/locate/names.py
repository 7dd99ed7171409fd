"""What an edit undoes, named by what stands around it: a local derivative that is wrong is no path and no factor."""

import ast
from dataclasses import replace

from ..edits.edit import Edit
from ..edits.operands import Operand
from .around import holds
from .point import Point

RENAMED = ("factor-missing", "factor-extra", "path-missing", "path-twice", "sign", "wrong-operand", "some-entries")


def named(point: Point, root: ast.AST, edit: Edit) -> Edit:
    """Return an edit of an expression with the name of the mistake that it undoes.

    In a product of what flows back and of values of the forward pass, these are the local derivative: a change within
    them, or a factor or a term that makes of them another function of the same values, is one of that derivative.
    """
    if edit.code not in RENAMED or not isinstance(root, ast.expr) or isinstance(edit.at, ast.stmt):
        return edit
    slopes = [part for part in _factors(root) if _is_forward(point, part) and _reads(part)]
    flows = [part for part in _factors(root) if not _is_forward(point, part)]
    if not flows:
        return edit
    inside = any(holds(part, edit.at) and (part is not edit.at or edit.code == "sign") for part in slopes)
    new = edit.changes[0][1]
    more = _added(edit.at, new) if isinstance(new, ast.expr) else None
    another = more is not None and edit.at is root and any(_reads(part) & _reads(more) for part in slopes)
    return replace(edit, code="derivative-wrong") if inside or another else edit


def _factors(root: ast.expr) -> list[ast.expr]:
    """Return what an expression is the product of; itself where it is none."""
    if isinstance(root, ast.BinOp) and isinstance(root.op, (ast.Mult, ast.Div)):
        return [*_factors(root.left), *_factors(root.right)]
    if isinstance(root, ast.UnaryOp) and isinstance(root.op, ast.USub):
        return _factors(root.operand)
    return [root]


def _added(old: ast.AST, new: ast.expr) -> ast.expr | None:
    """Return the factor or the term that an edit puts to what stands there."""
    return new.right if isinstance(new, ast.BinOp) and new.left is old else None


def _reads(node: ast.AST) -> set[str]:
    """Return the operands that an expression reads, but for numbers."""
    return {ast.unparse(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)}


def _is_forward(point: Point, node: ast.expr) -> bool:
    """Whether an expression is put together from values of the forward pass alone."""
    if isinstance(node, Operand):
        values = point.record.values.get(getattr(node, "site", -1))
        if values is not None:
            return values[0].dtype.kind in "ib" or point.known.has(values)
        return not isinstance(node, ast.Subscript)  # the name of a module
    return all(_is_forward(point, part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
