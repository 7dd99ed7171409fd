"""Training on a handful of samples until they are known by heart, with the user's own functions."""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

import numpy

from ..gradcheck.program.tree import Host
from .checks.decay import decay_factor, without_decay
from .facts import baseline
from .predictions import Predictions
from .run.history import RunHistory, weight_names
from .run.units import Units
from .subject import Examination, Subject
from .trial import RATE, SECONDS, STEPS, Trial, Watch, adam, descend, stiffness

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
    history : RunHistory
    base : float
        The loss of knowing nothing about these samples.
    """

    which: list[int]
    error: float
    trial: Trial
    history: RunHistory
    base: float


def overfit(
    subject: Subject, exam: Examination, predictions: Predictions, theta: Host, count: int, quick: bool = False
) -> Fit | None:
    """Train on `count` samples, one way after the other, until one fits; `quick` tries the first way alone."""
    if subject.samples is None:
        return None
    which = subject.choose(min(count, subject.samples))
    reduction = exam.measured.get("reduction", "")
    data = subject.part(which)
    field = without_decay(subject, data, decay_factor(subject, which, reduction))
    base = baseline(subject, which, reduction)
    first = field.loss(theta)
    if not numpy.isfinite(first):
        return None
    goal = 0.01 * (base if numpy.isfinite(base) and base > 0 else abs(first))
    best: Fit | None = None
    began = monotonic()
    for rate in (RATE, *PLAIN, *OTHERS):
        history = RunHistory(title=f"Learning {len(which)} samples by heart")
        watch = _recorder(subject, history, which)
        if rate in PLAIN:
            curvature = stiffness(field, theta)
            if not curvature > 0:
                continue
            trial = descend(field, theta, 2.0 * rate / curvature, STEPS, SECONDS, goal, watch)
        else:
            trial = adam(field, theta, rate, STEPS, SECONDS, goal, watch)
        if len(trial.losses) < 2:
            continue
        error = _error(subject, predictions, trial, which, base)
        if best is None or error < best.error:
            best = Fit(which, error, trial, history, base)
        if best.error <= ERROR or quick or monotonic() - began > PATIENCE:
            break
    return best


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


def _error(subject: Subject, predictions: Predictions, trial: Trial, which: Sequence[int], base: float) -> float:
    accuracy = predictions.accuracy(trial.theta, which)
    if numpy.isfinite(accuracy):
        return 1.0 - accuracy
    size = base if numpy.isfinite(base) and base > 0 else abs(trial.first) or 1.0
    return float(numpy.min(trial.losses[numpy.isfinite(trial.losses)])) / size
