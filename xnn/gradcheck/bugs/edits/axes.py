"""Edits of reductions: another axis, one where there was none, none where there was one."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from ....source import called
from ..scope import LIBRARIES
from .context import Context
from .edit import Edit, one, several, transposed

MANY = 4  # reductions of a function that are written alike and changed at once
REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "var")
AXES = (0, 1, 2, -1, -2, None, (0, 1), (0, 2), (0, 1, 2), (0, 2, 3))


def is_reduction(node: ast.AST) -> bool:
    """Whether a node calls a reduction."""
    return called(node) in REDUCTIONS


def another_axis(node: ast.Call, method: bool) -> Iterator[Edit]:
    """Reduce over another axis."""
    first = 0 if method else 1
    kept, keep = any(word.arg == "keepdims" for word in node.keywords), ast.keyword("keepdims", ast.Constant(True))
    for k, word in enumerate(node.keywords):
        if word.arg in ("axis", "dim"):
            for axis in AXES:
                if not (isinstance(word.value, ast.Constant) and word.value.value == axis):
                    value = _constant(axis)
                    words = [*node.keywords[:k], ast.keyword(word.arg, value), *node.keywords[k + 1 :]]
                    yield one(node, ast.Call(node.func, node.args, words), "wrong-axis", 1.2, str(axis))
                    if not kept:
                        yield one(node, ast.Call(node.func, node.args, [*words, keep]), "wrong-axis", 1.4, str(axis))
            if not kept:
                words = [*node.keywords, keep]
                yield one(node, ast.Call(node.func, node.args, words), "wrong-axis", 1.3, "keepdims=True")
            return
    if len(node.args) > first:
        for axis in (0, 1, 2, -1, None):
            value = node.args[first]
            if not (isinstance(value, ast.Constant) and value.value == axis):
                args = [*node.args[:first], ast.Constant(axis), *node.args[first + 1 :]]
                yield one(node, ast.Call(node.func, args, node.keywords), "wrong-axis", 1.2, str(axis))
        return
    for axis in (0, 1, -1):
        for keeps in (False, True):
            words = [*node.keywords, *_words(axis, keeps and not kept)]
            yield one(node, ast.Call(node.func, node.args, words), "wrong-axis", 1.4, str(axis))


def all_alike(function: ast.AST) -> Iterator[Edit]:
    """Reduce over another axis in all of a function's reductions that are written alike: a slip made as a habit."""
    groups: dict[tuple[str, str], list[ast.Call]] = defaultdict(list)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and is_reduction(node):
            groups[called(node), ", ".join(map(ast.unparse, node.keywords))].append(node)
    for (name, _), calls in groups.items():
        if not 1 < len(calls) <= MANY:
            continue
        choices = [list(another_axis(call, _is_method(call))) for call in calls]
        for same in zip(*choices, strict=False):
            if len({edit.what for edit in same}) == 1:
                changes = [change for edit in same for change in edit.changes]
                yield several(calls[0], changes, "wrong-axis", 1.7, f"{same[0].what} in each {name}")


def _is_method(call: ast.Call) -> bool:
    """Whether an array's own method is called: ``x.sum()``, and no function of a library."""
    return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") not in LIBRARIES


def whole(context: Context, root: ast.expr) -> Iterator[Edit]:
    """Sum the whole over an axis, or transpose it."""
    value = context.value(root)
    if value is None or value.ndim == 0:
        return
    for axis in range(value.ndim):
        for keep in (False, True):
            func = ast.Attribute(root, "sum", ast.Load())
            yield one(root, ast.Call(func, [], _words(axis, keep)), "wrong-axis", 2.0)
    yield one(root, transposed(root), "transposed", 1.6)
    yield one(root, ast.UnaryOp(ast.USub(), root), "sign", 1.7)


def _words(axis: int, keep: bool) -> list[ast.keyword]:
    kept = [ast.keyword("keepdims", ast.Constant(True))] if keep else []
    return [ast.keyword("axis", ast.Constant(axis)), *kept]


def _constant(value: int | tuple[int, ...] | None) -> ast.expr:
    return ast.Tuple([ast.Constant(v) for v in value], ast.Load()) if isinstance(value, tuple) else ast.Constant(value)
