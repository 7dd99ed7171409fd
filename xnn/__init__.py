"""Neural networks written by hand, on every array library, with gradients you can read and check.

``xnn.train`` trains, ``xnn.backends()`` lists the array libraries, ``xnn.nn`` holds the mathematics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# The function takes the name of its room, which is imported here and so never binds that name again.
from .backends import Backend, backends, register_backend, resolve, to_host
from .errors import XnnError

if TYPE_CHECKING:
    from . import datasets, errors, nn, optimizers, training
    from .training import Callback, History, Model, Result, load, train

__version__ = "0.1.0"

__all__ = [
    "Backend",
    "Callback",
    "History",
    "Model",
    "Result",
    "XnnError",
    "backends",
    "datasets",
    "errors",
    "load",
    "nn",
    "optimizers",
    "register_backend",
    "resolve",
    "to_host",
    "train",
    "training",
]


def __getattr__(name: str) -> Any:
    """Load a room when it is first used: all of them together take as long to import as NumPy."""
    if name in {"datasets", "nn", "optimizers", "training"}:
        return import_module(f".{name}", __name__)
    if name in __all__:
        return getattr(import_module(".training", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
