"""The tests of a run, in one table: each looks at the course and returns a finding or nothing.

A loss on small batches jumps about; what is judged is its median over a stretch. Where parameters and gradients were
recorded, what they show is believed rather than the loss alone.
"""

from collections.abc import Callable, Iterator

import numpy

from ..findings import Finding
from ..gradcheck.structure import Host
from .course import Course, Pairs, Series, values

LEAST = 10  # records below which nothing is said, but of a loss that is no number
FLIPS = 0.88  # of the loss's changes that reverse the one before; noise reverses 2/3
TWICE = 2.0
MOST = 0.5
FLAT = 0.05
LOW = 0.1  # a loss below this is low, whatever it began with
TOO_LITTLE = 1e-5  # the share by which a step changes a tensor; about 1e-3 is usual


class Levels:
    """A noisy loss as levels: medians of stretches."""

    def __init__(self, losses: Host) -> None:
        self.losses = losses[numpy.isfinite(losses)]
        n = len(self.losses)
        self.width = max(1, min(25, n // 8))
        windows = numpy.lib.stride_tricks.sliding_window_view(self.losses, self.width) if n else numpy.zeros((1, 1))
        self.smooth: Host = numpy.median(windows, axis=1)
        self.start, self.end = float(self.smooth[0]), float(self.smooth[-1])
        if n and 0 < 10.0 * self.losses[0] < self.start:
            self.start = float(self.losses[0])  # it blew up at once
        self.best = min(self.start, float(self.smooth.min()))

    @property
    def fell(self) -> float:
        """The share of its start by which the loss fell in all."""
        return (self.start - self.end) / abs(self.start) if self.start else 0.0


def watch(course: Course) -> Iterator[Finding]:
    """Yield what every test says."""
    losses = course.losses
    lost = _not_finite(course)
    if lost is not None:
        yield _proven_rate(course) or lost
        return
    if len(losses) < LEAST:
        return
    levels = Levels(losses)
    for test in TESTS:
        finding = test(course, levels)
        if finding is not None:
            yield finding


def _not_finite(course: Course) -> Finding | None:
    off = [(step, value) for step, value in course.loss if not numpy.isfinite(value)]
    if not off:
        return None
    before = [value for step, value in course.loss if step < off[0][0]]
    climbed = len(before) > 1 and before[-1] > TWICE * min(before)
    return Finding(
        "diverging" if climbed or len(before) < 3 else "not-finite", "",
        f"the loss is {off[0][1]} from step {off[0][0]} on.",
        "divide the rate by 10" + ("" if climbed else ", subtract the row maximum before exp, keep log away from 0"),
        f"before, it went from {before[0]:.4g} to {before[-1]:.4g}" if before else "it never was a number",
    )  # fmt: skip


def _ascending(course: Course, levels: Levels) -> Finding | None:
    cosines = values(course.descent)
    climbs = levels.end > levels.start * (1 + 0.02 * numpy.sign(levels.start)) and levels.end > levels.start
    if len(cosines) >= LEAST and float(numpy.mean(cosines > 0.1)) > 0.8 and climbs:
        evidence = f"the steps' cosine with the gradient is {float(numpy.median(cosines)):+.2f} at the median"
        return _up(levels, evidence, 0.98)
    if cosines.size or len(levels.losses) < 2 * LEAST:
        return None
    rises = numpy.diff(levels.smooth)
    slow = levels.smooth[1] < 1.3 * levels.smooth[0] if levels.start > 0 else True
    if climbs and slow and float(numpy.mean(rises > 0)) > 0.9 and numpy.all(levels.smooth >= 0.99 * levels.start):
        return _up(levels, "it rises from the first step on, and smoothly", 0.8)
    return None


def _up(levels: Levels, evidence: str, certainty: float) -> Finding:
    return Finding(
        "ascending", "", f"the loss climbs from {levels.start:.4g} to {levels.end:.4g}: the steps go up.",
        "write p = p - learning_rate * gradient, and look for y - output where output - y belongs", evidence, certainty,
    )  # fmt: skip


def _diverging(course: Course, levels: Levels) -> Finding | None:
    end, best, start = levels.end, levels.best, levels.start
    swing = max(abs(start), abs(best))
    if not (end > TWICE * best if best > 0 else end - best > swing) or not end > start or end - best < 0.05 * swing:
        return None
    return _proven_rate(course) or Finding(
        "diverging", "", f"the loss goes from {start:.4g} up to {end:.4g}, {end / best:.1f} times its best."
        if best > 0 else f"the loss goes from {start:.4g} up to {end:.4g}.",
        "divide the rate by 10; if it still climbs, the gradient is wrong: xnn.check_gradients",
        "its median over the last records against that over the best", 0.9,
    )  # fmt: skip


def _oscillating(course: Course, levels: Levels) -> Finding | None:
    tail = levels.losses[-51:]
    if len(tail) < 31 or levels.end < LOW * abs(levels.start):
        return None
    changes = numpy.diff(tail)
    flips = float(numpy.mean(changes[1:] * changes[:-1] < 0))
    half = len(tail) // 2
    progress = 1.0 - float(numpy.median(tail[half:])) / (float(numpy.median(tail[:half])) or 1.0)
    amplitude = float(numpy.std(changes)) / (abs(levels.end) or 1.0)
    if flips <= FLIPS or progress > 0.02 or amplitude < 0.02:
        return None
    return _proven_rate(course) or Finding(
        "oscillating", "",
        f"the loss jumps up and down, {flips:.0%} of its changes reverse the one before, and falls no further.",
        "divide the rate by 3 to 10",
        f"the changes are {amplitude:.0%} of the loss over the last {len(tail)} records", 0.9,
    )  # fmt: skip


def _proven_rate(course: Course) -> Finding | None:
    """Steps downhill along a curvature that is too much for them, at the end of the run."""
    stiff, turns = values(course.stiffness), values(course.turn)
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


def _overshot(course: Course, pairs: Pairs) -> Finding | None:
    """Units that began well and were lost while steps overshot: the rate did it."""
    stiff = values(course.stiffness)
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


def _exploding(course: Course, levels: Levels) -> Finding | None:
    norms = _total(course.gradient_norm)
    if len(norms) < LEAST:
        return None
    width = max(1, len(norms) // 10)
    first, last = float(numpy.median(norms[:width])), float(numpy.median(norms[-width:]))
    ends = _ends(course.gradient_norm, course.matrices)
    grows = first > 0 and last > 100.0 * first and levels.end > 0.5 * levels.start
    if (grows or not numpy.isfinite(last)) and _proven_rate(course) is None:
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


def _vanishing(course: Course, levels: Levels) -> Finding | None:
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


def _dead(course: Course, levels: Levels) -> Finding | None:
    if levels.end < LOW * abs(levels.start):
        return None
    for name, pairs in course.dead.items():
        share = pairs[-1][1]
        if share >= MOST:
            since = next((step for step, value in pairs if value >= MOST), pairs[-1][0])
            return _overshot(course, pairs) or Finding(
                "dead-units", name, f"{share:.0%} of its units are zero for every sample, since step {since}.",
                "divide the rate by 10, begin with biases of 0, or use leaky ReLU",
                f"over the last {min(10, len(pairs))} records", 0.9,
            )  # fmt: skip
    return None


def _saturated(course: Course, levels: Levels) -> Finding | None:
    if levels.fell > MOST or levels.end < LOW:
        return None
    for name, pairs in course.saturated.items():
        share = float(numpy.median(values(pairs)[-10:]))
        if share > MOST:
            return _overshot(course, pairs) or Finding(
                "saturated-units", name, f"{share:.0%} of its activations are at the end of their range.",
                "scale the inputs to mean 0 and deviation 1, and draw weights of std sqrt(1 / inputs)",
                "there the derivative is almost 0", 0.9,
            )  # fmt: skip
    return None


def _plateau(course: Course, levels: Levels) -> Finding | None:
    losses = levels.losses
    if len(losses) < 3 * LEAST or levels.end < LOW or levels.start <= 0:
        return None
    half = len(losses) // 2
    early, late = float(numpy.median(losses[half - levels.width : half])), levels.end
    ratios = [values(course.update_ratio[name]) for name in course.matrices if name in course.update_ratio]
    ratio = max((float(numpy.median(r[: len(r) // 3 + 1])) for r in ratios if r.size), default=float("nan"))
    if ratio < TOO_LITTLE and levels.fell < 0.02:
        return Finding(
            "learning-rate-low", "", f"a step changes the weights by {ratio:.1g} of their size: next to nothing.",
            f"multiply the rate by {float(f'{1e-3 / ratio:.0e}'):g}"
            if ratio > 0 else "let the step change the weights",
            f"the loss fell by {levels.fell:.1%} in {len(losses)} steps; about 1e-3 a step is usual", 0.9,
        )  # fmt: skip
    noise = float(numpy.std(losses[half:])) / levels.width**0.5
    if levels.fell < 0.4 and early - late < max(FLAT * 0.4 * early, noise) and abs(early - late) < FLAT * early:
        norms = _total(course.gradient_norm)
        seen = f"; the gradient's norm there is {float(numpy.median(norms[-10:])):.2g}" if norms.size else ""
        return Finding(
            "plateau", "", f"the loss stays at {late:.4g}; it began at {levels.start:.4g}: a flat place.",
            "multiply the rate by 10, or give diagnose your functions at these parameters: it says why",
            f"the second half of {len(losses)} records lowers it by {max(0.0, 1 - late / early):.1%}{seen}", 0.7,
        )  # fmt: skip
    return None


def _overfitting(course: Course, levels: Levels) -> Finding | None:
    held = values(course.validation_loss)
    if len(held) < 6 or not numpy.all(numpy.isfinite(held)):
        return None
    smooth = numpy.median(numpy.lib.stride_tricks.sliding_window_view(held, 3), axis=1)
    i = int(numpy.argmin(smooth))
    step = course.validation_loss[i + 1][0]
    rest, noise = smooth[i:], float(numpy.median(numpy.abs(numpy.diff(held))))
    rise = float(smooth[-1] - smooth[i])
    since = [value for at, value in course.loss if at <= step]
    then = float(numpy.median(since[-levels.width :])) if since else levels.start
    if len(rest) < 3 or smooth[i] <= 0 or rise < 0.25 * smooth[i] or rise < 3 * noise or levels.end > 0.95 * then:
        return None
    return Finding(
        "overfitting", "",
        f"the validation loss rises from {smooth[i]:.4g} at step {step} to {smooth[-1]:.4g}, while the training loss "
        f"falls from {then:.4g} to {levels.end:.4g}.",
        f"stop at step {step}, where it was best; or add data, weight decay or dropout",
        f"a rise of {rise / smooth[i]:.0%}", 0.95,
    )  # fmt: skip


def _decay(course: Course, levels: Levels) -> Finding | None:
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


TESTS: tuple[Callable[[Course, Levels], Finding | None], ...] = (
    _ascending,
    _diverging,
    _oscillating,
    _exploding,
    _vanishing,
    _dead,
    _saturated,
    _plateau,
    _overfitting,
    _decay,
)


def _total(series: Series) -> Host:
    """Return the norm over all tensors, step by step."""
    found = [values(pairs) for pairs in series.values()]
    n = min((len(x) for x in found), default=0)
    return numpy.sqrt(numpy.sum([x[-n:] ** 2 for x in found], axis=0)) if n else numpy.zeros(0)


def _ends(series: Series, names: list[str]) -> tuple[float, float] | None:
    """Return the median norms of the first and the last of the layers' weights, early: later the last may be done."""
    if len(names) < 2 or any(name not in series for name in (names[0], names[-1])):
        return None
    first, last = (values(series[name]) for name in (names[0], names[-1]))
    return float(numpy.median(first[: len(first) // 3 + 1])), float(numpy.median(last[: len(last) // 3 + 1]))
