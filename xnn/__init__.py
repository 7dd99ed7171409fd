"""Neural networks written by hand, on every array library, with gradients you can read and check.

``xnn.train`` trains, ``xnn.backends`` lists the array libraries, ``xnn.nn`` holds the mathematics.
"""

from . import datasets, errors, nn, optimizers, training
from .backends import Backend, backends, register_backend, to_host
from .errors import XnnError
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
    "to_host",
    "train",
    "training",
]
