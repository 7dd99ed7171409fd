"""Edits told by value: what an edited expression is, against what belongs there; the program need not be run."""

import ast
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy

from ....source import exchanged
from ...program.tree import Host
from ...recording.runs import Put, kept
from ...same import bare, close
from ..byvalue import broadcasts
from ..edits.edit import Edit
from ..edits.edits import edits_of, factors_inside
from ..edits.read_off import behind, towards
from ..scope import Scope
from .around import context_at, function_around, scope_at
from .belongs import FLOOR, Fix
from .derived import derivations
from .point import Point
from .suspects import Suspect

FITS = 2e-5  # relative: what an edited expression is, and what belongs there
READ_OFF = 2.0  # edits that cost less are tried before factors and terms are read off by value
FITTING = 12  # edits that fit, of which the likeliest is looked for on the program
TELLING = 0.1  # times the biggest: what belongs there at a visit, of which expressions are put together


def by_value(point: Point, suspect: Suspect, fixes: Sequence[Fix], likely: bool = False) -> list[Edit]:
    """Return the edits of a suspect's expression that have the values that belong there; if asked, the likely alone."""
    for fix in fixes:
        found = _fitting(point, suspect, fix, likely)
        if found:
            return found
    return []


def _fitting(point: Point, suspect: Suspect, fix: Fix, likely: bool) -> list[Edit]:
    site = suspect.site
    scope = scope_at(point.runs, site, len(suspect.values), Put(fix.values))
    if not scope.visits:
        return []
    if site.stored:
        want = fix.values[-1]
        context = context_at(point.runs, site, scope)
        return [] if want is None else behind(context, site.statement, suspect.values[-1], want)
    if not isinstance(site.node, ast.expr):
        return []
    wanted = [fix.values[k] for k in sorted(scope.keep)]
    scope.best = _telling(wanted)
    context = context_at(point.runs, site, scope)
    root, function = site.node, function_around(point.runs, site)

    def fitting(tries: Iterable[Edit]) -> list[Edit]:
        cheapest = sorted(tries, key=lambda edit: edit.cost)
        return list(islice((e for e in cheapest if _fits(point, e, root, scope, function, wanted)), FITTING))

    plain = edits_of(context, root)
    # What fits here may be no more than that: the likeliest first, and those read off by value behind them.
    found = fitting(edit for edit in plain if edit.cost < READ_OFF)
    if likely:
        return found
    target = wanted[scope.best]
    read = towards(context, root, target) if target is not None else []
    found += fitting(read if found else [*read, *(edit for edit in plain if edit.cost >= READ_OFF)])
    found = found or fitting(factors_inside(context, root))
    return found or fitting(derivations(point, suspect, fix, context))


def _telling(wanted: Sequence[Host | None]) -> int:
    """Return the visit whose values tell most: the second that is not small, as the first round often starts from 0."""
    sizes = [0.0 if w is None else float(numpy.linalg.norm(w)) for w in wanted]
    telling = [k for k, size in enumerate(sizes) if size > TELLING * max(sizes)]
    return telling[min(1, len(telling) - 1)] if telling else -1


def _fits(
    point: Point, edit: Edit, root: ast.expr, scope: Scope, function: ast.AST, wanted: Sequence[Host | None]
) -> bool:
    """Whether an edited expression has the values that belong there, at the visits that were kept."""
    old, new = edit.changes[0]
    if not point.budget.allows("test"):
        return False
    edit.settle()
    try:
        if old is root:
            code = scope.compiled(new)  # type: ignore[arg-type]
        else:
            with exchanged(function, list(edit.changes)):
                code = scope.compiled(root)
    except Exception:  # an edit may be anything
        return False
    for visit, want in enumerate(wanted):
        if want is None:
            continue
        try:
            value = kept(scope.run(code, visit))
        except Exception:
            return False
        if value is None:
            return False
        if bare(value.shape) != bare(want.shape) and broadcasts(value.shape, want.shape):
            value = numpy.broadcast_to(value, want.shape)
        if bare(value.shape) != bare(want.shape) or not close(value, want, FITS, FLOOR):
            return False
    return True
