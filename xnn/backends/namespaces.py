"""From arrays to the library that made them."""

from typing import Any, TypeAlias

import array_api_compat
import numpy

from ..errors import MixedArraysError
from . import numpy_namespace
from .cupy_namespace import cupy_namespace

# The standard has no common type for "an array of any library", so neither has xnn.
Array: TypeAlias = Any
Namespace: TypeAlias = Any

# A namespace depends on the type of an array alone. Remembering it makes the look-up 10x cheaper than
# array_namespace, which a small network would feel: it is asked a dozen times a step.
# NumPy speaks the standard itself since 2.1; compat's wrappers around clip and sum cost microseconds more.
_by_type: dict[type, Namespace] = {numpy.ndarray: numpy_namespace.NAMESPACE}
_NOT_ARRAYS = (int, float, bool, type(None))


def namespace(*arrays: Array) -> Namespace:
    """Return the Array API namespace of `arrays`, all of one library.

    Parameters
    ----------
    *arrays : array, Python number or None
        Numbers and None belong to every library and are passed over.

    Returns
    -------
    module
        A namespace that follows the Array API standard: NumPy's, ``jax.numpy``, ``array_api_compat.torch``, ...

    Raises
    ------
    MixedArraysError
        If the arrays come from two libraries, or none of them is an array.

    Examples
    --------
    >>> import numpy as np
    >>> namespace(np.ones(3), 2.0).__name__
    'numpy'
    """
    xp = None
    for array in arrays:
        kind = type(array)
        if kind in _NOT_ARRAYS:
            continue
        found = _by_type.get(kind) or _find(array)
        if xp is None:
            xp = found
        elif found is not xp:
            names = " and ".join(sorted(_library(other) for other in (xp, found)))
            raise MixedArraysError(
                f"arrays of {names} meet in one call: convert them to one library first "
                "(xnn.to_host makes a NumPy array of any of them)."
            )
    if xp is None:
        raise MixedArraysError("no array was given, only Python numbers: pass at least one array.")
    return xp


def _find(array: Array) -> Namespace:
    try:
        xp = array_api_compat.array_namespace(array)
    except TypeError:
        raise MixedArraysError(
            f"expected an array of NumPy, CuPy, PyTorch, JAX or another Array API library, "
            f"got {type(array).__name__}: convert it first, for example with numpy.asarray."
        ) from None
    if xp.__name__ == "array_api_compat.numpy":
        xp = numpy_namespace.NAMESPACE
    elif xp.__name__ == "array_api_compat.cupy":
        xp = cupy_namespace()
    _by_type[type(array)] = xp
    return xp


def register_type(kind: type, xp: Namespace) -> None:
    """Take objects of a type for arrays of a namespace: those with which a library traces a function, say."""
    _by_type[kind] = xp


def _library(xp: Namespace) -> str:
    return xp.__name__.removeprefix("array_api_compat.").split(".")[0]
