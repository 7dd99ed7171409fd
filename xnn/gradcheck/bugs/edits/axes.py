"""Edits of reductions: another axis, one where there was none, none where there was one."""

import ast
from collections.abc import Iterator

from ....source import called
from .context import Context
from .edit import Edit, one, transposed

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
