"""Edits of an operand: another value in scope in its place, itself transposed, or one added to it."""

import ast
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy

from ...same import bare
from ..byvalue import broadcasts
from ..scope import Atom
from .context import Context
from .edit import Edit, Operand, of_library, one, power, transposed
from .indices import index
from .orders import from_the_end, other_layouts

NAMES = re.compile(r"[A-Za-z_]\w*")


def operand(context: Context, node: Operand) -> Iterator[Edit]:
    """Edit a name, an attribute or a subscript."""
    text = ast.unparse(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield one(node, node.value, "transposed", 1.0)
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        yield from _shape(context, node, text)
    if isinstance(node, ast.Subscript):
        yield from index(context, node)
    here = context.by_text.get(text)
    if here is None:
        yield from _container(context, node, text)
    elif here.value.ndim:
        yield from _array(context, node, here)
    else:
        yield from _number(context, node, here)


def _shape(context: Context, node: ast.Attribute, text: str) -> Iterator[Edit]:
    """Take the shape of another array."""
    for other in context.atoms:
        if other.value.ndim and other.text != ast.unparse(node.value):
            shape = ast.Attribute(other.node, "shape", ast.Load())
            yield one(node, shape, "wrong-operand", 1.8 + far(text, other.text), other.text)


def _container(context: Context, node: ast.expr, text: str) -> Iterator[Edit]:
    """Take another container of the same build."""
    own = context.scope.visits[context.scope.best][1] if context.scope.visits else {}
    here = own.get(node.id) if isinstance(node, ast.Name) else None
    if not isinstance(here, (tuple, list, dict)):
        return
    for name, other in own.items():
        if name != text and type(other) is type(here) and len(other) == len(here):
            yield one(node, ast.Name(name, ast.Load()), "wrong-operand", 2.0 + far(text, name), name)


def _number(context: Context, node: Operand, here: Atom) -> Iterator[Edit]:
    """Take another number of the same kind; of whole numbers also one more or less, and a product of two names."""
    kind = here.value.dtype.kind
    if kind == "i":
        for op in (ast.Add(), ast.Sub()):
            yield one(node, ast.BinOp(node, op, ast.Constant(1)), "wrong-step", 1.8)
    counts = kind == "i" and isinstance(node, ast.Name)
    for other in context.atoms:
        if other.value.ndim or other.text == here.text or other.value.dtype.kind != kind:
            continue
        if other.value == here.value and not counts:
            continue  # it changes nothing
        yield one(node, other.node, "wrong-operand", 2.0 + far(here.text, other.text), other.text)
        if counts and isinstance(other.node, ast.Name):
            yield one(node, ast.BinOp(node, ast.Mult(), other.node), "factor-missing", 3.0, other.text)


def _array(context: Context, node: Operand, here: Atom) -> Iterator[Edit]:
    """Take another array, or the same transposed or from 1; or add another one to it."""
    if here.value.ndim >= 2:
        yield one(node, transposed(node), "transposed", 1.2)
    if len(here.value) > 1:
        yield from_the_end(node)
    if here.value.ndim >= 2:
        yield from other_layouts(node, here.value.ndim)
    if here.value.dtype.kind == "f":
        yield one(node, ast.BinOp(ast.Constant(1), ast.Sub(), node), "wrong-operand", 1.9, f"1 - {here.text}")
        yield one(node, power(node), "wrong-operand", 1.6, f"{here.text} ** 2")
        for function in context.functions:
            yield one(node, ast.Call(ast.Name(function, ast.Load()), [node], []), "path-missing", 2.4, function)
        if context.module:
            yield one(node, of_library(context.module, "sign", node), "derivative-wrong", 2.6)
    for other in context.atoms:
        if other.text == here.text or other.value.ndim == 0:
            continue
        alike = other.shape == here.shape
        if broadcasts(other.shape, here.shape) and here.value.dtype.kind == "f" == other.value.dtype.kind:
            for op in (ast.Sub(), ast.Add()):
                yield one(node, ast.BinOp(node, op, other.node), "path-missing", 3.1 if alike else 3.3, other.text)
        if alike and numpy.array_equal(other.value, here.value):
            continue
        if not alike and bare(other.shape) == bare(here.shape):
            continue
        cost = (1.5 if alike else 2.6) + far(here.text, other.text)
        yield one(node, other.node, _exchange_code(here.text, other.text), cost, other.text)
        if not alike and other.value.ndim == 2 and other.shape[::-1] == here.shape:
            yield one(node, transposed(other.node), "wrong-operand", cost + 0.5, other.text)


def far(a: str, b: str) -> float:
    """Return how unlike two names are, between 0 and 0.5: slips are mostly between names that look alike."""
    return 0.5 * (1.0 - SequenceMatcher(None, a, b).ratio())


def _exchange_code(old: str, new: str) -> str:
    """Name the exchange of one expression for another: of a step in time, where indices alone differ, by numbers."""
    a, b = old.partition("["), new.partition("[")
    if a[0] != b[0] or not (a[1] and b[1]) or "'" in old or '"' in old:
        return "wrong-operand"
    numbers = _is_number(a[2]) and _is_number(b[2])
    return "wrong-step" if numbers or set(NAMES.findall(a[2])) & set(NAMES.findall(b[2])) else "wrong-operand"


def _is_number(index: str) -> bool:
    """Whether an index, with the bracket behind it, is a number: the same one in each round."""
    return index.rstrip("]").lstrip("-").isdigit()
