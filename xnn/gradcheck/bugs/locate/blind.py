"""Edits of the statements around a suspect, where it is not known by value what belongs there."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..edits.axes import all_alike
from ..edits.blocks import blocks
from ..edits.carried import carried
from ..edits.edit import FACTORS
from ..edits.edits import additions, edits_of, edits_within
from ..edits.moves import moves
from ..edits.orders import orders
from ..edits.statements import always, statement_edits
from ..edits.unused import unused_terms
from .around import (
    callers,
    conditions_around,
    context_at,
    counters,
    function_around,
    holds,
    in_scope,
    loops_around,
    parts,
    scope_at,
)  # fmt: skip
from .fitting import READ_OFF
from .intervene import Interventions
from .path import is_unread
from .point import Point
from .suspects import Suspect
from .tries import Try, first_right

STORED = 40  # edits within a change in place that are tried along with those read off by value
RANK = 0.15  # what each suspect is less likely than the one that was passed closer to the first wrong value
SCALED = 1.2  # how much likelier a factor is where each wrong gradient is a multiple of the right one
CALLS = 2.4  # what edits of a statement that calls a suspect's function may cost
# How much less likely than in a suspect's own expression the mistake is elsewhere.
IN_PLACE, CALLED, COUNTED, LOOPED, ADDED = 0.1, 0.2, 0.2, 0.3, 0.7
PUT_IN = 2.0 + ADDED  # what the likeliest addition costs


def of_statements(point: Point, suspects: Sequence[Suspect]) -> list[Try]:
    """Return the edits of whole statements, and the likeliest within a change in place: they are few."""
    found: list[Try] = []
    done: set[int] = set()
    for suspect in suspects:
        site = suspect.site
        if id(site.statement) in done:
            continue
        done.add(id(site.statement))
        tries = [*statement_edits(site.statement), *moves(function_around(point.runs, site), site.statement)]
        if site.stored and (there := in_scope(point, suspect.site)):
            _, context = there
            within = [e for part in parts(site.statement) for e in edits_of(context, part)]
            tries += [e for e in within if e.cost < READ_OFF][:STORED]
        if id(function := function_around(point.runs, site)) not in done:
            done.add(id(function))
            tries += [*carried(function), *orders(function), *blocks(function), *all_alike(function)]
        found += [Try(edit.cost, -suspect.first, edit, suspect) for edit in tries]
    return found


def of_picks(point: Point, suspect: Suspect) -> list[Try]:
    """Return the edits of what a suspect's statement uses by name and was picked before: ``before = states[t - 1]``."""
    if (there := in_scope(point, suspect.site)) is None:
        return []
    _, context = there
    picks = (one for one in counters(point.runs, suspect.site, context) if isinstance(one.value, ast.Subscript))
    edits = (edit for one in picks for edit in edits_within(context, one.value))
    return [Try(edit.cost + COUNTED, -suspect.first, edit, suspect) for edit in edits]


def of_unused(point: Point, suspects: Sequence[Suspect]) -> list[Try]:
    """Return the edits that use what the suspects' functions compute on the way back and read nowhere."""
    functions = {id(f): f for suspect in suspects for f in [function_around(point.runs, suspect.site)]}
    found: list[Try] = []
    for number, values in point.record.values.items():
        site = point.runs.sites[number]
        if not site.root or values[-1].dtype.kind != "f" or not isinstance(site.statement, ast.Assign):
            continue
        inside = [f for f in functions.values() if is_unread(site, f, targets=1) and holds(f, site.node)]
        if inside and not point.known.has(values) and (there := in_scope(point, site)) is not None:
            edits = unused_terms(there[1], site.statement, values[-1])
            found += [Try(edit.cost, -point.record.times[number][0], edit, suspects[0]) for edit in edits]
    return found


def first_blind(point: Point, suspects: Sequence[Suspect], interventions: Interventions) -> Try | None:
    """Return the likeliest edit around the suspects that is right; additions are made only if none before them is."""
    scaled = SCALED if _is_scaled(point) else 0.0
    tries = _ranked(point, suspects, interventions, scaled, _around)
    before = PUT_IN - scaled
    best = first_right(point, [one for one in tries if one.cost < before])
    if best is not None or not point.budget.leaves("trial"):
        return best
    more = _ranked(point, suspects, interventions, scaled, _added)
    return first_right(point, [*(one for one in tries if one.cost >= before), *more])


def blind(point: Point, suspects: Sequence[Suspect], interventions: Interventions) -> list[Try]:
    """Return edits of the suspects' statements, of what counts there and of the loops around them."""
    scaled = SCALED if _is_scaled(point) else 0.0
    return [t for around in (_around, _added) for t in _ranked(point, suspects, interventions, scaled, around)]


def _ranked(
    point: Point, suspects: Sequence[Suspect], interventions: Interventions, scaled: float,
    around: Callable[[Point, Suspect, Interventions, set[int]], Iterator[Try]],
) -> list[Try]:  # fmt: skip
    """Return the edits around suspects, the less likely the later a suspect stands."""
    done: set[int] = set()
    return [
        one._replace(cost=one.cost + RANK * rank - scaled * (one.edit.code in FACTORS))
        for rank, suspect in enumerate(suspects)
        for one in around(point, suspect, interventions, done)
    ]


def _is_scaled(point: Point) -> bool:
    """Whether each wrong gradient is a multiple of the right one."""
    truth = point.truth
    off = enumerate(truth.off(point.gradients))
    wrong = [i for i, much in off if much > 1.0 and i not in truth.ignored]
    return all(truth.parts[i].factor(point.gradients[i]) for i in wrong)


def _around(point: Point, suspect: Suspect, interventions: Interventions, done: set[int]) -> Iterator[Try]:
    """Yield the edits around one suspect, but for additions; each statement's once, in `done`."""
    runs, site, order = point.runs, suspect.site, suspect.first
    if (found := in_scope(point, suspect.site)) is None:
        return
    (scope, context), function = found, function_around(runs, site)

    def is_new(node: ast.AST) -> bool:
        new = id(node) not in done
        done.add(id(node))
        return new

    if site.stored and is_new(site.statement):
        for part in parts(site.statement):
            yield from (Try(e.cost + IN_PLACE, order, e, suspect) for e in edits_of(context, part))
    for call in callers(runs, function):
        if id(call.statement) not in done and (there := scope_at(runs, call, 1)).visits:
            done.add(id(call.statement))
            around, caller = context_at(runs, call, there), replace(suspect, site=call)
            for part in (p for p in ast.iter_child_nodes(call.statement) if isinstance(p, ast.expr)):
                edits = (e for e in edits_of(around, part) if e.cost < CALLS)
                yield from (Try(e.cost + CALLED, order, e, caller) for e in edits)
    for counted in filter(is_new, counters(runs, site, context)):
        seen = (counted.value, scope, function) if holds(function, counted) else None
        yield from (Try(e.cost + COUNTED, order, e, suspect, seen) for e in edits_of(context, counted.value))
    fix = interventions.fix(suspect)
    if fix is None or site.stored or any(value is None for value in fix.values):  # else all were tried by value
        seen = (site.node, scope, function) if isinstance(site.node, ast.expr) else None
        yield from (Try(e.cost, order, e, suspect, seen) for e in edits_of(context, site.node))
    for loop in filter(is_new, loops_around(function, site.statement)):
        for edit in edits_within(context, loop.iter):
            counted = edit.code != "sign" and not isinstance(loop.iter, (ast.Tuple, ast.List))
            made = replace(edit, code="some-entries") if counted else edit
            yield Try(edit.cost + LOOPED, order, made, suspect)
    for condition in filter(is_new, conditions_around(function, site.statement)):
        for edit in [*edits_within(context, condition.test), *always(condition)]:
            yield Try(edit.cost + LOOPED, order, replace(edit, code="some-entries"), suspect)


def _added(point: Point, suspect: Suspect, interventions: Interventions, done: set[int]) -> Iterator[Try]:
    """Yield what may be missing in a suspect's expression: a factor or a term."""
    site, order = suspect.site, suspect.first
    if (found := in_scope(point, suspect.site)) is None:
        return
    (scope, context), fix = found, interventions.fix(suspect)
    if site.stored and id(site.statement) not in done:
        done.add(id(site.statement))
        for part in parts(site.statement):
            yield from (Try(e.cost + ADDED, order, e, suspect) for e in additions(context, part))
    if isinstance(site.node, ast.expr) and (fix is None or site.stored or any(value is None for value in fix.values)):
        seen = (site.node, scope, function_around(point.runs, site))
        yield from (Try(e.cost + ADDED, order, e, suspect, seen) for e in additions(context, site.node))
