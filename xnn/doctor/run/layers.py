"""The tests of a run that look at its layers: gradients, units and weights."""

import numpy

from ...findings import Finding
from ..limits import LOSS_LOW, RECORDS, UNITS_MOST
from .history import RunHistory, Series, total, values
from .overshoot import overshot, proven_rate
from .smoothed import SmoothedLoss


def exploding(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the gradient grows, over the run or from the last layer to the first."""
    norms = total(history.gradient_norm)
    if len(norms) < RECORDS:
        return None
    width = max(1, len(norms) // 10)
    first, last = float(numpy.median(norms[:width])), float(numpy.median(norms[-width:]))
    ends = _ends(history.gradient_norm, history.matrices)
    grows = first > 0 and last > 100.0 * first and smoothed.end > 0.5 * smoothed.start
    if (grows or not numpy.isfinite(last)) and proven_rate(history) is None:
        return Finding(
            "exploding-gradients", "", f"the gradient's norm grows from {first:.3g} to {last:.3g}.",
            f"clip its norm to {first:.2g}, and divide the rate by 10",
            "medians over the first and the last records", 0.9,
        )  # fmt: skip
    if ends is not None and ends[0] > 70.0 * ends[1] > 0 and len(history.matrices) > 2 and smoothed.fell < UNITS_MOST:
        return Finding(
            "exploding-gradients", history.matrices[0],
            f"the gradient grows {ends[0] / ends[1]:.0f} times from the last layer to the first.",
            f"make the weights {(ends[0] / ends[1]) ** (1 / (len(history.matrices) - 1)):.1f} times smaller in each "
            "layer",
            f"norms {ends[0]:.2g} and {ends[1]:.2g}", 0.9,
        )  # fmt: skip
    return None


def vanishing(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the gradient shrinks from the last layer to the first."""
    ends = _ends(history.gradient_norm, history.matrices)
    if ends is None or len(history.matrices) < 3 or smoothed.fell > UNITS_MOST:
        return None
    if ends[0] < 1e-3 * ends[1] and ends[0] < 1e-4 * max(1.0, ends[1]):
        return Finding(
            "vanishing-gradients", history.matrices[0],
            f"the gradient shrinks from {ends[1]:.2g} in the last layer to {ends[0]:.2g} in the first.",
            "use ReLU or tanh, and weights of std sqrt(2 / inputs) or sqrt(1 / inputs)",
            f"a ratio of {ends[0] / ends[1]:.1g} over {len(history.matrices)} layers", 0.95,
        )  # fmt: skip
    return None


def dead(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether units are zero for every sample."""
    if smoothed.end < LOSS_LOW * abs(smoothed.start):
        return None
    for name, pairs in history.dead.items():
        share = pairs[-1][1]
        if share >= UNITS_MOST:
            since = next((step for step, value in pairs if value >= UNITS_MOST), pairs[-1][0])
            return overshot(history, pairs) or Finding(
                "dead-units", name, f"{share:.0%} of its units are zero for every sample, since step {since}.",
                "divide the rate by 10, begin with biases of 0, or use leaky ReLU",
                f"over the last {min(10, len(pairs))} records", 0.9,
            )  # fmt: skip
    return None


def saturated(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether activations are at the end of their range."""
    if smoothed.fell > UNITS_MOST or smoothed.end < LOSS_LOW:
        return None
    for name, pairs in history.saturated.items():
        share = float(numpy.median(values(pairs)[-10:]))
        if share > UNITS_MOST:
            return overshot(history, pairs) or Finding(
                "saturated-units", name, f"{share:.0%} of its activations are at the end of their range.",
                "scale the inputs to mean 0 and deviation 1, and draw weights of std sqrt(1 / inputs)",
                "there the derivative is almost 0", 0.9,
            )  # fmt: skip
    return None


def decay(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the decay shrinks all weights to nothing."""
    shrunk = [
        pairs[-1][1] / pairs[0][1]
        for name in history.matrices
        if len(pairs := history.weight_norm.get(name, [])) > RECORDS and pairs[0][1] > 0
    ]
    if not shrunk or max(shrunk) > 0.1 or smoothed.fell > UNITS_MOST or smoothed.end < LOSS_LOW:
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
