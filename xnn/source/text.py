"""The source of a function: its file as a syntax tree, and the node in it that the function was compiled from.

What is found must be what runs. So the file is compiled once more, and the function's code compared with what stands
there now: a file that was changed since it was imported is refused.
"""

import ast
import linecache
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from .location import Location

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Unavailable(Exception):
    """The source is unavailable, or cannot be used; the message says why."""


@dataclass
class File:
    """One file: its lines, its tree, and the functions in it by the name and the first line of their code."""

    name: str
    lines: list[str]
    tree: ast.Module
    codes: dict[tuple[str, int], list[CodeType]]
    functions: dict[tuple[str, int], list[Function]]
    owners: dict[Function, str] = field(default_factory=dict)

    def place(self, node: ast.AST, function: str = "") -> Location:
        """Return where `node` stands."""
        first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
        start = self._column(first, node.col_offset)  # type: ignore[attr-defined]
        end = self._column(last, node.end_col_offset or 0)  # type: ignore[attr-defined]
        if first == last:
            text = self.lines[first - 1][start:end]
        else:
            text = "".join([self.lines[first - 1][start:], *self.lines[first : last - 1], self.lines[last - 1][:end]])
        return Location(self.name, first, start + 1, last, end + 1, text, function, tuple(self.lines[first - 1 : last]))

    def between(self, first: Location, last: Location) -> Location:
        """Return the whole lines from one place to another."""
        lines = tuple(self.lines[first.line - 1 : last.end_line])
        indent = len(lines[0]) - len(lines[0].lstrip())
        end = len(lines[-1].rstrip("\n")) + 1
        source = "".join(lines).strip()
        return Location(self.name, first.line, indent + 1, last.end_line, end, source, first.function, lines)

    def _column(self, line: int, offset: int) -> int:
        """Turn an offset in bytes into one in characters."""
        text = self.lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))


@dataclass(frozen=True)
class FunctionSource:
    """A function's node in the tree of its file; `owner` is the class that it is written in, or empty."""

    file: File
    node: Function
    owner: str
    code: CodeType

    @cached_property
    def may_not_end(self) -> bool:
        """Whether it has a ``while`` loop: no edit puts one in."""
        return any(isinstance(node, ast.While) for node in ast.walk(self.node))

    @cached_property
    def recursive(self) -> bool:
        """Whether it reads its own name, or an attribute of that name, as a function does that calls itself."""
        name = getattr(self.node, "name", None)
        return name is not None and any(
            getattr(node, "id", getattr(node, "attr", None)) == name for node in ast.walk(self.node)
        )


class Sources:
    """Files as they were read first: one reading serves a whole check."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def file(self, name: str) -> File:
        """Return a file as text and tree.

        Raises
        ------
        Unavailable
            If there is none, or it is not Python.
        """
        if name not in self._files:
            linecache.checkcache(name)
            lines = linecache.getlines(name)
            if not lines:
                raise Unavailable(f"no source is to be found for {name}")
            text = "".join(lines)
            try:
                tree = ast.parse(text)
                code = compile(text, name, "exec", dont_inherit=True)
            except (SyntaxError, ValueError) as error:
                raise Unavailable(f"{name} cannot be read as Python now: {error}") from error
            self._files[name] = File(name, lines, tree, {}, {})
            self._index(self._files[name], code)
        return self._files[name]

    def _index(self, file: File, code: CodeType) -> None:
        for inner in _codes(code):
            file.codes.setdefault((inner.co_name, inner.co_firstlineno), []).append(inner)
        todo: list[tuple[ast.AST, str]] = [(file.tree, "")]
        while todo:
            node, owner = todo.pop()
            for child in ast.iter_child_nodes(node):
                inside = child.name if isinstance(child, ast.ClassDef) else owner
                if isinstance(child, Function):
                    file.functions.setdefault(_key(child), []).append(child)
                    file.owners[child] = owner
                    inside = owner
                todo.append((child, inside))

    def function(self, function: FunctionType) -> FunctionSource:
        """Return the source of a function.

        Raises
        ------
        Unavailable
            If there is none, or if it is not what runs.
        """
        code = function.__code__
        file = self.file(code.co_filename)
        key = (code.co_name, code.co_firstlineno)
        nodes = [node for node in file.functions.get(key, []) if _spans(node, code)]
        same = [other for other in file.codes.get(key, []) if _same(code, other)]
        if not nodes or not same:
            raise Unavailable(f"{code.co_filename} was changed since it was imported")
        return FunctionSource(file, nodes[0], file.owners[nodes[0]], code)


def _key(node: Function) -> tuple[str, int]:
    if isinstance(node, ast.Lambda):
        return "<lambda>", node.lineno
    return node.name, min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _spans(node: Function, code: CodeType) -> bool:
    """Whether all of the code stands within the node: two lambdas may stand on one line."""
    if not isinstance(node, ast.Lambda):
        return True
    start, end = (node.body.lineno, node.body.col_offset), (node.body.end_lineno or 0, node.body.end_col_offset or 0)
    for line, last, column, stop in code.co_positions():
        if None in (line, last, column, stop) or (column, stop) == (0, 0):
            continue
        if not (start <= (line, column) and (last, stop) <= end):  # type: ignore[operator]
            return False
    return True


def _same(a: CodeType, b: CodeType) -> bool:
    """Whether two code objects do the same at the same places."""
    if "@py_assert1" in a.co_varnames or any(name.startswith("@py") for name in (*a.co_varnames, *a.co_names)):
        # pytest has rewritten its assertions: the arguments and the last line are left to go by.
        count = a.co_argcount + a.co_kwonlyargcount
        return a.co_varnames[:count] == b.co_varnames[:count] and _last_line(a) == _last_line(b)
    names = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_firstlineno", "co_linetable")
    if any(getattr(a, name) != getattr(b, name) for name in names) or len(a.co_consts) != len(b.co_consts):
        return False
    return all(_same_constant(x, y) for x, y in zip(a.co_consts, b.co_consts, strict=True))


def _same_constant(x: Any, y: Any) -> bool:
    if isinstance(x, CodeType) and isinstance(y, CodeType):
        return _same(x, y)
    return type(x) is type(y) and repr(x) == repr(y)


def _last_line(code: CodeType) -> int:
    return max((line for _, _, line in code.co_lines() if line is not None), default=0)
