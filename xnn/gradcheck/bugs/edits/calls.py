"""Edits of a call: another function of the same kind, its arguments exchanged, or none."""

import ast
from collections.abc import Iterator

from .axes import REDUCTIONS, another_axis
from .context import Context
from .edit import Edit, one, transposed

SWAPS = {
    "sum": ("mean",), "mean": ("sum",), "maximum": ("minimum",), "minimum": ("maximum",), "argmax": ("argmin",),
    "argmin": ("argmax",), "sin": ("cos",), "cos": ("sin",), "zeros_like": ("ones_like",), "ones_like": ("zeros_like",),
    "max": ("min",), "min": ("max",), "log": ("log2", "log10"), "floor": ("ceil",),
    "cumsum": ("cumprod",), "abs": ("sign",), "tanh": ("cosh",), "exp": ("log",),
}  # fmt: skip


def call(context: Context, node: ast.Call) -> Iterator[Edit]:
    """Edit a call."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    receiver = _receiver(context, node)
    if name in REDUCTIONS:
        yield from another_axis(node, receiver is not None)
        inner = receiver or (node.args[0] if node.args else None)
        if inner is not None:
            yield one(node, inner, "wrong-axis", 2.5)
    for other in SWAPS.get(name, ()):
        yield _swapped(node, name, other)
    operands = node.args if receiver is None else [receiver, *node.args]
    if name in ("dot", "matmul") and len(operands) == 2:
        a, b = operands
        for x, y in ((b, a), (transposed(a), b), (a, transposed(b)), (transposed(b), a), (b, transposed(a))):
            func, args = (node.func, [x, y]) if receiver is None else (ast.Attribute(x, name, ast.Load()), [y])
            yield one(node, ast.Call(func, args, []), "transposed", 1.8)
    if name == "transpose" and receiver is not None and not node.args:
        yield one(node, receiver, "transposed", 1.0)
    if receiver is None and len(node.args) == 1:
        yield one(node.args[0], ast.UnaryOp(ast.USub(), node.args[0]), "sign", 1.9)
    if receiver is None and len(node.args) == 1 and not node.keywords:
        yield one(node, node.args[0], "wrong-operand", 3.0, ast.unparse(node.args[0]))
    if receiver is None and len(node.args) == 2 and not node.keywords:
        yield one(node, ast.Call(node.func, [node.args[1], node.args[0]], []), "wrong-operand", 2.5)


def _receiver(context: Context, node: ast.Call) -> ast.expr | None:
    """Return the value whose method is called; None of a function, such as one of a module."""
    if not isinstance(node.func, ast.Attribute):
        return None
    value = node.func.value
    own = context.scope.visits[-1][1] if context.scope.visits else {}
    return None if isinstance(value, ast.Name) and value.id not in own else value


def _swapped(node: ast.Call, name: str, other: str) -> Edit:
    func = ast.copy_location(
        ast.Attribute(node.func.value, other, ast.Load())
        if isinstance(node.func, ast.Attribute) else ast.Name(other, ast.Load()),
        node.func,
    )  # fmt: skip
    code = {"sum": "factor-missing", "mean": "factor-extra"}.get(name, "wrong-operand")
    what = "1 / their number" if name in ("sum", "mean") else other
    return one(node, ast.Call(func, node.args, node.keywords), code, 1.5, what)
