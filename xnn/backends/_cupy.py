"""CuPy: NumPy's interface on CUDA."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy

from ..errors import UnknownNameError
from ._backend import Backend
from ._namespace import Array


@dataclass(frozen=True)
class CupyBackend(Backend):
    """CuPy on one or more CUDA GPUs, named ``cuda:0``, ``cuda:1``, ..."""

    def devices(self) -> tuple[str, ...]:
        """Name the GPUs."""
        import cupy

        return tuple(f"cuda:{i}" for i in range(cupy.cuda.runtime.getDeviceCount()))

    def device(self, name: str | None) -> Any:
        """Turn ``"cuda:1"`` into a ``cupy.cuda.Device``; None and ``"cuda"`` are the current one."""
        import cupy

        if name in (None, "cuda"):
            return cupy.cuda.Device()
        names = self.devices()
        if str(name) not in names:
            raise UnknownNameError("cupy device", str(name), names)
        return cupy.cuda.Device(names.index(str(name)))

    def scope(self, device: Any, dtype: str) -> AbstractContextManager[Any]:
        """Make `device` the current one: CuPy launches there whatever the arrays' own device."""
        return device

    def from_host(self, host: numpy.ndarray, device: Any) -> Array:
        """Copy a NumPy array to the GPU."""
        with device:
            return self.namespace.asarray(host)

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy a GPU array to NumPy."""
        return array.get()


CUPY = CupyBackend(
    "cupy",
    "cupy",
    'pip install "cupy-cuda12x[ctk]" (or "cupy-cuda13x[ctk]", as nvidia-smi shows)',
    "array_api_compat.cupy",
)
