"""Is it the scale of the inputs? Trained with the person's functions on X as it is and on X standardized."""

from collections.abc import Iterator

import numpy

from ..findings import Finding
from ..gradcheck.structure import Host
from .descent import Trial, descend, persons_field, stiffness
from .patient import Examination, Patient

BIG, SMALL, UNEQUAL = 10.0, 0.01, 100.0  # from where on it is tried out
STEPS, SECONDS = 100, 0.5
BETTER = 0.7
WORSE = 30.0  # times as high does the loss begin, with the inputs as they are
SAMPLES = 256


def check_scale(patient: Patient, exam: Examination, base: float) -> Iterator[Finding]:
    """Yield whether inputs of another scale would be learnt far better."""
    X = patient.rows
    if X is None or patient.samples is None or patient.samples < 4 or not numpy.all(numpy.isfinite(X)):
        return
    X = X.astype(float)
    size, deviations = float(numpy.sqrt(numpy.mean(X * X))), numpy.std(X, axis=0)
    some = deviations[deviations > 0]
    if not some.size or size == 0.0:
        return
    middle = float(numpy.median(numpy.abs(numpy.mean(X, axis=0)[deviations > 0]) / some))
    unequal = float(some.max() / numpy.median(some)) > UNEQUAL or float(numpy.median(some) / some.min()) > UNEQUAL**2
    if SMALL < size < BIG and not unequal and middle < BIG:
        return
    now = patient.loss(patient.theta)
    if numpy.isfinite(base) and numpy.isfinite(now) and now < 0.3 * base:
        return  # it has learnt as it is
    which = patient.choose(min(SAMPLES, patient.samples))
    raw, good = (_tried(patient, x, which) for x in (None, _standardized(X)))
    if good is None or not numpy.isfinite(good.last):
        return
    as_it_is = float("inf") if raw is None else raw.last
    if as_it_is > good.last / BETTER or (size >= BIG and raw is not None and raw.first > WORSE * abs(good.first)):
        byte = X.min() >= 0 and 100 < X.max() <= 255 and not unequal
        yield Finding(
            "input-scale", "X", _what(X, size, unequal, some),
            ("write X / 255" if byte else f"write X / {float(f'{size:.1g}'):g}, or (X - mean) / deviation")
            if not unequal and middle < BIG else
            "write (X - X.mean(axis=0)) / X.std(axis=0), with the same numbers for new data",
            f"{STEPS} steps of your own gradient, each at its best rate, end at a loss of "
            f"{'no finite number' if not numpy.isfinite(as_it_is) else f'{as_it_is:.4g}'} with X as it is and of "
            f"{good.last:.4g} with X standardized", 0.96,
        )  # fmt: skip


def _what(X: Host, size: float, unequal: bool, deviations: Host) -> str:
    if unequal:
        return (
            f"the features' deviations differ {deviations.max() / deviations.min():.0f} times: one drowns the others."
        )
    if size >= BIG:
        return f"the inputs are about {size:.0f} in size, from {X.min():g} to {X.max():g}; they should be about 1."
    if size <= SMALL:
        return f"the inputs are about {size:.1g} in size; they should be about 1."
    return "the inputs are far from 0 for how little they vary."


def _standardized(X: Host) -> Host:
    deviations = numpy.std(X, axis=0)
    return (X - X.mean(axis=0)) / numpy.where(deviations > 0, deviations, 1.0)


def _tried(patient: Patient, X: Host | None, which: list[int]) -> Trial | None:
    """Run at the best of a few rates on these inputs."""
    data = patient.part(which)
    if X is not None:
        own = patient.host[0]
        rows = X[which]
        turned = own.ndim == 2 and own.shape[0] != patient.samples
        shape = numpy.asarray(patient.host[0]).shape
        shaped = rows.T if turned else rows.reshape(len(which), *shape[1:]) if own.ndim > 1 else rows[:, 0]
        data = patient.with_inputs(shaped, data)
    field = persons_field(patient, data)
    curvature = stiffness(field, patient.theta)
    start = 2.0 / curvature if curvature > 0 else 1.0
    trials = [descend(field, patient.theta, rate * start, STEPS, SECONDS) for rate in (0.5, 0.1, 2.0, 10.0)]
    sound = [trial for trial in trials if numpy.isfinite(trial.last)]
    return min(sound, key=lambda trial: trial.last, default=None)
