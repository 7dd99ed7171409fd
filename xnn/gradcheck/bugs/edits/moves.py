"""A statement moved before another: what it reads is overwritten too early."""

import ast
from collections.abc import Iterator

from ....source import block_of
from .edit import Edit, Operand

FAR = 5  # statements that one is moved over


def moves(function: ast.AST, statement: ast.stmt) -> Iterator[Edit]:
    """Yield a statement moved before one that changes what it reads, or behind one that should have before."""
    block, index = block_of(function, statement)
    for after in block[index + 1 : index + 1 + FAR]:
        if written(after) & _read(statement) and not written(after) & written(statement):
            changes = ((after, [after, statement]), (statement, []))  # the last place first: indices stay what they are
            yield Edit(statement, changes, "wrong-operand", 1.5, _first_line(after))
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, (ast.Add, ast.Sub)):
        for after in block[index + 1 : index + 1 + FAR]:  # an update, of which later statements should know nothing
            if isinstance(after, ast.Return):
                break
            if written(statement) & _read(after) and not written(after) & written(statement):
                changes = ((after, [after, statement]), (statement, []))
                yield Edit(statement, changes, "weights-updated", 1.4, _first_line(after))
    for before in reversed(block[max(0, index - FAR) : index]):
        if not written(before) & _read(statement) or written(before) & written(statement):
            continue  # nothing changes, or one of the two is lost
        updates = isinstance(before, ast.AugAssign) or bool(written(before) & _read(before))
        code = "weights-updated" if updates else "wrong-operand"
        for at, changes in (
            (statement, ((statement, []), (before, [statement, before]))),
            (before, ((statement, [statement, before]), (before, []))),
        ):
            yield Edit(at, changes, code, 1.4, _first_line(before))


def _first_line(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]


def is_move(edit: Edit) -> bool:
    """Whether an edit puts a statement elsewhere in its block."""
    return len(edit.changes) == 2 and any(isinstance(new, list) and not new for _, new in edit.changes)


def written(statement: ast.stmt) -> set[str]:
    """Return the names and parts that a statement assigns to, and the names of what it writes into."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    found: set[str] = set()
    for target in targets:
        while isinstance(target, Operand):
            found.add(ast.unparse(target))
            target = target.value if isinstance(target, ast.Subscript) else None
    return found


def _read(statement: ast.stmt) -> set[str]:
    value = getattr(statement, "value", None) or statement
    return {ast.unparse(node) for node in ast.walk(value) if isinstance(node, Operand)}
