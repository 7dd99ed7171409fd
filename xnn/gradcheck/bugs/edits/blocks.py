"""Edits of the block that a statement stands in: one level too deep, and it runs in each round, or ends the loop.

Or not deep enough: it runs once, with what the last round counted.
"""

import ast
from collections.abc import Iterator

from ....source import block_of, names_in
from .edit import Edit

STARTS = 4  # statements before a loop that may have to be within it
Loop = ast.For | ast.While


def blocks(function: ast.AST) -> Iterator[Edit]:
    """Yield the last statement of a loop behind it, one that starts something before it, and those around it in it."""
    for loop in ast.walk(function):
        if not isinstance(loop, Loop) or loop.orelse:
            continue
        yield from _into(function, loop)
        if len(loop.body) < 2:
            continue
        last = loop.body[-1]
        if isinstance(last, ast.Return):
            yield _moved(loop, last, [loop, last], "some-entries", 1.2)
        elif isinstance(last, (ast.Assign, ast.AugAssign)):
            yield _moved(loop, last, [loop, last], "path-twice", 2.2)
        yield from (_moved(loop, one, [one, loop], "not-accumulated", 0.9) for one in _starts(loop))


def _starts(loop: Loop) -> Iterator[ast.Assign]:
    """Yield what starts something in a loop: of nothing that the loop counts or computes."""
    made = names_in(loop, ast.Store)
    for statement in loop.body:
        if isinstance(statement, ast.Assign) and not made & names_in(statement.value):
            yield statement


def _moved(loop: Loop, one: ast.stmt, order: list[ast.stmt], code: str, cost: float) -> Edit:
    where = f"{'before' if order[0] is one else 'behind'} the loop in line {loop.lineno}"
    return Edit(one, ((one, []), (loop, order)), code, cost, ast.unparse(one), where)


def _into(function: ast.AST, loop: Loop) -> Iterator[Edit]:
    """Yield what stands around a loop within it: what reads its counter, counts for it, or starts what it carries."""
    block, index = block_of(function, loop)
    where, stored = f"into the loop in line {loop.lineno}", names_in(loop, ast.Store)
    for after in block[index + 1 :][:1]:
        counts = names_in(after, ast.Store) & names_in(loop, ast.Load) - stored and isinstance(after, ast.AugAssign)
        code = "some-entries" if _counted(loop) & names_in(after) else "wrong-operand" if counts else ""
        if code and isinstance(after, (ast.Assign, ast.AugAssign)):
            changes = ((after, []), (loop.body[-1], [loop.body[-1], after]))  # the last place first
            yield Edit(after, changes, code, 0.9, ast.unparse(after), where)
    for before in block[max(0, index - STARTS) : index]:
        if (
            isinstance(before, ast.Assign)
            and isinstance(before.targets[0], ast.Name)
            and before.targets[0].id in stored
        ):
            changes = ((loop.body[0], [before, loop.body[0]]), (before, []))
            yield Edit(before, changes, "wrong-operand", 1.3, ast.unparse(before), where)


def _counted(loop: Loop) -> set[str]:
    """Return the names that each round gives anew."""
    return names_in(loop.target) if isinstance(loop, ast.For) else set()
