"""A user's functions, followed through all that they call in the user's own files, each value passing a probe.

Nothing of the user's is changed: new function objects stand beside the old, with the same globals, defaults and
closure cells, and calls are led to them while a run lasts.
"""

import ast
import copy
import functools
import sysconfig
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, MethodType
from typing import Any

from .hidden import hidden
from .instrument import compiled, rebound, sited, unprobed
from .location import Location
from .probe import Probe
from .text import File, FunctionSource, Sources, Unavailable
from .tree import exchanged, parents_of

OWN = str(Path(__file__).resolve().parent.parent)
FOREIGN = tuple(
    {OWN, *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib") if name)}
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Site:
    """A node whose value passes the probe.

    Attributes
    ----------
    number : int
    node, statement : ast.AST
        The node, and the statement that it belongs to: the innermost that has no statement within.
    function : str
        What the function that it stands in is called.
    root : bool
        Whether it is all of what its statement assigns, adds or returns.
    stored : bool
        Whether its value is what a change in place left behind.
    """

    number: int
    node: ast.AST
    statement: ast.stmt
    file: File
    function: str
    root: bool
    stored: bool

    @property
    def place(self) -> Location:
        """Where it stands."""
        return self.file.place(self.node, self.function)


class Tracked:
    """The functions of one program, instrumented as they are met.

    Parameters
    ----------
    unwrap : callable
        Returns the function behind a compiled one, and any other as it is.
    """

    def __init__(self, unwrap: Callable[[Any], Any] = lambda function: function) -> None:
        self.unwrap = unwrap
        self.sources = Sources()
        self.probe = Probe(self.follow)
        self.sites: list[Site] = []
        self.refused: dict[str, str] = {}
        self.probing = True
        self.met: dict[int, tuple[FunctionType, FunctionSource]] = {}  # by the identity of the code
        self._codes: dict[tuple[int, bool], CodeType | None] = {}
        self._made: set[int] = set()
        self._kept: list[Any] = []  # what an identity stands for must live on
        self._user: dict[str, bool] = {}
        self._others: set[type] = set()
        self._bound: dict[tuple[int, bool], tuple[FunctionType, FunctionType]] = {}
        self._bare: dict[int, ast.Module] = {}
        self._edited: dict[int, CodeType] = {}
        self._hidden: dict[int, frozenset[str]] = {}

    def entry(self, function: Any) -> Any:
        """Return what follows `function` from its call on.

        Raises
        ------
        Unavailable
            If it has no source, its source was changed, or it cannot be instrumented.
        """
        followed = self.follow(function)
        if followed is function:
            reason = next(iter(self.refused.values()), "")
            raise Unavailable(reason or f"{_name(function)} is written in no file of yours")
        return lambda *args, **kwargs: self.follow(function)(*args, **kwargs)

    def follow(self, called: Any) -> Any:
        """Return what to call in place of `called`: itself, unless it is the user's."""
        kind = type(called)
        if kind in self._others:
            return called
        if kind is FunctionType:
            return self._function(called)
        if kind is MethodType:
            inner = self._function(called.__func__) if type(called.__func__) is FunctionType else called.__func__
            return called if inner is called.__func__ else MethodType(inner, called.__self__)
        if kind is type:
            return self._class(called)
        if kind is functools.partial:
            inner = self.follow(called.func)
            return called if inner is called.func else functools.partial(inner, *called.args, **called.keywords)
        if kind.__module__.startswith(f"{__name__.partition('.')[0]}.") and hasattr(called, "around"):
            outer, around = copy.copy(called), called.around  # one of xnn's own around the user's
            outer.around = tuple(map(self.follow, around)) if isinstance(around, tuple) else self.follow(around)
            return outer
        method = kind.__dict__.get("__call__")
        if type(method) is FunctionType:
            inner = self._function(method)
            return called if inner is method else MethodType(inner, called)
        plain = self.unwrap(called)
        if plain is called and type(method) is not FunctionType:
            self._others.add(kind)  # builtin functions and the like: by far the most calls
        return called if plain is called else self.follow(plain)

    def _class(self, cls: type) -> Any:
        """Follow a plain class's ``__init__``."""
        init: Any = cls.__init__
        if type(init) is not FunctionType or cls.__new__ is not object.__new__:
            return cls
        inner = self._function(init)
        if inner is init:
            return cls

        def construct(*args: Any, **kwargs: Any) -> Any:
            made = object.__new__(cls)
            self._function(init)(made, *args, **kwargs)
            return made

        return construct

    def _function(self, function: FunctionType) -> FunctionType:
        bound = self._bound.get((id(function), self.probing)) if not self._edited else None
        if bound is not None and bound[0] is function and bound[1].__defaults__ is function.__defaults__:
            return bound[1]
        code = function.__code__
        if id(code) in self._made:
            return function
        edited = None if self.probing else self._edited.get(id(code))
        if edited is None:
            key = (id(code), self.probing)
            if key not in self._codes:
                self._kept.append(code)
                self._codes[key] = self._compile(function)
            edited = self._codes[key]
        if edited is not None:
            made = rebound(function, edited)
            if function.__closure__ is None and not self._edited:
                self._bound[id(function), self.probing] = function, made
            return made
        plain = self.unwrap(function)
        if plain is not function:
            return self.follow(plain)
        wrapped = function.__dict__.get("__wrapped__")
        if (
            type(wrapped) is FunctionType
            and not self.is_users(code)
            and (inner := self._function(wrapped)) is not wrapped
        ):
            return _with_cell(function, wrapped, inner)
        return function

    def _compile(self, function: FunctionType) -> CodeType | None:
        code = function.__code__
        if not self.is_users(code) or code.co_flags & 0x280:  # coroutines
            return None
        try:
            source = self.sources.function(function)
            self._number(source, function.__qualname__)
            made = self._instrumented(source, function, self.probing)
        except Unavailable as error:
            self.refused[function.__qualname__] = str(error)
            return None
        self.met.setdefault(id(code), (function, source))
        self._keep(made)
        return made

    def _instrumented(self, source: FunctionSource, function: FunctionType, probes: bool) -> CodeType:
        names = function.__globals__
        if id(names) not in self._hidden:
            self._kept.append(names)
            self._hidden[id(names)] = hidden(names, self._is_users_file)
        return compiled(source, function, self.probe, _site_of, self._hidden[id(names)], probes)

    def _keep(self, code: CodeType) -> None:
        self._made.add(id(code))
        self._kept.append(code)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._keep(inner)

    def is_users(self, code: CodeType) -> bool:
        """Whether code stands in a file of the user's own, not in a library."""
        return self._is_users_file(code.co_filename)

    def _is_users_file(self, name: str) -> bool:
        if name not in self._user:
            self._user[name] = is_users_file(name)
        return self._user[name]

    def _number(self, source: FunctionSource, name: str) -> None:
        """Give each node of a function its site, once."""
        if hasattr(source.node, "numbered"):
            return
        statements = dict(_statements(source.node))
        for node in sited(source.node):
            if hasattr(node, "site"):
                continue
            statement = statements.get(node)
            if statement is None:
                continue
            number, stored = len(self.sites), isinstance(node, ast.stmt)
            node.site = number  # type: ignore[attr-defined]
            root = stored or getattr(statement, "value", None) is node
            self.sites.append(Site(number, node, statement, source.file, name, root, stored))
        source.node.numbered = True  # type: ignore[union-attr]

    @contextmanager
    def bare(self) -> Generator[None]:
        """Run without probes, calls followed all the same: as edited functions are."""
        self.probing = False
        try:
            yield
        finally:
            self.probing = True

    @contextmanager
    def edited(self, changes: list[tuple[ast.AST, ast.AST | list[ast.stmt]]]) -> Generator[None]:
        """Run without probes and with nodes of the source exchanged, ``(old, new)`` each, for as long as it lasts.

        Raises
        ------
        Unavailable
            If what comes out cannot be compiled.
        """
        self._edited = {}
        for identity, (function, source) in self.met.items():
            parents = parents_of(source.node)
            if inside := [change for change in changes if id(change[0]) in parents]:
                with exchanged(source.node, inside):
                    if source.recursive:  # what it calls is itself, as edited
                        code = self._instrumented(source, function, False)
                    else:
                        code = unprobed(source, function, self.probe)
                self._kept.append(code)
                self._edited[identity] = code
        self.probing, self.probe.rounds = False, 0
        try:
            yield
        finally:
            self.probing = True
            self._edited = {}

    @contextmanager
    def settled(self, changes: list[tuple[ast.AST, ast.AST | list[ast.stmt]]]) -> Generator[None]:
        """Take an edited program for the program, for as long as it lasts: what is new in it has sites of its own."""
        touched = {
            identity: (function, source)
            for identity, (function, source) in self.met.items()
            if any(id(old) in parents_of(source.node) for old, _ in changes)
        }
        trees: list[ast.AST] = [tree for _, source in touched.values() for tree in (source.node, source.file.tree)]
        files = {id(source.file.tree): source.file.tree for _, source in touched.values()}
        new = [part for _, parts in changes for part in (parts if isinstance(parts, list) else [parts])]
        before = [(node, node.__dict__.pop("site")) for each in new for node in ast.walk(each) if hasattr(node, "site")]
        count = len(self.sites)
        with ExitStack() as stack:
            for tree in files.values():
                inside = [change for change in changes if id(change[0]) in parents_of(tree)]
                stack.enter_context(exchanged(tree, inside))
            self._forget(touched, trees)
            for function, source in touched.values():
                del source.node.numbered  # type: ignore[union-attr]
                self._number(source, function.__qualname__)
            try:
                yield
            finally:
                del self.sites[count:]
                for each in new:
                    for node in ast.walk(each):
                        node.__dict__.pop("site", None)
                for node, site in before:
                    node.site = site  # type: ignore[attr-defined]
        self._forget(touched, trees)

    def _forget(self, touched: Collection[int], trees: Sequence[ast.AST]) -> None:
        """Forget what was made of functions that have changed."""
        self._bound.clear()
        for identity in touched:
            for probing in (True, False):
                self._codes.pop((identity, probing), None)
        for tree in trees:
            tree.__dict__.pop("parents", None)


def is_users_file(name: str) -> bool:
    """Whether a file is the user's own, and none of a library's."""
    path = str(Path(name).resolve()) if not name.startswith("<") else name
    return not path.startswith(FOREIGN) and "site-packages" not in path


def _statements(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.stmt]]:
    """Pair each node with the innermost statement around it; a lambda's body is what a statement returns."""
    todo: list[tuple[ast.AST, ast.stmt | None]] = [(tree, None)]
    while todo:
        node, statement = todo.pop()
        statement = node if isinstance(node, ast.stmt) else statement
        if statement is not None:
            yield node, statement
        if isinstance(node, ast.Lambda):
            todo.append((node.body, ast.copy_location(ast.Return(node.body), node.body)))
        else:
            todo += [(child, statement) for child in ast.iter_child_nodes(node)]


def _site_of(node: ast.AST) -> int | None:
    return getattr(node, "site", None)


def _with_cell(function: FunctionType, old: FunctionType, new: FunctionType) -> FunctionType:
    """Return a library's wrapper around the user's function, around another."""
    from types import CellType

    cells = tuple(
        CellType(new) if _holds(cell, old) else cell for cell in function.__closure__ or ()
    )  # fmt: skip
    made = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def _holds(cell: Any, value: Any) -> bool:
    try:
        return cell.cell_contents is value
    except ValueError:
        return False


def _name(function: Any) -> str:
    return getattr(function, "__qualname__", type(function).__name__)
