"""The tests of a run that look at its losses. Where gradients were recorded, what they show is believed rather."""

import numpy

from ...findings import Finding
from ..limits import FELL_LITTLE, FLAT, FLIPS, LOSS_LOW, RECORDS, SLOW, STEP_TINY, STEP_USUAL, TWICE
from .history import RunHistory, total, values
from .overshoot import proven_rate
from .smoothed import SmoothedLoss


def not_finite(history: RunHistory) -> Finding | None:
    """See whether the loss is no longer finite."""
    off = [(step, value) for step, value in history.loss if not numpy.isfinite(value)]
    if not off:
        return None
    before = [value for step, value in history.loss if step < off[0][0]]
    climbed = len(before) > 1 and before[-1] > TWICE * min(before)
    return Finding(
        "diverging" if climbed or len(before) < 3 else "not-finite", "",
        f"the loss is {off[0][1]} from step {off[0][0]} on.",
        "divide the rate by 10" + ("" if climbed else ", subtract the row maximum before exp, keep log away from 0"),
        f"before, it went from {before[0]:.4g} to {before[-1]:.4g}" if before else "it never was finite",
    )  # fmt: skip


def ascending(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the steps go up."""
    cosines = values(history.descent)
    climbs = smoothed.end > smoothed.start * (1 + 0.02 * numpy.sign(smoothed.start)) and smoothed.end > smoothed.start
    if len(cosines) >= RECORDS and float(numpy.mean(cosines > 0.1)) > 0.8 and climbs:
        evidence = f"the steps' cosine with the gradient is {float(numpy.median(cosines)):+.2f} at the median"
        return _up(smoothed, evidence, 0.98)
    if cosines.size or len(smoothed.losses) < 2 * RECORDS:
        return None
    rises = numpy.diff(smoothed.smooth)
    slow = smoothed.smooth[1] < 1.3 * smoothed.smooth[0] if smoothed.start > 0 else True
    if climbs and slow and float(numpy.mean(rises > 0)) > 0.9 and numpy.all(smoothed.smooth >= 0.99 * smoothed.start):
        return _up(smoothed, "it rises from the first step on, and smoothly", 0.8)
    return None


def _up(smoothed: SmoothedLoss, evidence: str, certainty: float) -> Finding:
    return Finding(
        "ascending", "", f"the loss climbs from {smoothed.start:.4g} to {smoothed.end:.4g}: the steps go up.",
        "write p = p - learning_rate * gradient, and look for y - output where output - y belongs", evidence, certainty,
    )  # fmt: skip


def diverging(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the loss climbs far above its best."""
    end, best, start = smoothed.end, min(smoothed.best, smoothed.first), min(smoothed.start, smoothed.first)
    swing = max(abs(start), abs(best))
    if not (end > TWICE * best if best > 0 else end - best > swing) or not end > start or end - best < 0.05 * swing:
        return None
    return proven_rate(history) or Finding(
        "diverging", "", f"the loss goes from {start:.4g} up to {end:.4g}, {end / best:.1f} times its best."
        if best > 0 else f"the loss goes from {start:.4g} up to {end:.4g}.",
        "divide the rate by 10; if it still climbs, the gradient is wrong: xnn.check_gradients",
        "its median over the last records against that over the best", 0.9,
    )  # fmt: skip


def oscillating(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the loss jumps up and down, and falls no further."""
    tail = smoothed.losses[-51:]
    if len(tail) < 31 or smoothed.end < LOSS_LOW * abs(smoothed.start):
        return None
    changes = numpy.diff(tail)
    flips = float(numpy.mean(changes[1:] * changes[:-1] < 0))
    half = len(tail) // 2
    progress = 1.0 - float(numpy.median(tail[half:])) / (float(numpy.median(tail[:half])) or 1.0)
    amplitude = float(numpy.std(changes)) / (abs(smoothed.end) or 1.0)
    if flips <= FLIPS or progress > 0.02 or amplitude < 0.02:
        return None
    return proven_rate(history) or Finding(
        "oscillating", "",
        f"the loss jumps up and down, {flips:.0%} of its changes reverse the one before, and falls no further.",
        "divide the rate by 3 to 10",
        f"the changes are {amplitude:.0%} of the loss over the last {len(tail)} records", 0.9,
    )  # fmt: skip


def plateau(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the loss stays where it is: the steps are tiny, the place is flat, or it is passed over."""
    losses = smoothed.losses
    if len(losses) < 3 * RECORDS or smoothed.end < LOSS_LOW or smoothed.start <= 0 or smoothed.fell < -FLAT:
        return None
    half = len(losses) // 2
    early, late = float(numpy.median(losses[half - smoothed.width : half])), smoothed.end
    ratios = [values(history.update_ratio[name]) for name in history.matrices if name in history.update_ratio]
    ratio = max((float(numpy.median(r[: len(r) // 3 + 1])) for r in ratios if r.size), default=float("nan"))
    if ratio < STEP_TINY and smoothed.fell < 0.02:
        return Finding(
            "learning-rate-low", "", f"a step changes the weights by {ratio:.1g} of their size: next to nothing.",
            f"multiply the rate by {float(f'{STEP_USUAL / ratio:.0e}'):g}"
            if ratio > 0 else "let the step change the weights",
            f"the loss fell by {smoothed.fell:.1%} in {len(losses)} steps; about {STEP_USUAL:g} a step is usual", 0.9,
        )  # fmt: skip
    if smoothed.fell >= FELL_LITTLE:
        return None
    fall, noise = early - late, float(numpy.std(losses[half:])) / smoothed.width**0.5
    evidence = f"the second half of {len(losses)} records lowers it by {max(0.0, fall / early):.1%}"
    if abs(fall) < FLAT * early and fall < max(FLAT * FELL_LITTLE * early, noise):
        norms = total(history.gradient_norm)
        norm = float(numpy.median(norms[-RECORDS:])) if norms.size else float("nan")
        seen = f"; the gradient's norm there is {norm:.2g}" if norms.size else ""
        if norm > late:  # along such a slope a short step lowers the loss
            return Finding(
                "plateau", "", f"the loss stays at {late:.4g}, and the place is not flat.",
                "divide the rate by 10: long steps pass over the bottom of a steep valley; if that does not help, "
                "xnn.check_gradients tells whether the steps go down at all", f"{evidence}{seen}", 0.7,
            )  # fmt: skip
        return Finding(
            "plateau", "", f"the loss stays at {late:.4g}; it began at {smoothed.start:.4g}: a flat place.",
            "multiply the rate by 10, or give diagnose your functions at these parameters: it says why",
            f"{evidence}{seen}", 0.7,
        )  # fmt: skip
    if 0 < fall < SLOW * early and smoothed.fell > 0:
        return Finding(
            "plateau", "", f"the loss falls slowly, from {smoothed.start:.4g} to {late:.4g} in {len(losses)} records.",
            f"train on: at this pace half of it takes {0.5 * late / fall * (len(losses) - half):.2g} more records; "
            "a higher rate, Adam or a bigger network may be faster", evidence, 0.5, note=True,
        )  # fmt: skip
    return None


def overfitting(history: RunHistory, smoothed: SmoothedLoss) -> Finding | None:
    """See whether the validation loss rises while the training loss falls."""
    held = values(history.validation_loss)
    if len(held) < 6 or not numpy.all(numpy.isfinite(held)):
        return None
    smooth = numpy.median(numpy.lib.stride_tricks.sliding_window_view(held, 3), axis=1)
    i = int(numpy.argmin(smooth))
    step = history.validation_loss[i + 1][0]
    rest, noise = smooth[i:], float(numpy.median(numpy.abs(numpy.diff(held))))
    rise = float(smooth[-1] - smooth[i])
    since = [value for at, value in history.loss if at <= step]
    then = float(numpy.median(since[-smoothed.width :])) if since else smoothed.start
    if len(rest) < 3 or smooth[i] <= 0 or rise < 0.25 * smooth[i] or rise < 3 * noise or smoothed.end > 0.95 * then:
        return None
    return Finding(
        "overfitting", "",
        f"the validation loss rises from {smooth[i]:.4g} at step {step} to {smooth[-1]:.4g}, while the training loss "
        f"falls from {then:.4g} to {smoothed.end:.4g}.",
        f"stop at step {step}, where it was best; or add data, weight decay or dropout",
        f"a rise of {rise / smooth[i]:.0%}", 0.95,
    )  # fmt: skip
