"""The scaling before and behind a network, as PyTorch's modules. This file alone imports PyTorch as it is loaded."""

from importlib import import_module
from typing import Any

# For a type checker without PyTorch, `import torch` would be the file of that name beside this one.
torch: Any = import_module("torch")


class Standardize(torch.nn.Module):
    """``(x - shift) / scale`` in float64, given back in the precision of ``x``."""

    shift: Any
    scale: Any

    def __init__(self, shift: Any, scale: Any) -> None:
        super().__init__()
        self.register_buffer("shift", shift)
        self.register_buffer("scale", scale)

    def forward(self, x: Any) -> Any:
        """Scale each feature."""
        return ((x - self.shift) / self.scale).to(x.dtype)


class Unstandardize(Standardize):
    """``x scale + shift`` in float64, given back in the precision of ``x``."""

    def forward(self, x: Any) -> Any:
        """Undo the scaling of each output."""
        return (x * self.scale + self.shift).to(x.dtype)
