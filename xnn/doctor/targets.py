"""What is to be learnt, read from y alone: classes as labels or one-hot rows, or numbers."""

from typing import NamedTuple

import numpy

from ..gradcheck.parts import Host
from .limits import MANY_VALUES

FEW_VALUES = 20  # whole numbers without gaps that are classes even where each sample has one of its own


class Targets(NamedTuple):
    """A reading of y.

    Attributes
    ----------
    rows : array, shape (samples, k), or None
        The numbers as they are, one row a sample; None where y does not fit the samples.
    labels : array, shape (samples,), or None
        The class of each sample; None for quantities.
    classes : int
        How many outputs the classes call for; 0 for quantities.
    one_hot : bool
        Whether classes came as rows of 0 and 1.
    """

    rows: Host | None
    labels: Host | None = None
    classes: int = 0
    one_hot: bool = False

    @property
    def chance(self) -> float:
        """The loss of guessing with the classes' frequencies: their entropy; NaN for quantities."""
        if self.labels is None:
            return float("nan")
        share = numpy.unique(self.labels, return_counts=True)[1] / len(self.labels)
        return float(-numpy.sum(share * numpy.log(share)))


def read_targets(y: Host, samples: int | None) -> Targets:
    """Read y."""
    rows = as_rows(y, samples)
    rows = None if rows is None else rows.astype(float)
    if rows is None or not rows.size or not numpy.all(numpy.isfinite(rows)):
        return Targets(rows)
    whole = bool(numpy.all(rows == numpy.round(rows)))
    if rows.shape[1] == 1:
        values = numpy.unique(rows)
        few = len(values) <= min(MANY_VALUES, max(2, len(rows) // 2))
        if y.dtype.kind in "iub":  # whole numbers by type are classes if they leave no gaps, as prices and counts do
            dense = numpy.ptp(values) < 2 * len(values)
            few = few or (dense and len(values) <= max(FEW_VALUES, len(rows) // 2))
        if whole and few and values.min() >= -1 and values.max() < 2000:
            labels = rows[:, 0].astype(int)
            return Targets(rows, labels, 2 if values.max() <= 1 else int(values.max()) + 1)
    elif whole and set(numpy.unique(rows)) <= {0.0, 1.0} and numpy.mean(rows.sum(axis=1) == 1) > 0.5:
        return Targets(rows, numpy.argmax(rows, axis=1), rows.shape[1], True)
    return Targets(rows)


def as_rows(x: Host, samples: int | None) -> Host | None:
    """Return an array with one row a sample, shape (samples, k)."""
    if samples is None or x.dtype.kind not in "fiub" or not x.ndim:
        return None
    if x.ndim == 1:
        return x[:, None] if len(x) == samples else x[None, :] if samples == 1 else None
    if x.ndim == 2 and x.shape[0] != samples and x.shape[1] == samples:
        return x.T
    return x.reshape(samples, -1) if x.shape[0] == samples else None
