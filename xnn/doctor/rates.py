"""Is it the rate? Tried out, not judged by a threshold: the person's own, a tenth of it and ten times it.

Plain steps of rate r along a curvature c multiply the distance to the bottom by ``1 - r c``: they diverge where
``r > 2 / c``. The largest curvature is found by power iteration; then short runs say whether it is so.
"""

from collections.abc import Iterator
from time import monotonic
from typing import Any, NamedTuple

import numpy

from ..findings import Finding
from ..gradcheck.structure import Host
from .descent import Field, Trial, descend, stiffness
from .patient import Examination, Patient

STEPS = 60
SECONDS = 0.4  # a trial
SLOW = 0.02  # a call of gradients that takes longer is made on a part of the samples
LONG = 1000  # steps in which something must happen
NOTHING = 0.01  # share of the loss
LEARNS = 0.1


class Rates(NamedTuple):
    """What was measured.

    Attributes
    ----------
    stable : float
        ``2 / lambda_max`` at the person's parameters; NaN where the curvature cannot be had.
    best : Trial or None
        The short run that ended lowest.
    given : Trial or None
        The short run with the person's rate.
    rate : float or None
        The person's rate: as given, or as their step shows.
    """

    stable: float
    best: Trial | None
    given: Trial | None
    rate: float | None


def working_data(patient: Patient) -> tuple[tuple[Any, ...], float]:
    """Return data on which gradients are quick, and the share of all samples that they are."""
    began = monotonic()
    patient.gradient(patient.theta)
    seconds = monotonic() - began
    if seconds <= SLOW or patient.samples is None:
        return patient.data, 1.0
    count = max(32, int(patient.samples * SLOW / seconds))
    if count >= patient.samples:
        return patient.data, 1.0
    return patient.part(patient.choose(count)), count / patient.samples


def probe_rates(patient: Patient, exam: Examination, field: Field, share: float, theta: Host) -> Rates:
    """Measure the largest stable rate, and run with it, with less, and with the person's."""
    scale = share if exam.measured.get("reduction") == "sum" else 1.0  # a part's sum is less steep than the whole's
    curvature = stiffness(field, theta)
    stable = 2.0 / curvature if curvature > 0 else float("nan")
    rate = patient.functions.learning_rate
    start = stable if numpy.isfinite(stable) else 1.0
    ladder = [0.5 * start, 2.0 * start, 8.0 * start, 0.1 * start, 0.01 * start]
    if rate is not None:
        ladder += [rate / scale * 10.0, rate / scale / 10.0, rate / scale / 100.0]
    trials = [descend(field, theta, r, STEPS, SECONDS) for r in ladder]
    sound = [trial for trial in trials if numpy.isfinite(trial.last) and trial.fell > 0]
    best = min(sound, key=lambda trial: trial.last, default=None)
    given = None if rate is None else descend(field, theta, rate / scale, STEPS, SECONDS)
    if given is not None and given.fell > 0 and (best is None or given.last < best.last):
        best = given
    exam.measured["largest stable rate"] = scale * stable
    if best is not None:
        best = best._replace(rate=best.rate * scale)
        exam.measured["best rate tried"] = best.rate
        exam.measured["loss after"] = {f"{len(best.losses) - 1} steps with it": best.last, "before": best.first}
    return Rates(scale * stable, best, given, rate)


def judge_rate(patient: Patient, rates: Rates, field: Field, theta: Host, base: float) -> Iterator[Finding]:
    """Yield whether the person's rate is too high or too low."""
    given, best, rate = rates.given, rates.best, rates.rate
    if given is None or best is None or rate is None or not numpy.isfinite(given.first):
        return
    learnt = numpy.isfinite(base) and given.first < 0.1 * base
    stable = f"; the largest that is stable here is {rates.stable:.3g}" if numpy.isfinite(rates.stable) else ""
    lower = best.rate < 0.5 * rate
    gone = not numpy.isfinite(given.last)
    worse = given.last > given.first * (1 + 1e-6) or given.last > given.first - 0.1 * (best.first - best.last)
    climbs = numpy.max(given.losses[1:], initial=0.0) > given.first * 1.02 or gone
    fine = learnt and not gone and given.last < 0.5 * base
    if lower and not fine and (gone or (worse and climbs) or _stuck(field, theta, rates)):
        use = best.rate
        end = "is no longer finite" if gone else f"goes from {given.first:.4g} to {given.last:.4g}"
        yield Finding(
            "learning-rate-high", "",
            f"the rate {rate:g} is too high: the loss {end} in {len(given.losses) - 1} steps.",
            f"use {_nice(use)}: with it the loss falls from {best.first:.4g} to {best.last:.4g} in "
            f"{len(best.losses) - 1} steps{stable}",
            f"tried with your own functions, at {rate:g} and at rates from {_nice(use)} up", 0.97,
        )  # fmt: skip
        return
    g = field.gradient(theta)
    if g is None or learnt:
        return
    drop = rate * float(g @ g) * LONG
    fell = (given.first - given.last) / max(1, len(given.losses) - 1) * LONG
    little = max(drop, fell) < NOTHING * abs(given.first)
    if little and best.rate > 50 * rate and best.fell > LEARNS:
        yield Finding(
            "learning-rate-low", "",
            f"the rate {rate:g} is too low: {LONG} steps lower the loss by {max(drop, fell) / abs(given.first):.1g} "
            "of it.",
            f"use {_nice(best.rate)}: with it {len(best.losses) - 1} steps bring the loss from {best.first:.4g} to "
            f"{best.last:.4g}{stable}",
            "tried with your own functions", 0.95,
        )  # fmt: skip


def _stuck(field: Field, theta: Host, rates: Rates) -> bool:
    """Whether the first steps overshot into a flat place: the gradient is gone, and the loss is not."""
    before, given = field.gradient(theta), rates.given
    after = None if given is None else field.gradient(given.theta)
    if before is None or after is None or given is None or rates.rate is None or given.last < 0.3 * given.first:
        return False
    gone = float(numpy.linalg.norm(after)) < 1e-3 * float(numpy.linalg.norm(before))
    return gone and not rates.rate < 10.0 * rates.stable


def check_step(patient: Patient, exam: Examination) -> Iterator[Finding]:
    """Which way does the person's own step really go? Also sets the rate that it shows."""
    if patient.functions.step is None:
        exam.done["step"] = "left out: give step="
        return
    theta = patient.theta
    after = patient.update(theta)
    if isinstance(after, str):
        exam.done["step"] = f"left out: {after}"
        code = "raises" if "raises" in after else "shape"
        yield Finding(
            code, "step", f"{after}.", "let step(params, X, y) return the new parameters, or change those it is given"
        )
        return
    exam.done["step"] = "done"
    moved = after - theta
    if not numpy.any(moved):
        yield Finding(
            "zero", "step", "a step changes no parameter at all.",
            "write params[...] -= learning_rate * gradient, or return the new parameters: p = p - step inside a "
            "function changes nothing outside", "the parameters before and after are equal",
        )  # fmt: skip
        return
    g = patient.gradient(theta)
    before, behind = patient.loss(theta), patient.loss(after)
    exam.measured["loss before and after a step"] = [before, behind]
    if g is None or not numpy.any(g) or not numpy.all(numpy.isfinite(g)):
        return
    cosine = float(moved @ g / (numpy.linalg.norm(moved) * numpy.linalg.norm(g)))
    exam.measured["cosine of a step and the gradient"] = cosine
    exam.measured["rate that the step shows"] = -float(moved @ g / (g @ g))
    tiny = 1e-4 * float(numpy.linalg.norm(moved)) / float(numpy.linalg.norm(g))
    downhill = patient.loss(theta - tiny * g) < before
    uphill = patient.loss(theta + 1e-4 * moved) > before
    if uphill and downhill and cosine > 0:
        yield Finding(
            "ascending", "step", "the step goes up: it adds the gradient where it should subtract it.",
            "write p = p - learning_rate * gradient",
            f"the loss goes from {before:.6g} to {behind:.6g}; the step's cosine with the gradient is {cosine:+.3f}",
            0.99,
        )  # fmt: skip
        return
    still = [
        leaf.name
        for leaf in patient.program.leaves
        if leaf.size and not numpy.any(moved[leaf.slice]) and numpy.any(g[leaf.slice])
    ]
    if still:
        yield Finding(
            "zero", ", ".join(still), f"the step never moves {', '.join(still)}, though its gradient is not 0.",
            f"update {', '.join(still)} too", "before and after a step it is the same", 0.98,
        )  # fmt: skip


def step_trial(patient: Patient, data: tuple[Any, ...], steps: int = STEPS) -> Trial | None:
    """Run the person's own step."""
    theta, losses, began = patient.theta, [patient.loss(patient.theta, data)], monotonic()
    for _ in range(steps):
        after = patient.update(theta, data)
        if isinstance(after, str) or monotonic() - began > SECONDS:
            break
        theta = after
        losses.append(patient.loss(theta, data))
        if not numpy.isfinite(losses[-1]):
            break
    return Trial(numpy.asarray(losses), theta, float("nan"), "your step") if len(losses) > 1 else None


def _nice(rate: float) -> str:
    """Round to one digit: 0.0373 to 0.04."""
    return f"{float(f'{rate:.0e}'):g}"
