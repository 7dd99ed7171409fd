"""Where to compute."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy

from .backend import Backend
from .namespaces import Array
from .scope import Scope


@dataclass(frozen=True)
class Place:
    """Where and in what precision to compute: a backend, one of its devices, a floating data type by name."""

    backend: Backend
    device: Any
    dtype: str

    def scope(self) -> AbstractContextManager[Any]:
        """Return the context in which to compute here; a library's error leaves it as xnn's own, where it has one."""
        return Scope(self.backend, self.device, self.dtype)

    def eager(self) -> AbstractContextManager[Any]:
        """Return the context in which nothing is compiled: each line runs when it is reached."""
        return self.backend.eager()

    def asarray(self, host: numpy.ndarray) -> Array:
        """Move a NumPy array here, with its data type; it may share memory with `host`."""
        return self.backend.from_host(host, self.device)

    def floats(self, host: numpy.ndarray) -> Array:
        """Move a NumPy array here in this precision; it may share memory with `host`."""
        return self.asarray(numpy.asarray(host, dtype=self.dtype))

    def zeros(self, shape: tuple[int, ...]) -> Array:
        """Make an array of zeros here, in this precision."""
        return self.floats(numpy.zeros(shape))

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy an array from here to NumPy."""
        return self.backend.to_host(array)
