"""Is one number a sample compared with several outputs? Broadcasting allows it, and every output learns the same."""

from collections.abc import Iterator
from itertools import pairwise

import numpy

from ...findings import Finding
from ..examination import Examination
from ..limits import LAWS
from .mismatch import LOSSES

SAMPLES = 6


def check(exam: Examination) -> Iterator[Finding]:
    """Yield whether the loss is a known one of all outputs with one and the same target.

    The difference that another sample's target makes to a sample's loss, in which a decay cancels, is compared with the
    one that it makes where the target stands in every column, at several parameters.
    """
    subject, targets, predictions = exam.subject, exam.subject.targets, exam.predictions
    if targets.rows is None or targets.rows.shape[1] != 1 or not predictions.own or not exam.facts.batch:
        return
    column, which = targets.rows[:, 0], exam.facts.batch[:SAMPLES]
    pairs = [(i, j) for i, j in pairwise([*which, which[0]]) if column[i] != column[j]]
    own, known, outputs = list[float](), list[list[float]](), 0
    for theta in exam.facts.points:
        rows = predictions.at(theta, which)
        outputs = 0 if isinstance(rows, str) else rows.shape[1]
        if isinstance(rows, str) or outputs < 2:
            return
        for i, j in pairs:
            own.append(subject.loss(theta, subject.part([i])) - subject.loss(theta, subject.exchanged([i], [j])))
            row = rows[which.index(i)][None]
            mine, others = (numpy.full_like(row, column[k]) for k in (i, j))
            known.append([float(each.value(row, mine) - each.value(row, others)) for each in LOSSES])
    for each, values in zip(LOSSES, numpy.asarray(known).T, strict=False):
        if not _proportional(numpy.asarray(own), values):
            continue
        classes = targets.labels is not None
        yield Finding(
            "labels-one-hot" if classes else "labels-shape", "y",
            f"y has one column and the network {outputs} outputs: each of them is to become the "
            f"{'class number' if classes else 'same target'}.",
            f"write y = numpy.eye({max(outputs, targets.classes)})[labels], a column for each output" if classes else
            f"give y {outputs} columns, or the last layer one unit",
            f"the loss is the {each.name} of every output with the one number, over {len(own)} pairs of samples", 0.97,
        )  # fmt: skip
        return


def _proportional(own: numpy.ndarray, known: numpy.ndarray) -> bool:
    """Whether ``own = c known`` with c > 0, for differences that are not all of one size."""
    if not numpy.all(numpy.isfinite(own)) or not numpy.all(numpy.isfinite(known)) or len(own) < SAMPLES:
        return False
    c = float(own @ known) / (float(known @ known) or 1.0)
    varies = numpy.ptp(abs(known)) > 1e3 * LAWS * numpy.max(abs(known))
    return c > 0 and bool(varies) and bool(numpy.linalg.norm(own - c * known) < LAWS * numpy.linalg.norm(own))
