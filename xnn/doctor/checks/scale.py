"""Is it the scale of the inputs? Trained with the user's functions on X as it is and on X standardized."""

from collections.abc import Iterator

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host
from ..examination import Examination
from ..limits import (
    BUDGET_SCALE,
    CONSTANT_UP_TO,
    INPUTS_BIG,
    INPUTS_SMALL,
    INPUTS_UNEQUAL,
    LEARNT,
    SCALE_BETTER,
    SCALE_WORSE,
    STEPS_LEAST,
    STEPS_SCALE,
)
from ..subject import Subject
from ..trial import Trial, curvature, descend, user_field

SAMPLES = 256


def check(exam: Examination) -> Iterator[Finding]:
    """Yield whether inputs of another scale would be learnt far better."""
    subject, base = exam.subject, exam.facts.baseline
    X = subject.rows
    if X is None or subject.samples is None or subject.samples < 4 or not numpy.all(numpy.isfinite(X)):
        return
    X = X.astype(float)
    size, deviations = float(numpy.sqrt(numpy.mean(X * X))), _deviations(X)
    some = deviations[deviations > 0]
    if not some.size or size == 0.0:
        return
    middle = float(numpy.median(numpy.abs(numpy.mean(X, axis=0)[deviations > 0]) / some))
    unequal = (
        float(some.max() / numpy.median(some)) > INPUTS_UNEQUAL
        or float(numpy.median(some) / some.min()) > INPUTS_UNEQUAL**2
    )
    if INPUTS_SMALL < size < INPUTS_BIG and not unequal and middle < INPUTS_BIG:
        return
    now = subject.loss(subject.theta)
    if numpy.isfinite(base) and numpy.isfinite(now) and now < LEARNT * base:
        return  # it has learnt as it is
    which = subject.choose(min(SAMPLES, subject.samples))
    raw, good = (_tried(subject, x, which) for x in (None, _standardized(X)))
    if good is None or not numpy.isfinite(good.last):
        return
    as_it_is = float("inf") if raw is None else raw.last
    begins_worse = size >= INPUTS_BIG and raw is not None and raw.first > SCALE_WORSE * abs(good.first)
    if as_it_is > good.last / SCALE_BETTER or (begins_worse and as_it_is > good.last * 1.1):
        byte = is_bytes(X) and not unequal
        steps = good.steps
        yield Finding(
            "input-scale", "X", _what(X, size, unequal, some),
            ("write X / 255" if byte else f"write X / {float(f'{size:.1g}'):g}, or (X - mean) / deviation")
            if not unequal and middle < INPUTS_BIG else
            "write (X - X.mean(axis=0)) / X.std(axis=0), with the same numbers for new data",
            f"{steps} steps of your own gradient, each at its best rate, end at a loss of "
            f"{'no finite number' if not numpy.isfinite(as_it_is) else f'{as_it_is:.4g}'} with X as it is and of "
            f"{good.last:.4g} with X standardized", 0.96,
        )  # fmt: skip


def is_bytes(X: Host) -> bool:
    """Whether these are bytes: whole numbers from 0 to 255, and more than a few of them."""
    return bool(X.min() >= 0 and 100 < X.max() <= 255 and numpy.all(numpy.round(X) == X))


def _what(X: Host, size: float, unequal: bool, deviations: Host) -> str:
    if unequal:
        return (
            f"the features' deviations differ {deviations.max() / deviations.min():.0f} times: one drowns the others."
        )
    if size >= INPUTS_BIG:
        return f"the inputs are about {size:.0f} in size, from {X.min():g} to {X.max():g}; they should be about 1."
    if size <= INPUTS_SMALL:
        return f"the inputs are about {size:.1g} in size; they should be about 1."
    return "the inputs are far from 0 for how little they vary."


def _deviations(X: Host) -> Host:
    """Return each column's deviation, 0 where it varies by rounding alone."""
    found = numpy.std(X, axis=0)
    return numpy.where(found > CONSTANT_UP_TO * numpy.max(numpy.abs(X), axis=0), found, 0.0)


def _standardized(X: Host) -> Host:
    deviations = _deviations(X)
    return (X - X.mean(axis=0)) / numpy.where(deviations > 0, deviations, 1.0)


def _tried(subject: Subject, X: Host | None, which: list[int]) -> Trial | None:
    """Run at the best of a few rates on these inputs."""
    data = subject.part(which)
    if X is not None:
        own = subject.host[0]
        rows = X[which]
        turned = own.ndim == 2 and own.shape[0] != subject.samples
        shape = numpy.asarray(subject.host[0]).shape
        shaped = rows.T if turned else rows.reshape(len(which), *shape[1:]) if own.ndim > 1 else rows[:, 0]
        data = subject.with_inputs(shaped, data)
    field = user_field(subject, data)
    steps = field.affords(BUDGET_SCALE / 8, STEPS_SCALE, STEPS_LEAST)
    steep = curvature(field, subject.theta)
    start = 2.0 / steep if steep > 0 else 1.0
    trials = [descend(field, subject.theta, rate * start, steps) for rate in (0.5, 0.1, 2.0, 10.0)]
    sound = [trial for trial in trials if numpy.isfinite(trial.last)]
    return min(sound, key=lambda trial: trial.last, default=None)
