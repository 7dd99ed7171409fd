"""A gradient that is that of the loss but for one number: of a loss that was written for the check, say."""

import numpy

from ..findings import Finding
from .bugs.catalogue import finding
from .program.behaviour import aligned
from .program.calls import Program, Raised
from .program.scaled import Scaled

STEP = 1e-3  # along the gradient, as a share of the parameters' size: two of them, extrapolated


def common_factor(program: Program) -> float | None:
    """Divide a program's gradients by the factor on them; return it, or None where there is none to be seen.

    ``c = g g / (n g)``, where ``n g`` is the loss's derivative along g: if g = c n, that is c. Whether it is so the
    check will show.
    """
    try:
        parts = aligned(program.structure, program.gradients_at(program.theta))
        if isinstance(parts, str) or [p is not None and p.size for p in parts] != [x.size for x in program.leaves]:
            return None
        g = numpy.concatenate([part.reshape(-1) for part in parts if part is not None])
        length = float(numpy.linalg.norm(g))
        if not 0.0 < length < float("inf"):
            return None
        slope = _slope(program, g / length)
    except Raised:
        return None
    if not 0.0 < slope < float("inf"):  # a gradient that points the other way is not one up to a factor
        return None
    factor = length / slope
    program.gradients = Scaled(program.gradients, 1.0 / factor)
    return factor


def said(factor: float) -> Finding:
    """Say which factor it is."""
    return finding("factor", factor=factor)


def _slope(program: Program, u: numpy.ndarray) -> float:
    """Return the loss's derivative along a unit vector: ``(4 D(h/2) - D(h)) / 3``."""
    h = STEP * max(1.0, float(numpy.abs(program.theta).max()))

    def difference(h: float) -> float:
        return (program.loss_at(program.theta + h * u) - program.loss_at(program.theta - h * u)) / (2.0 * h)

    return (4.0 * difference(h / 2) - difference(h)) / 3.0
