"""The likeliest edit: by value where it is known what belongs there, then by running the program."""

import ast
from collections.abc import Sequence

from ....source import names_in
from .around import function_around
from .belongs import Fix
from .blind import blind, first_blind, of_picks, of_statements, of_unused
from .fitting import READ_OFF, by_value
from .intervene import Interventions
from .matching import is_one_use
from .path import unread
from .point import Point
from .summands import summands
from .suspects import Suspect
from .tries import Try, first_right

LATER = 6  # suspects behind the first that is put right
CHEAPER = 120  # edits farther up that are tried in place of a factor or a term that was read off
BLIND = 10  # suspects around which edits are tried that cannot be told by value
NAMED = 4  # of them where it is known what is wrong
# How much less likely a mistake is in a value that is an adjoint as it stands: it is rather made with it.
RIGHT, SOFT, RETURNED, HANDED = 1.0, 0.3, 0.1, 0.3
FIRST = 0.05  # how much likelier a mistake is where a value is wrong first
UNREAD = 1.0  # how much likelier an edit is that uses what is computed and read nowhere
ELSEWHERE = 0.2  # how much less likely a mistake is in another file than what it is the derivative of


def at_once(point: Point, interventions: Interventions, first: Suspect | None) -> Try | None:
    """Return a likely edit of the first value that can be put right and is no adjoint, before others are looked at."""
    if first is None or interventions.matches.of(first) is not None:
        return None
    fitting = by_value(point, first, interventions.fixes[first.number], likely=True)
    tries = [Try(edit.cost, -first.first, edit, first) for edit in fitting if not edit.anywhere]
    tries += [*of_statements(point, [first]), *of_picks(point, first)]
    # A sign may be wrong anywhere along a chain: where, is weighed with the others.
    return first_right(point, [one for one in tries if one.cost < READ_OFF and one.edit.code != "sign"])


def likeliest(
    point: Point, interventions: Interventions, suspects: Sequence[Suspect], first: Suspect | None, known_by_name: bool
) -> Try | None:
    """Return the edit with which every gradient is right, None where none is found; by value alone if that will do."""
    known = interventions.fixed()
    above = [s for s in suspects if first is None or s is first or interventions.leads_to(s, first)]
    read = _read(point, interventions, known, first)
    statements = [*of_statements(point, [*above, *known]), *of_unused(point, [*above, *known])]
    best = first_right(point, [*read, *statements])
    if best is None and first is not None:  # a factor left out at the end can be put in before, too
        later = [s for s in suspects if s not in above and interventions.fix(s) is None]
        read = _put_right_and_read(point, interventions, later[:LATER])
        best = first_right(point, read)
    # A constant factor may be missing anywhere along a chain, the last most likely; but not before what is right.
    if best is not None and best.edit.anywhere and not _is_behind_right(interventions, suspects, best.suspect):
        last = [s for s in suspects if s.first > best.suspect.first and interventions.fix(s) is None]
        last = [s for s in last if isinstance(s.site.node, ast.Name)][-LATER:]
        read += _put_right_and_read(point, interventions, last)
        best = first_right(point, [t._replace(cost=0.0) for t in read if t.edit.anywhere]) or best
    elif best is not None and best.cost > READ_OFF and not (best.edit.anywhere or known_by_name):
        # One operand for another, farther up?
        before = [s for s in above if s.first < best.suspect.first and not interventions.is_right(s)]
        cheaper = [t for t in blind(point, before, interventions) if t.cost < READ_OFF]
        best = first_right(point, sorted(cheaper, key=lambda t: t.cost)[:CHEAPER]) or best
    if best is None and not known_by_name:
        unsure = [s for s in above if not interventions.is_right(s)] or above
        every = [*unsure, *(s for s in known if s not in unsure)]
        if first is not None:
            when = interventions.goes_wrong(first)
            every.sort(key=lambda s: -s.last_before(when))
        best = first_blind(point, every[:BLIND], interventions)
    elif best is None:  # what is wrong is known: the change is one of few
        tries = blind(point, [s for s in above if not interventions.is_right(s)][:NAMED], interventions)
        best = first_right(point, sorted(tries, key=lambda t: t.cost)[:CHEAPER])
    return best or next(iter(point.unproven), None)


def _is_behind_right(interventions: Interventions, suspects: Sequence[Suspect], suspect: Suspect) -> bool:
    """Whether what leads to a suspect is an adjoint as it stands."""
    before = (s for s in suspects if s.first < suspect.first and interventions.is_right(s))
    return any(interventions.leads_to(s, suspect) for s in before)


def _put_right_and_read(point: Point, interventions: Interventions, suspects: Sequence[Suspect]) -> list[Try]:
    return _read(point, interventions, [s for s in suspects if interventions.put_right(s)])


def _read(
    point: Point, interventions: Interventions, known: Sequence[Suspect], first: Suspect | None = None
) -> list[Try]:
    """Return the edits that have the values that belong there."""
    found: list[Try] = []
    for suspect in known:
        fixes = interventions.fixes[suspect.number]
        more = _unlikely(point, interventions, suspect) + (ELSEWHERE if _is_elsewhere(point, suspect, fixes) else 0.0)
        more -= FIRST if suspect is first else 0.0
        for part, belongs in ((suspect, fixes), *summands(point, suspect, fixes[0])):
            loose = unread(function_around(point.runs, part.site))
            for edit in by_value(point, part, belongs):
                less = (
                    UNREAD if any(names_in(new) & loose for _, new in edit.changes if isinstance(new, ast.AST)) else 0.0
                )
                found.append(Try(edit.cost + more - less, -part.first, edit, part))
    return found


def _is_elsewhere(point: Point, suspect: Suspect, fixes: Sequence[Fix]) -> bool:
    """Whether the line of the loss that a suspect is the adjoint of stands in another file."""
    because = fixes[0].because
    return because is not None and point.forward.place(because).file != suspect.site.place.file


def _unlikely(point: Point, interventions: Interventions, suspect: Suspect) -> float:
    """Return how unlikely it is that the mistake was made in a suspect, rather than with it."""
    if suspect.is_handed_on and isinstance(suspect.site.node, ast.Name):
        return HANDED  # rather where it was assigned
    match = interventions.matches.of(suspect)
    one_use = match is not None and not match.turn.transpose and is_one_use(point.forward, match)
    if isinstance(suspect.site.node, ast.Name) or one_use:
        return RETURNED if isinstance(suspect.site.statement, ast.Return) else 0.0
    return 0.0 if match is None else RIGHT if match.full else SOFT
