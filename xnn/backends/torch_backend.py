"""PyTorch: its tensors, without its autograd."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy

from .backend import Backend, Slots
from .namespaces import Array


@dataclass(frozen=True)
class TorchBackend(Backend):
    """PyTorch on the CPU and on CUDA."""

    exhausted: ClassVar[tuple[str, ...]] = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")

    def _devices(self) -> list[Any]:
        torch = self.namespace
        return [torch.device("cpu"), *(torch.device("cuda", i) for i in range(torch.cuda.device_count()))]

    def device(self, name: str | None) -> Any:
        """Turn a device's name into a ``torch.device``; None is the CPU."""
        return super().device("cpu" if name is None else name)

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

    def heaviside(self, x: Array) -> Array:
        """Return 1 where ``x > 0`` and 0 elsewhere: not by way of truth values, which PyTorch converts slowly."""
        import torch

        x = x.detach()  # autograd has no use for a step's derivative
        return torch.gt(x, 0, out=torch.empty_like(x))

    def update(
        self, optimizer: Any, params: list[Array], gradients: list[Array], slots: Slots, rate: Any, t: Any
    ) -> tuple[list[Array], Slots]:
        """Apply an optimizer's rule; on the CPU by PyTorch's own kernel, one pass on all cores, where it has one."""
        kernel = _KERNELS.get(getattr(optimizer.rule, "kernel", ""))
        import torch

        # They have an underscore and so no promise: where one is missing, the rule itself does the same.
        if kernel is None or params[0].device.type != "cpu" or not hasattr(torch, kernel):
            return super().update(optimizer, params, gradients, slots, rate, t)
        options: dict[str, Any] = {"lr": rate, "weight_decay": 0.0, "maximize": False}
        if kernel == "_fused_sgd_":
            tensors = (params, gradients, [])
            options |= {"momentum": 0.0, "dampening": 0.0, "nesterov": False, "is_first_step": False}
        else:
            tensors = (params, gradients, *slots, [], [torch.tensor(float(t))] * len(params))
            options |= {"beta1": optimizer.beta1, "beta2": optimizer.beta2, "eps": optimizer.epsilon, "amsgrad": False}
        getattr(torch, kernel)(*tensors, **options)
        return params, slots


_KERNELS = {"sgd": "_fused_sgd_", "adam": "_fused_adam_"}
TORCH = TorchBackend("torch", "torch", "pip install torch", "array_api_compat.torch")
