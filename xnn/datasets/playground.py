"""Four two-dimensional sets that can be drawn, as in the TensorFlow playground.

The formulas are those of https://github.com/tensorflow/playground/blob/master/src/dataset.ts; its labels +1
and -1 are 1 and 0 here, an odd n gives exactly n points, and the rows come shuffled, since a validation set
is often cut from the end.
"""

import math
import operator

import numpy as np
from numpy.typing import NDArray

from xnn.datasets.dataset import Dataset
from xnn.errors import OptionError

__all__ = ["circle", "gaussians", "spiral", "xor"]

_RADIUS = 5.0  # all sets but the Gaussians lie within this distance of an axis (xor: plus its padding)
_XOR_PADDING = 0.3


def xor(n: int = 500, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Draw points in four quadrants, labelled by whether the two coordinates have the same sign.

    Each coordinate is uniform in (-5, 5), then moved by 0.3 away from zero, which leaves a gap along the
    axes.

    Parameters
    ----------
    n : int
        How many points, at least 1.
    noise : float
        From 0 to 0.5. A point is labelled where it would be after a move by ``noise * uniform(-5, 5)`` in
        each coordinate; the point itself stays.
    seed : int
        Of the random generator, at least 0. The same seed gives the same points.

    Returns
    -------
    Dataset
        ``X`` of shape (n, 2), float32. ``y`` of shape (n,), int64: 1 where ``x1 * x2 >= 0``, otherwise 0.

    Raises
    ------
    OptionError
        An argument is outside its range.

    Examples
    --------
    >>> from xnn.datasets import xor
    >>> X, y = xor(n=200)
    >>> bool(((X[:, 0] * X[:, 1] >= 0) == (y == 1)).all())
    True
    """
    n, noise, generator = _checked(n, noise, seed)
    points = generator.uniform(-_RADIUS, _RADIUS, (n, 2))
    points += np.where(points > 0, _XOR_PADDING, -_XOR_PADDING)
    seen = points + _move(generator, n, noise)
    return _dataset(points, seen[:, 0] * seen[:, 1] >= 0)


def circle(n: int = 500, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Draw a disc (class 1) inside a ring (class 0).

    Half of the points have a distance from the origin that is uniform in (0, 2.5), the others in (3.5, 5);
    the angle is uniform.

    Parameters
    ----------
    n : int
        How many points, at least 1.
    noise : float
        From 0 to 0.5. A point is labelled where it would be after a move by ``noise * uniform(-5, 5)`` in
        each coordinate; the point itself stays.
    seed : int
        Of the random generator, at least 0. The same seed gives the same points.

    Returns
    -------
    Dataset
        ``X`` of shape (n, 2), float32. ``y`` of shape (n,), int64: 1 where the distance is below 2.5,
        otherwise 0.

    Raises
    ------
    OptionError
        An argument is outside its range.

    Examples
    --------
    >>> from xnn.datasets import circle
    >>> X, y = circle(n=200)
    >>> int(y.sum()), bool(((X**2).sum(axis=1)[y == 0] > 12).all())
    (100, True)
    """
    n, noise, generator = _checked(n, noise, seed)
    inside, outside = _halves(n)
    distance = np.concatenate(
        [generator.uniform(0, 0.5 * _RADIUS, inside), generator.uniform(0.7 * _RADIUS, _RADIUS, outside)]
    )
    points = _polar(distance, generator.uniform(0, 2 * math.pi, n))
    seen = points + _move(generator, n, noise)
    return _shuffled(generator, points, np.hypot(seen[:, 0], seen[:, 1]) < 0.5 * _RADIUS)


def gaussians(n: int = 500, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Draw two round Gaussian clouds, around (2, 2) (class 1) and around (-2, -2) (class 0).

    Parameters
    ----------
    n : int
        How many points, at least 1.
    noise : float
        From 0 to 0.5. The variance of both clouds, in each coordinate, is ``0.5 + 7 * noise``: 0.5 to 4.
    seed : int
        Of the random generator, at least 0. The same seed gives the same points.

    Returns
    -------
    Dataset
        ``X`` of shape (n, 2), float32. ``y`` of shape (n,), int64: 1 for the cloud around (2, 2), otherwise
        0.

    Raises
    ------
    OptionError
        An argument is outside its range.

    Examples
    --------
    >>> from xnn.datasets import gaussians
    >>> X, y = gaussians(n=1000)
    >>> X[y == 1].mean(axis=0).round().tolist()
    [2.0, 2.0]
    """
    n, noise, generator = _checked(n, noise, seed)
    positive = np.repeat([True, False], _halves(n))
    centre = np.where(positive[:, None], 2.0, -2.0)
    points = generator.normal(centre, math.sqrt(0.5 + 7 * noise), (n, 2))
    return _shuffled(generator, points, positive)


def spiral(n: int = 500, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Draw two spiral arms that wind 1.75 times around the origin, one half a turn behind the other.

    Point i of the m points of an arm lies at the distance ``5 i / m`` and the angle ``1.75 * 2 pi i / m``,
    plus pi in the second arm (class 0).

    Parameters
    ----------
    n : int
        How many points, at least 1.
    noise : float
        From 0 to 0.5. Each coordinate is moved by ``noise * uniform(-1, 1)``; the label stays.
    seed : int
        Of the random generator, at least 0. The same seed gives the same points.

    Returns
    -------
    Dataset
        ``X`` of shape (n, 2), float32. ``y`` of shape (n,), int64: 1 for the first arm, 0 for the second.

    Raises
    ------
    OptionError
        An argument is outside its range.

    Examples
    --------
    >>> from xnn.datasets import spiral
    >>> X, y = spiral(n=200)
    >>> X.shape, int(y.sum())
    ((200, 2), 100)
    """
    n, noise, generator = _checked(n, noise, seed)
    first, second = _halves(n)
    along = np.concatenate([np.arange(first) / max(first, 1), np.arange(second) / max(second, 1)])
    positive = np.repeat([True, False], (first, second))
    points = _polar(_RADIUS * along, 1.75 * along * 2 * math.pi + np.where(positive, 0.0, math.pi))
    points += noise * generator.uniform(-1, 1, (n, 2))
    return _shuffled(generator, points, positive)


def _halves(n: int) -> tuple[int, int]:
    return n - n // 2, n // 2


def _polar(distance: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give points of shape (n, 2); the angle runs clockwise from the second axis, as in the playground."""
    return np.stack([distance * np.sin(angle), distance * np.cos(angle)], axis=1)


def _move(generator: np.random.Generator, n: int, noise: float) -> NDArray[np.float64]:
    return noise * generator.uniform(-_RADIUS, _RADIUS, (n, 2))


def _shuffled(generator: np.random.Generator, points: NDArray[np.float64], positive: NDArray[np.bool_]) -> Dataset:
    order = generator.permutation(points.shape[0])
    return _dataset(points[order], positive[order])


def _dataset(points: NDArray[np.float64], positive: NDArray[np.bool_]) -> Dataset:
    return Dataset(points.astype(np.float32), positive.astype(np.int64))


def _checked(n: object, noise: object, seed: object) -> tuple[int, float, np.random.Generator]:
    n = _whole("n", n, 1, "pass the number of points to draw")
    seed = _whole("seed", seed, 0, "pass any whole number; the same one gives the same points")
    try:
        strength = float(noise)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        strength = math.nan
    if isinstance(noise, (bool, str)) or not 0 <= strength <= 0.5:
        raise OptionError(f"noise must be a number from 0 to 0.5, not {noise!r}: 0 draws a clean set.")
    return n, strength, np.random.default_rng(seed)


def _whole(name: str, value: object, least: int, advice: str) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise OptionError(f"{name} must be a whole number of at least {least}, not {value!r}: {advice}.")
    return number
