"""What a statement could have named instead: the values in scope there, as the user would write them."""

import ast
import copy
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType, ModuleType
from typing import Any

import numpy

from ...backends import backend_of, backend_of_namespace
from ..program.tree import Host
from ..recording.runs import kept

LIBRARIES = ("np", "numpy", "jnp", "torch", "cp", "xp")  # names under which array libraries are imported
DEPTH = 3  # of containers that are copied and looked into
ITEMS = 12
COPIED = 100_000  # numbers of an array at the top of a file


def settle(new: ast.AST, at: ast.AST) -> None:
    """Give nodes without a place that of another; those that have one keep it."""
    if "lineno" in new._attributes:
        if hasattr(new, "lineno"):
            return
        ast.copy_location(new, at)
    for child in ast.iter_child_nodes(new):
        settle(child, at)


@dataclass(frozen=True)
class Atom:
    """An expression that stands for a number or an array in scope."""

    text: str
    node: ast.expr
    value: Host

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its value."""
        return self.value.shape


@dataclass
class Scope:
    """The names at one statement, as one or more of its visits saw them.

    Attributes
    ----------
    visits : list of (dict, dict)
        Globals and locals, copied.
    """

    visits: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    keep: frozenset[int] = frozenset()
    count: int = 0
    best: int = -1  # the visit whose values expressions are compared at

    def __call__(self, value: Any) -> Any:
        """Look at the frame that a probe was called from, as the probe's handler."""
        number, self.count = self.count, self.count + 1
        if number in self.keep:
            frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
            while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("xnn."):
                frame = frame.f_back
            own = {name: frozen(x, DEPTH) for name, x in frame.f_locals.items()}
            self.visits.append((on_host(frame.f_globals), own))
        return value

    def evaluate(self, node: ast.expr, visit: int | None = None) -> Any:
        """Return the value of an expression; it may raise anything."""
        return self.run(self.compiled(node), visit)

    def compiled(self, node: ast.expr) -> CodeType:
        """Compile an expression."""
        return compile(ast.Expression(node), "<edit>", "eval")

    def run(self, code: CodeType, visit: int | None = None) -> Any:
        """Return the value of a compiled expression at a visit; it may raise anything."""
        names, own = self.visits[self.best if visit is None else visit]
        return eval(code, names, own)

    def atoms(self, function: ast.AST, more: Sequence[ast.expr] = ()) -> list[Atom]:
        """List what the function reads anywhere, what else its names hold, and more, with values at the best visit.

        Of more, the names and the numbers alone.
        """
        if not self.visits:
            return []
        names, own = self.visits[self.best]
        found: dict[str, Atom] = {}

        def keep(text: str, node: ast.expr, code: CodeType, numbers_alone: bool = False) -> None:
            try:
                value = kept(self.run(code))
            except Exception:  # it may be out of range here, or not yet bound
                return
            if value is not None and not (numbers_alone and value.size != 1):
                found[text] = Atom(text, node, value)

        def add(node: ast.expr, numbers_alone: bool = False) -> None:
            text = ast.unparse(node)
            if text in found:
                return
            if not hasattr(node, "lineno"):
                settle(node, ast.Constant(0, lineno=1, col_offset=0, end_lineno=1, end_col_offset=0))
            keep(text, node, self.compiled(node), numbers_alone)

        for text, (node, code) in _read_in(function).items():
            keep(text, node, code)
        for node in _counted(function, own):
            add(node)
        for name, value in own.items():
            if not name.startswith(".") and name.isidentifier():
                if type(value) in (list, tuple):
                    add(ast.Call(ast.Name("len", ast.Load()), [ast.Name(name, ast.Load())], []))
                for node in _inside(ast.Name(name, ast.Load()), value, 2):
                    add(node)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id not in own and node.id in names:
                add(ast.Name(node.id, ast.Load()))
        for node in more:
            if not isinstance(node, ast.Name) or node.id not in own:
                add(copy.deepcopy(node), numbers_alone=not isinstance(node, ast.Name))
        return list(found.values())

    def module(self) -> str | None:
        """Return the name under which the user's array library stands there."""
        names = self.visits[-1][0] if self.visits else {}
        for name in LIBRARIES:
            if isinstance(names.get(name), ModuleType):
                return name
        return next(
            (n for n, x in names.items() if isinstance(x, ModuleType) and hasattr(x, "exp") and hasattr(x, "matmul")),
            None,
        )


def frozen(x: Any, depth: int) -> Any:
    """Copy arrays and the containers around them; what else there is, stays itself."""
    if isinstance(x, numpy.ndarray):
        return x.copy()
    if depth and isinstance(x, dict):
        return type(x)({key: frozen(part, depth - 1) for key, part in x.items()}) if type(x) is dict else x
    if depth and type(x) in (list, tuple):
        return type(x)([frozen(part, depth - 1) for part in x])
    if depth and hasattr(x, "__dict__") and not isinstance(x, (type, ModuleType)) and not callable(x):
        try:
            made = copy.copy(x)
            made.__dict__.update({key: frozen(part, depth - 1) for key, part in x.__dict__.items()})
            return made
        except Exception:  # an object of its own kind
            return x
    if hasattr(x, "dtype") and callable(clone := getattr(x, "clone", None)):
        return clone()
    if hasattr(x, "dtype") and (library := backend_of(x)) is not None and library.mimics_numpy:
        host = kept(x)
        return x if host is None else host
    return x


def on_host(names: dict[str, Any]) -> dict[str, Any]:
    """Return global names with NumPy in the place of a library that would compile each expression that is tried.

    They are copies: of weights at the top of a file the names stand for others in the next run.
    """
    mimics = [library for x in names.values() if (library := _imitation(x)) is not None]
    if not mimics:
        small = {name: x.copy() for name, x in names.items() if isinstance(x, numpy.ndarray) and x.size <= COPIED}
        return {**names, **small}
    changed = {name: frozen(x, DEPTH) for name, x in names.items() if not name.startswith("__")}
    return {**names, **changed, **{name: numpy for name, x in names.items() if _imitation(x) is not None}}


def _imitation(x: Any) -> Any:
    if not isinstance(x, ModuleType):
        return None
    library = backend_of_namespace(x) if hasattr(x, "ndarray") else None
    return library if library is not None and library.mimics_numpy else None


def _inside(node: ast.expr, value: Any, depth: int) -> Iterator[ast.expr]:
    """Yield a name, and what stands in the container that it names."""
    if isinstance(value, dict):
        for key in list(value)[:ITEMS] if depth else []:
            if isinstance(key, str):
                yield from _inside(ast.Subscript(node, ast.Constant(key), ast.Load()), value[key], depth - 1)
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        for name in value._fields if depth else []:  # type: ignore[attr-defined]
            yield from _inside(ast.Attribute(node, name, ast.Load()), getattr(value, name), depth - 1)
    elif isinstance(value, (list, tuple)):
        for i, part in enumerate(value[:ITEMS]) if depth else []:
            yield from _inside(ast.Subscript(node, ast.Constant(i), ast.Load()), part, depth - 1)
    elif kept(value) is not None:
        yield node
    elif hasattr(value, "__dict__") and not isinstance(value, (type, ModuleType)) and not callable(value) and depth:
        for name, part in list(value.__dict__.items())[: 3 * ITEMS]:
            if name.isidentifier() and not name.startswith("__"):
                yield from _inside(ast.Attribute(node, name, ast.Load()), part, depth - 1)


def _read_in(function: ast.AST) -> dict[str, tuple[ast.expr, CodeType]]:
    """Return what a function reads by name, with its code: made once, as it is looked at from many statements."""
    parts = list(ast.walk(function))
    of, known = getattr(function, "read", ([], {}))
    if [id(part) for part in parts] != of:  # what was found may have been put right in it since
        known = {}
        for part in parts:
            if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)) and not _calls(part):
                node = _loaded(copy.deepcopy(part))
                known.setdefault(ast.unparse(node), (node, compile(ast.Expression(node), "<edit>", "eval")))
        function.read = [id(part) for part in parts], known  # type: ignore[attr-defined]
    return known


def counted_by(function: ast.AST) -> dict[str, None]:
    """Return the names that the loops of a function count with, each once."""
    loops = (loop.target for loop in ast.walk(function) if isinstance(loop, ast.For))
    return dict.fromkeys(n.id for target in loops for n in ast.walk(target) if isinstance(n, ast.Name))


def _counted(function: ast.AST, own: dict[str, Any]) -> Iterator[ast.expr]:
    """Yield the element of each list that a loop of the function counts to: ``sigmas[k]``."""
    for k in counted_by(function):
        for name, value in own.items() if type(own.get(k)) is int else ():
            if type(value) in (list, tuple) and name.isidentifier():
                yield ast.Subscript(ast.Name(name, ast.Load()), ast.Name(k, ast.Load()), ast.Load())


def _calls(node: ast.AST) -> bool:
    return any(isinstance(part, (ast.Call, ast.Yield, ast.Await, ast.NamedExpr)) for part in ast.walk(node))


def _loaded(node: ast.expr) -> ast.expr:
    """Return `node` as one that is read."""
    if isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
        return node
    made = copy.copy(node)
    made.ctx = ast.Load()  # type: ignore[attr-defined]
    return made
