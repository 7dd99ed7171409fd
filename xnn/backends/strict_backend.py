"""array-api-strict: the standard and nothing but the standard, for tests."""

from dataclasses import dataclass
from typing import Any

import numpy

from .backend import Backend
from .namespaces import Array


@dataclass(frozen=True)
class StrictBackend(Backend):
    """array-api-strict, whose pretended devices NumPy cannot read."""

    def device_name(self, device: Any) -> str:
        """``"device1"`` for ``Device('device1')``."""
        return str(device).split("'")[1]

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy an array to NumPy by way of the device that NumPy may read."""
        return numpy.asarray(array.to_device(self.namespace.Device("CPU_DEVICE")))


ARRAY_API_STRICT = StrictBackend("array_api_strict", "array_api_strict", "pip install array-api-strict")
