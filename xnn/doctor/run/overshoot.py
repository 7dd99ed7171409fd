"""Steps that are too long, seen in the recorded gradients: the rate times the curvature along the steps."""

import numpy

from ...findings import Finding
from .history import Pairs, RunHistory, values


def proven_rate(history: RunHistory) -> Finding | None:
    """Steps downhill along a curvature that is too much for them, at the end of the run."""
    stiff, turns = values(history.stiffness), values(history.turn)
    stiff = stiff[numpy.isfinite(stiff)]
    if len(stiff) < 3:
        return None
    end = float(numpy.median(stiff[-10:]))
    if end <= 1.8:
        worst = float(numpy.max(stiff))
        if not (worst > 2.0 and len(turns) and float(numpy.median(turns[-10:])) < -0.5):
            return None
        end = worst
    return _too_long(end)


def overshot(history: RunHistory, pairs: Pairs) -> Finding | None:
    """Units that began well and were lost while steps overshot: the rate did it."""
    stiff = values(history.stiffness)
    stiff = stiff[numpy.isfinite(stiff)]
    if pairs[0][1] > 0.3 or len(stiff) < 2 or not float(numpy.max(stiff)) > 2.0:
        return None
    return _too_long(float(numpy.max(stiff)))


def _too_long(end: float) -> Finding:
    return Finding(
        "learning-rate-high", "", f"the steps overshoot: they are {end:.3g} times as long as the way to the bottom.",
        f"divide the rate by {max(2.0, float(f'{end:.1g}')):g}",
        "rate times curvature along the steps, from the recorded gradients; from 2 on steps diverge", 0.97,
    )  # fmt: skip
