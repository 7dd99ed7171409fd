"""Edits that put something in: a factor or a divisor in scope, what derivatives often are of it, or a term."""

import ast
from collections import Counter
from collections.abc import Iterator

import numpy

from ..byvalue import broadcasts
from .context import Context
from .edit import Edit, of_library, one, power

ALIKE = 3  # names of one number that are tried: which is meant shows at another size


def terms(root: ast.expr) -> list[ast.expr]:
    """Return an expression and, where it is a sum, its terms."""
    found = [root]
    if isinstance(root, ast.BinOp) and isinstance(root.op, (ast.Add, ast.Sub)):
        found += [t for side in (root.left, root.right) for t in terms(side)]
    return found


def with_factors(context: Context, term: ast.expr) -> Iterator[Edit]:
    """Multiply or divide one term of a sum by something in scope."""
    value = context.value(term)
    if value is None:
        return
    yield one(term, ast.UnaryOp(ast.USub(), term), "sign", 1.1)
    for text, factor, cost in context.once(_multipliers, value.shape):
        if context.is_counted(text.partition(" ")[0]):
            continue
        yield one(term, ast.BinOp(term, ast.Mult(), factor), "factor-missing", 2.0 + cost, text)
        yield one(term, ast.BinOp(term, ast.Div(), factor), "factor-missing", 2.05 + cost, f"1 / {text}")


def with_terms(context: Context, root: ast.expr) -> Iterator[Edit]:
    """Add something in scope."""
    value = context.value(root)
    if value is None:
        return
    for text, term, cost in context.once(_summands, value.shape):
        yield one(root, ast.BinOp(root, ast.Add(), term), "path-missing", cost, text)
        if not isinstance(term, ast.BinOp):
            yield one(root, ast.BinOp(root, ast.Sub(), term), "path-missing", cost, text)


def _summands(context: Context, shape: tuple[int, ...]) -> Iterator[tuple[str, ast.expr, float]]:
    """Yield the terms for a sum of a shape, as text and expression, and how unlikely they are."""
    scalars = [a for a in context.atoms if a.value.ndim == 0 and a.value.dtype.kind == "f"]
    for atom in context.atoms:
        if atom.value.ndim == 0 or not broadcasts(atom.shape, shape):
            continue
        yield atom.text, atom.node, 2.3
        for c in scalars:
            product = ast.BinOp(c.node, ast.Mult(), atom.node)
            twice = ast.BinOp(ast.Constant(2), ast.Mult(), product)
            yield ast.unparse(product), product, 2.8
            yield ast.unparse(twice), twice, 3.0


def _multipliers(context: Context, shape: tuple[int, ...]) -> Iterator[tuple[str, ast.expr, float]]:
    """Yield the factors for a term of a shape, as text and expression, and how unlikely they are."""
    for number, cost in ((2, 0.0), (3, 0.8), (4, 0.8)):
        yield str(number), ast.Constant(number), cost
    seen: Counter[float] = Counter({1.0: ALIKE, 0.0: ALIKE})
    for atom in context.atoms:
        if atom.value.size == 1:
            number = float(atom.value.reshape(()))
            if seen[number] < ALIKE and numpy.isfinite(number):
                seen[number] += 1
                yield atom.text, atom.node, 0.3 if isinstance(atom.node, ast.Call) else 0.1
                yield f"{atom.text} ** 2", power(atom.node), 0.6
                if number > 0:
                    yield f"{atom.text} ** 0.5", power(atom.node, 0.5), 0.3
    for atom in context.atoms:
        for axis, size in enumerate(atom.shape):
            if not seen[float(size)]:
                seen[float(size)] += 1
                shape_of = ast.Attribute(atom.node, "shape", ast.Load())
                node = ast.Subscript(shape_of, ast.Constant(axis), ast.Load())
                yield ast.unparse(node), node, 0.3
                yield f"{ast.unparse(node)} ** 0.5", power(node, 0.5), 0.4
    for atom in context.atoms:
        if atom.value.ndim == 0 or not broadcasts(atom.shape, shape):
            continue
        yield atom.text, atom.node, 0.2
        if atom.value.dtype.kind == "f":
            for form, cost in _derivatives(atom.node, context.module):
                yield ast.unparse(form), form, cost


def _derivatives(a: ast.expr, module: str | None) -> Iterator[tuple[ast.expr, float]]:
    """Yield what the derivative of a function often is, in terms of an array in scope."""
    unit = ast.Constant(1)
    yield ast.BinOp(unit, ast.Sub(), power(a)), 0.25
    yield ast.BinOp(a, ast.Mult(), ast.BinOp(unit, ast.Sub(), a)), 0.25
    yield ast.Compare(a, [ast.Gt()], [ast.Constant(0)]), 0.25
    yield ast.BinOp(unit, ast.Sub(), a), 0.3
    yield power(a), 0.5
    yield ast.Compare(a, [ast.LtE()], [ast.Constant(0)]), 0.5
    if module:
        for name in ("exp", "cos", "sin", "sign", "sqrt", "tanh"):
            yield of_library(module, name, a), 0.6
