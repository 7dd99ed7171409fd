"""What is measured: six trainings, each with its data and first weights, the same for everybody."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

LEARNING_RATE = 1e-3


class Setting(NamedTuple):
    """A ReLU network with softmax cross-entropy on random data of MNIST's shape, in float32."""

    sizes: tuple[int, ...]
    batch_size: int
    samples: int
    optimizer: str
    device: str | None = None  # None: the CPU
    precision: str = "float32"  # of the matrix products

    def __str__(self) -> str:
        plain = f"{'-'.join(map(str, self.sizes))} {self.optimizer}"
        return plain if self.device is None else f"{plain}, batch {self.batch_size}, {self.precision}"

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        return self.samples // self.batch_size

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        X = rng.random((self.samples, self.sizes[0]), dtype=np.float32)
        return X, rng.integers(0, self.sizes[-1], self.samples)

    def weights(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Draw He's normal weights, as (W, b) a layer."""
        rng = np.random.default_rng(1)
        return [
            ((rng.standard_normal((i, o)) * np.sqrt(2 / i)).astype(np.float32), np.zeros(o, np.float32))
            for i, o in pairwise(self.sizes)
        ]


NETWORKS = (((784, 64, 10), 128, 12_800), ((784, 256, 128, 10), 128, 6_400), ((784, 1024, 1024, 10), 256, 2_560))
SETTINGS = tuple(Setting(*network, optimizer) for network in NETWORKS for optimizer in ("sgd", "adam"))
