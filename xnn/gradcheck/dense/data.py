"""Which arrays of the user's data are inputs and which are targets, and how their samples lie."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy

from ..program.tree import Host


class Data(NamedTuple):
    """One reading of the user's data: rows of inputs and of targets."""

    X: Host  # (m, in)
    T: Host  # (m, K)
    in_columns: bool
    apart: bool = False  # the user takes sample by sample, each a matrix of one row or one column


def readings(arrays: Sequence[Host]) -> Iterator[tuple[Data, list[int], bool]]:
    """Yield every way of reading the data as inputs and targets, the numbers of outputs, and if inputs come first."""
    given = [x for x in arrays if x.dtype.kind in "fiub" and x.ndim]
    numbers = [_matrix(x.astype("float64")) for x in given]
    for i, x in enumerate(numbers):
        deep, apart = given[i].ndim > 2, 1 in given[i].shape[1:] and given[i].ndim > 2
        for in_columns in (given[i].shape[-1] == 1,) if deep else (False, True):
            if x.ndim == 1:
                views = [x[:, None]] if not in_columns else [x[None, :]]
            else:
                views = [x.T if in_columns and not deep else x]
            views += [X[:, part] for X in views for part, ones in (_WITHOUT_FIRST, _WITHOUT_LAST) if _constant(X, ones)]
            for X in views:
                rest = [(j, y) for j, y in enumerate(numbers) if j != i]
                for j, y in rest or [(i, x)]:
                    T = _rows(y, len(X), in_columns and not deep)
                    if T is not None:
                        yield Data(X, T, in_columns, apart), _outputs(T), i <= j


def _matrix(x: Host) -> Host:
    """Return samples that are matrices themselves, (n, k, 1) or images, as rows."""
    return x.reshape(len(x), -1) if x.ndim > 2 else x


_WITHOUT_FIRST, _WITHOUT_LAST = (slice(1, None), 0), (slice(None, -1), -1)


def _constant(X: Host, column: int) -> bool:
    """Whether a column holds ones, put there for the biases."""
    return X.shape[1] > 1 and bool(numpy.all(X[:, column] == 1.0))


def _rows(y: Host, samples: int, in_columns: bool) -> Host | None:
    """Return the targets as rows, shape (m, K) or (m, 1), or None if there is not one a sample."""
    if y.ndim == 1:
        return y[:, None] if len(y) == samples else y[None, :] if samples == 1 else None
    if y.ndim != 2:
        return None
    if in_columns and y.shape[1] == samples:
        return y.T
    if y.shape[0] == samples:
        return y
    return y.T if y.shape[1] == samples else None


def _outputs(T: Host) -> list[int]:
    """Return the numbers of outputs that fit the targets, the likeliest first: labels may miss the last classes."""
    outputs = [T.shape[1]]
    if T.shape[1] == 1 and numpy.array_equal(T, numpy.round(T)) and T.min() >= 0 and T.max() < 2000:
        top = int(T.max())
        outputs = list(dict.fromkeys([top + 1, 1, top, *range(top + 2, top + 12), 10, 100]))
    return [k for k in outputs if k > 0]


def targets(T: Host, units: int) -> list[Host]:
    """Return the targets for a network of `units` outputs: as they are, or one-hot rows for labels."""
    if T.shape[1] == units:
        return [T]
    found = []
    for base in (0, 1):
        labels = T[:, 0].astype(int) - base
        if labels.min() >= 0 and labels.max() < units:
            found.append(numpy.eye(units)[labels])
    return found
