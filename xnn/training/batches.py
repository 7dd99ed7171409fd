"""Data on their way to the device: all at once where they fit, batch by batch from a file that is bigger."""

from collections.abc import Iterator
from contextlib import nullcontext
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from ..backends import Array, Place
from ..nn.checks import check_finite
from .mapped import read_at_random, release
from .scaling import Scaling, check_range
from .team import Team, share

_ROWS = 2**14  # scaled at a time


class Batch(NamedTuple):
    """What a step takes, on the device; where several processes train, a share of it."""

    x: Array
    targets: Array
    weights: Array | None
    size: int
    first: int  # sample of the whole batch that is here
    whole: int  # samples of it


class Data:
    """Samples and how to take some of them. Arrays are moved to the device once; a memmap stays on the host.

    Parameters
    ----------
    place : Place
    X : numpy.ndarray, shape (samples, features)
    targets : numpy.ndarray, shape (samples,) or (samples, K)
    weights : numpy.ndarray, shape (samples,), or None
    scaling : Scaling
    rows : numpy.ndarray of int, optional
        The rows of all three that belong here; all if not given.

    Attributes
    ----------
    targets, weights : array
        Of all samples, on the device; weights may be None.
    samples : int
    """

    def __init__(
        self,
        place: Place,
        X: np.ndarray,
        targets: np.ndarray,
        weights: np.ndarray | None,
        scaling: Scaling,
        rows: np.ndarray | None = None,
    ) -> None:
        self._place = place
        self._xp = place.backend.namespace
        self._scaling = scaling
        self._file = X if isinstance(X, np.memmap) else None
        self._rows = rows if self._file is not None else None
        if rows is not None:
            targets = targets[rows]
            weights = None if weights is None else weights[rows]
        self._x = None if self._file is not None else self._whole(X, rows)
        check_range(targets, place.dtype, "y")
        self.targets = place.asarray(targets) if targets.dtype.kind == "i" else place.floats(targets)
        self.weights = None if weights is None else place.floats(weights)
        self.samples = len(targets)

    def batches(
        self, size: int, rng: np.random.Generator | None = None, first: int = 0, team: Team | None = None
    ) -> Iterator[Batch]:
        """Yield all samples in batches of `size`, the last one smaller, shuffled if `rng` is given.

        A batch of everything is not shuffled: the order of a mean's terms does not matter. `first` is the batch to
        begin with. Of a `team`, each process draws the same order, and takes its share of every batch.
        """
        if size >= self.samples and self._file is None:
            if first == 0:
                yield self._all(*share(self.samples, team))
            return
        order = np.arange(self.samples) if rng is None else rng.permutation(self.samples)
        moved = self._place.asarray(order)
        with nullcontext() if rng is None or self._file is None else read_at_random(self._file):
            for i in range(first, ceil(self.samples / size)):
                start, stop = i * size, min((i + 1) * size, self.samples)
                begin, end = share(stop - start, team)
                chosen = slice(start + begin, start + end)
                yield self._take(order[chosen], moved[chosen], begin, stop - start)

    @property
    def tables(self) -> tuple[Array, Array, Array | None] | None:
        """Inputs, targets and weights of all samples, where they are on the device."""
        return None if self._file is not None else (self._x, self.targets, self.weights)

    def take(self, rows: np.ndarray) -> Batch:
        """Return the batch of these rows."""
        return self._take(rows, self._place.asarray(rows), 0, len(rows))

    def _all(self, begin: int, end: int) -> Batch:
        x: Any = self._x
        targets, weights = self.targets, self.weights
        if end - begin < self.samples:
            x, targets = x[begin:end, ...], targets[begin:end, ...]
            weights = None if weights is None else weights[begin:end]
        return Batch(x, targets, weights, end - begin, begin, self.samples)

    def _take(self, host: np.ndarray, index: Array, first: int, whole: int) -> Batch:
        take = self._xp.take
        x = take(self._x, index, axis=0) if self._file is None else self._read(host)
        weights = None if self.weights is None else take(self.weights, index, axis=0)
        return Batch(x, take(self.targets, index, axis=0), weights, len(host), first, whole)

    def _read(self, index: np.ndarray) -> Array:
        assert self._file is not None
        rows = index if self._rows is None else self._rows[index]
        part = np.asarray(self._file[rows])
        release(self._file)
        check_finite(part, "X", rows)
        return self._scaled(part)

    def _whole(self, X: np.ndarray, rows: np.ndarray | None) -> Array:
        if rows is None and self._scaling.is_none:  # X itself may do
            return self._scaled(X)
        host = np.empty((len(X) if rows is None else len(rows), X.shape[1]), self._place.dtype)
        for start in range(0, len(host), _ROWS):  # scaled in float64, X would take twice its memory once more
            part = slice(start, start + _ROWS)
            host[part] = self._checked(X[part if rows is None else rows[part]])
        return self._place.asarray(host)

    def _scaled(self, part: np.ndarray) -> Array:
        return self._place.floats(self._checked(part))

    def _checked(self, part: np.ndarray) -> np.ndarray:
        scaled = self._scaling.apply(part)
        check_range(scaled, self._place.dtype, "X")
        return scaled
