"""What every built-in data set returns."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dataset"]


class Dataset(NamedTuple):
    """Samples and their labels, so that ``X, y = xnn.datasets.digits()`` works.

    Attributes
    ----------
    X : numpy.ndarray of float32, shape (n, features)
        One sample a row.
    y : numpy.ndarray of int64, shape (n,)
        One class label a sample, from 0.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]

    def __repr__(self) -> str:
        """Give shapes and dtypes: the numbers themselves would fill the screen."""
        return f"Dataset(X={_describe(self.X)}, y={_describe(self.y)})"


def _describe(array: NDArray[Any]) -> str:
    return f"{array.dtype}{list(array.shape)}"
