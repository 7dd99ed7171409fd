"""Edits of the block that a statement stands in: one level too deep, and it runs in each round, or ends the loop.

Or not deep enough: it runs once, with what the last round counted.
"""

import ast
from collections.abc import Iterator

from ....source import names_in, parents_of
from .edit import Edit

Loop = ast.For | ast.While


def blocks(function: ast.AST) -> Iterator[Edit]:
    """Yield the last statement of a loop behind it, one that starts something before it, and one behind it in it."""
    for loop in ast.walk(function):
        if isinstance(loop, ast.For) and (after := _behind(function, loop)) and _counted(loop) & names_in(after):
            what, where = ast.unparse(after), f"into the loop in line {loop.lineno}"
            changes = ((after, []), (loop.body[-1], [loop.body[-1], after]))  # the last place first
            yield Edit(after, changes, "some-entries", 0.9, what, where)
        if not isinstance(loop, Loop) or len(loop.body) < 2 or loop.orelse:
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


def _behind(function: ast.AST, loop: ast.For) -> ast.stmt | None:
    """Return the statement behind a loop that computes something."""
    parent, field, index = parents_of(function)[id(loop)]
    block = getattr(parent, field) if index is not None else []
    after = block[index + 1] if index is not None and index + 1 < len(block) else None
    return after if isinstance(after, (ast.Assign, ast.AugAssign)) else None


def _counted(loop: Loop) -> set[str]:
    """Return the names that each round gives anew."""
    return names_in(loop.target) if isinstance(loop, ast.For) else set()
