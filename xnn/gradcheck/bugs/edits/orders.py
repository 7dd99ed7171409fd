"""Edits of an order: from the last to the first in place of from the first to the last, or the reverse.

A backward pass goes through layers and steps in the opposite order of the forward pass. The order stands in a loop, in
a slice ``[::-1]``, in what is taken from a list first, or in what is put at its end; in Fortran's order of an array's
entries, too.
"""

import ast
from collections.abc import Iterator

from ....source import called
from .context import Context
from .edit import Edit, Operand, one

TOGETHER = ("zip", "enumerate")  # what goes through others
PERMUTATIONS = {
    2: [(1, 0)],
    3: [(0, 2, 1), (1, 0, 2), (2, 1, 0)],
    4: [(0, 2, 3, 1), (0, 3, 1, 2), (0, 2, 1, 3), (0, 1, 3, 2)],
}
LAID_OUT = ("reshape", "ravel", "flatten")


def orders(function: ast.AST) -> Iterator[Edit]:
    """Edit what the loops of a function go through, and the ends at which it takes from lists and puts to them."""
    for node in ast.walk(function):
        if isinstance(node, (ast.For, ast.comprehension)):
            yield from _gone_through(node.iter)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _other_end(node, node.func)


def _gone_through(iterable: ast.expr) -> Iterator[Edit]:
    for new in _turned(iterable):
        yield one(iterable, new, "wrong-step", 1.6)
    if isinstance(iterable, ast.Call) and called(iterable) in TOGETHER:
        for part in iterable.args:
            for new in _turned(part):
                yield one(part, new, "wrong-step", 1.9)


def _turned(iterable: ast.expr) -> Iterator[ast.expr]:
    """Yield what goes through the same in the other order."""
    if _is_turned(iterable):
        yield iterable.value if isinstance(iterable, ast.Subscript) else iterable.args[0]  # type: ignore[attr-defined]
        return
    if isinstance(iterable, ast.Call) and called(iterable) == "range" and len(iterable.args) == 3:
        start, stop, step = iterable.args
        if isinstance(start, ast.BinOp) and [ast.unparse(n) for n in (start.right, stop, step)] == ["1", "-1", "-1"]:
            yield ast.Call(iterable.func, [start.left], [])
            return
    several = isinstance(iterable, ast.Call) and called(iterable) in (*TOGETHER, "items", "keys", "values")
    yield _call("reversed", _call("list", iterable) if several else iterable)


def _is_turned(node: ast.expr) -> bool:
    """Whether an expression is another one from the end."""
    if isinstance(node, ast.Subscript):
        return is_last_first(node.slice)
    return isinstance(node, ast.Call) and called(node) == "reversed" and len(node.args) == 1


def is_last_first(part: ast.expr) -> bool:
    """Whether an index goes from the end: ``::-1``."""
    return isinstance(part, ast.Slice) and part.step is not None and ast.unparse(part.step) == "-1"


def _other_end(node: ast.Call, func: ast.Attribute) -> Iterator[Edit]:
    zero, given = ast.Constant(0), node.args
    other: tuple[str, list[ast.expr]]
    match func.attr, [ast.unparse(argument) for argument in given]:
        case ("pop", []):
            other = "pop", [zero]
        case ("popleft", []) | ("pop", ["0"]):
            other = "pop", []
        case ("append", [_]):
            other = "insert", [zero, *given]
        case ("insert", ["0", _]):
            other = "append", given[1:]
        case _:
            return
    yield one(node, ast.Call(ast.Attribute(func.value, other[0], ast.Load()), other[1], []), "wrong-step", 1.7)


def laid_out(context: Context, node: ast.Call) -> Iterator[Edit]:
    """Lay out an array's entries in the other order, Fortran's or C's, or with its axes in another one."""
    if called(node) not in LAID_OUT:
        return
    kept = [keyword for keyword in node.keywords if keyword.arg != "order"]
    order = [] if kept != node.keywords else [ast.keyword("order", ast.Constant("F"))]
    yield one(node, ast.Call(node.func, node.args, [*kept, *order]), "transposed", 2.2 if order else 1.6)
    array = node.func.value if isinstance(node.func, ast.Attribute) else node
    value = context.value(array) if isinstance(array, Operand) else None
    for axes in PERMUTATIONS.get(value.ndim, ()) if value is not None else ():
        method = ast.Attribute(array, "transpose", ast.Load())
        yield one(array, ast.Call(method, [ast.Constant(axis) for axis in axes], []), "transposed", 2.1)


def last_first() -> ast.Slice:
    """Return ``::-1``."""
    return ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))


def other_layouts(node: ast.expr, ndim: int) -> Iterator[Edit]:
    """Turn the last two axes of an array, such as a convolution's kernels; exchange those of a stack of matrices."""
    if ndim > 2:
        swapped = ast.Call(ast.Attribute(node, "swapaxes", ast.Load()), [ast.Constant(-1), ast.Constant(-2)], [])
        yield one(node, swapped, "transposed", 1.7)
    others = [ast.Constant(...)] if ndim > 2 else []
    both = ast.Tuple([*others, last_first(), last_first()], ast.Load())
    yield one(node, ast.Subscript(node, both, ast.Load()), "transposed", 2.1)


def from_the_end(node: ast.expr) -> Edit:
    """Take an array's entries along its first axis from the last to the first."""
    return one(node, ast.Subscript(node, last_first(), ast.Load()), "wrong-step", 2.3)


def _call(name: str, argument: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])
