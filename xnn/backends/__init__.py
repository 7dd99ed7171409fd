"""Array libraries by name: which are here, their arrays, their devices.

This is the only package, with ``interop``, that names an array library. Everywhere else the namespace comes from the
arrays themselves, through :func:`namespace`.
"""

from .backend import Backend
from .compiled import unwrap
from .host import to_host
from .namespaces import Array, Namespace, namespace
from .openblas import advice, kernels
from .place import Place
from .primitives import affine, axpby, backend_or_any, fused, heaviside, matmul
from .registry import BackendStatus, backend_of, backend_of_namespace, backends, place_like, register_backend, resolve

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
    "unwrap",
]
