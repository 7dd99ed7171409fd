"""Edits of a call: another function of the same kind, its arguments exchanged, or none."""

import ast
from collections.abc import Iterator
from itertools import permutations

from ....source import called
from .axes import REDUCTIONS, another_axis
from .context import Context
from .edit import Edit, one, transposed
from .orders import last_first

SWAPS = {
    "sum": ("mean",), "mean": ("sum",), "maximum": ("minimum",), "minimum": ("maximum",), "argmax": ("argmin",),
    "argmin": ("argmax",), "sin": ("cos",), "cos": ("sin",), "zeros_like": ("ones_like",), "ones_like": ("zeros_like",),
    "max": ("min",), "min": ("max",), "log": ("log2", "log10"), "floor": ("ceil",),
    "cumsum": ("cumprod",), "abs": ("sign",), "tanh": ("cosh",), "exp": ("log",),
}  # fmt: skip


TRANSPOSITIONS = ("transpose", "swapaxes", "moveaxis", "permute", "permute_dims")
SUMMED_UP = ("cumsum", "cumprod")


def call(context: Context, node: ast.Call) -> Iterator[Edit]:
    """Edit a call."""
    name = called(node)
    receiver = _receiver(context, node)
    if name in REDUCTIONS:
        yield from another_axis(node, receiver is not None)
        inner = receiver or (node.args[0] if node.args else None)
        if inner is not None:
            yield one(node, inner, "wrong-axis", 2.5)
    if name in SUMMED_UP:
        yield from _from_the_end(context, node, receiver)
    if name == "len" and len(node.args) == 1:
        for atom in context.atoms:
            if atom.value.ndim and atom.text != ast.unparse(node.args[0]):
                yield one(node.args[0], atom.node, "wrong-operand", 2.2, f"len({atom.text})")
    for other in SWAPS.get(name, ()):
        yield _swapped(node, name, other)
    operands = node.args if receiver is None else [receiver, *node.args]
    if name in ("dot", "matmul") and len(operands) == 2:
        a, b = operands
        for x, y in ((b, a), (transposed(a), b), (a, transposed(b)), (transposed(b), a), (b, transposed(a))):
            func, args = (node.func, [x, y]) if receiver is None else (ast.Attribute(x, name, ast.Load()), [y])
            yield one(node, ast.Call(func, args, []), "transposed", 1.8)
    if name in TRANSPOSITIONS and operands:
        yield one(node, operands[0], "transposed", 1.0)
        yield from _other_order(node, 0 if receiver else 1)
        yield from _laid_out(node, operands)
    if receiver is None and len(node.args) == 1:
        yield one(node.args[0], ast.UnaryOp(ast.USub(), node.args[0]), "sign", 1.9)
    if receiver is None and len(node.args) == 1 and not node.keywords:
        yield one(node, node.args[0], "wrong-operand", 3.0, ast.unparse(node.args[0]))
    if receiver is None and len(node.args) == 2 and not node.keywords:
        yield one(node, ast.Call(node.func, [node.args[1], node.args[0]], []), "wrong-operand", 2.5)


def wrapped(context: Context, root: ast.expr) -> Iterator[Edit]:
    """Apply to an expression what its function applies to others."""
    for other in context.calls:
        new = ast.Call(other.func, [root, *other.args[1:]], other.keywords)
        yield one(root, new, "path-missing", 2.2, ast.unparse(other.func))


def _receiver(context: Context, node: ast.Call) -> ast.expr | None:
    """Return the value whose method is called; None of a function, such as one of a module."""
    if not isinstance(node.func, ast.Attribute):
        return None
    value = node.func.value
    own = context.scope.visits[-1][1] if context.scope.visits else {}
    return None if isinstance(value, ast.Name) and value.id not in own else value


def _other_order(node: ast.Call, first: int) -> Iterator[Edit]:
    """Order the axes in another way."""
    axes = node.args[first:]
    if len(axes) == 1 and isinstance(axes[0], (ast.Tuple, ast.List)):
        axes = axes[0].elts
    if len(axes) < 3 or len(axes) > 4 or not all(isinstance(axis, ast.Constant) for axis in axes):
        return
    for order in permutations(axes):
        if order != tuple(axes):
            args = [*node.args[:first], *order] if not first else [*node.args[:first], ast.Tuple([*order], ast.Load())]
            yield one(node, ast.Call(node.func, args, node.keywords), "transposed", 1.8)


def _laid_out(node: ast.Call, operands: list[ast.expr]) -> Iterator[Edit]:
    """Lay out in the order of the result what is laid out in another and transposed."""
    inner = operands[0]
    given = (axis.value for axis in operands[1:] if isinstance(axis, ast.Constant))
    axes = [axis for axis in given if isinstance(axis, int)]
    if not (isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "reshape" and len(axes) > 1):
        return
    sizes = inner.args
    if len(axes) == 2 and getattr(node.func, "attr", "") == "swapaxes":
        order = list(range(len(sizes)))
        if all(-len(order) <= axis < len(order) for axis in axes):
            order[axes[0]], order[axes[1]] = order[axes[1]], order[axes[0]]
    else:
        order = axes
    if sorted(order) == list(range(len(sizes))):
        yield one(node, ast.Call(inner.func, [sizes[k] for k in order], inner.keywords), "transposed", 1.7)


def _from_the_end(context: Context, node: ast.Call, receiver: ast.expr | None) -> Iterator[Edit]:
    """Sum up from the end: the derivative of a sum from the beginning."""
    inner = receiver or (node.args[0] if node.args else None)
    value = None if inner is None else context.value(inner)
    if inner is None or value is None:
        return
    for axis in range(value.ndim):
        index: ast.expr = last_first()
        if axis:
            index = ast.Tuple([*[ast.Slice() for _ in range(axis)], index], ast.Load())
        turned = ast.Subscript(inner, index, ast.Load())
        func = ast.Attribute(turned, node.func.attr, ast.Load()) if receiver else node.func  # type: ignore[attr-defined]
        args = node.args if receiver else [turned, *node.args[1:]]
        summed = ast.Call(func, args, node.keywords)
        yield one(node, ast.Subscript(summed, index, ast.Load()), "wrong-axis", 2.1)


def _swapped(node: ast.Call, name: str, other: str) -> Edit:
    func = ast.copy_location(
        ast.Attribute(node.func.value, other, ast.Load())
        if isinstance(node.func, ast.Attribute) else ast.Name(other, ast.Load()),
        node.func,
    )  # fmt: skip
    code = {"sum": "factor-missing", "mean": "factor-extra"}.get(name, "wrong-operand")
    what = "1 / their number" if name in ("sum", "mean") else other
    return one(node, ast.Call(func, node.args, node.keywords), code, 1.5, what)
