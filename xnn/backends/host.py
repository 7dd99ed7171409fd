"""Arrays of any library, lists and data frames, as host memory."""

import numpy

from ..errors import DataError
from .namespaces import Array
from .registry import backend_of


def to_host(x: Array, name: str = "the array") -> numpy.ndarray:
    """Return `x` as a NumPy array, from any library and device.

    Parameters
    ----------
    x : array of any backend, nested list, or data frame
        A NumPy array, ``numpy.memmap`` included, is returned as it is.
    name : str
        What to call it in an error.

    Returns
    -------
    numpy.ndarray
        Of the same shape and data type. It shares memory with `x` where that is possible.

    Raises
    ------
    DataError
        If the rows of a list differ in length.

    Examples
    --------
    >>> to_host([[1, 2], [3, 4]])
    array([[1, 2],
           [3, 4]])
    """
    if isinstance(x, numpy.ndarray):
        return numpy.asarray(x) if isinstance(x, numpy.matrix) else x  # whose operators are others
    if backend := backend_of(x):
        return backend.to_host(x)
    if isinstance(x, (list, tuple)) and x and backend_of(x[0]):  # NumPy reads no array on a GPU
        x = [to_host(part, name) for part in x]
    try:
        host = numpy.asarray(x)
    except ValueError:
        raise DataError(f"{name} is ragged: give every row the same number of values.") from None
    return _plain_strings(host) if host.dtype.kind == "O" else host


def _plain_strings(host: numpy.ndarray) -> numpy.ndarray:
    """Give text its own data type: data frames hold it as objects, which nothing can be computed with."""
    flat = host.ravel()
    return host.astype(str) if flat.size and all(isinstance(value, str) for value in flat) else host
