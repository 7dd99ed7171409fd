"""A change that may put a fault right: what it does to the file, and what it does to the program."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...source import Change, File, Location, called


@dataclass(frozen=True)
class Candidate:
    """One change.

    Attributes
    ----------
    file : File
    changes : tuple of Change
        Of the file's tree.
    data : tuple or None
        The data as the file would hand them over, where it changes them.
    names : tuple of (dict, str, Any)
        Names at the top of a file, in the dict of its global names, that would have other values.
    rate : float or None
        The learning rate, where it changes.
    """

    file: File
    changes: tuple[Change, ...]
    data: tuple[Any, ...] | None = None
    names: tuple[tuple[dict[str, Any], str, Any], ...] = ()
    rate: float | None = None

    @property
    def in_functions(self) -> bool:
        """Whether it changes what functions compute, and not what stands at the top of the file."""
        return self.data is None and self.rate is None


def node_at(file: File, place: Location) -> ast.expr | None:
    """Return the outermost expression that fills a place."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.expr) and (node.lineno, node.end_lineno) == (place.line, place.end_line):
            found = file.place(node)
            if (found.column, found.end_column) == (place.column, place.end_column):
                return node
    return None


def calls_of(root: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions or methods of these names, in the order in which they are written."""
    found = [node for node in ast.walk(root) if isinstance(node, ast.Call) and called(node) in names]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def exchange(old: ast.expr, new: ast.expr) -> Change:
    """Return a change of an expression."""
    return old, ast.fix_missing_locations(ast.copy_location(new, old))


def before(old: ast.stmt, text: str) -> Change:
    """Return a change that puts a statement before another."""
    return old, [_statement(old, text), old]


def behind(old: ast.stmt, text: str) -> Change:
    """Return a change that puts a statement behind another."""
    return old, [old, _statement(old, text)]


def _statement(old: ast.stmt, text: str) -> ast.stmt:
    made = ast.parse(text).body[0]
    for node in ast.walk(made):
        ast.copy_location(node, old)
    return made
