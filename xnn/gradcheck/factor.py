"""A gradient that is that of the loss but for one number: of a loss that was written for the check, say."""

import numpy

from ..findings import Finding
from .bugs.catalogue import finding
from .program.behaviour import aligned
from .program.calls import Program, Raised
from .program.scaled import Scaled
from .program.tree import Host

TENSORS = 64  # of which the factor is looked at one by one
SHARED = 1e-5  # relative: a factor that two tensors share
STEP = 1e-3  # along the gradient, as a share of the parameters' size: two of them, extrapolated


def common_factor(program: Program) -> float | None:
    """Divide a program's gradients by the factor on them; return it, or None where there is none to be seen.

    ``c = g g / (n g)``, where ``n g`` is the loss's derivative along g: if g = c n, that is c. Whether it is so the
    check will show. Where tensors differ in it, the one that most of them share: the others are wrong.
    """
    try:
        parts = aligned(program.structure, program.gradients_at(program.theta))
        if isinstance(parts, str) or [p is not None and p.size for p in parts] != [x.size for x in program.leaves]:
            return None
        g = numpy.concatenate([part.reshape(-1) for part in parts if part is not None])
        found = [_factor(program, _alone(g, leaf.slice)) for leaf in program.leaves[:TENSORS]]
        factor = _shared([c for c in found if c is not None]) or _factor(program, g)
    except Raised:
        return None
    if factor is None:
        return None
    program.gradients = Scaled(program.gradients, 1.0 / factor)
    return factor


def _alone(g: Host, part: slice) -> Host:
    only = numpy.zeros_like(g)
    only[part] = g[part]
    return only


def _factor(program: Program, g: Host) -> float | None:
    """Return ``g g / (n g)``; a gradient that points the other way is not one up to a factor."""
    length = float(numpy.linalg.norm(g))
    if not 0.0 < length < float("inf"):
        return None
    slope = _slope(program, g / length)
    return length / slope if 0.0 < slope < float("inf") else None


def _shared(factors: list[float]) -> float | None:
    """Return the factor that most tensors share, 1 before others; None where none is shared by two."""

    def sharing(c: float) -> list[float]:
        return [other for other in factors if abs(other - c) <= SHARED * abs(c)]

    if len(sharing(1.0)) > 1:
        return 1.0
    most = max(map(sharing, factors), key=len, default=[])
    return float(numpy.mean(most)) if len(most) > 1 else None


def said(factor: float) -> Finding:
    """Say which factor it is."""
    return finding("factor", factor=factor)


def _slope(program: Program, u: numpy.ndarray) -> float:
    """Return the loss's derivative along a unit vector: ``(4 D(h/2) - D(h)) / 3``."""
    h = STEP * max(1.0, float(numpy.abs(program.theta).max()))

    def difference(h: float) -> float:
        return (program.loss_at(program.theta + h * u) - program.loss_at(program.theta - h * u)) / (2.0 * h)

    return (4.0 * difference(h / 2) - difference(h)) / 3.0
