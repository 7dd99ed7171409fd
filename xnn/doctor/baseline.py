"""The loss of knowing nothing: the best that the same answer for every sample reaches."""

from collections.abc import Sequence

import numpy

from ..gradcheck.evidence.heads import BINARY, CROSS, SQUARED
from ..gradcheck.structure import Host
from .patient import Patient


def baseline(patient: Patient, which: Sequence[int] | None = None, reduction: str = "") -> float:
    """Return it for the samples `which`, decay left out; NaN where loss and targets do not say.

    Cross-entropy: the entropy of the classes' frequencies. Squares: the targets' variance, summed over the outputs.
    """
    network, targets = patient.network, patient.targets
    samples = patient.samples
    if network is None:
        if targets.labels is None or reduction not in ("mean", "sum") or samples is None:
            return float("nan")
        chance = targets.chance if which is None else targets._replace(labels=targets.labels[list(which)]).chance
        return chance * (1 if reduction == "mean" else samples if which is None else len(which))
    T = targets_of(patient, network.layout[-1].W.shape[1])
    if T is None or samples is None:
        return float("nan")
    T = T if which is None else T[list(which)]
    share = numpy.mean(T, axis=0)
    measure = network.head.sharp.measure
    with numpy.errstate(all="ignore"):
        if measure is CROSS:
            each = -numpy.nansum(share * numpy.log(share))
        elif measure is BINARY:
            each = -numpy.nansum(share * numpy.log(share)) - numpy.nansum((1 - share) * numpy.log(1 - share))
        elif measure is SQUARED:
            each = numpy.sum(numpy.var(T, axis=0))
        else:
            return float("nan")
    # The factor before the sum was fitted on a few samples: a mean's is 1 / their number.
    few = len(network.data.X)
    mean = abs(network.factor) * few if reduction != "sum" else abs(network.factor) * len(T)
    return float(each * mean)


def targets_of(patient: Patient, units: int) -> Host | None:
    """Return the targets as a network of `units` outputs meets them, shape (samples, units)."""
    rows, labels = patient.targets.rows, patient.targets.labels
    if rows is not None and rows.shape[1] == units:
        return rows
    if labels is None:
        return None
    base = 1 if labels.min() == 1 and labels.max() == units else 0
    if labels.min() < base or labels.max() - base >= units:
        return None
    return numpy.eye(units)[labels - base]
