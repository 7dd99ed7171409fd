"""A syntax tree: what each node is a part of, what a call calls, and nodes exchanged for a while."""

import ast
import functools
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager


@contextmanager
def exchanged(tree: ast.AST, changes: Sequence[tuple[ast.AST, ast.AST | list[ast.stmt]]]) -> Generator[None]:
    """Put nodes in the place of others, for as long as it lasts."""
    undo: list[Callable[[], None]] = []
    for old, new in changes:
        parent, field, index = parents_of(tree)[id(old)]
        if index is None:
            setattr(parent, field, new)
            undo.append(functools.partial(setattr, parent, field, old))
        else:
            whole = getattr(parent, field)
            replaced = [*whole[:index], *(new if isinstance(new, list) else [new]), *whole[index + 1 :]]
            setattr(parent, field, replaced)
            undo.append(functools.partial(setattr, parent, field, whole))
    try:
        yield
    finally:
        for step in reversed(undo):
            step()


def parents_of(tree: ast.AST) -> dict[int, tuple[ast.AST, str, int | None]]:
    """Say of each node what it is a part of."""
    known = getattr(tree, "parents", None)
    if known is None:
        known = {}
        for parent in ast.walk(tree):
            for field, value in ast.iter_fields(parent):
                for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                    if isinstance(child, ast.AST) and not isinstance(child, (ast.expr_context, ast.operator)):
                        known[id(child)] = (parent, field, index)
        tree.parents = known  # type: ignore[attr-defined]
    return known


def block_of(tree: ast.AST, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
    """Return the statements among which one stands, and its place there; none where it stands in no such list."""
    parent, field, index = parents_of(tree).get(id(statement), (tree, "", None))
    return ([], 0) if index is None else (getattr(parent, field), index)


def called(call: ast.AST) -> str:
    """Return the last name of what a call calls: ``sum`` of ``x.sum()`` and of ``np.sum(x)``; of other nodes none."""
    func = getattr(call, "func", None)
    return getattr(func, "attr", getattr(func, "id", ""))


def names_in(node: ast.AST, context: type[ast.expr_context] = ast.expr_context) -> set[str]:
    """Return the names in a tree: all, or those that are read or stored, by the class of their context."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}
