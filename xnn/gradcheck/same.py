"""When two numbers, or two arrays of them, are the same: one measure, and the shares up to which it counts."""

from collections.abc import Sequence
from math import isfinite

import numpy

from .program.tree import Host

CALLS = 1e-9  # two calls of one function: threads may add in another order
REPLAYED = 1e-6  # a gradient computed anew by formulas
NUMERIC = 1e-5  # a numeric gradient, whose error is known to be below


def norm(x: Host) -> float:
    """``||x||`` over all entries."""
    return float(numpy.vdot(x, x)) ** 0.5


def distance(a: Host, b: Host) -> float:
    """``||a - b|| / max(||a||, ||b||)``, over the entries that are finite; infinite where shapes or NaNs differ."""
    if a.shape != b.shape:
        return float("inf")
    with numpy.errstate(invalid="ignore"):
        off = norm(a - b)
    if not isfinite(off):
        finite = numpy.isfinite(a)
        if not numpy.array_equal(a[~finite], b[~finite], equal_nan=True):
            return float("inf")
        a, b = a[finite], b[finite]
        off = norm(a - b)
    return off / max(norm(a), norm(b)) if off else 0.0


def same(a: Host | float | None, b: Host | float | None, tolerance: float = REPLAYED) -> bool:
    """Whether two arrays or numbers agree to `tolerance` of the larger; None is the same as None alone."""
    if a is None or b is None:
        return a is b
    return distance(numpy.asarray(a), numpy.asarray(b)) <= tolerance


def close(a: Host, b: Host, share: float, floor: float = 0.0) -> bool:
    """Whether ``||a - b|| <= share ||b|| + floor``, entry by entry in order, whatever the shapes; NaN is not close."""
    if a.size != b.size:
        return False
    return bool(numpy.linalg.norm(a.reshape(-1) - b.reshape(-1)) <= share * numpy.linalg.norm(b) + floor)


def identical(a: Sequence[Host], b: Sequence[Host]) -> bool:
    """Whether two lists hold the same arrays, to the last digit; NaN is the same as NaN."""
    return len(a) == len(b) and all(
        x.shape == y.shape and numpy.array_equal(x, y, equal_nan=True) for x, y in zip(a, b, strict=True)
    )


def mark(v: Host) -> tuple[float, float]:
    """Return the sum of the entries and of their squares, by which an array is known again, in any shape."""
    v = v.astype("float64")
    return float(numpy.sum(v)), float(numpy.sum(v * v))


def bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without its axes of length 1: arrays that differ in those alone have the same entries."""
    return tuple(n for n in shape if n != 1)
