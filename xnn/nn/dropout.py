"""Dropout: units silenced at random while training, the rest scaled up so that the mean stays."""

from numpy.random import Generator

from ..backends import Array
from ..errors import OptionError


def check_rate(rate: float) -> None:
    """Raise OptionError unless `rate` is in [0, 1)."""
    if not 0.0 <= rate < 1.0:
        raise OptionError(f"dropout must be in [0, 1), the share of units silenced, got {rate}.")


def dropout_mask(rng: Generator, shape: tuple[int, ...], rate: float) -> Array:
    """Draw a mask on the host: 0 with probability `rate`, else ``1 / (1 - rate)``; float32.

    Examples
    --------
    >>> import numpy as np
    >>> mask = dropout_mask(np.random.default_rng(0), (2, 1000), rate=0.2)
    >>> sorted({float(entry) for entry in mask.ravel()}), round(float(mask.mean()), 1)
    ([0.0, 1.25], 1.0)
    """
    check_rate(rate)
    kept = rng.random(shape, dtype="float32") >= rate
    return kept.astype("float32") / (1.0 - rate)


def dropout(x: Array, mask: Array) -> Array:
    """``y = x mask``.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
    """
    return x * mask


def dropout_backward(dy: Array, mask: Array) -> Array:
    """``dx = dy mask``."""
    return dy * mask
