"""Inputs brought to mean 0 and standard deviation 1, and back."""

from dataclasses import dataclass
from functools import reduce
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from ..errors import NotFiniteError, OptionError
from ..nn.checks import check_finite
from .mapped import release
from .team import Team, share

SCALES = ("auto", "standard", "common")
_ENTRIES = 2**18  # read at a time, so that a memmap is never in memory as a whole


class _Moments(NamedTuple):
    """What is known of some rows, feature by feature."""

    weight: float  # how many rows there are, or the sum of their weights
    mean: np.ndarray
    squares: np.ndarray  # of the distances to the mean, summed
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def none(cls, features: int) -> "_Moments":
        infinite = np.full(features, np.inf)
        return cls(0.0, np.zeros(features), np.zeros(features), infinite, -infinite)

    @classmethod
    def of(cls, part: np.ndarray, weights: np.ndarray | None) -> "_Moments":
        """Those of some rows, of which one of weight 2 counts as two and one of weight 0 as none."""
        if weights is not None:
            part, weights = part[weights > 0], weights[weights > 0]
            if not len(part):
                return cls.none(part.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            count = len(part) if weights is None else float(weights.sum())
            mean = part.mean(axis=0) if weights is None else weights @ part / count
            apart = (part - mean) ** 2
            squares = apart.sum(axis=0) if weights is None else weights @ apart
        return cls(count, mean, squares, part.min(axis=0), part.max(axis=0))

    def joined(self, other: "_Moments") -> "_Moments":
        """Join those of two sets of rows."""
        if not other.weight:
            return self
        count, n = self.weight, other.weight
        with np.errstate(over="ignore", invalid="ignore"):
            apart = other.mean - self.mean
            squares = self.squares + (other.squares + apart**2 * (count * n / (count + n)))
            mean = self.mean + apart * (n / (count + n))
        return _Moments(count + n, mean, squares, np.minimum(self.low, other.low), np.maximum(self.high, other.high))


@dataclass(frozen=True)
class Scaling:
    """``(x - shift) / scale`` for each feature.

    Attributes
    ----------
    shift, scale : numpy.ndarray, shape (features,), float64
    """

    shift: np.ndarray
    scale: np.ndarray

    @classmethod
    def none(cls, features: int) -> "Scaling":
        """Leave everything as it is."""
        return cls(np.zeros(features), np.ones(features))

    @classmethod
    def fit(
        cls,
        X: np.ndarray,
        kind: Any = "auto",
        rows: np.ndarray | None = None,
        name: str = "X",
        weights: np.ndarray | None = None,
        team: Team | None = None,
        which: np.ndarray | None = None,
    ) -> "Scaling":
        """Choose shift and scale from the given rows of X, or all.

        Parameters
        ----------
        X : numpy.ndarray, shape (samples, features)
        kind : {"auto", "standard", "common", None}
            "standard": mean and standard deviation of each feature. "common": one mean and one deviation for all,
            for features of one kind such as pixels, where a rim pixel that hardly varies must not be blown up.
            "auto": common where three quarters of the features that vary have at least a quarter of the widest
            one's range, else standard. None: neither.
        rows : numpy.ndarray of int, optional
        name : str
            What X is called in an error.
        weights : numpy.ndarray, shape (samples,), optional
            A sample of weight 2 counts as two of them, one of weight 0 as none.
        team : Team, optional
            Processes of which each reads a share of a memmap.
        which : numpy.ndarray of bool, shape (features,), optional
            The features to scale, where some are to be left as they are.

        Raises
        ------
        NotFiniteError
            If X is a memmap that holds NaN or infinity (other arrays were checked when they came), or holds numbers of
            which the squares overflow.

        References
        ----------
        Chunks are joined as in Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
        sample variances", 1979.
        """
        found = cls.none(X.shape[1])
        if kind is None:
            return found
        if not isinstance(kind, str) or kind not in SCALES:
            raise OptionError(f"scale must be one of {', '.join(SCALES)} or None, got {kind!r}.")
        chosen = slice(None) if which is None else which
        features = len(found.shift[chosen])
        if not features:
            return found
        total = len(X) if rows is None else len(rows)
        size = max(1, _ENTRIES // features)
        team = team if isinstance(X, np.memmap) else None
        first, last = share(ceil(total / size), team)
        moments = _Moments.none(features)
        for start in range(first * size, min(last * size, total), size):
            read = range(start, min(start + size, total)) if rows is None else np.sort(rows[start : start + size])
            part = X[start : start + size] if rows is None else X[read]
            if isinstance(X, np.memmap):
                check_finite(part, name, read)
            w = None if weights is None else weights[np.asarray(read)]
            moments = moments.joined(_Moments.of(np.asarray(part[:, chosen], dtype=np.float64), w))
            release(X)
        if team is not None:
            moments = reduce(_Moments.joined, team.exchange(moments))
        count, mean, squares, low, high = moments
        if not count:  # all weights are 0
            return found
        if not np.all(np.isfinite(squares)):
            raise too_large(name, max(-low.min(), high.max()), "float64")
        if kind == "common" or (kind == "auto" and _of_one_kind(high - low)):
            squares = np.full(features, squares.mean() + count * mean.var())
            mean = np.full(features, mean.mean())
        deviation = np.sqrt(squares / count)
        deviation[deviation <= 1e-7 * np.abs(mean)] = 1.0  # constant, but for rounding
        found.shift[chosen], found.scale[chosen] = mean, deviation
        return found

    @property
    def is_none(self) -> bool:
        """Whether it leaves everything as it is."""
        return not self.shift.any() and bool(np.all(self.scale == 1.0))

    def apply(self, x: np.ndarray) -> np.ndarray:
        """``(x - shift) / scale`` on the host."""
        if self.is_none:
            return x
        with np.errstate(over="ignore"):  # check_range tells what is too large
            scaled = x - self.shift
            scaled /= self.scale
        return scaled

    def undo(self, x: np.ndarray) -> np.ndarray:
        """``x scale + shift`` on the host."""
        return x if self.is_none else x * self.scale + self.shift


def check_range(x: np.ndarray, dtype: str, name: str) -> None:
    """Raise NotFiniteError if the squares of `x`, as the network gets it, overflow in `dtype`."""
    if x.dtype.kind != "f" or not x.size:
        return
    largest = float(max(x.max(), -x.min()))
    if largest > float(np.finfo(dtype).max) ** 0.5:
        raise too_large(name, largest, dtype)


def too_large(name: str, largest: float, dtype: str) -> NotFiniteError:
    """Return the error of numbers too large to be computed with."""
    return NotFiniteError(
        f"{name} reaches {largest:.3g}, of which the square overflows {dtype}: give it in larger units, or clip what "
        "is no measurement."
    )


def _of_one_kind(spans: np.ndarray) -> bool:
    varying = np.sort(spans[spans > 0])
    return len(varying) > 1 and bool(varying[(len(varying) - 1) // 4] >= 0.25 * varying[-1])
