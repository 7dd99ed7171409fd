"""Where data, weights or a rate are made: the assignment, found by the identity of what was assigned or by its name.

Nothing of this can be recorded: it ran before. So a place is given only where there is one candidate.
"""

import ast
from collections.abc import Container, Iterable, Iterator
from types import FunctionType
from typing import Any

from ...gradcheck.parts import holders, is_object, walk
from ...source import FunctionSource, Location, Sources, Unavailable
from .followed import Followed


class Assignments:
    """What stands in the files of the functions that were met."""

    def __init__(self, followed: Iterable[Followed]) -> None:
        self.sources = Sources()
        self.met: list[tuple[FunctionType, FunctionSource]] = []
        for each in followed:
            self.sources = each.runs.tracked.sources
            self.met += each.runs.tracked.met.values()
        self.files = {source.file.name: (source.file, function.__globals__) for function, source in self.met}.values()

    def data(self, item: Any) -> Location | None:
        """Return where an array, or a list, that has a name at the top of a file is made."""
        return _only(self._top(item))

    def parameter(self, tree: Any, name: str, like: Any) -> Location | None:
        """Return where a parameter is made: in the class of the object that holds it, at the top, or by its key."""
        chain = holders(tree, name) or []
        for owner, key in reversed(chain):
            if is_object(owner):
                return _only(self._in_class(type(owner), key))
        found = [] if isinstance(like, (int, float)) else list(self._top(like))  # one 0 is every 0
        return _only(found or (self._entries(chain[-1][1]) if chain and isinstance(chain[-1][0], dict) else ()))

    def rate(self, rate: float, tree: Any) -> Location | None:
        """Return where a number of this value is named: at the top, as a default, or in an object's class."""
        found = list[Location]()
        for file, names in self.files:
            for name, x in names.items():
                found += _assigned_at_top(file, name) if _is(x, rate) else ()
        for name, x in walk(tree, whole=True):
            owner, key = (holders(tree, name) or [(None, None)])[-1]
            found += self._in_class(type(owner), key) if _is(x, rate) and is_object(owner) else ()
        for _, source in self.met:
            defaults = [*source.node.args.defaults, *filter(None, source.node.args.kw_defaults)]
            found += [source.file.place(node) for node in defaults if _is(getattr(node, "value", None), rate)]
        return _only(found)

    def _top(self, item: Any) -> Iterator[Location]:
        """Yield what is assigned to the names at the top that stand for an item, or for what holds it."""
        for file, names in self.files:
            for name, value in names.items():
                if value is item:
                    yield from _assigned_at_top(file, name)
                elif isinstance(value, (dict, list, tuple)):
                    path = next((path for path, part in walk(value) if part is item), None)
                    keys = [] if path is None else [key for _, key in holders(value, path) or []]
                    yield from _assigned_at_top(file, name, keys) if path is not None else ()

    def _in_class(self, cls: type, name: str) -> Iterator[Location]:
        """Yield what ``self.name`` is made of where the object is."""
        init = next((base.__dict__["__init__"] for base in cls.__mro__ if "__init__" in base.__dict__), None)
        if type(init) is not FunctionType:
            return
        try:
            source = self.sources.function(init)
        except Unavailable:
            return
        values = [v for target, v in _assignments(source.node) if getattr(target, "attr", None) == name]
        if values:
            yield source.file.place(values[-1], init.__qualname__)

    def _entries(self, key: Any) -> Iterator[Location]:
        """Yield what a dict's entries of a name are made of, if not of one another, in functions that were not met."""
        for file, _ in self.files:
            met = {source.node.lineno for _, source in self.met if source.file is file}
            yield from (file.place(value) for value in _entries_within(file.tree, key, met))


def _assigned_at_top(file: Any, name: str, keys: Iterable[Any] = ()) -> Iterator[Location]:
    """Yield what was last assigned to a name; of a literal, the part under the keys."""
    values = [value for target, value in _assignments(file.tree) if getattr(target, "id", None) == name]
    if values:
        value = values[-1]
        for key in keys:
            part = list(_entry(value, key)) or list(_entries_within(_function_of(file.tree, value), key))
            if len(part) != 1:
                break
            value = part[0]
        if not isinstance(value, ast.Name):  # another name of what has a place of its own
            yield file.place(value)


def _function_of(tree: ast.Module, value: ast.expr) -> ast.AST | None:
    """Return the function at the top of a file that a value is returned by."""
    called = getattr(value.func, "id", None) if isinstance(value, ast.Call) else None
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == called), None)


def _entries_within(root: ast.AST | None, key: Any, met: Container[int] = ()) -> Iterator[ast.expr]:
    """Yield what the entries under a key are made of, but for those in functions that begin in lines that were met."""
    stack = [] if root is None else [root]
    while stack:
        node = stack.pop()
        if not (isinstance(node, ast.FunctionDef) and node.lineno in met):
            stack += ast.iter_child_nodes(node)
            yield from _entry(node, key) if not isinstance(node, (ast.List, ast.Tuple)) else ()


def _assignments(root: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield targets and values in order, but for those in inner functions, classes and the main block."""
    for node in getattr(root, "body", []):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(node, ast.If) and any(getattr(part, "id", "") == "__name__" for part in ast.walk(node.test)):
            continue
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and (value := node.value) is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                each = value.elts if isinstance(value, ast.Tuple) else []
                yield from zip(parts, each if len(each) == len(parts) > 1 else [value] * len(parts), strict=True)
        for block in ("body", "orelse", "finalbody"):
            yield from _assignments(ast.Module(getattr(node, block, []), []))


def _entry(node: ast.AST, key: Any) -> Iterator[ast.expr]:
    """Yield what stands under a key: in a literal, in a call of ``dict``, or assigned to it."""
    if isinstance(node, ast.Dict):
        yield from (v for k, v in zip(node.keys, node.values, strict=True) if _is(getattr(k, "value", None), key))
    elif isinstance(node, (ast.List, ast.Tuple)) and isinstance(key, int) and key < len(node.elts):
        yield node.elts[key]
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict":
        yield from (keyword.value for keyword in node.keywords if keyword.arg == key)
    elif isinstance(node, ast.Assign):
        entered = [
            t for t in node.targets if isinstance(t, ast.Subscript) and _is(getattr(t.slice, "value", None), key)
        ]
        before = any(_is(getattr(part, "value", None), key) for part in ast.walk(node.value))
        yield from [node.value] if entered and not before else []


def _is(x: Any, value: Any) -> bool:
    return type(x) in (int, float, str) and x == value


def _only(places: Iterable[Location]) -> Location | None:
    found = list(dict.fromkeys(places))
    return found[0] if len(found) == 1 else None
