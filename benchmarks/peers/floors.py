"""The floor: a step's matrix products alone, on the same library, into memory that is there already."""

from itertools import pairwise
from math import nan
from typing import Any

import numpy as np

from ..setting import Setting
from .peer import Peer
from .timing import cupy_events, seconds_of_each, torch_events


class Floor(Peer):
    """Three products a layer, x W, x^T dz and dz W^T, but for the first layer's last."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        n = setting.batch_size
        self.operands: list[tuple[np.ndarray, np.ndarray]] = []
        for layer, (i, o) in enumerate(pairwise(setting.sizes)):
            x, W, dz = (self.rng.random(shape, dtype=np.float32) for shape in ((n, i), (i, o), (n, o)))
            self.operands += [(x, W), (x.T, dz)] + ([(dz, W.T)] if layer else [])

    def products(self) -> Any:
        raise NotImplementedError

    def steps(self, count: int) -> float:
        for _ in range(count):
            self.products()
        return nan

    def epochs(self, count: int) -> list[float]:
        return seconds_of_each(count, lambda: self.steps(self.setting.steps))


class NumpyFloor(Floor):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.into = [np.empty((a.shape[0], b.shape[1]), np.float32) for a, b in self.operands]

    def products(self) -> None:
        for (a, b), out in zip(self.operands, self.into, strict=True):
            np.matmul(a, b, out=out)


class TorchFloor(Floor):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        import torch

        self.mm, self.torch = torch.mm, torch
        options: dict[str, Any] = {
            "device": setting.device or "cpu",
            "dtype": torch.bfloat16 if setting.precision == "bf16" else torch.float32,
        }
        self.tensors = [
            (
                torch.from_numpy(a).to(**options),
                torch.from_numpy(b).to(**options),
                torch.empty(len(a), b.shape[1], **options),
            )
            for a, b in self.operands
        ]

    def products(self) -> None:
        for a, b, out in self.tensors:
            self.mm(a, b, out=out)

    def steps(self, count: int) -> float:
        loss = super().steps(count)
        if self.setting.device == "cuda":
            self.torch.cuda.synchronize()
        return loss

    def seconds(self, count: int) -> float:
        return torch_events(lambda: self.steps(count)) if self.setting.device == "cuda" else super().seconds(count)


def multiply_in(precision: str) -> None:
    """Tell CuPy to multiply float32 arrays in bf16 if that is asked for; of TF32 an environment variable tells it."""
    from cupy._core import _routines_linalg as cupys

    if precision == "bf16":
        cupys.set_compute_type(np.float32, cupys.COMPUTE_TYPE_BF16)


class CupyFloor(Floor):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        multiply_in(setting.precision)
        import cupy

        self.cupy = cupy
        self.arrays = [(cupy.asarray(a), cupy.asarray(b)) for a, b in self.operands]
        self.into = [cupy.empty((a.shape[0], b.shape[1]), a.dtype) for a, b in self.arrays]

    def products(self) -> None:
        for (a, b), out in zip(self.arrays, self.into, strict=True):
            self.cupy.matmul(a, b, out=out)

    def steps(self, count: int) -> float:
        loss = super().steps(count)
        self.cupy.cuda.Device().synchronize()
        return loss

    def seconds(self, count: int) -> float:
        return cupy_events(lambda: self.steps(count))


class JaxFloor(Floor):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        import jax

        transposed = [[not a.flags.c_contiguous for a in pair] for pair in self.operands]

        def products(arrays: Any) -> Any:
            turned = [
                [a.T if t else a for a, t in zip(*pair, strict=True)] for pair in zip(arrays, transposed, strict=True)
            ]
            return [a @ b for a, b in turned]

        compiled = jax.jit(products)
        arrays = [
            [jax.numpy.array(a.T if t else a) for a, t in zip(pair, turn, strict=True)]
            for pair, turn in zip(self.operands, transposed, strict=True)
        ]
        self.products = lambda: jax.block_until_ready(compiled(arrays))
