"""Whether a value of the loss may be what a suspect is the adjoint of: seen without measuring its adjoint.

Let J be how a value changes with the parameters and a its adjoint. Where a passes a suspect and all behind it is right,
J.T a of the gradient comes through it. Along a direction w of the parameters that is one number, on both sides::

    w · (J.T a) = a · (J w)

Left, what comes through a suspect is linear in what passes it: it is seen by doubling that; and so is what should come,
as the whole gradient is known. Right stands the loss's derivative where the value is moved by J w. So a value is ruled
out in four evaluations, where its adjoint costs two an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy

from ...program.tree import Host
from ...recording.forward import Forward
from ...recording.runs import Put, Runs
from ...recording.truth import Truth
from ...same import bare
from .rounds import Order
from .turns import turns

if TYPE_CHECKING:
    from .suspects import Suspect

STEP = 1e-5  # of the parameters, along directions of the size of their spread
SAME = 1e-4  # relative to the sizes of all terms: what is compared further is measured
CHEAP = 3  # entries up to which the adjoint costs hardly more than this

Tensors = frozenset[int]
Rounds = frozenset[int] | None  # of a node, None for all


class _Direction(NamedTuple):
    """One direction of some tensors, and the loss's derivative along it."""

    w: Host
    slope: float


class _Due(NamedTuple):
    """What should come through a suspect, along a direction; and the size of the terms that it is made of."""

    share: float
    size: float


@dataclass
class Shares:
    """The two sides of the equation, at one point.

    Attributes
    ----------
    runs, forward, truth
        The program, what its loss computes, and which tensors are ignored.
    gradients : sequence of array or None
        What the gradients are.
    """

    runs: Runs
    forward: Forward
    truth: Truth
    gradients: Sequence[Host | None]
    _directions: dict[tuple[Tensors, int], _Direction | None] = field(default_factory=dict)
    _tangents: dict[tuple[int, Tensors, int], list[Host] | None] = field(default_factory=dict)
    _of_nodes: dict[tuple[int, Tensors, int, Rounds], float | None] = field(default_factory=dict)
    _dues: dict[tuple[int, bool, int], _Due | None] = field(default_factory=dict)

    def may_be(self, suspect: "Suspect", node: int, orders: Sequence[Order]) -> bool:
        """Whether a suspect may be the adjoint of a node, but for a factor: of all rounds or some that fit."""
        values, tensors = self.forward.values[node], suspect.leads - self.truth.ignored
        if sum(v.size for v in values) <= CHEAP or not tensors:
            return True
        fewer = {frozenset(turn.which) for turn in turns(suspect.values, values, orders)}
        rounds: list[Rounds] = [None, *(some for some in fewer if len(some) < len(values))]
        lasts = (False, True) if len(suspect.values) > 1 else (False,)
        # Of those with the same adjoint, a sum and its terms, it is the one through which all comes.
        nodes = self.forward.alike(node)
        return any(self._agrees(suspect, n, tensors, last, which) for n in nodes for which in rounds for last in lasts)

    def _agrees(self, suspect: "Suspect", node: int, tensors: Tensors, last: bool, rounds: Rounds) -> bool:
        ratios: list[float] = []
        for salt in range(2):
            due, share = self._due(suspect, tensors, last, salt), self._share(node, tensors, salt, rounds)
            if due is None or share is None:
                return True  # nothing can be said
            near = SAME * (due.size + abs(share))
            if abs(share - due.share) <= near:
                return True
            if min(abs(share), abs(due.share)) <= near:
                return False
            ratios.append(share / due.share)
        return abs(ratios[0] - ratios[1]) <= SAME * abs(ratios[0])

    def _due(self, suspect: "Suspect", tensors: Tensors, last: bool, salt: int) -> _Due | None:
        """Return what should come through a suspect, None where that is not to be seen."""
        key = suspect.number, last, salt
        if key not in self._dues:
            self._dues[key] = self._measured(suspect, tensors, last, salt)
        return self._dues[key]

    def _measured(self, suspect: "Suspect", tensors: Tensors, last: bool, salt: int) -> _Due | None:
        direction = self._direction(tensors, salt)
        if direction is None:
            return None
        doubled: list[Host | None] = [2.0 * v for v in suspect.values]
        if last:
            doubled[:-1] = [None] * (len(doubled) - 1)
        moved = self.runs.gradients({suspect.number: Put(doubled)})
        here, there = self._along(self.gradients, direction.w, tensors), None
        if moved is not None:
            there = self._along(moved, direction.w, tensors)
        if here is None or there is None:
            return None
        return _Due(direction.slope - here + (there - here), abs(direction.slope) + abs(here) + abs(there))

    def _along(self, gradients: Sequence[Host | None], w: Host, tensors: Tensors) -> float | None:
        """Return gradients along a direction; None where one has another shape or is not finite."""
        total = 0.0
        for i in tensors:
            leaf, g = self.runs.program.leaves[i], gradients[i]
            if g is None:
                continue
            if bare(g.shape) != bare(leaf.shape) or not numpy.all(numpy.isfinite(g)):
                return None
            total += float(numpy.vdot(g.reshape(-1), w[leaf.slice]))
        return total

    def _share(self, node: int, tensors: Tensors, salt: int, rounds: Rounds) -> float | None:
        """Return what of the loss's derivative along a direction goes through a node, in some rounds or all."""
        key = node, tensors, salt, rounds
        if key not in self._of_nodes:
            tangents, share = self._tangent(node, tensors, salt), None
            if tangents is not None:
                size = max(float(numpy.max(abs(t), initial=0.0)) for t in tangents)
                moved = [t / size if size and (rounds is None or k in rounds) else None for k, t in enumerate(tangents)]
                share = size * self.forward.derivative(node, moved) if size else 0.0
            self._of_nodes[key] = share
        return self._of_nodes[key]

    def _tangent(self, node: int, tensors: Tensors, salt: int) -> list[Host] | None:
        """Return how a node's values change along a direction, each with those of other rounds held."""
        key, direction = (node, tensors, salt), self._direction(tensors, salt)
        if key not in self._tangents:
            self._tangents[key] = None
            thetas = [] if direction is None else [self.runs.theta + h * direction.w for h in (STEP, -STEP)]
            found = self.forward.direct(node, thetas) if thetas else None
            if found is not None:
                self._tangents[key] = [(a - b) / (2.0 * STEP) for a, b in zip(*found, strict=True)]
        return self._tangents[key]

    def _direction(self, tensors: Tensors, salt: int) -> _Direction | None:
        """Return a direction of some tensors, None where the loss has no derivative along it."""
        key = tensors, salt
        if key not in self._directions:
            program, rng = self.runs.program, numpy.random.default_rng([salt, *sorted(tensors)])
            w = numpy.zeros(self.runs.theta.size)
            for i in sorted(tensors):
                cut = program.leaves[i].slice
                w[cut] = program.spread[cut] * rng.standard_normal(w[cut].size)
            above, below = (self.runs.loss(None, self.runs.theta + h * w) for h in (STEP, -STEP))
            slope = (above - below) / (2.0 * STEP)
            self._directions[key] = _Direction(w, slope) if numpy.isfinite(slope) else None
        return self._directions[key]
