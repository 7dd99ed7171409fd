"""The program's text around a site: its function, what calls that, what counts there; and what is in scope."""

import ast
import copy
from collections.abc import Iterator

from ....source import Site, called, names_in
from ...program.tree import is_array
from ...recording.runs import Put, Runs
from ..edits.context import Context
from ..scope import LIBRARIES, Scope
from .point import Point

FUNCTIONS = 4  # of one value, which are applied to others
CALLERS = 4  # statements that call a function, at most
OWN_FRAME = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def holds(outer: ast.AST, node: ast.AST) -> bool:
    """Whether a node is another's part, or itself."""
    return any(part is node for part in ast.walk(outer))


def function_around(runs: Runs, site: Site) -> ast.AST:
    """Return the outermost followed function that a site stands in."""
    followed = (source for _, source in runs.tracked.met.values() if source.file is site.file)
    return next((source.node for source in followed if holds(source.node, site.node)), site.statement)


def loops_around(function: ast.AST, statement: ast.stmt) -> list[ast.For]:
    """Return the loops around a statement."""
    return [n for n in ast.walk(function) if isinstance(n, ast.For) and holds(n, statement)]


def conditions_around(function: ast.AST, statement: ast.stmt) -> list[ast.If]:
    """Return the conditions that a statement stands under."""
    return [n for n in ast.walk(function) if isinstance(n, ast.If) and any(holds(part, statement) for part in n.body)]


def parts(statement: ast.stmt) -> list[ast.expr]:
    """Return the expressions that a statement consists of: of what it writes into, the index."""
    call = getattr(statement, "value", None)
    if isinstance(statement, ast.Expr) and isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "at":
        return call.args
    return [
        part.slice if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store) else part
        for part in ast.iter_child_nodes(statement) if isinstance(part, ast.expr)
    ]  # fmt: skip


def callers(runs: Runs, function: ast.AST) -> list[Site]:
    """Return a site of each statement that calls a function of the user's, outside of it."""
    name = getattr(function, "name", None)
    if name is None:
        return []
    found: dict[int, Site] = {}
    inside = {id(n) for n in ast.walk(function)}
    for site in runs.sites:
        statement = site.statement
        if id(statement) in found or id(site.node) in inside or isinstance(statement, ast.For) or _in_own_frame(site):
            continue
        calls = (n.func for n in ast.walk(statement) if isinstance(n, ast.Call))
        if any(getattr(f, "id", getattr(f, "attr", None)) == name for f in calls):
            found[id(statement)] = site
    return list(found.values())[:CALLERS]


def _in_own_frame(site: Site) -> bool:
    """Whether a site is evaluated in a frame that is not its statement's: in a comprehension, but for its source."""
    own = [part for n in ast.walk(site.statement) if isinstance(n, OWN_FRAME) for part in ast.walk(n)]
    sources = [part for n in own if isinstance(n, ast.comprehension) for part in ast.walk(n.iter)]
    return any(n is site.node for n in own) and not any(n is site.node for n in sources)


def counters(runs: Runs, site: Site, context: Context) -> list[ast.Assign]:
    """Return the statements that assign the whole numbers and masks which a site's statement uses, or pick an array."""
    atoms = context.by_text
    used = names_in(site.statement, ast.Load)
    whole = {text for text in _texts(site.statement) if text in atoms and atoms[text].value.dtype.kind in "ib"}
    names = {text for text in whole if "." not in text}
    function = function_around(runs, site)
    others = [source.node for _, source in runs.tracked.met.values() if source.file is site.file]
    found: list[ast.Assign] = []
    for place in (function, *others):
        for node in ast.walk(place):
            if isinstance(node, ast.Assign) and node is not site.statement and node not in found:
                targets = {text for target in node.targets for text in _texts(target)}
                picks = place is function and isinstance(node.value, ast.Subscript) and targets & used
                if picks or targets & (names if place is function else whole - names):
                    found.append(node)
    return found


def _texts(node: ast.AST) -> set[str]:
    return {ast.unparse(n) for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute))}


class _Watch:
    """Look at the scope of a site, and put what belongs there."""

    def __init__(self, scope: Scope, put: Put | None) -> None:
        self.scope, self.put = scope, put

    def __call__(self, value: object) -> object:
        self.scope(value)
        return value if self.put is None else self.put(value)


def scope_at(runs: Runs, site: Site, visits: int, put: Put | None = None) -> Scope:
    """Return what is in scope at a site: at the first two and the last of its visits, with what belongs there put."""
    scope = Scope(keep=_telling(visits))
    runs.gradients({site.number: _Watch(scope, put)})
    return scope


def in_scope(point: Point, site: Site) -> tuple[Scope, Context] | None:
    """Return what is in scope at a site of the gradients, None where it is not visited; looked at once."""
    number = site.number
    if number not in point.scopes:
        scope = scope_at(point.runs, site, len(point.record.values[number]))
        point.scopes[number] = (scope, context_at(point.runs, site, scope)) if scope.visits else None
    return point.scopes[number]


def scope_in_loss(runs: Runs, site: Site, visits: int) -> Scope:
    """Return what is in scope at a site of the loss."""
    scope = Scope(keep=_telling(visits))
    runs.loss({site.number: scope})
    return scope


def _telling(visits: int) -> frozenset[int]:
    """Return which visits are looked at: the first two, as a loop's first often starts from zero, and the last."""
    return frozenset({0, min(1, visits - 1), visits - 1})


def context_at(runs: Runs, site: Site, scope: Scope) -> Context:
    """Return what edits at a site are made of."""
    named = [ast.Name(name, ast.Load()) for name in dict.fromkeys(_constants(runs, site))]
    more = [*named, *_factors(runs, site)]
    literals = list(dict.fromkeys(_literals(runs, site)))
    indices = list({ast.unparse(index): index for index in _indices(runs, site)}.values())
    context = Context(scope, function_around(runs, site), more, literals, indices)
    endless = _with_while(runs)
    context.calls = [call for call in context.calls if called(call) not in endless]
    context.functions = [name for name in _of_one_value(runs, site) if name not in endless][:FUNCTIONS]
    return context


def _of_one_value(runs: Runs, site: Site) -> Iterator[str]:
    """Yield the followed functions at the top of a site's file that take one value, but for that around the site."""
    around = function_around(runs, site)
    for node in (source.node for _, source in runs.tracked.met.values() if source.file is site.file):
        at_top = isinstance(node, ast.FunctionDef) and node in getattr(site.file.tree, "body", [])
        if at_top and node is not around and len(node.args.args) == 1:
            yield node.name  # type: ignore[union-attr]


def _with_while(runs: Runs) -> set[str]:
    """Return the names of the user's functions with a ``while`` loop, which may have no end for what is tried."""
    nodes = (source.node for _, source in runs.tracked.met.values())
    return {getattr(node, "name", "") for node in nodes if any(isinstance(n, ast.While) for n in ast.walk(node))}


def _indices(runs: Runs, site: Site) -> Iterator[ast.expr]:
    """Yield the indices that the followed functions of a site's file are written with, but for names of parameters."""
    for _, source in runs.tracked.met.values():
        if source.file is site.file:
            for node in ast.walk(source.node):
                if isinstance(node, ast.Subscript) and not isinstance(node.slice, (ast.Constant, ast.JoinedStr)):
                    yield from (node.slice, _from_the_other_end(node.slice))


def _from_the_other_end(index: ast.expr) -> ast.expr:
    """Return an index whose slices leave out at the other end what they leave out: of neighbours, one for the other."""
    new = copy.deepcopy(index)
    for part in ast.walk(new):
        if isinstance(part, ast.Slice) and part.step is None:
            part.lower, part.upper = map(_negative, (part.upper, part.lower))
    return ast.fix_missing_locations(new)


def _negative(bound: ast.expr | None) -> ast.expr | None:
    if isinstance(bound, ast.UnaryOp) and isinstance(bound.op, ast.USub):
        return bound.operand
    return None if bound is None else ast.UnaryOp(ast.USub(), bound)


def _factors(runs: Runs, site: Site) -> Iterator[ast.expr]:
    """Yield the lengths, and what is multiplied by or divided by, in the followed functions of a site's file.

    A factor that is missing in `gradients` stands in the loss. Of calls those alone that change nothing: of an array
    library, or of a length.
    """
    for _, source in runs.tracked.met.values():
        if source.file is site.file:
            for node in ast.walk(source.node):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len":
                    yield node
                elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
                    yield from (part for part in (node.left, node.right) if _is_plain(part))
                    yield from (part for part in (node.left, node.right) if isinstance(part, ast.Subscript))


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is a call of an array library or of a length, or a sum of such, and calls nothing else."""
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return isinstance(node, (ast.Call, ast.BinOp)) and all(map(_changes_nothing, calls))


def _changes_nothing(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else None
    of_library = isinstance(owner, ast.Name) and owner.id in (*LIBRARIES, "math")
    return of_library or getattr(function, "id", "") == "len"


def _literals(runs: Runs, site: Site) -> Iterator[float]:
    """Yield the fractions that the followed functions of a site's file are written with: 0.01, 1.702."""
    for _, source in runs.tracked.met.values():
        if source.file is site.file:
            for node in ast.walk(source.node):
                if isinstance(node, ast.Constant) and isinstance(node.value, float):
                    yield node.value


def _constants(runs: Runs, site: Site) -> Iterator[str]:
    """Name the numbers and arrays at the top of a site's file that its followed functions use."""
    for function, source in runs.tracked.met.values():
        if source.file is site.file:
            for node in ast.walk(source.node):
                value = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
                if isinstance(value, (int, float)) or is_array(value):
                    yield node.id  # type: ignore[union-attr]
