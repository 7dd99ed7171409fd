"""A function's syntax tree, rewritten so that what it computes passes through a probe on its way.

``dz = dh * (1 - h)`` becomes, with P the probe and numbers for the sites::

    dz = P.value(5, P.value(1, dh) * P.value(4, 1 - P.value(3, h)))

A call ``f(x)`` becomes ``P.follow(f)(x)``, so that the user's own functions are followed; so are the operators and the
properties of the user's classes, by ``P.operate("matmul", a, b)`` and ``P.read(layer, "weights")``. After a change in
place ``a[i] += x`` stands ``P.stored(6, a, i)``. The probe stands in the code as a constant, put there after
compilation: no name is added to any scope, so that ``locals()``, ``nonlocal`` and ``super()`` see what they saw.
"""

import __future__

import ast
import copy
import functools
import operator
from collections.abc import Callable
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..quiet import quiet
from .text import Function, FunctionSource, Unavailable

MARK = "\0xnn probe\0"
NAME = "the function"
SEES_FRAME = {"super", "locals", "vars", "dir", "eval", "exec", "globals", "breakpoint"}
# Functions of no user that take functions: what is given to them is followed too.
HIGHER = {
    "map", "filter", "reduce", "sorted", "min", "max", "partial", "vectorize", "apply_along_axis", "fromfunction",
    "scan", "fori_loop", "while_loop", "cond", "switch", "associative_scan", "vmap", "tree_map", "map_coordinates",
    "starmap", "accumulate",
}  # fmt: skip
PROBED = (
    ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.Compare, ast.IfExp, ast.BoolOp,
    ast.NamedExpr,
)  # fmt: skip


OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.MatMult: "matmul", ast.Pow: "pow",
}  # fmt: skip


class Rewriter(ast.NodeTransformer):
    """Rewrite one function.

    Parameters
    ----------
    site : callable
        ``site(node)`` returns the number of an original node's site, None where it has none.
    modules : set of str
        Names that stand for modules: they hold no values.
    hidden : frozenset of str
        Names of properties and of methods for operators: functions of the user's that no call shows.
    probes : bool
        Whether values pass through the probe; calls are followed in any case.
    """

    def __init__(
        self, site: Callable[[ast.AST], int | None], modules: set[str], hidden: frozenset[str], probes: bool
    ) -> None:
        self.site, self.modules, self.hidden, self.probes = site, modules, hidden, probes
        self.around: list[str] = []  # the names of the functions around the one that is visited

    def probe(self, name: str, *arguments: ast.expr | int, at: ast.AST) -> ast.expr:
        """Return a call of the probe."""
        given: list[ast.expr] = [ast.Constant(a) if isinstance(a, int) else a for a in arguments]
        call = ast.Call(ast.Attribute(ast.Constant(MARK), name, ast.Load()), given, [])
        for node in (call, call.func, call.func.value, *given):  # type: ignore[attr-defined]
            if not hasattr(node, "lineno"):
                ast.copy_location(node, at)
        return call

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit what stands inside, then let the node's own value pass through the probe."""
        super().generic_visit(node)
        return self._valued(node)

    def _valued(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.expr):
            return node
        number = self.site(node) if self.probes else None
        shown = self._shown(node)
        return shown if number is None else self.probe("value", number, shown, at=node)

    def _shown(self, node: ast.expr) -> ast.expr:
        """Return a call of the function that an attribute or an operator may hide, to be followed like any other."""
        if isinstance(node, ast.Attribute) and node.attr in self.hidden:
            return self.probe("read", node.value, ast.Constant(node.attr), at=node)
        if isinstance(node, ast.BinOp) and (name := OPERATORS.get(type(node.op))) and self.hidden & {name, f"r{name}"}:
            return self.probe("operate", ast.Constant(name), node.left, node.right, at=node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Follow the function, and let arguments and result pass."""
        func, name = node.func, _called(node.func)
        if isinstance(func, ast.Attribute):
            func.value = self.visit(func.value)
        elif not isinstance(func, ast.Name):
            node.func = self.visit(func)
        if not (isinstance(func, ast.Name) and func.id in SEES_FRAME):
            node.func = self.probe("follow", node.func, at=func)
        node.args = [self._argument(arg, name) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self._argument(keyword.value, name)
        return self._valued(node)

    def _argument(self, node: ast.expr, called: str) -> ast.expr:
        if called in HIGHER and isinstance(node, (ast.Name, ast.Attribute)):
            return self.probe("follow", node, at=node)
        return self.visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Let a load pass, unless it is of a module."""
        return node if node.id in self.modules else self._valued(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Let a load pass; what is stored to stays as it is."""
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Let a load pass; what is stored to stays as it is: a copy of it would be written to."""
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Let the value pass, and after a write into an array, the array."""
        node.value = self.visit(node.value)
        return [node, *(s for target in node.targets if (s := self._stored(node, target)))]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Let the value pass, and then what has become of the target."""
        target = copy.deepcopy(node.target)
        node.value = self.visit(node.value)
        if isinstance(target, ast.Name) and self.probes and (number := self.site(node)) is not None:
            load = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            again = ast.Assign([target], self.probe("value", number, load, at=target))
            return [node, ast.copy_location(again, node)]
        return [node, *([s] if (s := self._stored(node, target)) else [])]

    def visit_Expr(self, node: ast.Expr) -> Any:
        """After a call that changes its first argument, ``np.add.at(a, i, x)``, let that pass."""
        call = copy.deepcopy(node.value)
        node.value = self.visit(node.value)
        if not (self.probes and isinstance(call, ast.Call) and call.args and _is_plain(call.args[0])):
            return node
        number = self.site(node)
        if number is None or getattr(call.args[0], "id", "") in self.modules:
            return node
        load = call.args[0]
        after = self.probe("stored", number, load, ast.copy_location(ast.Constant(None), load), at=load)
        return [node, ast.copy_location(ast.Expr(after), node)]

    def _stored(self, node: ast.stmt, target: ast.expr) -> ast.stmt | None:
        if not self.probes or (number := self.site(node)) is None:
            return None
        if isinstance(target, ast.Subscript) and _is_plain(target.value):
            index: ast.expr = target.slice if isinstance(target.slice, (ast.Constant, ast.Name)) else ast.Constant(None)
            base = target.value
        elif isinstance(target, ast.Attribute) and _is_plain(target.value) and isinstance(node, ast.AugAssign):
            index, base = ast.Constant(None), target
        else:
            return None
        base, index = copy.deepcopy(base), copy.deepcopy(index)
        for part in (base, index):
            if hasattr(part, "ctx"):
                part.ctx = ast.Load()  # type: ignore[attr-defined]
        index = ast.copy_location(index, target)
        return ast.copy_location(ast.Expr(self.probe("stored", number, base, index, at=target)), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Let the value pass; the annotation stays."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Rewrite the body alone: decorators, defaults and annotations stay."""
        around, inner = self.around, bool(self.around)
        self.around = [*around, *_own_names(node)]
        node.body = [each for statement in node.body for each in _listed(self.visit(statement))]
        self.around = around
        if inner and self.probes and not _sees_frame(node):
            taken = {name for part in node.body if isinstance(part, (ast.Global, ast.Nonlocal)) for name in part.names}
            never = ast.If(ast.Constant(False), [ast.Expr(self._reached(node, taken))], [])
            node.body.append(ast.copy_location(never, node.body[-1]))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Rewrite the body alone."""
        node.body = self.visit(node.body)
        if self.around and self.probes and not _sees_frame(node):
            never = self._reached(node.body, set())
            node.body = ast.copy_location(ast.IfExp(ast.Constant(True), node.body, never), node.body)
        return node

    def _reached(self, at: ast.AST, taken: set[str]) -> ast.expr:
        """Return the names that an inner function could use: with them, which are never read, its frame has them."""
        names = [ast.Name(name, ast.Load()) for name in dict.fromkeys(self.around) if name not in taken]
        return ast.copy_location(ast.Tuple([ast.copy_location(name, at) for name in names], ast.Load()), at)

    def as_it_is(self, node: ast.AST) -> ast.AST:
        """Leave a node alone."""
        return node


def _sees_frame(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Name) and node.id in SEES_FRAME for node in ast.walk(function))


def _own_names(function: ast.FunctionDef) -> list[str]:
    """Return the names of a function's arguments, and those that it assigns to."""
    declared = [n for part in ast.walk(function) if isinstance(part, (ast.Global, ast.Nonlocal)) for n in part.names]
    assigned = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    given = [n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)]
    return [name for name in (*given, *assigned) if name not in declared]


AS_THEY_ARE = ("AsyncFunctionDef", "JoinedStr", "Delete", "Global", "Nonlocal", "Import", "ImportFrom", "Assert")
PATTERNS = ("MatchValue", "MatchClass", "MatchMapping")
for _name in (*AS_THEY_ARE, *PATTERNS):
    setattr(Rewriter, f"visit_{_name}", Rewriter.as_it_is)


def _listed(result: Any) -> list[Any]:
    return result if isinstance(result, list) else [result]


def _called(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _is_plain(node: ast.expr) -> bool:
    """Whether reading `node` once more does nothing: names, their attributes, and what they hold under a plain key."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, (ast.Constant, ast.Name)) and _is_plain(node.value)
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_plain(node.value))


def sited(function: Function) -> list[ast.AST]:
    """Return the nodes of a function that have a site: expressions that are read, and changes in place."""
    found: list[ast.AST] = []

    def walk(node: ast.AST, root: bool) -> None:
        if isinstance(node, (ast.AsyncFunctionDef, ast.JoinedStr, ast.Delete, ast.pattern, ast.Assert)):
            return
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            body = node.body if isinstance(node.body, list) else [node.body]
            for part in body:
                walk(part, isinstance(node, ast.Lambda))
            return
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Name)) and not isinstance(node.ctx, ast.Load):
            return
        if isinstance(node, (ast.AugAssign, ast.Assign)):
            found.append(node)
            walk(node.value, True)
            return
        if isinstance(node, ast.AnnAssign):
            if node.value is not None:
                walk(node.value, True)
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found.append(node)
        number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if isinstance(node, PROBED) or (root and number):
            found.append(node)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                walk(node.func.value, False)
            elif not isinstance(node.func, ast.Name):
                walk(node.func, False)
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                walk(part, False)
            return
        root = isinstance(node, (ast.Return, ast.Tuple, ast.Dict, ast.List)) and not isinstance(node, ast.expr_context)
        for child in ast.iter_child_nodes(node):
            walk(child, root)

    walk(function, False)
    return found


def compiled(
    source: FunctionSource,
    function: FunctionType,
    probe: Any,
    site: Callable[[ast.AST], int | None],
    hidden: frozenset[str],
    probes: bool,
) -> CodeType:
    """Compile a function with its calls followed and, if `probes`, its values passing the probe.

    Raises
    ------
    Unavailable
        If it cannot be compiled so.
    """
    modules = {name for name, x in function.__globals__.items() if isinstance(x, ModuleType)}
    modules -= set(function.__code__.co_varnames) | set(function.__code__.co_freevars)
    node = ast.fix_missing_locations(Rewriter(site, modules, hidden, probes).visit(copy.deepcopy(source.node)))
    return _with_probe(_framed(source, function, node), probe)


def unprobed(source: FunctionSource, function: FunctionType, probe: Any) -> CodeType:
    """Compile a function as its tree stands now: for one whose nodes were exchanged, and that may not end any more."""
    if not source.may_not_end:
        return _framed(source, function, source.node)
    node = ast.fix_missing_locations(Counting().visit(copy.deepcopy(source.node)))
    return _with_probe(_framed(source, function, node), probe)


class Counting(ast.NodeTransformer):
    """Let each round of a ``while`` loop be counted by the probe."""

    def visit_While(self, node: ast.While) -> ast.AST:
        """Count at the start of its body."""
        self.generic_visit(node)
        tick = ast.Call(ast.Attribute(ast.Constant(MARK), "tick", ast.Load()), [], [])
        node.body.insert(0, ast.copy_location(ast.Expr(tick), node))
        return node


def _framed(source: FunctionSource, function: FunctionType, node: Function) -> CodeType:
    """Compile a function within a frame that has its free variables and its class, and take its code out of it."""
    here: dict[str, Any] = {"lineno": source.node.lineno, "col_offset": source.node.col_offset}
    bare = copy.copy(node)  # its defaults and decorators were evaluated long ago
    bare.args = copy.copy(node.args)
    bare.args.defaults, bare.args.kw_defaults = [], [None] * len(node.args.kwonlyargs)
    if isinstance(bare, ast.Lambda):
        body: ast.stmt = ast.Expr(bare, **here)
    else:
        bare.decorator_list, bare.returns, bare.name = [], None, NAME  # its own name stays what it means inside it
        body = bare
    block: list[ast.stmt] = [body]
    if source.owner:  # names that begin with __ are mangled by the class's
        block = [ast.ClassDef(source.owner, [], [], [body], [], **here)]
        if source.owner not in function.__code__.co_freevars:
            block.insert(0, ast.Global([source.owner], **here))
    free = [ast.arg(name, **here) for name in function.__code__.co_freevars]
    frame = ast.FunctionDef("frame", ast.arguments([], free, None, [], [], None, []), block, [], None, **here)
    try:
        module = ast.Module([frame], [])
        flags = function.__code__.co_flags & FUTURE_FLAGS
        with quiet():
            whole = compile(module, source.file.name, "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError, TypeError, RecursionError) as error:
        raise Unavailable(f"{function.__qualname__} cannot be instrumented: {error}") from error
    old = function.__code__
    code = _find(whole, old.co_name if isinstance(bare, ast.Lambda) else NAME, bool(source.owner))
    if code is None or set(code.co_freevars) - set(old.co_freevars):
        raise Unavailable(f"{function.__qualname__} cannot be instrumented")
    return code.replace(co_name=old.co_name, co_qualname=old.co_qualname)


FUTURE_FLAGS = functools.reduce(
    operator.or_, (getattr(__future__, n).compiler_flag for n in __future__.all_feature_names)
)


def _find(whole: CodeType, name: str, in_class: bool) -> CodeType | None:
    """Return the function's code: in the frame, and there in the class."""
    level = [c for c in whole.co_consts if isinstance(c, CodeType)]
    for _ in range(2 if in_class else 1):
        level = [inner for code in level for inner in code.co_consts if isinstance(inner, CodeType)]
    named = [code for code in level if code.co_name == name]
    return named[0] if named else None


def _with_probe(code: CodeType, probe: Any) -> CodeType:
    constants = tuple(
        _with_probe(c, probe) if isinstance(c, CodeType) else probe if isinstance(c, str) and c == MARK else c
        for c in code.co_consts
    )
    return code.replace(co_consts=constants)


def rebound(function: FunctionType, code: CodeType) -> FunctionType:
    """Return `function` with other code."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    closure = tuple(cells[name] for name in code.co_freevars)
    new = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    new.__kwdefaults__ = function.__kwdefaults__
    new.__dict__.update(function.__dict__)
    new.__qualname__, new.__module__ = function.__qualname__, function.__module__
    return new
