"""The scaling before and behind a network, as PyTorch's modules. This file alone imports PyTorch as it is loaded."""

import torch


class Standardize(torch.nn.Module):
    """``(x - shift) / scale`` in float64, given back in the precision of ``x``."""

    shift: torch.Tensor
    scale: torch.Tensor

    def __init__(self, shift: torch.Tensor, scale: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("shift", shift)
        self.register_buffer("scale", scale)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale each feature."""
        return ((x - self.shift) / self.scale).to(x.dtype)


class Unstandardize(Standardize):
    """``x scale + shift`` in float64, given back in the precision of ``x``."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Undo the scaling of each output."""
        return (x * self.scale + self.shift).to(x.dtype)
