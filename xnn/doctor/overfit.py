"""Overfitting a small batch with the user's own functions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy

from ..gradcheck.parts import Host
from .examination import Examination
from .limits import ADAM_RATE, BUDGET_FIT, FIT_ERROR, STEPS_FIT, STEPS_LEAST, STEPS_PROVE
from .penalty import decay_factor, without_decay
from .run.history import RunHistory, weight_names
from .run.units import Units
from .subject import Subject
from .trial import Trial, Watch, adam, curvature, descend

OTHERS = (0.003, 0.1, 0.3)  # rates of Adam, after the first
PLAIN = (1.0, 0.2)  # times the largest stable rate, of plain steps
EVERY = 20  # steps between two looks into the units


class Fit(NamedTuple):
    """The best trial.

    Attributes
    ----------
    which : list of int
        The samples.
    error : float
        Share wrongly classified; for quantities the loss over the constant-prediction baseline.
    trial : Trial
    history : RunHistory
    base : float
        The constant-prediction baseline of these samples.
    starved : bool
        Whether all ended because the budget did: a costly program proves nothing by so few steps.
    """

    which: list[int]
    error: float
    trial: Trial
    history: RunHistory
    base: float
    starved: bool = False


def overfit(exam: Examination, theta: Host, count: int, quick: bool = False, budget: float = BUDGET_FIT) -> Fit | None:
    """Train on `count` samples, one way after the other, until one fits; `quick` tries the first way alone."""
    subject = exam.subject
    if subject.samples is None:
        return None
    which = subject.choose(min(count, subject.samples))
    data = subject.part(which)
    field = without_decay(subject, data, decay_factor(subject, which, exam.facts.reduction))
    base = exam.facts.baseline_of(which)
    first = field.loss(theta)
    if not numpy.isfinite(first):
        return None
    goal = 0.01 * (base if numpy.isfinite(base) and base > 0 else abs(first))
    best: Fit | None = None
    left, longest = budget, 0
    for rate in (ADAM_RATE, *PLAIN, *OTHERS):
        steps = field.affords(left, STEPS_FIT, STEPS_LEAST)
        history = RunHistory(title=f"Overfitting {len(which)} samples")
        watch = _recorder(subject, history, which)
        if rate in PLAIN:
            steep = curvature(field, theta)
            if not steep > 0:
                continue
            trial = descend(field, theta, 2.0 * rate / steep, steps, goal, watch)
        else:
            trial = adam(field, theta, rate, steps, goal, watch)
        left -= trial.steps * field.cost
        if len(trial.losses) < 2:
            continue
        error, longest = _error(exam, trial, which, base), max(longest, trial.steps)
        if best is None or error < best.error:
            best = Fit(which, error, trial, history, base, trial.steps == steps)
        if best.error <= FIT_ERROR or quick or left <= 0:
            break
    return best and best._replace(starved=best.starved and longest < STEPS_PROVE)


def _recorder(subject: Subject, history: RunHistory, which: Sequence[int]) -> Watch:
    leaves = subject.program.leaves
    names = [leaf.name for leaf in leaves if leaf.size]
    history.matrices = weight_names([leaf.name for leaf in leaves], [leaf.shape for leaf in leaves])
    parts, units = [leaf for leaf in leaves if leaf.size], Units()

    def watch(step: int, loss: float, before: Host, after: Host, g: Host) -> None:
        history.loss.append((step, loss))
        if step % EVERY and step > EVERY:
            return
        history.add_norms(history.gradient_norm, step, names, [g[p.slice] for p in parts])
        history.add_change(step, names, [after[p.slice] for p in parts], [before[p.slice] for p in parts])
        traces = subject.traces(after, which)
        if traces is not None and subject.network is not None:
            for layer, trace in zip(subject.network.layout, traces[:-1], strict=False):
                units.take(history, step, layer.W_name, trace.a[0])

    return watch


def _error(exam: Examination, trial: Trial, which: Sequence[int], base: float) -> float:
    accuracy = exam.predictions.accuracy(trial.theta, which)
    if numpy.isfinite(accuracy):
        return 1.0 - accuracy
    size = base if numpy.isfinite(base) and base > 0 else abs(trial.first) or 1.0
    return float(numpy.min(trial.losses[numpy.isfinite(trial.losses)])) / size
