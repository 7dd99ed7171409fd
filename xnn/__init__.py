"""Neural networks written by hand, on every array library, with gradients you can read and check.

``xnn.train`` trains, ``xnn.check_gradients`` finds the mistake in anyone's backward pass, ``xnn.diagnose`` says why a
network does not learn, ``xnn.backends()`` lists the array libraries, ``xnn.nn`` holds the mathematics.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .errors import XnnError
from .version import __version__ as __version__

if TYPE_CHECKING:
    from . import datasets, doctor, errors, gradcheck, interop, nn, optimizers, plots, training
    from .backends import Backend, backends, register_backend, resolve, to_host
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
    from .training import Callback, Doctor, History, Model, NotLearningWarning, Result, find_learning_rate, load, train

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
    "find_learning_rate",
    "gradcheck",
    "gradients_from_step",
    "gradients_from_update",
    "interop",
    "load",
    "nn",
    "numeric_gradients",
    "optimizers",
    "plots",
    "register_backend",
    "resolve",
    "to_host",
    "train",
    "training",
]


_PACKAGES = ("datasets", "doctor", "gradcheck", "interop", "nn", "optimizers", "plots", "training")


class _Package(ModuleType):
    """The type of xnn itself: ``backends`` stays the function where Python would bind the package that it loads."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "backends" and isinstance(value, ModuleType):
            value = value.backends
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    """Load what is asked for, and NumPy with it: what NumPy reads when it is imported can be set until then."""
    if name in _PACKAGES:
        return import_module(f".{name}", __name__)
    if name in __all__:
        for package in ("backends", "training", "gradcheck", "doctor"):
            found = import_module(f".{package}", __name__)
            if hasattr(found, name):
                return getattr(found, name)
    where = ""
    if name[:1].isupper():  # a class; for other names, as of modules, no package is to be loaded
        found = [package for package in _PACKAGES if name in import_module(f".{package}", __name__).__all__]
        where = f": it is {__name__}.{found[0]}.{name}" if found else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{where}")


def __dir__() -> list[str]:
    return sorted(__all__)
