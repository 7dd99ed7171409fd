"""PyTorch: its tensors, without its autograd."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy

from ._backend import Backend
from ._namespace import Array


@dataclass(frozen=True)
class TorchBackend(Backend):
    """PyTorch on the CPU and on CUDA."""

    def _devices(self) -> list[Any]:
        torch = self.namespace
        return [torch.device("cpu"), *(torch.device("cuda", i) for i in range(torch.cuda.device_count()))]

    def device(self, name: str | None) -> Any:
        """Turn a device's name into a ``torch.device``; ``"cuda"`` is the first GPU."""
        return super().device("cuda:0" if name == "cuda" else "cpu" if name is None else name)

    def scope(self, device: Any, dtype: str) -> AbstractContextManager[Any]:
        """Compute without recording for autograd: xnn writes its own backward pass."""
        return self.namespace.no_grad()

    def from_host(self, host: numpy.ndarray, device: Any) -> Array:
        """Move a NumPy array to a tensor, copied where torch cannot share it."""
        # torch refuses negative strides and warns about read-only memory.
        shareable = numpy.require(host, requirements=["C", "W"])
        return self.namespace.asarray(shareable, device=device)

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy a tensor to NumPy."""
        return array.detach().cpu().numpy()


TORCH = TorchBackend("torch", "torch", "pip install torch", "array_api_compat.torch")
