"""Training on a handful of samples until they are known by heart, with the person's own functions."""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

import numpy

from ..gradcheck.structure import Host
from .baseline import baseline
from .course import Course, weight_names
from .decay import decay_factor, without_decay
from .descent import RATE, SECONDS, STEPS, Trial, Watch, adam, descend, stiffness
from .patient import Examination, Patient
from .predictions import Predictions
from .units import Units

PATIENCE = 2.0  # seconds for all trials together
OTHERS = (0.003, 0.1, 0.3)  # rates of Adam, after the first
PLAIN = (1.0, 0.2)  # times the largest stable rate, of plain steps
ERROR = 0.05
EVERY = 20  # steps between two looks into the units


class Fit(NamedTuple):
    """The best trial.

    Attributes
    ----------
    which : list of int
        The samples.
    error : float
        Share wrongly classified; for quantities the loss over that of knowing nothing.
    trial : Trial
    course : Course
    base : float
        The loss of knowing nothing about these samples.
    """

    which: list[int]
    error: float
    trial: Trial
    course: Course
    base: float


def overfit(
    patient: Patient, exam: Examination, predictions: Predictions, theta: Host, count: int, quick: bool = False
) -> Fit | None:
    """Train on `count` samples, one way after the other, until one fits; `quick` tries the first way alone."""
    if patient.samples is None:
        return None
    which = patient.choose(min(count, patient.samples))
    reduction = exam.measured.get("reduction", "")
    data = patient.part(which)
    field = without_decay(patient, data, decay_factor(patient, which, reduction))
    base = baseline(patient, which, reduction)
    first = field.loss(theta)
    if not numpy.isfinite(first):
        return None
    goal = 0.01 * (base if numpy.isfinite(base) and base > 0 else abs(first))
    best: Fit | None = None
    began = monotonic()
    for rate in (RATE, *PLAIN, *OTHERS):
        course = Course(title=f"Learning {len(which)} samples by heart")
        watch = _recorder(patient, course, which)
        if rate in PLAIN:
            curvature = stiffness(field, theta)
            if not curvature > 0:
                continue
            trial = descend(field, theta, 2.0 * rate / curvature, STEPS, SECONDS, goal, watch)
        else:
            trial = adam(field, theta, rate, STEPS, SECONDS, goal, watch)
        if len(trial.losses) < 2:
            continue
        error = _error(patient, predictions, trial, which, base)
        if best is None or error < best.error:
            best = Fit(which, error, trial, course, base)
        if best.error <= ERROR or quick or monotonic() - began > PATIENCE:
            break
    return best


def _recorder(patient: Patient, course: Course, which: Sequence[int]) -> Watch:
    leaves = patient.program.leaves
    names = [leaf.name for leaf in leaves if leaf.size]
    course.matrices = weight_names([leaf.name for leaf in leaves], [leaf.shape for leaf in leaves])
    parts, units = [leaf for leaf in leaves if leaf.size], Units()

    def watch(step: int, loss: float, before: Host, after: Host, g: Host) -> None:
        course.loss.append((step, loss))
        if step % EVERY and step > EVERY:
            return
        course.add_norms(course.gradient_norm, step, names, [g[p.slice] for p in parts])
        course.add_change(step, names, [after[p.slice] for p in parts], [before[p.slice] for p in parts])
        traces = patient.traces(after, which)
        if traces is not None and patient.network is not None:
            for layer, trace in zip(patient.network.layout, traces[:-1], strict=False):
                units.take(course, step, layer.W_name, trace.a[0])

    return watch


def _error(patient: Patient, predictions: Predictions, trial: Trial, which: Sequence[int], base: float) -> float:
    accuracy = predictions.accuracy(trial.theta, which)
    if numpy.isfinite(accuracy):
        return 1.0 - accuracy
    size = base if numpy.isfinite(base) and base > 0 else abs(trial.first) or 1.0
    return float(numpy.min(trial.losses[numpy.isfinite(trial.losses)])) / size
