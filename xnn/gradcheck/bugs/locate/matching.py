"""Whether a value of `gradients` is right as it stands: the adjoint of something in the loss, seen by its slope."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from ...program.tree import Host
from ...recording.forward import EACH, Forward
from ...recording.runs import Record
from ...same import bare, identical
from .rounds import Order, rounds
from .suspects import Suspect
from .turns import ENDS, Turn, dot, turns

SAME = 1e-5  # relative: a slope of the loss and what it is compared with
SMALL = 1e-3  # times a value's size: a slope that is smaller is compared as if it were so large


@dataclass(frozen=True)
class Match:
    """The node of the loss that a suspect's values are the adjoint of, all of them or the first alone."""

    node: int
    turn: Turn
    full: bool


class Matches:
    """The suspects that are adjoints as they stand, by the numbers of their sites.

    Attributes
    ----------
    right, soft : dict of int to Match
        Those at every occurrence, and those at the first alone or transposed.
    orders : list of tuple of int
        The orders of occurrences that were met: loops that run back.
    """

    def __init__(self, forward: Forward, record: Record, suspects: Sequence[Suspect]) -> None:
        orders = rounds(record, forward.record)
        found = {s.number: match for s in suspects if (match := match_of(forward, s, orders)) is not None}
        # What is an adjoint but for being transposed may be meant so, or may be the mistake.
        self.right = {number: match for number, match in found.items() if match.full and not match.turn.transpose}
        self.soft = {number: match for number, match in found.items() if number not in self.right}
        self.nodes = [match.node for match in found.values()]
        matched = (match.turn.which for match in (*self.soft.values(), *self.right.values()))
        self.orders = list(dict.fromkeys((*orders, *matched)))

    def of(self, suspect: Suspect) -> Match | None:
        """Return a suspect's match, if it has one."""
        return self.right.get(suspect.number) or self.soft.get(suspect.number)


def match_of(forward: Forward, suspect: Suspect, orders: Sequence[Order] = ()) -> Match | None:
    """Return the node whose adjoint a suspect's values are, all of them or, in a loop, at least the first.

    What goes wrong in a loop goes on into later rounds; the first round's values are right up to the fault.
    """
    size = sum(float(numpy.sum(v * v)) for v in suspect.values) ** 0.5
    if not size:
        return None
    partly: Match | None = None
    for node in candidates(forward, suspect):
        found = _together(forward, node, suspect.values, size, orders)
        found = found or _one_by_one(forward, node, suspect.values, orders)
        if found is not None and found.full:
            return found
        partly = partly or found
    return partly


def candidates(forward: Forward, suspect: Suspect) -> list[int]:
    """List the nodes of the loss whose adjoint leads where the suspect leads; last, loops with rounds more than it."""
    same = [node for node, depends in forward.depends.items() if depends == suspect.leads]
    count = len(suspect.values)
    longer = [n for n, d in forward.depends.items() if suspect.leads < d and count < len(forward.values[n])]
    return [*same, *(n for n in longer if len(forward.values[n]) <= (count + ENDS if count > 1 else EACH))]


def is_one_use(forward: Forward, match: Match) -> bool:
    """Whether a match is the adjoint through one use of a variable that has others."""
    slope = forward.slope(match.node)
    return any(
        depends == forward.depends[match.node] and identical(forward.values[n], forward.values[match.node])
        and min(abs(forward.slope(n)), abs(forward.slope(n) - slope)) > 1e-6 * abs(slope)
        for n, depends in forward.depends.items()
    )  # fmt: skip


def other_use(forward: Forward, one: int, variable: int) -> int | None:
    """Return the first use of a variable beside the one that a node is, None where the node is none of its uses."""
    uses = [n for n in forward.values if n >= 0 and identical(forward.values[n], forward.values[variable])]
    if one not in uses or abs(forward.slope(one) - forward.slope(variable)) <= SAME * abs(forward.slope(variable)):
        return None
    loads = [n for n in uses if n != one and abs(forward.slope(n)) > SAME * abs(forward.slope(variable))]
    return min(loads, key=forward.first, default=None)


def _agree(here: float, slope: float, size: float) -> bool:
    return abs(here - slope) <= SAME * max(abs(slope), SMALL * size)


def _together(
    forward: Forward, node: int, values: Sequence[Host], size: float, orders: Sequence[Order]
) -> Match | None:
    """Compare all occurrences at once, in one of the orders, or in that of the loss or the reverse."""
    for turn in turns(values, forward.values[node], orders):
        slope = forward.slope(node)
        if _agree(dot(turn.back(values), forward.directions(node)), slope, size):
            return Match(node, turn, True)
    return None


def _one_by_one(forward: Forward, node: int, values: Sequence[Host], orders: Sequence[Order]) -> Match | None:
    """Compare each occurrence with each of the loss; of long loops the first, in the orders that were met."""
    others = forward.values[node]
    if len(others) == 1:
        return None
    if len(values) > EACH:
        return _first_of_many(forward, node, values, orders)
    here = bare(values[0].shape)
    if not any(bare(other.shape) in (here, here[::-1]) for other in others):
        return None  # of layers, each may have another shape
    shapes = tuple(o.shape for o in others)
    us, slopes = forward.directions(node), forward.slopes(node)
    partly: Match | None = None
    for transpose in (False, True):
        order = _order(values, us, slopes, transpose)
        which = tuple(k for k in order if k is not None)
        if which and len(which) == len(order):
            return Match(node, Turn(which, transpose, shapes), True)
        if order[0] is not None and len(values) == len(others) and partly is None:
            along = tuple(range(len(values)))
            likely = next((o for o in orders if len(o) == len(values) and o[0] == order[0]), None)
            partly = Match(node, Turn(likely or (along if order[0] == 0 else along[::-1]), transpose, shapes), False)
    return partly


def _first_of_many(forward: Forward, node: int, values: Sequence[Host], orders: Sequence[Order]) -> Match | None:
    """Compare the first occurrence with the one that it belongs to in one of the orders."""
    size = float(numpy.linalg.norm(values[0]))
    for turn in turns(values, forward.values[node], orders) if size else ():
        k = turn.which[0]
        first = dot([turn.back(values)[k]], [forward.directions(node)[k]])
        if _agree(first, forward.slope_of(node, k), size):
            return Match(node, turn, False)
    return None


def _order(values: Sequence[Host], us: Sequence[Host], slopes: dict[int, float], transpose: bool) -> list[int | None]:
    """Say of each value which occurrence's adjoint it is, going by their slopes."""
    order: list[int | None] = []
    for v in values:
        turned = v.T if transpose else v
        size = float(numpy.linalg.norm(turned))
        order.append(None)
        for k, slope in slopes.items():
            if bare(turned.shape) == bare(us[k].shape) and k not in order and size:
                here = float(numpy.sum(turned.reshape(us[k].shape) * us[k]))
                if _agree(here, slope, size):
                    order[-1] = k
                    break
    return order
