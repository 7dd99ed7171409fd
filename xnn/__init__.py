"""Neural networks written by hand, on every array library, with gradients you can read and check.

``xnn.train`` trains, ``xnn.check_gradients`` finds the mistake in anyone's backward pass, ``xnn.diagnose`` says why a
network does not learn, ``xnn.backends()`` lists the array libraries, ``xnn.nn`` holds the mathematics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# The function takes the name of its room, which is imported here and so never binds that name again.
from .backends import Backend, backends, register_backend, resolve, to_host
from .errors import XnnError
from .version import __version__ as __version__

if TYPE_CHECKING:
    from . import datasets, doctor, errors, gradcheck, interop, nn, optimizers, training
    from .doctor import Diagnosis, diagnose
    from .gradcheck import (
        GradientError,
        GradientReport,
        check_derivative,
        check_gradients,
        check_layer,
        gradients_from_step,
        gradients_from_update,
        numeric_gradients,
    )
    from .training import Callback, Doctor, History, Model, NotLearningWarning, Result, load, train

__all__ = [
    "Backend",
    "Callback",
    "Diagnosis",
    "Doctor",
    "GradientError",
    "GradientReport",
    "History",
    "Model",
    "NotLearningWarning",
    "Result",
    "XnnError",
    "backends",
    "check_derivative",
    "check_gradients",
    "check_layer",
    "datasets",
    "diagnose",
    "doctor",
    "errors",
    "gradcheck",
    "gradients_from_step",
    "gradients_from_update",
    "interop",
    "load",
    "nn",
    "numeric_gradients",
    "optimizers",
    "register_backend",
    "resolve",
    "to_host",
    "train",
    "training",
]


_ROOMS = ("datasets", "doctor", "gradcheck", "interop", "nn", "optimizers", "training")


def __getattr__(name: str) -> Any:
    """Load a room when it is first used: all of them together take as long to import as NumPy."""
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    for room in ("training", "gradcheck", "doctor"):
        if name in __all__ and hasattr(import_module(f".{room}", __name__), name):
            return getattr(import_module(f".{room}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
