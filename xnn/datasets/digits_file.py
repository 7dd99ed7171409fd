"""The digits that come with the package: a first data set that needs no network."""

from importlib.resources import files

import numpy as np

from xnn.datasets.dataset import Dataset

__all__ = ["digits"]


def digits() -> Dataset:
    """Load 1,797 handwritten digits of 8 by 8 pixels, embedded in the package.

    Returns
    -------
    Dataset
        ``X`` of shape (1797, 64), float32: whole numbers from 0 (paper) to 16 (ink), row by row of the image.
        ``y`` of shape (1797,), int64: the digit, 0 to 9. Both are fresh arrays at each call.

    Notes ----- The test set of "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI
    Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49, licensed CC BY 4.0. Each value counts
    the ink pixels in one 4 by 4 block of a 32 by 32 bitmap.

    Examples
    --------
    >>> from xnn.datasets import digits
    >>> X, y = digits()
    >>> X.shape, y.shape
    ((1797, 64), (1797,))
    >>> X[0].reshape(8, 8).astype(int)[0].tolist(), int(y[0])
    ([0, 0, 5, 13, 9, 1, 0, 0], 0)
    """
    with (
        files("xnn.datasets").joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as archive,
    ):
        return Dataset(archive["images"].astype(np.float32), archive["labels"].astype(np.int64))
