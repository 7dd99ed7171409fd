"""The table of backends, and how a name in it becomes a place to compute."""

import sys
from functools import cache
from typing import NamedTuple

from ..errors import MixedArraysError, OptionError, UnknownNameError
from .backend import Backend
from .cupy_backend import CUPY
from .jax_backend import JAX
from .namespaces import Array, Namespace, namespace
from .numpy_backend import NUMPY
from .place import Place
from .strict_backend import ARRAY_API_STRICT
from .torch_backend import TORCH

_REGISTRY: dict[str, Backend] = {backend.name: backend for backend in (NUMPY, CUPY, TORCH, JAX, ARRAY_API_STRICT)}
_FLOATS = ("float32", "float64")


class BackendStatus(NamedTuple):
    """One row of :func:`xnn.backends`."""

    name: str
    available: bool
    version: str | None
    devices: tuple[str, ...]
    reason: str | None


def backends() -> dict[str, BackendStatus]:
    """List every backend: whether it can be used here, and if not exactly why.

    Each library is imported and made to compute a small product, so the first call takes seconds where the
    big ones are installed.

    Returns
    -------
    dict of str to BackendStatus
        With ``name``, ``available``, ``version`` (None if missing), ``devices`` (the default first) and ``reason``
        (None if available).

    Examples
    --------
    >>> import xnn
    >>> xnn.backends()["numpy"].available
    True
    """
    return {name: _status(backend) for name, backend in _REGISTRY.items()}


def _status(backend: Backend) -> BackendStatus:
    reason = backend.why_not()
    devices = backend.devices() if reason is None else ()
    return BackendStatus(backend.name, reason is None, backend.version, devices, reason)


def register_backend(backend: Backend) -> None:
    """Add a backend of your own to the table, or replace one of the same name.

    Parameters
    ----------
    backend : Backend
        An instance of :class:`Backend` for a library that follows the Array API standard; of a subclass where
        it has devices, a compiler or a way to the host of its own.

    Examples
    --------
    >>> import xnn
    >>> xnn.register_backend(xnn.Backend("strict", "array_api_strict", "pip install array-api-strict"))
    >>> "strict" in xnn.backends()
    True
    """
    _REGISTRY[backend.name] = backend
    backend_of_namespace.cache_clear()


def resolve(backend: str = "numpy", device: str | None = None, dtype: str = "float32") -> Place:
    """Turn names into a place to compute.

    Parameters
    ----------
    backend : str
        A name in :func:`backends`.
    device : str, optional
        One of its devices, such as ``"cuda:0"``; its default otherwise.
    dtype : {"float32", "float64"}
        The precision of all floating-point arrays.

    Returns
    -------
    Place

    Raises
    ------
    UnknownNameError
        If there is no such backend or device.
    BackendError
        If the backend cannot be used here, with the reason.
    OptionError
        If `dtype` is neither of the two.

    Examples
    --------
    >>> resolve("numpy").dtype
    'float32'
    """
    if backend not in _REGISTRY:
        raise UnknownNameError("backend", backend, _REGISTRY)
    check_dtype(dtype)
    found = _REGISTRY[backend]
    found.require()
    return Place(found, found.device(device), dtype)


def backend_of(x: Array) -> Backend | None:
    """Return the backend that `x` is an array of, or None if it is no array."""
    try:
        xp = namespace(x)
    except MixedArraysError:
        return None
    return backend_of_namespace(xp)


@cache
def backend_of_namespace(xp: Namespace) -> Backend | None:
    """Return the backend with this namespace, remembered: every step asks."""
    imported = (backend for backend in _REGISTRY.values() if backend.package in sys.modules)
    return next((backend for backend in imported if backend.namespace is xp), None)


def place_like(x: Array, device: str | None = None, dtype: str = "float32") -> Place:
    """Return the place where array `x` is, in precision `dtype`; NumPy for what is no array."""
    backend = backend_of(x)
    if backend is None or backend is NUMPY or device is not None:
        return resolve((backend or NUMPY).name, device, dtype)
    check_dtype(dtype)
    return Place(backend, x.device, dtype)


def check_dtype(dtype: str) -> None:
    """Raise OptionError unless xnn computes in `dtype`."""
    if dtype not in _FLOATS:
        raise OptionError(f"dtype must be 'float32' or 'float64', got {dtype!r}.")
