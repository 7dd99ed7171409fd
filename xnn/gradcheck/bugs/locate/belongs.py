"""What may belong in a suspect's place: a gradient, a value of the forward pass, or the adjoint of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy

from ...program.tree import Host
from ...recording.forward import Forward
from ...same import identical
from .matching import Match, Matches, candidates
from .point import Point
from .suspects import Suspect
from .turns import Turn, joined, rows, shaped, turns

NEAREST = 8  # nodes of the forward pass before one, whose adjoints are tried in its adjoint's place
FLOOR = 1e-10  # absolute: how far what stands there may be from what belongs there, which may be zero


@dataclass(frozen=True)
class Fix:
    """What belongs in a suspect's place, by occurrence, and the node of the loss that it comes from.

    It is that node's adjoint divided by `factor`, where a constant is multiplied farther down.
    """

    values: list[Host | None]
    because: int | None
    turn: Turn | None = None
    residual: float = float("nan")
    factor: float = 1.0


def belongs(point: Point, suspect: Suspect, matches: Matches) -> Iterator[Fix]:
    """Yield what may belong in a suspect's place, the cheapest to know first."""
    yield from _gradient(point, suspect)
    yield from _values(point.forward, suspect)
    yield from _adjoints(point, suspect, matches)


def _gradient(point: Point, suspect: Suspect) -> Iterator[Fix]:
    """Yield the gradient itself, where a suspect leads to one tensor alone; of one tensor a round, each round's."""
    parts = [point.truth.parts[i] for i in sorted(suspect.leads)]
    known = [part.whole for part in parts if part.whole is not None and part.leaf.size]
    if len(known) == len(parts) == 1:
        for each in list(shaped(known[0], suspect.values[-1].shape)) or known:
            yield _last_alone(suspect, each, None)
    elif len(known) == len(parts) and [w.shape for w in known] == [v.shape for v in suspect.values]:
        yield from (Fix(list(order), None) for order in (known, known[::-1]))


def _values(forward: Forward, suspect: Suspect) -> Iterator[Fix]:
    """Yield the values of the forward pass of the same shapes, each once."""
    here = [v.shape for v in suspect.values]
    seen: list[float] = []
    for node, others in forward.values.items():
        if node >= 0 and [v.shape for v in others] == here:
            mark = float(sum(numpy.sum(v * (k + 1.3)) for k, v in enumerate(others)))
            if not any(abs(mark - other) <= 1e-9 * abs(mark) for other in seen):
                seen.append(mark)
                yield Fix(list(others), node)


def _adjoints(point: Point, suspect: Suspect, matches: Matches) -> Iterator[Fix]:
    """Yield the adjoints of nodes that lead where the suspect leads, each once: equal ones have equal slopes."""
    forward, values = point.forward, suspect.values
    match = matches.of(suspect)
    slopes: list[tuple[tuple[tuple[int, ...], ...], float]] = []
    for node in _nodes(point, suspect, matches, match):
        mine = forward.values[node]
        fits = any(True for _ in turns(values, mine, matches.orders)) or rows(mine, values) is not None
        if not fits and len(values) > 1:
            continue
        shapes = tuple(v.shape for v in mine)
        slope = forward.slope(node)
        if not slope or any(s == shapes and abs(slope - other) <= 1e-8 * abs(slope) for s, other in slopes):
            continue
        if not point.shares.may_be(suspect, node, matches.orders):
            continue  # its adjoint may be that of another, through which more of the gradients comes
        slopes.append((shapes, slope))
        adjoint = forward.whole(node)
        if adjoint is None:
            continue
        placed = list(_placed(adjoint, suspect, node, matches.orders))
        if match is not None and len(values) > 1:
            placed = [fix for fix in placed if fix.turn is None or fix.turn.which[0] == match.turn.which[0]]
        yield from placed
        if not placed and len(values) == len(adjoint) == 1:
            yield Fix([adjoint[0]], node)


def _nodes(point: Point, suspect: Suspect, matches: Matches, match: Match | None) -> list[int]:
    """Return the nodes whose adjoints are tried, the likeliest first: of the same shapes, and whole expressions."""
    forward, here = point.forward, [v.shape for v in suspect.values]

    def unlike(node: int) -> tuple[bool, bool]:
        return [v.shape for v in forward.values[node]] != here, node >= 0 and not point.runs.sites[node].root

    nodes = sorted(candidates(forward, suspect), key=unlike)
    if match is not None:
        return _before(forward, match, nodes)
    return sorted(nodes, key=lambda n: n in matches.nodes)[: 2 * NEAREST]


def _before(forward: Forward, match: Match, nodes: Sequence[int]) -> list[int]:
    """Return the nodes that a value may have to be the adjoint of that is one of a match's.

    Of the same variable, where that is one use of it alone; or of what comes before, where a step is left out.
    """
    first = {n: forward.first(n) for n in nodes}
    when = min(forward.time(match.node, k) for k in match.turn.which)
    others = [n for n in nodes if n != match.node]
    same = [n for n in others if identical(forward.values[n], forward.values[match.node])]
    before = [n for n in others if n not in same and first[n] <= when]
    before.sort(key=lambda n: -first[n])
    return [*([] if match.full and not match.turn.transpose else [match.node]), *same, *before[:NEAREST]]


def _placed(adjoint: Sequence[Host], suspect: Suspect, node: int, orders: Sequence[tuple[int, ...]]) -> Iterator[Fix]:
    """Yield what to put at each occurrence, from an adjoint with as many occurrences or with one."""
    values = suspect.values
    shapes = [v.shape for v in values]
    for turn in turns(values, adjoint, orders):
        yield Fix(turn.there(adjoint, shapes), node, turn)
    if len(adjoint) == 1 and len(values) > 1:
        for each in shaped(adjoint[0], shapes[-1]):
            yield _last_alone(suspect, each, node)
        each_row = rows(adjoint, values)
        if each_row is not None:
            yield Fix(each_row, node)
            yield Fix(each_row[::-1], node)
    if len(adjoint) > 1 and len(values) == 1:
        yield from (Fix([each], node) for each in joined(adjoint, shapes[0]))


def _last_alone(suspect: Suspect, value: Host, because: int | None) -> Fix:
    """Leave all occurrences but the last: sums grow until then."""
    return Fix([*[None] * (len(suspect.values) - 1), value], because)
