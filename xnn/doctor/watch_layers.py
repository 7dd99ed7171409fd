"""The tests of a run that look at its layers: gradients, units and weights."""

import numpy

from ..findings import Finding
from .course import Course, Series, total, values
from .levels import LEAST, LOW, MOST, Levels
from .overshoot import overshot, proven_rate


def exploding(course: Course, levels: Levels) -> Finding | None:
    """See whether the gradient grows, over the run or from the last layer to the first."""
    norms = total(course.gradient_norm)
    if len(norms) < LEAST:
        return None
    width = max(1, len(norms) // 10)
    first, last = float(numpy.median(norms[:width])), float(numpy.median(norms[-width:]))
    ends = _ends(course.gradient_norm, course.matrices)
    grows = first > 0 and last > 100.0 * first and levels.end > 0.5 * levels.start
    if (grows or not numpy.isfinite(last)) and proven_rate(course) is None:
        return Finding(
            "exploding-gradients", "", f"the gradient's norm grows from {first:.3g} to {last:.3g}.",
            f"clip its norm to {first:.2g}, and divide the rate by 10",
            "medians over the first and the last records", 0.9,
        )  # fmt: skip
    if ends is not None and ends[0] > 70.0 * ends[1] > 0 and len(course.matrices) > 2 and levels.fell < MOST:
        return Finding(
            "exploding-gradients", course.matrices[0],
            f"the gradient grows {ends[0] / ends[1]:.0f} times from the last layer to the first.",
            f"make the weights {(ends[0] / ends[1]) ** (1 / (len(course.matrices) - 1)):.1f} times smaller in each "
            "layer",
            f"norms {ends[0]:.2g} and {ends[1]:.2g}", 0.9,
        )  # fmt: skip
    return None


def vanishing(course: Course, levels: Levels) -> Finding | None:
    """See whether the gradient shrinks from the last layer to the first."""
    ends = _ends(course.gradient_norm, course.matrices)
    if ends is None or len(course.matrices) < 3 or levels.fell > MOST:
        return None
    if ends[0] < 1e-3 * ends[1] and ends[0] < 1e-4 * max(1.0, ends[1]):
        return Finding(
            "vanishing-gradients", course.matrices[0],
            f"the gradient shrinks from {ends[1]:.2g} in the last layer to {ends[0]:.2g} in the first.",
            "use ReLU or tanh, and weights of std sqrt(2 / inputs) or sqrt(1 / inputs)",
            f"a ratio of {ends[0] / ends[1]:.1g} over {len(course.matrices)} layers", 0.95,
        )  # fmt: skip
    return None


def dead(course: Course, levels: Levels) -> Finding | None:
    """See whether units are zero for every sample."""
    if levels.end < LOW * abs(levels.start):
        return None
    for name, pairs in course.dead.items():
        share = pairs[-1][1]
        if share >= MOST:
            since = next((step for step, value in pairs if value >= MOST), pairs[-1][0])
            return overshot(course, pairs) or Finding(
                "dead-units", name, f"{share:.0%} of its units are zero for every sample, since step {since}.",
                "divide the rate by 10, begin with biases of 0, or use leaky ReLU",
                f"over the last {min(10, len(pairs))} records", 0.9,
            )  # fmt: skip
    return None


def saturated(course: Course, levels: Levels) -> Finding | None:
    """See whether activations are at the end of their range."""
    if levels.fell > MOST or levels.end < LOW:
        return None
    for name, pairs in course.saturated.items():
        share = float(numpy.median(values(pairs)[-10:]))
        if share > MOST:
            return overshot(course, pairs) or Finding(
                "saturated-units", name, f"{share:.0%} of its activations are at the end of their range.",
                "scale the inputs to mean 0 and deviation 1, and draw weights of std sqrt(1 / inputs)",
                "there the derivative is almost 0", 0.9,
            )  # fmt: skip
    return None


def decay(course: Course, levels: Levels) -> Finding | None:
    """See whether the decay shrinks all weights to nothing."""
    shrunk = [
        pairs[-1][1] / pairs[0][1]
        for name in course.matrices
        if len(pairs := course.weight_norm.get(name, [])) > LEAST and pairs[0][1] > 0
    ]
    if not shrunk or max(shrunk) > 0.1 or levels.fell > MOST or levels.end < LOW:
        return None
    return Finding(
        "decay-dominates", "",
        f"all weights shrink to {max(shrunk):.1%} of their size and less, and nothing is learnt.",
        f"divide the weight decay by {min(1000, max(10, round(1 / max(max(shrunk), 1e-3)))):g}",
        "a gradient of the data would hold them up", 0.9,
    )  # fmt: skip


def _ends(series: Series, names: list[str]) -> tuple[float, float] | None:
    """Return the median norms of the first and the last of the layers' weights, early: later the last may be done."""
    if len(names) < 2 or any(name not in series for name in (names[0], names[-1])):
        return None
    first, last = (values(series[name]) for name in (names[0], names[-1]))
    return float(numpy.median(first[: len(first) // 3 + 1])), float(numpy.median(last[: len(last) // 3 + 1]))
