"""Is it the rate? Tried out, not judged by a threshold: the user's own, a tenth of it and ten times it.

Plain steps of rate r along a curvature c multiply the distance to the bottom by ``1 - r c``: they diverge where
``r > 2 / c``. The largest curvature is found by power iteration; then short runs say whether it is so.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host
from ..examination import Examination
from ..limits import (
    BASELINE_STUCK,
    BUDGET_RATE,
    GONE,
    LEARNT,
    RATE_HALF,
    RATE_LEARNS,
    RATE_NOTHING,
    STEPS_LEAST,
    STEPS_RATE,
)
from ..subject import Subject
from ..trial import Field, Trial, curvature, descend, user_field, working_data

LADDER = (0.5, 2.0, 8.0, 0.1, 0.01)  # times the largest stable rate
BESIDE = (10.0, 0.1, 0.01)  # times the user's
CLOSE = 0.01  # share up to which the curvature of a costly program is found
TRIALS = len(LADDER) + len(BESIDE) + 2
LONG = 1000  # steps in which something must happen


class Rates(NamedTuple):
    """What was measured.

    Attributes
    ----------
    stable : float
        ``2 / lambda_max`` at the user's parameters; NaN where the curvature is unavailable.
    best : Trial or None
        The short run that ended lowest.
    given : Trial or None
        The short run with the user's rate, or with the user's own step.
    rate : float or None
        The user's rate: as given, or as their step shows.
    steady : Trial or None
        The short run that ended lowest of those with a rate that is stable.
    """

    stable: float
    best: Trial | None
    given: Trial | None
    rate: float | None
    steady: Trial | None = None


def check(exam: Examination) -> Iterator[Finding]:
    """Yield whether the user's rate is too high or too low."""
    subject = exam.subject
    if subject.functions.learning_rate is None:
        exam.done["given learning rate"] = "left out: give learning_rate="
    data, share = working_data(subject, BUDGET_RATE, STEPS_LEAST * TRIALS)
    field = user_field(subject, data)
    rates = _measured(exam, field, share, data)
    exam.ends += [trial.theta for trial in (rates.given, rates.best) if trial is not None]
    yield from _judged(exam, rates, field)


def _steps(field: Field) -> int:
    return field.affords(BUDGET_RATE / TRIALS, STEPS_RATE, STEPS_LEAST)


def _measured(exam: Examination, field: Field, share: float, data: tuple[Any, ...]) -> Rates:
    """Measure the largest stable rate, and run with the user's, with it, and with less."""
    subject, theta = exam.subject, exam.subject.theta
    scale = share if exam.facts.reduction == "sum" else 1.0  # a part's sum is less steep than the whole's
    rate, steps = subject.functions.learning_rate, _steps(field)
    costly = steps < STEPS_RATE
    steep = curvature(field, theta, CLOSE if costly else 0.0)
    stable = 2.0 / steep if steep > 0 else float("nan")
    given = None if rate is None else descend(field, theta, rate / scale, steps)._replace(rate=rate)
    own = None if subject.functions.step is None else _own_steps(subject, data, field)
    shown = exam.measured.get("rate that the step shows")
    if own and rate is None and shown is not None and exam.measured["cosine of a step and the gradient"] < -0.999:
        rate = shown
    ladder = [factor * (stable if numpy.isfinite(stable) else 1.0) * scale for factor in LADDER]
    ladder += [] if given is None else [factor * given.rate for factor in BESIDE]
    if costly and _is_settled(theta, Rates(scale * stable, None, own or given, rate), field):
        ladder = ladder[:1] if given is None else []
    # A rate is tried as it is advised, rounded: the figures are then those of the advice.
    rounded = dict.fromkeys(map(_rounded, ladder))
    trials = [descend(field, theta, r / scale, steps)._replace(rate=r) for r in rounded]
    best = _best(theta, trials, field)
    dead = given is not None and _without_slope(theta, given, field)
    if given is not None and given.fell > 0 and not dead and (best is None or given.last < best.last):
        best = given
    exam.measured["largest stable rate"] = scale * stable
    if best is not None:
        exam.measured["best rate tried"] = best.rate
        exam.measured["loss after"] = {f"{best.steps} steps with it": best.last, "before": best.first}
    steady = _best(theta, [trial for trial in trials if trial.rate <= scale * stable], field)
    return Rates(scale * stable, best, own or given, rate, steady)


def _best(theta: Host, trials: list[Trial], field: Field) -> Trial | None:
    """Return the trial that ends lowest, of those that leave a gradient if there are any."""
    sound = [trial for trial in trials if numpy.isfinite(trial.last) and trial.fell > 0]
    sound.sort(key=lambda trial: trial.last)
    return next((trial for trial in sound if not _without_slope(theta, trial, field)), sound[0] if sound else None)


def _is_settled(theta: Host, rates: Rates, field: Field) -> bool:
    """Whether no other rate could show that the user's is too high or too low: a costly program is spared these."""
    given, rate = rates.given, rates.rate
    if given is None or rate is None:
        return True
    falls = numpy.isfinite(given.last) and given.fell > 0 and rate <= rates.stable
    enough = _long_run(theta, rates, field) >= RATE_NOTHING * abs(given.first)
    return bool(falls and enough and not _without_slope(theta, given, field))


def _long_run(theta: Host, rates: Rates, field: Field) -> float:
    """Return by how much a long run at the user's rate would lower the loss, infinite where that is unknown."""
    given, g = rates.given, field.gradient(theta)
    if given is None or rates.rate is None or g is None:
        return float("inf")
    return LONG * max(rates.rate * float(g @ g), (given.first - given.last) / max(1, given.steps))


def _judged(exam: Examination, rates: Rates, field: Field) -> Iterator[Finding]:
    given, best, rate, base = rates.given, rates.best, rates.rate, exam.facts.baseline
    if given is None or best is None or rate is None or not numpy.isfinite(given.first):
        return
    learnt = numpy.isfinite(base) and given.first < 0.1 * base
    stable = f"; the largest that is stable here is {rates.stable:.3g}" if numpy.isfinite(rates.stable) else ""
    why = "" if best.rate >= 0.5 * rate else _too_high(exam, rates, field)
    if why:
        yield Finding(
            "learning-rate-high", "", f"the rate {rate:g} is too high: {why}.",
            f"use {best.rate:g}: with it the loss falls from {best.first:.4g} to {best.last:.4g} in "
            f"{best.steps} steps{stable}",
            f"tried with your own functions, at {rate:g} and at rates from {best.rate:g} up", 0.97,
            facts={"rate": best.rate},
        )  # fmt: skip
        return
    drop, best = _long_run(exam.subject.theta, rates, field), rates.steady or best
    if not learnt and drop < RATE_NOTHING * abs(given.first) and best.rate > 50 * rate and best.fell > RATE_LEARNS:
        yield Finding(
            "learning-rate-low", "",
            f"the rate {rate:g} is too low: {LONG} steps lower the loss by {drop / abs(given.first):.1g} "
            "of it.",
            f"use {best.rate:g}: with it {best.steps} steps bring the loss from {best.first:.4g} to "
            f"{best.last:.4g}{stable}",
            "tried with your own functions", 0.95, facts={"rate": best.rate},
        )  # fmt: skip


def _too_high(exam: Examination, rates: Rates, field: Field) -> str:
    """Say how the run at the user's rate shows that it is too high, where a lower one does better; else return ""."""
    given, best, rate, base = rates.given, rates.best, rates.rate, exam.facts.baseline
    if given is None or best is None or rate is None:
        return ""
    way = f"the loss goes from {given.first:.4g} to {given.last:.4g} in {given.steps} steps"
    if not numpy.isfinite(given.last):
        return f"the loss is no longer finite after {given.steps} steps"
    if numpy.isfinite(base) and given.first < 0.1 * base and given.last < 0.5 * base:
        return ""
    beyond = rate > rates.stable or not numpy.isfinite(rates.stable)
    stuck = numpy.isfinite(base) and given.last > BASELINE_STUCK * base
    lost = _without_slope(exam.subject.theta, given, field)
    if lost and beyond and (stuck or given.last > max(LEARNT * given.first, best.last)):
        return f"{way}, where {lost}"
    if best.last >= given.last:
        return ""
    if given.last > given.first * (1 + 1e-6):
        return way
    stuck = stuck and best.last < RATE_HALF * base
    peak = float(numpy.max(given.losses))
    little = given.first - given.last < RATE_HALF * (given.first - best.last)
    if beyond and (stuck or (little and peak > given.first * 1.02)):
        by = f", by way of {peak:.4g}" if peak > given.first * 1.02 else ""
        return f"{way}{by}" + (f", and {base:.4g} is what one answer for all samples has" if stuck else "")
    return ""


def _without_slope(theta: Host, given: Trial, field: Field) -> str:
    """Say what is left of the gradient where the run ended, if it is next to nothing: the steps killed the units."""
    before, after = field.gradient(theta), field.gradient(given.theta)
    if before is None or after is None or not numpy.all(numpy.isfinite(after)):
        return ""
    if float(numpy.linalg.norm(after)) < GONE * float(numpy.linalg.norm(before)):
        return "the gradient is all but gone"
    alive, left = (float(numpy.mean(g != 0)) for g in (before, after))
    return f"the gradient of {1 - left:.0%} of the parameters is 0" if left < 0.2 * alive else ""


def _own_steps(subject: Subject, data: tuple[Any, ...], field: Field) -> Trial | None:
    """Run the user's own step."""
    theta, losses = subject.theta, [subject.loss(subject.theta, data)]
    for _ in range(_steps(field)):
        after = subject.update(theta, data)
        if isinstance(after, str):
            break
        losses.append(subject.loss(after, data))
        if not numpy.isfinite(losses[-1]):
            break
        theta = after
    return Trial(numpy.asarray(losses), theta, float("nan"), "your step") if len(losses) > 1 else None


def _rounded(rate: float) -> float:
    """Round to one digit: 0.0373 to 0.04."""
    return float(f"{rate:.0e}")
