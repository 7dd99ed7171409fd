"""What is said of a fault: its lines, what belongs there, and the edit, as far as each is known."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy

from ....source import Location, Site, exchanged, names_in
from ...recording.runs import Put
from ...same import identical
from ..edits.edit import Edit, Operand
from ..edits.exchanges import is_exchange
from ..repair import Proof
from .around import function_around, holds
from .intervene import Interventions
from .matching import is_one_use, match_of, other_use
from .names import is_number, named, product_at
from .path import difference, goes_on, path, unread, unused, unused_before
from .point import Point
from .suspects import Suspect, is_element
from .tries import Try

LINES = 5  # that are given where no value can be put right
BEHIND = 2  # lines behind a value that nothing uses, among which the line may be missing that should


@dataclass(frozen=True)
class Located:
    """What was found.

    Attributes
    ----------
    first, last : Location
        The faulty lines: the smallest range that is left; both the same where it is one place.
    suspect : Suspect
        The value that is wrong.
    edit : Edit or None
        A change that makes every gradient right.
    because : Location or None
        The line of the forward pass whose value or adjoint belongs there.
    stands, belongs : str
        The statement at fault, and what it becomes by the edit.
    whole : bool
        Whether no other fault is left beside it.
    residual : float
        The largest relative error of any tensor, with what belongs there in place; NaN where it is unknown.
    code : str
        What is wrong, where there is no edit that says it.
    through : Location or None
        The line whose adjoint stands there; of an edit that writes a path, the line that it leads through.
    loose : Location or None
        A line whose value is used nowhere.
    what : str
        The factor or the term of the loss, in the line of `because`, that the gradients leave out.
    proof : Proof or None
        Where else the edit was tried.
    """

    first: Location
    last: Location
    suspect: Suspect | None
    edit: Edit | None = None
    because: Location | None = None
    residual: float = float("nan")
    code: str = "unknown"
    through: Location | None = None
    loose: Location | None = None
    what: str = ""
    proof: Proof | None = None
    stands: str = ""
    belongs: str = ""
    whole: bool = True


def located(
    point: Point, interventions: Interventions, suspects: Sequence[Suspect], first: Suspect | None, best: Try | None
) -> Located:
    """Return what is found, the most that can be said of it: an edit, a path, a derivative, or a value alone."""
    if best is not None:
        return _by_edit(point, interventions, best)
    return (
        _by_update(point, interventions)
        or _by_path(point, interventions, first)
        or _by_use(point, interventions, suspects, first)
        or _by_slope(point, interventions)
        or _by_derivative(point, interventions)
        or _by_unused(point, first or suspects[0])
        or _by_value(point, interventions, suspects, first)
    )


def _by_edit(point: Point, interventions: Interventions, best: Try) -> Located:
    edit, suspect = best.edit, best.suspect
    edit = named(interventions, suspect.site, edit)
    if edit.code == "not-accumulated" and goes_on(function_around(point.runs, suspect.site), edit.at):
        edit = replace(edit, code="path-missing")
    fix, through = interventions.fix(suspect), None
    if edit.code == "derivative-wrong" and edit.at is suspect.site.node and fix is not None:
        through = path(point.forward, suspect, fix)
        edit = edit if through is None else replace(edit, code=through[0])
    place = suspect.site.file.place(edit.at, suspect.site.function)
    if is_exchange(edit) and place.end_line > place.line:  # of a list over several lines, what changes places
        ends = [suspect.site.file.place(old, suspect.site.function) for old, _ in edit.changes]
        place = suspect.site.file.between(min(ends, key=_begins), max(ends, key=_begins))
    residual = point.truth.residual(point.runs.edited(edit.changes) or [])
    because = point.forward.place(fix.because) if fix and fix.because is not None else None
    because = point.forward.place(through[1]) if through else because
    loose = unused_before(point, suspect) if edit.code == "path-missing" else None
    used = set[str]().union(*(names_in(new) for _, new in edit.changes if isinstance(new, ast.AST)))
    if loose is not None and loose.place.line < place.line and not _targets(loose.statement) & used:
        place = suspect.site.file.between(loose.place, place)  # the line that used it may have been left out
    function = function_around(point.runs, suspect.site)
    grown = _grown(function, suspect) if edit.code == "path-missing" and not used & unread(function) else None
    if grown is not None:  # the line that added it may have been left out anywhere since
        start = replace(place, line=max(grown + 1, place.end_line - LINES + 1))
        place = suspect.site.file.between(start, place) if start.line < place.line else place
    below = unused(point) if edit.code == "path-missing" else None
    if below is not None and below.file is suspect.site.file and 0 < below.place.line - place.line < LINES - 1:
        end = min(below.place.end_line + BEHIND, len(below.file.lines))
        place = below.file.between(below.place, replace(below.place, end_line=end))  # rather behind what nothing uses
    node, statement = suspect.site.node, suspect.site.statement
    # Of a dict of gradients the one that is wrong is shown, of any other statement all of it.
    shown = node if isinstance(node, ast.expr) and is_element(suspect.site) and holds(node, edit.at) else statement
    if isinstance(shown, ast.Return) and shown.value is not None and not holds(function, shown):
        shown = shown.value  # of a lambda
    if not holds(shown, edit.at):
        shown = _statement(function, edit.at) or shown
    stands, belongs = ast.unparse(shown).splitlines()[0], edited_text(shown, edit.changes)
    return Located(
        place,
        place,
        suspect,
        edit,
        because,
        residual,
        proof=best.proof,
        stands=stands,
        belongs=belongs,
        through=because if through else None,
        what=" ".join(because.source.split()) if because is not None and through else "",
        whole=not point.truth.ignored,
    )


def _grown(function: ast.AST, suspect: Suspect) -> int | None:
    """Return the last line before a suspect that adds to the name which it reads; None where none does."""
    name = getattr(suspect.site.node, "id", None)
    sums = (node for node in ast.walk(function) if isinstance(node, ast.AugAssign))
    lines = (node.lineno for node in sums if name and getattr(node.target, "id", None) == name)
    return max((line for line in lines if line < suspect.site.place.line), default=None)


def _begins(place: Location) -> tuple[int, int]:
    return place.line, place.column


def edited_text(
    statement: ast.stmt | ast.expr, changes: Sequence[tuple[ast.AST, ast.AST | list[ast.stmt]]]
) -> str:  # fmt: skip
    """Return a statement's text, or an expression's, after a change."""
    old, new = changes[0]
    if isinstance(old, ast.stmt):
        return "; ".join(ast.unparse(part) for part in (new if isinstance(new, list) else [new]))
    inside = [change for change in changes if holds(statement, change[0])]
    if not inside:
        return ast.unparse(new) if isinstance(new, ast.AST) else ""
    whole = ast.Expr(statement) if isinstance(statement, ast.expr) else statement
    elsewhere = sorted(
        {change[0].lineno for change in changes if change not in inside and isinstance(change[0], ast.expr)}
    )
    alike = f", and so in line {', '.join(map(str, elsewhere))}" if elsewhere else ""
    with exchanged(ast.Module([whole], []), inside):
        return ast.unparse(whole).splitlines()[0] + alike


def _statement(function: ast.AST, node: ast.AST) -> ast.stmt | None:
    """Return the innermost statement that a node stands in."""
    return next((s for s in reversed(list(ast.walk(function))) if isinstance(s, ast.stmt) and holds(s, node)), None)


def _targets(statement: ast.stmt) -> set[str]:
    """Return the names that a statement assigns to."""
    return {target.id for target in statement.targets}  # type: ignore[attr-defined]


def _by_update(point: Point, interventions: Interventions) -> Located | None:
    """Name a parameter that is read after it was updated: with its old value every gradient is right."""
    leaves = [point.runs.theta[leaf.slice].reshape(leaf.shape) for leaf in point.runs.program.leaves]
    for suspect in interventions.fixed():
        fix = interventions.fixes[suspect.number][0]
        for node in ast.walk(suspect.site.node):
            values = point.record.values.get(getattr(node, "site", -1), []) if isinstance(node, Operand) else []
            for leaf in leaves:
                if not values or values[-1].shape != leaf.shape or identical(values[-1:], [leaf]):
                    continue
                gradients = point.runs.gradients({node.site: Put([leaf] * len(values))})  # type: ignore[attr-defined]
                if point.truth.right(gradients):
                    place = suspect.site.file.place(node, suspect.site.function)
                    return Located(place, place, suspect, None, None, fix.residual, "weights-updated")
    return None


def _by_path(point: Point, interventions: Interventions, first: Suspect | None) -> Located | None:
    """Name a path that is left out or taken twice, of the first suspect that can be put right or of a later one."""
    for suspect in sorted(interventions.fixed(), key=lambda s: (s is not first, -s.first)):
        fix = interventions.fixes[suspect.number][0]
        found = path(point.forward, suspect, fix)
        if found is not None:
            place, (code, node) = suspect.site.place, found
            return Located(place, place, suspect, None, point.forward.place(node), fix.residual, code)
    return None


def _by_use(
    point: Point, interventions: Interventions, suspects: Sequence[Suspect], first: Suspect | None
) -> Located | None:
    """Name the path through another use of a variable: what stands there is one's adjoint, or all but one's."""
    match, fix = first and interventions.matches.of(first), first and interventions.fix(first)
    if first is None or fix is None:
        return None
    forward = point.forward
    other = other_use(forward, match.node, fix.because) if match is not None and fix.because is not None else None
    found = difference(forward, first, fix, interventions.matches.orders) if other is None else ("path-missing", other)
    if found is None:
        return None
    start, place = _begun(suspects, first.site), first.site.place
    return Located(start, place, first, None, forward.place(found[1]), fix.residual, found[0])


def _by_derivative(point: Point, interventions: Interventions) -> Located | None:
    """Say of an operand that is the adjoint of one value and should be that of another: a derivative is left out."""
    forward = point.forward
    # In a line of its own the adjoint is right, and the line that reads it is at fault.
    for suspect in sorted(interventions.fixed(), key=lambda s: (not isinstance(s.site.node, Operand), -s.first)):
        match, fix = interventions.matches.right.get(suspect.number), interventions.fixes[suspect.number][0]
        if match is None or fix.because is None:
            continue
        shapes = [v.shape for v in forward.values[match.node]]
        if not isinstance(suspect.site.node, Operand) and shapes != [v.shape for v in forward.values[fix.because]]:
            continue
        if not is_one_use(forward, match):
            place, because = suspect.site.place, forward.place(fix.because)
            through = forward.place(match.node)
            product = isinstance(point.runs.sites[forward.members[match.node][0]].node, ast.BinOp)
            code = "factor-missing" if product else "derivative-missing"
            return Located(place, place, suspect, None, because, fix.residual, code, through)
    return None


def _by_slope(point: Point, interventions: Interventions) -> Located | None:
    """Name a derivative that is wrong: a product of an adjoint that is right and of values of the forward pass."""
    forward = point.forward
    for suspect in interventions.fixed():
        fix, (flows, slopes) = interventions.fixes[suspect.number][0], product_at(interventions, suspect.site)
        slopes = [part for part in slopes if not is_number(point, part)]
        if fix.because is None or len(flows) != 1 or not slopes:
            continue
        number = getattr(flows[0], "site", -1)
        if number not in point.record.values:
            continue
        flow = Suspect(point.runs.sites[number], point.record.values[number], suspect.leads, suspect.times)
        match = match_of(forward, flow, interventions.matches.orders)
        if match is None or not match.full or match.node == fix.because:
            continue
        if forward.is_elementwise(match.node, fix.because):
            because, through = forward.place(fix.because), forward.place(match.node)
            place = suspect.site.file.place(slopes[0], suspect.site.function)
            return Located(place, place, suspect, None, because, fix.residual, "derivative-wrong", through)
    return None


def _by_unused(point: Point, suspect: Suspect) -> Located | None:
    """Give the lines behind an adjoint that nothing uses."""
    loose = unused(point)
    if loose is None:
        return None
    end = min(loose.place.end_line + BEHIND, len(loose.file.lines))
    place = loose.file.between(loose.place, replace(loose.place, end_line=end))
    return Located(place, place, suspect, code="path-missing", loose=loose.place)


def _by_value(
    point: Point, interventions: Interventions, suspects: Sequence[Suspect], first: Suspect | None
) -> Located:
    """Give the place of the value that can be put right; where none can, the lines of the first that is no adjoint."""
    known = interventions.fixed()
    if first is None and not known:
        started = [s for s in suspects if any(numpy.any(v) for v in s.values)] or list(suspects)  # no empty buffers
        unsure = [s for s in started if not interventions.is_right(s)] or started
        first_place = unsure[0].site.place
        places = [s.site.place for s in unsure if s.site.file is unsure[0].site.file]
        near = [p for p in places if p.line - first_place.line >= 0 and p.end_line - first_place.line < LINES]
        return Located(first_place, max(near or [first_place], key=lambda p: p.end_line), unsure[0])
    last = first or max(known, key=lambda s: s.first)
    fix = interventions.fixes[last.number][0]
    because = point.forward.place(fix.because) if fix.because is not None else None
    start = _begun(suspects, last.site) if because is None else last.site.place
    return Located(start, last.site.place, last, None, because, fix.residual)


def _begun(suspects: Sequence[Suspect], last: Site) -> Location:
    """Return where an array is written to first: what is right behind the last of several sums was wrong behind any."""
    into = _written_to(last)
    same = [s.site.place for s in suspects if into and s.site.file is last.file and _written_to(s.site) == into]
    near = [p for p in same if 0 <= last.place.end_line - p.line < LINES and p.line <= last.place.line]
    return min(near, key=lambda p: p.line, default=last.place)


def _written_to(site: Site) -> str:
    """Return the array that a change in place writes to, or what it is kept under, as text; else nothing."""
    statement = site.statement
    target = getattr(statement, "target", None) or (getattr(statement, "targets", None) or [None])[0]
    if not site.stored or not isinstance(target, ast.Subscript):
        return ""
    return ast.unparse(target if isinstance(target.slice, ast.Constant) else target.value)
