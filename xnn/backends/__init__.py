"""Array libraries by name: which are here, their arrays, their devices.

This is the only room, with ``interop``, that names an array library. Everywhere else the namespace comes from the
arrays themselves, through :func:`namespace`.
"""

from ._backend import Backend
from ._compiled import undisguised
from ._host import to_host
from ._namespace import Array, Namespace, namespace
from ._openblas import advice, kernels
from ._place import Place
from ._primitives import affine, axpby, backend_or_any, fused, heaviside, matmul
from ._registry import BackendStatus, backend_of, backend_of_namespace, backends, place_like, register_backend, resolve

__all__ = [
    "Array",
    "Backend",
    "BackendStatus",
    "Namespace",
    "Place",
    "advice",
    "affine",
    "axpby",
    "backend_of",
    "backend_of_namespace",
    "backend_or_any",
    "backends",
    "fused",
    "heaviside",
    "kernels",
    "matmul",
    "namespace",
    "place_like",
    "register_backend",
    "resolve",
    "to_host",
    "undisguised",
]
