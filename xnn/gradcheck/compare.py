"""The verdict, tensor by tensor: whether the gradient the user wrote is the numeric one.

Per tensor, never over all: a wrong bias vector vanishes in the norm of a big network. A gradient is *right* where it
agrees to ten times the numeric error plus 1e-7; *wrong* where it is off by more than 1e-4; in the grey between, where
an epsilon inside a logarithm lives as well as a small weight decay, it is wrong only if a known bug reproduces it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy

from .numeric import LADDER, Numeric, coordinates, directions
from .program.calls import PerturbedLoss
from .program.tree import Host, Leaf
from .report import TensorReport

TOLERANCE = 1e-7
GREY = 1e-4
DIRECTIONS = 3
SMALL = 16  # tensors of so few entries are always looked at entry by entry


class Verdict(Enum):
    """What a comparison says."""

    RIGHT = "right"
    GREY = "grey"
    WRONG = "wrong"
    KINK = "kink"  # cannot be told at this point
    PRECISION = "precision"  # the derivative is below the rounding error


@dataclass(frozen=True)
class Comparison:
    """One tensor at one point."""

    verdict: Verdict
    report: TensorReport
    kinks: int = 0
    blurred: int = 0  # entries whose numeric derivative is too inexact to mean anything
    entries: Numeric | None = None  # where every entry was looked at, at the parameters given

    def is_(self, verdict: Verdict) -> bool:
        """Whether this is the verdict."""
        return self.verdict is verdict


@dataclass(frozen=True)
class Point:
    """Where to compare, and how exactly the loss can be evaluated there."""

    at: PerturbedLoss
    noise: float
    tolerance: float | None = None
    seed: int = 0
    show: bool = False
    dear: bool = False  # whether each evaluation is: then there are four a tensor


def compare_entries(point: Point, i: int, leaf: Leaf, g: Host | None) -> Comparison:
    """Compare one tensor entry by entry."""
    found = coordinates(point.at, range(leaf.start, leaf.start + leaf.size), point.noise, i, _size(g), point.show)
    numeric = found.value.reshape(leaf.shape)
    if g is None:
        return Comparison(Verdict.WRONG, _report(leaf, None, numeric, float("nan"), 0.0, None, leaf.size), 0, 0, found)
    n, e, analytic = found.value, found.error, g.reshape(-1)
    big = max(_size(analytic), _size(n[numpy.isfinite(e)]))
    blurred = e > 1e-3 * big
    use = ~found.kink & numpy.isfinite(e)
    off = numpy.where(use, abs(analytic - n), 0.0)
    scale = max(float(numpy.linalg.norm(analytic[use])), float(numpy.linalg.norm(n[use])))
    error = 10.0 * float(numpy.linalg.norm(e[use]))
    relative = float(numpy.linalg.norm(off)) / scale if scale else 0.0
    allowed = TOLERANCE if point.tolerance is None else point.tolerance
    tolerance = allowed + (error / scale if scale else 0.0)
    entrywise = bool(numpy.all(off <= 10.0 * e + allowed * big))
    worst = tuple(int(k) for k in numpy.unravel_index(int(numpy.argmax(off)), leaf.shape)) if leaf.size else None
    report = _report(leaf, g, numeric, relative, tolerance, worst, int(numpy.sum(use)))
    kinks = int(numpy.sum(found.kink))
    if not numpy.any(use):
        verdict = Verdict.KINK if kinks else Verdict.PRECISION
    elif entrywise or (relative <= tolerance and bool(numpy.all(off <= 10.0 * e + 10.0 * allowed * big))):
        verdict = Verdict.PRECISION if big and bool(numpy.all(blurred | ~use)) else Verdict.RIGHT
    else:
        grey = (
            point.tolerance is None and bool(numpy.all(off <= 10.0 * e + GREY * big)) and relative <= GREY + tolerance
        )
        verdict = Verdict.GREY if grey else Verdict.WRONG
    return Comparison(verdict, report, kinks, int(numpy.sum(blurred & use)), found)


def compare_directions(point: Point, i: int, leaf: Leaf, g: Host | None) -> Comparison:
    """Compare one tensor along a few random directions, which see all its entries at once."""
    if g is None or (leaf.size <= SMALL and not point.dear):
        return compare_entries(point, i, leaf, g)
    rng = numpy.random.default_rng([point.seed, i])
    count, rungs = (1, 1) if point.dear else (DIRECTIONS, len(LADDER))
    vectors = [u / numpy.linalg.norm(u) for u in rng.standard_normal((count, leaf.size))]
    found = directions(point.at, vectors, leaf.slice, point.noise, i, rungs)
    analytic = g.reshape(-1)
    along = numpy.asarray([float(u @ analytic) for u in vectors])
    off = abs(along - found.value)
    # A random unit direction sees the share 1/sqrt(size) of a norm.
    share = leaf.size**0.5
    scale = max(float(numpy.linalg.norm(analytic)), share * float(numpy.sqrt(numpy.mean(found.value**2))))
    relative = share * float(numpy.sqrt(numpy.mean(off**2))) / scale if scale else 0.0
    allowed = TOLERANCE if point.tolerance is None else point.tolerance
    tolerance = allowed + (share * 10.0 * float(numpy.max(found.error)) / scale if scale else 0.0)
    report = _report(leaf, g, None, relative, tolerance, None, leaf.size)
    if numpy.any(found.kink) or not numpy.all(numpy.isfinite(found.error)):
        verdict = Verdict.KINK
    elif numpy.all(off <= 10.0 * found.error + allowed * scale / share):
        verdict = Verdict.PRECISION if scale and tolerance > 0.1 else Verdict.RIGHT
    elif point.tolerance is None and numpy.all(off <= 10.0 * found.error + GREY * scale / share):
        verdict = Verdict.GREY
    else:
        verdict = Verdict.WRONG
    return Comparison(verdict, report)


def all_agree(point: Point, gradients: Sequence[Host | None], count: int) -> bool:
    """Whether all tensors at once agree along random directions: four evaluations each, where one is dear.

    Each tensor moves in inverse proportion to its gradient, so that none vanishes beside the others.
    """
    leaves = point.at.program.leaves
    rng = numpy.random.default_rng([point.seed, len(leaves)])
    given = [numpy.zeros(leaf.shape) if g is None else g for leaf, g in zip(leaves, gradients, strict=True)]
    sizes = [float(numpy.linalg.norm(g)) / max(g.size, 1) ** 0.5 for g in given]
    weights = [1.0 / max(size, 1e-3 * max(sizes)) if max(sizes) else 1.0 for size in sizes]
    vectors, along, seen = [], [], []
    for _ in range(count):
        parts = [weight * rng.standard_normal(g.size) for g, weight in zip(given, weights, strict=True)]
        u = numpy.concatenate(parts)
        size = float(numpy.linalg.norm(u))
        slopes = [float(part @ g.reshape(-1)) / size for part, g in zip(parts, given, strict=True)]
        vectors.append(u / size)
        along.append(sum(slopes))
        seen.append(sum(map(abs, slopes)))
    n = directions(point.at, vectors, slice(0, point.at.buffer.size), point.noise, rungs=1)
    allowed = 10.0 * n.error + TOLERANCE * numpy.asarray(seen)
    return bool(numpy.all(n.kink | (abs(numpy.asarray(along) - n.value) <= allowed)))


def blocks(point: Point, i: int, leaf: Leaf, g: Host, limit: int = 8) -> tuple[list[int], list[int]]:
    """Find the rows and the columns of a big tensor in which the gradient is wrong, by halving.

    Returns
    -------
    rows, columns : list of int
        At most `limit` of each; all of them where more are wrong.
    """
    if len(leaf.shape) != 2:
        return _halve(point, i, leaf, g.reshape(-1, 1), 0, limit), []
    return _halve(point, i, leaf, g, 0, limit), _halve(point, i, leaf, g, 1, limit)


def _halve(point: Point, i: int, leaf: Leaf, g: Host, axis: int, limit: int) -> list[int]:
    rng = numpy.random.default_rng([point.seed, i, axis])
    shape = g.shape
    scale = float(numpy.linalg.norm(g))
    found: list[int] = []
    todo = [(0, shape[axis])]
    while todo and len(found) < limit:
        low, high = todo.pop()
        u = numpy.zeros(shape)
        part = (slice(low, high), slice(None)) if axis == 0 else (slice(None), slice(low, high))
        u[part] = rng.standard_normal(u[part].shape)
        u /= numpy.linalg.norm(u)
        one = directions(point.at, [u.reshape(-1)], leaf.slice, point.noise, i)
        share = float(numpy.sqrt(u[part].size))
        if abs(float(numpy.sum(u * g)) - one.value[0]) <= 10.0 * one.error[0] + 1e-6 * scale / share:
            continue
        if high - low == 1:
            found.append(low)
        else:
            middle = (low + high) // 2
            todo += [(middle, high), (low, middle)]
    return found


def _report(
    leaf: Leaf,
    g: Host | None,
    n: Host | None,
    relative: float,
    tolerance: float,
    worst: tuple[int, ...] | None,
    seen: int,
) -> TensorReport:
    return TensorReport(False, leaf.shape, relative, tolerance, worst, g, n, seen, leaf.size)


def _size(x: Host | None) -> float:
    return float(numpy.max(abs(x), initial=0.0)) if x is not None else 0.0
