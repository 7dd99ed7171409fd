"""The edits of one expression or statement, of all families: the likely ones first.

The costs say how often people make such mistakes; whoever tries the edits decides how many.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeGuard

from .additions import terms, with_factors, with_terms
from .axes import whole
from .calls import TRANSPOSITIONS, call, wrapped
from .context import Context
from .edit import FACTORS, Edit, Operand, one, transposed
from .einsum import subscripts
from .exchanges import exchanges
from .operands import operand
from .operations import comparison, elements, number, operation
from .orders import from_the_end, laid_out

NUMBERS = (*FACTORS, "wrong-operand")  # what a number that stands for another may be
AXES = ("axis", "axes", "dim")  # arguments that say over what is reduced, of the user's own functions too
MISSING = ("factor-missing", "path-missing")


def edits_within(context: Context, root: ast.AST) -> list[Edit]:
    """Return the edits of each expression within `root`."""
    found: list[Edit] = []
    for node in ast.walk(root):
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            found += _expression(context, node)
    return _sorted(_named(root, found))


def _named(root: ast.AST, edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield edits with the names that they have where they stand: a number is a factor in a product alone."""
    axes, plain = _numbers(root, _is_transposition), _numbers(root, _is_no_product)
    over = _numbers(root, lambda node: isinstance(node, ast.keyword) and node.arg in AXES)
    compared = _numbers(root, lambda node: isinstance(node, ast.Compare))
    sums = _numbers(root, lambda node: isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)))
    steps = {id(node) for step in _steps(root) for node in ast.walk(step)}
    subscripts = [node.slice for node in ast.walk(root) if isinstance(node, ast.Subscript)]
    indices = {id(node) for index in subscripts for node in ast.walk(index)}
    powers = {id(n.right): n.left for n in ast.walk(root) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow)}
    for edit in edits:
        old, new = edit.changes[0]
        if id(old) in powers and edit.code in NUMBERS:
            edit = replace(edit, what=ast.unparse(powers[id(old)]))
        if id(old) in axes:
            yield replace(edit, code="transposed")
        elif id(old) in over:
            yield replace(edit, code="wrong-axis")
        elif id(old) in steps:
            yield replace(edit, code="wrong-operand")
        elif id(old) in plain and edit.code in NUMBERS:
            nothing = id(old) in sums and isinstance(new, ast.Constant) and not new.value
            if not nothing:  # else the term is left out, by an edit of its own
                code = "wrong-step" if id(old) in indices else "wrong-operand"
                yield replace(edit, code=code, cost=edit.cost + (0.5 if id(old) in compared else 0.0))
        else:
            yield edit


def _numbers(root: ast.AST, within: Callable[[ast.AST], bool]) -> set[int]:
    """Return the numbers that stand directly in nodes of some kind, by identity."""
    nodes = [node for node in ast.walk(root) if within(node)]
    return {id(part) for node in nodes for part in ast.iter_child_nodes(node) if isinstance(part, ast.Constant)}


def _is_transposition(node: ast.AST) -> bool:
    name = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
    return name in TRANSPOSITIONS


def _is_no_product(node: ast.AST) -> bool:
    """Whether a number in an expression is no factor: in a sum, a comparison, a call."""
    sums = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
    return sums or isinstance(node, (ast.Compare, ast.Call, ast.Tuple, ast.List))


def _steps(root: ast.AST) -> list[ast.expr]:
    """Return the steps of slices: directions, no factors."""
    return [part.step for part in ast.walk(root) if isinstance(part, ast.Slice) and part.step]


def edits_of(context: Context, root: ast.AST) -> list[Edit]:
    """Return the edits within `root`, and those of it as a whole that put no factor or term to it."""
    return context.made(_edits_of, root)


def _edits_of(context: Context, root: ast.AST) -> list[Edit]:
    found = [*edits_within(context, root), *exchanges(context, root), *_unwrapped(context, root)]
    return _sorted([*found, *whole(context, root), *wrapped(context, root)] if _is_value(root) else found)


def _unwrapped(context: Context, root: ast.AST) -> Iterator[Edit]:
    """Take what a function is applied to for the whole expression; such a mistake has no name."""
    if not (isinstance(root, (ast.Call, ast.BinOp)) and any(isinstance(node, ast.Call) for node in ast.walk(root))):
        return
    have = context.value(root)
    for node in ast.walk(root):
        here = context.by_text.get(ast.unparse(node)) if isinstance(node, Operand) else None
        if have is not None and here is not None and here.shape == have.shape:
            empty = isinstance(root, ast.Call) and getattr(root.func, "attr", "") in ("zeros_like", "zeros")
            yield one(root, here.node, "path-missing" if empty else "unknown", 1.95, here.text)


def additions(context: Context, root: ast.expr) -> list[Edit]:
    """Return the factors and terms that may be missing: of its terms, within, and last inside."""
    return context.made(_additions, root)


def _additions(context: Context, root: ast.expr) -> list[Edit]:
    found = edits_within(context, root)
    if _is_value(root):
        for term in terms(root):
            found += with_factors(context, term)
        found += with_terms(context, root)
    return [edit for edit in (*_sorted(found), *factors_inside(context, root)) if edit.code in MISSING]


def factors_inside(context: Context, root: ast.expr) -> list[Edit]:
    """Return the factors that may be missing inside: under a sum, or in an operand of a product of matrices."""
    found: list[Edit] = []
    for node in ast.walk(root):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            parts = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            parts += [e for part in node.args if isinstance(part, (ast.List, ast.Tuple)) for e in part.elts]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.MatMult, ast.Add, ast.Sub)):
            parts = [node.left, node.right]
        for part in parts:
            if isinstance(part, (ast.BinOp, Operand, ast.Call)):
                found += with_factors(context, part)
    return _sorted(found)


def _sorted(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: edit.cost)


def _is_value(root: ast.AST) -> TypeGuard[ast.expr]:
    """Whether a node may stand for an array, as no tuple or slice does."""
    return isinstance(root, ast.expr) and not isinstance(root, (ast.Tuple, ast.Slice))


def _expression(context: Context, node: ast.expr) -> Iterator[Edit]:
    """Yield the edits of one expression, but not of what it consists of."""
    match node:
        case ast.BinOp():
            yield from operation(node)
        case ast.UnaryOp(op=ast.USub()):
            yield one(node, node.operand, "sign", 1.0)
        case ast.Constant(value=str()):
            yield from subscripts(node)
        case ast.Constant(value=value) if type(value) in (int, float):
            yield from number(node)
        case ast.Compare(ops=[_]):
            yield from comparison(node)
        case ast.Call():
            yield from call(context, node)
            yield from laid_out(context, node)
        case ast.List() | ast.Tuple():
            yield from elements(node)
        case _:
            pass
    if isinstance(node, (ast.BinOp, ast.Call)):
        value = context.value(node)
        if value is not None and value.ndim >= 1 and len(value) > 1:
            yield from_the_end(node)
        if value is not None and value.ndim >= 2:
            yield one(node, transposed(node), "transposed", 1.7)
        if value is not None and value.dtype.kind == "f" and isinstance(node, ast.Call):
            unit = ast.Constant(1)
            yield one(node, ast.BinOp(node, ast.Sub(), unit), "wrong-operand", 2.1, f"{ast.unparse(node)} - 1")
            yield one(node, ast.BinOp(unit, ast.Sub(), node), "wrong-operand", 2.1, f"1 - {ast.unparse(node)}")
    if isinstance(node, Operand):
        yield from operand(context, node)
