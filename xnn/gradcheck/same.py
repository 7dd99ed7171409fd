"""When two numbers, or two arrays of them, are the same: one measure, and the shares up to which it counts."""

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
