"""Edits of an index: other bounds of a slice, the step before or after, another position."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

from .context import Context
from .edit import Edit, one, several
from .orders import is_last_first, last_first

NEIGHBOURS = {"1:", ":-1"}


def index(context: Context, node: ast.Subscript) -> Iterator[Edit]:
    """Edit the parts of an index."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(node.slice, ast.Tuple) and not any(isinstance(part, (ast.Slice, ast.Constant)) for part in parts):
        for i in range(len(parts)):
            for j in range(i + 1, len(parts)):
                yield Edit(node.slice, ((parts[i], parts[j]), (parts[j], parts[i])), "transposed", 1.7)
    turned = [part for part in parts if _counts_down(part)]
    if turned:
        changes = tuple((part, part.right) for part in turned)
        yield Edit(node.slice, changes, "transposed", 1.8)
    if parts and all(is_last_first(part) or _is_all(part) for part in parts) and any(map(is_last_first, parts)):
        yield one(node, node.value, "transposed" if len(parts) > 1 else "wrong-step", 1.9)
    if any(map(is_last_first, parts)):
        yield from (one(part, last_first(), "wrong-step", 2.0) for part in parts if _is_all(part))
    yield from _summed(node, parts)
    yield from _moved(context, node, parts)
    for part in parts:
        if isinstance(part, ast.Slice):
            yield from (_shifted(edit) for edit in _slice(context, part))
        elif isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Add, ast.Sub)):
            yield one(part, part.left, "wrong-step", 1.2)
            opposite = ast.Sub() if isinstance(part.op, ast.Add) else ast.Add()
            yield one(part, ast.BinOp(part.left, opposite, part.right), "wrong-step", 1.5)
        elif isinstance(part, ast.Constant) and isinstance(part.value, int):
            for k in (part.value - 1, part.value + 1):
                yield one(part, ast.Constant(k), "wrong-operand", 2.0)
            yield from _counted(context, part)
        elif isinstance(part, ast.UnaryOp):
            yield one(part, part.operand, "wrong-step", 2.0)
            yield from _counted(context, part)


def _counted(context: Context, part: ast.expr) -> Iterator[Edit]:
    """Take what the loops count for a position that is always the same."""
    return (one(part, counter, "wrong-operand", 1.9, ast.unparse(counter)) for counter in context.counters)


def _moved(context: Context, node: ast.Subscript, parts: list[ast.expr]) -> Iterator[Edit]:
    """Cut as much from another place: ``[c:c + h, c:c + w]`` for ``[:h, :w]``, all axes alike, or the reverse."""
    cuts = [part for part in parts if isinstance(part, ast.Slice) and part.step is None and part.upper is not None]
    if len(cuts) < 2:
        return
    for first in context.counts if all(part.lower is None for part in cuts) else ():
        moved = [(part, ast.Slice(first, ast.BinOp(first, ast.Add(), part.upper))) for part in cuts]  # type: ignore[arg-type]
        yield several(node.slice, moved, "wrong-step", 2.0)
    begun = [part for part in cuts if part.lower is not None and isinstance(part.upper, ast.BinOp)]
    if len(begun) == len(cuts):
        moved = [(part, ast.Slice(None, part.upper.right)) for part in begun]  # type: ignore[union-attr]
        yield several(node.slice, moved, "wrong-step", 2.2)


def _summed(node: ast.Subscript, parts: list[ast.expr]) -> Iterator[Edit]:
    """Sum over what one entry is taken of."""
    for k, part in enumerate(parts):
        if isinstance(part, ast.Constant) and isinstance(part.value, int) and isinstance(node.ctx, ast.Load):
            others = [*parts[:k], ast.Slice(), *parts[k + 1 :]]
            axis = sum(isinstance(other, ast.Slice) for other in others[:k])
            index = ast.Tuple(others, ast.Load()) if len(others) > 1 else None
            inner = node.value if index is None else ast.Subscript(node.value, index, ast.Load())
            total = ast.Attribute(inner, "sum", ast.Load())
            yield one(node, ast.Call(total, [], [ast.keyword("axis", ast.Constant(axis))]), "some-entries", 1.9)


def _counts_down(part: ast.expr) -> TypeGuard[ast.BinOp]:
    """Whether an index runs from the end: ``n - 1 - i``."""
    return isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) and isinstance(part.right, ast.Name)


def _is_all(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None


def _shifted(edit: Edit) -> Edit:
    """Return the edit of a slice: from all but the first to all but the last, it is of another step."""
    both = {ast.unparse(part) for part in edit.changes[0] if isinstance(part, ast.Slice)}
    return replace(edit, code="wrong-step") if both == NEIGHBOURS else edit


def _slice(context: Context, part: ast.Slice) -> Iterator[Edit]:
    counts = context.counts
    if (part.lower is None) != (part.upper is None):  # up to a bound for from it on
        yield one(part, ast.Slice(part.upper, part.lower, part.step), "some-entries", 2.0)
    for name in ("lower", "upper"):
        for new in [*_bounds(getattr(part, name)), *counts, *(ast.UnaryOp(ast.USub(), n) for n in counts)]:
            slices = ast.Slice(part.lower, part.upper, part.step)
            setattr(slices, name, new)
            yield one(part, slices, "some-entries", 2.2)
    for count in counts if part.lower is None or part.upper is None else ():
        for lower, upper in ((count, None), (None, count)):
            yield one(part, ast.Slice(lower, upper, part.step), "some-entries", 2.5)


def _bounds(bound: ast.expr | None) -> Iterator[ast.expr | None]:
    if bound is None:
        yield from (ast.Constant(1), ast.Constant(-1))
        return
    yield None
    yield ast.BinOp(bound, ast.Add(), ast.Constant(1))
    yield ast.BinOp(bound, ast.Sub(), ast.Constant(1))
