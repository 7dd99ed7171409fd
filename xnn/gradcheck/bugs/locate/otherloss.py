"""A loss that the gradients are not of: the change of the loss by which every gradient is right as it stands."""

import ast
from collections.abc import Iterator
from dataclasses import replace

import numpy

from ...program.tree import Host
from ..edits.additions import terms
from ..edits.edits import edits_of
from .around import context_at, scope_in_loss
from .found import Located, edited_text
from .point import Point
from .suspects import Suspect
from .tries import Try

STEP = 1e-5  # of the parameters, in units of their spread
SAME = 1e-6  # relative: a difference of the changed loss along a direction, and what the gradients say
LEFT_OUT = {"factor-extra": "factor-missing", "path-twice": "path-missing"}  # what would be too much in the loss
CHECKS = 3  # directions of all parameters that must agree


def other_loss(point: Point) -> Try | None:
    """Return the likeliest edit of what the loss alone computes, with which the gradients are its; None if none is."""
    runs, seen = point.runs, point.forward.record
    shared = {id(runs.sites[number].statement) for number in point.record.values}
    tries: list[Try] = []
    for number, values in seen.values.items():
        site = runs.sites[number]
        if id(site.statement) in shared or not isinstance(site.node, ast.expr) or values[0].dtype.kind != "f":
            continue
        shared.add(id(site.statement))
        scope = scope_in_loss(runs, site, len(values))
        value = getattr(site.statement, "value", None)
        if scope.visits and isinstance(value, ast.expr):
            suspect = Suspect(site, values, frozenset(), seen.times[number])
            edits = edits_of(context_at(runs, site, scope), value)
            tries += [Try(edit.cost, -suspect.first, edit, suspect) for edit in edits]
    slopes = list(_slopes(point))
    for one in sorted(tries, key=lambda t: t[:2]):
        if not slopes or not point.budget.allows("loss"):
            return None
        one.edit.settle()
        if all(_agrees(point, one, *slope) for slope in slopes):
            return one
    return None


def by_loss(point: Point, found: Located, one: Try) -> Located:
    """Say what an edit of the loss shows: that it is another one, or which weight of it the gradients leave out."""
    place = one.suspect.site.file.place(one.edit.at, one.suspect.site.function)
    term = _term(point, one)
    if term is not None:
        return replace(found, code="path-missing", because=place, what=ast.unparse(term))
    left_out = LEFT_OUT.get(one.edit.code)
    if left_out is None or not _is_weight(point, one):
        statement = one.suspect.site.statement
        stands, belongs = ast.unparse(statement).splitlines()[0], edited_text(statement, one.edit.changes)
        edit = replace(one.edit, code="loss-mismatch")
        return Located(place, place, one.suspect, edit, stands=stands, belongs=belongs)
    return replace(found, code=left_out, because=place, what=one.edit.what)


def _term(point: Point, one: Try) -> ast.expr | None:
    """Return the term of a sum that an edit takes out, or all of whose dependence on the parameters."""
    old, new = one.edit.changes[0]
    if not isinstance(old, ast.BinOp) or new not in (old.left, old.right):
        return None
    kept, out = (old.left, old.right) if new is old.left else (old.right, old.left)
    sums = isinstance(old.op, (ast.Add, ast.Sub))
    term = out if sums else old
    whole = getattr(one.suspect.site.statement, "value", None)
    if not isinstance(whole, ast.expr) or not any(part is term for part in terms(whole)[1:]):
        return None
    return term if _depends(point, out) and (sums or not _depends(point, kept)) else None


def _depends(point: Point, node: ast.AST) -> bool:
    """Whether an expression changes with the parameters."""
    return any(point.forward.depends.get(getattr(part, "site", -1)) for part in ast.walk(node))


def _is_weight(point: Point, one: Try) -> bool:
    """Whether what an edit takes out has a name and does not depend on the parameters: nobody adds that by mistake."""
    old, new = one.edit.changes[0]
    if not isinstance(old, ast.BinOp) or new not in (old.left, old.right):
        return False
    out = old.right if new is old.left else old.left
    return any(isinstance(part, ast.Name) for part in ast.walk(out)) and not _depends(point, out)


def _slopes(point: Point) -> Iterator[tuple[Host, float, float]]:
    """Yield random directions, the slope along each that the gradients say, and its size."""
    leaves, spread = point.runs.program.leaves, point.runs.program.spread
    parts = [g for g in point.gradients if g is not None and numpy.any(g)]
    if [g.size for g in parts] != [leaf.size for leaf in leaves]:
        return  # what is zero or missing is forgotten, and no matter of the loss
    gradient = numpy.concatenate([numpy.zeros(0), *(g.reshape(-1) for g in parts)])
    for _ in range(CHECKS):
        u = spread * point.rng.standard_normal(gradient.size)
        yield u, float(gradient @ u), float(numpy.linalg.norm(gradient * u))


def _agrees(point: Point, one: Try, u: Host, slope: float, size: float) -> bool:
    """Whether the changed loss has the slope that the gradients say, along one direction."""
    theta = point.runs.theta
    found = list(point.runs.edited_losses(one.edit.changes, [theta + STEP * u, theta - STEP * u]))
    if len(found) < 2 or not numpy.all(numpy.isfinite(found)):
        return False
    rounding = 1e-15 * max(map(abs, found)) / STEP
    return abs((found[0] - found[1]) / (2.0 * STEP) - slope) <= SAME * size + 10.0 * rounding
