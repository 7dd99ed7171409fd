"""The tests of a run that look at its losses. Where gradients were recorded, what they show is believed rather."""

import numpy

from ..findings import Finding
from .course import Course, total, values
from .levels import LEAST, LOW, Levels
from .overshoot import proven_rate

FLIPS = 0.88  # of the loss's changes that reverse the one before; noise reverses 2/3
TWICE = 2.0
FLAT = 0.05
TOO_LITTLE = 1e-5  # the share by which a step changes a tensor; about 1e-3 is usual


def not_finite(course: Course) -> Finding | None:
    """See whether the loss is no number any more."""
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


def ascending(course: Course, levels: Levels) -> Finding | None:
    """See whether the steps go up."""
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


def diverging(course: Course, levels: Levels) -> Finding | None:
    """See whether the loss climbs far above its best."""
    end, best, start = levels.end, levels.best, levels.start
    swing = max(abs(start), abs(best))
    if not (end > TWICE * best if best > 0 else end - best > swing) or not end > start or end - best < 0.05 * swing:
        return None
    return proven_rate(course) or Finding(
        "diverging", "", f"the loss goes from {start:.4g} up to {end:.4g}, {end / best:.1f} times its best."
        if best > 0 else f"the loss goes from {start:.4g} up to {end:.4g}.",
        "divide the rate by 10; if it still climbs, the gradient is wrong: xnn.check_gradients",
        "its median over the last records against that over the best", 0.9,
    )  # fmt: skip


def oscillating(course: Course, levels: Levels) -> Finding | None:
    """See whether the loss jumps up and down, and falls no further."""
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
    return proven_rate(course) or Finding(
        "oscillating", "",
        f"the loss jumps up and down, {flips:.0%} of its changes reverse the one before, and falls no further.",
        "divide the rate by 3 to 10",
        f"the changes are {amplitude:.0%} of the loss over the last {len(tail)} records", 0.9,
    )  # fmt: skip


def plateau(course: Course, levels: Levels) -> Finding | None:
    """See whether the loss stays where it is: the steps are tiny, or the place is flat."""
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
        norms = total(course.gradient_norm)
        seen = f"; the gradient's norm there is {float(numpy.median(norms[-10:])):.2g}" if norms.size else ""
        return Finding(
            "plateau", "", f"the loss stays at {late:.4g}; it began at {levels.start:.4g}: a flat place.",
            "multiply the rate by 10, or give diagnose your functions at these parameters: it says why",
            f"the second half of {len(losses)} records lowers it by {max(0.0, 1 - late / early):.1%}{seen}", 0.7,
        )  # fmt: skip
    return None


def overfitting(course: Course, levels: Levels) -> Finding | None:
    """See whether the validation loss rises while the training loss falls."""
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
