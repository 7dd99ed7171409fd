"""Edits read off by value: the factor or the term that makes of what stands there what is known to belong there."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import replace

import numpy

from ..byvalue import FITS, Constants, Missing, broadcasts, differences, factors, multiple
from ..scope import Atom, settle
from .context import Context
from .edit import Edit, one

OF_A_PART = 2.5  # what it costs to take a part of an expression with a factor for the whole


def towards(context: Context, root: ast.expr, want: numpy.ndarray) -> list[Edit]:
    """Return the factors and terms, read off by value, that make of an expression what belongs there."""
    have = context.value(root)
    if have is None or have.dtype.kind not in "fi":
        return []
    if have.size == want.size:
        want = want.reshape(have.shape)
    elif broadcasts(have.shape, want.shape):
        have = numpy.broadcast_to(have, want.shape)
    else:
        return []
    found: list[Edit] = []
    parts = [part for part in parts_of(context, root) if part.text != ast.unparse(root)]  # once more
    atoms = [*context.atoms, *parts]
    constants = Constants(atoms) if any(part.value.ndim == 0 for part in parts) else context.constants
    for term, sign in _signed_terms(root):
        value = have if term is root else context.value(term)
        if value is None or not broadcasts(value.shape, have.shape):
            continue
        part = want if term is root else value + sign * (want - have)
        spread, more = numpy.broadcast_to(value, have.shape), 0.0 if term is root else 0.05
        missed = factors(spread, part, atoms, constants, context.module)
        found += [_multiplied(term, missing, more) for missing in missed]
    found += _of_a_part(context, root, have, want)
    for missing in differences(want - have, context.atoms, context.constants, context.module):
        op, node = _sign(missing), missing.expression()
        found.append(one(root, ast.BinOp(root, op, node), "path-missing", 2.2 + missing.cost, ast.unparse(node)))
    return found


def _of_a_part(context: Context, root: ast.expr, have: numpy.ndarray, want: numpy.ndarray) -> list[Edit]:
    """Return a part of an expression with a derivative for the whole of it: ``u * (z > 0)`` for ``relu(u)``."""
    found: list[Edit] = []
    for part in ast.walk(root):
        if part is root or not isinstance(part, (ast.BinOp, ast.Call, ast.Name, ast.Attribute, ast.Subscript)):
            continue
        value = context.value(part)
        if value is None or value.shape != have.shape or value.dtype.kind != "f":
            continue
        for missing in factors(value, want, context.atoms, context.constants, context.module):
            if missing.node is not None and missing.number.value == 1.0:
                new: ast.expr = ast.BinOp(part, ast.Mult(), missing.expression())
                new = ast.UnaryOp(ast.USub(), new) if missing.sign < 0 else new
                found.append(one(root, new, "derivative-wrong", OF_A_PART + missing.cost, ast.unparse(new)))
    return found


def parts_of(context: Context, root: ast.AST) -> list[Atom]:
    """Return what an expression computes on its way, itself last."""
    found: list[Atom] = []
    for node in ast.walk(root):
        if isinstance(node, (ast.BinOp, ast.Call)):
            value = context.value(node)
            if value is not None and value.dtype.kind in "fi":
                found.append(Atom(ast.unparse(node), copy.deepcopy(node), value))
    return found[::-1]


def behind(context: Context, statement: ast.stmt, have: numpy.ndarray, want: numpy.ndarray) -> list[Edit]:
    """Return the statements that, put behind a change in place, make of what it left what belongs there."""
    target = getattr(statement, "target", None) or (getattr(statement, "targets", None) or [None])[0]
    if isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, (ast.Name, ast.Attribute)) or have.shape != want.shape:
        return []
    found: list[Edit] = []

    def add(op: ast.operator, node: ast.expr, code: str, cost: float) -> None:
        store = copy.copy(target)
        store.ctx = ast.Store()
        new = ast.AugAssign(store, op, node)
        settle(new, statement)
        found.append(Edit(statement, ((statement, [statement, new]),), code, cost, ast.unparse(node)))

    for missing in factors(have, want, context.atoms, context.constants, context.module):
        factor, code = missing.expression(), "factor-missing"
        if _is_minus(missing):
            factor, code = ast.UnaryOp(ast.USub(), ast.Constant(1)), "sign"
        elif missing.sign < 0:
            factor = ast.UnaryOp(ast.USub(), factor)
        add(ast.Mult(), factor, code, 2.0 + missing.cost)
    for missing in differences(want - have, context.atoms, context.constants, context.module):
        add(_sign(missing), missing.expression(), "path-missing", 2.2 + missing.cost)
    if context.module:
        found += _at_indices(context, statement, target, want - have)
    return found


def _at_indices(
    context: Context, statement: ast.stmt, target: ast.Name | ast.Attribute, difference: numpy.ndarray
) -> Iterator[Edit]:
    """Yield the statements that add something in scope to some entries: an index of the loss's, forgotten here."""
    for index in context.indices:
        selected = ast.Subscript(
            ast.Attribute(ast.Name(context.module or "", ast.Load()), "s_", ast.Load()), index, ast.Load()
        )
        settle(selected, statement)
        try:
            where = context.scope.evaluate(selected)
            shape = difference[where].shape
        except Exception:  # an index of something else
            continue
        for atom in (*context.atoms, *parts_of(context, statement)):
            if atom.shape != shape or not atom.value.ndim or atom.value.dtype.kind != "f":
                continue
            spread = numpy.zeros(difference.shape)
            numpy.add.at(spread, where, atom.value)
            c = multiple(difference, spread)
            if c is None or abs(abs(c) - 1.0) > FITS:
                continue
            several = any(isinstance(part, numpy.ndarray) for part in (where if isinstance(where, tuple) else (where,)))
            new = _added_at(target, index, atom.node, c > 0, several, context.module or "")
            settle(new, statement)
            yield Edit(statement, ((statement, [statement, new]),), "path-missing", 2.4, atom.text)


def _added_at(
    target: ast.Name | ast.Attribute, index: ast.expr, value: ast.expr, plus: bool, several: bool, module: str
) -> ast.stmt:
    if several:  # an index may stand there twice
        at = ast.Attribute(
            ast.Attribute(ast.Name(module, ast.Load()), "add" if plus else "subtract", ast.Load()), "at", ast.Load()
        )
        return ast.Expr(ast.Call(at, [target, index, value], []))
    return ast.AugAssign(ast.Subscript(target, index, ast.Store()), ast.Add() if plus else ast.Sub(), value)


def _multiplied(term: ast.expr, missing: Missing, more: float) -> Edit:
    if _is_minus(missing):
        return one(term, ast.UnaryOp(ast.USub(), term), "sign", 1.05 + more)
    factor = missing.expression()
    new: ast.expr = ast.BinOp(term, ast.Mult(), factor)
    if isinstance(factor, ast.BinOp) and isinstance(factor.op, ast.Div) and isinstance(factor.left, ast.Constant):
        new = ast.BinOp(term, ast.Div(), factor.right) if factor.left.value == 1 else new
    if missing.sign < 0:
        new = ast.UnaryOp(ast.USub(), new)
    edit = one(term, new, "factor-missing", 2.0 + missing.cost + more, ast.unparse(factor))
    return replace(edit, anywhere=missing.node is None)


def _is_minus(missing: Missing) -> bool:
    """Whether a factor is -1: one of 1 is never missing."""
    return missing.node is None and missing.number.value == 1.0


def _sign(missing: Missing) -> ast.operator:
    return ast.Sub() if missing.sign < 0 else ast.Add()


def _signed_terms(root: ast.expr, sign: int = 1) -> list[tuple[ast.expr, int]]:
    """Return an expression and, where it is a sum, its terms with their signs."""
    found = [(root, sign)]
    if isinstance(root, ast.BinOp) and isinstance(root.op, (ast.Add, ast.Sub)):
        found += _signed_terms(root.left, sign)
        found += _signed_terms(root.right, -sign if isinstance(root.op, ast.Sub) else sign)
    if isinstance(root, ast.UnaryOp) and isinstance(root.op, ast.USub):
        found += _signed_terms(root.operand, -sign)
    return found
