"""What some libraries do in fewer passes over big arrays than the standard's functions need."""

from collections.abc import Callable
from typing import Any

from .backend import Backend
from .namespaces import Array, namespace
from .registry import backend_of_namespace

_ANY = Backend("any", "numpy", "")  # for arrays of a library that nobody registered


def backend_or_any(*arrays: Array) -> Backend:
    """Return the backend of arrays, all of one library; of an unknown one, a backend that has the standard alone."""
    return backend_of_namespace(namespace(*arrays)) or _ANY


def matmul(a: Array, b: Array) -> Array:
    """Return ``a b``, for a of shape (n, k) and b of shape (k, m), each in any order in memory.

    Examples
    --------
    >>> import numpy as np
    >>> matmul(np.array([[1., 2.]]), np.array([[3.], [4.]]))
    array([[11.]])
    """
    return backend_or_any(a, b).matmul(a, b)


def affine(x: Array, W: Array, b: Array) -> Array:
    """Return ``x W + b``, for x of shape (n, in), W of shape (in, out) and b of shape (out,).

    Examples
    --------
    >>> import numpy as np
    >>> affine(np.array([[1., 2.]]), np.array([[3.], [4.]]), np.array([0.5]))
    array([[11.5]])
    """
    return backend_or_any(x, W, b).affine(x, W, b)


def axpby(a: Any, x: Array, b: float, y: Array) -> Array:
    """Return ``a x + b y``, in the memory of `y` where the library can.

    Parameters
    ----------
    a : float or array, shape ()
    x, y : array
        Of one shape. `y` must not be used afterwards.
    b : float

    Returns
    -------
    array, of the shape of `y`

    Examples
    --------
    >>> import numpy as np
    >>> axpby(-0.5, np.array([2., 4.]), 1.0, np.array([1., 1.]))
    array([ 0., -1.])
    """
    return backend_or_any(x, y).axpby(a, x, b, y)


def fused(formula: Callable[..., Any], *arrays: Array) -> Any:
    """Return ``formula(*arrays)``, an elementwise formula, in one pass over the arrays where the library can.

    Examples
    --------
    >>> import numpy as np
    >>> fused(lambda x, y: (x - y) ** 2, np.array([3., 5.]), np.array([1., 1.]))
    array([ 4., 16.])
    """
    return backend_or_any(*arrays).fuse(formula)(*arrays)


def heaviside(x: Array) -> Array:
    """Return 1 where ``x > 0`` and 0 elsewhere, of the shape and data type of `x`.

    Examples
    --------
    >>> import numpy as np
    >>> heaviside(np.array([-2., 0., 3.]))
    array([0., 0., 1.])
    """
    return backend_or_any(x).heaviside(x)
