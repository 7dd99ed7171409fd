"""What every competitor can be asked to do."""

from typing import Any

import numpy as np

from ..setting import Setting
from .timing import kernel_seconds, wall


class Peer:
    """A network with its data. A subclass sets up what it needs from `setting`, and trains."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.X, self.y = setting.data()
        self.rng = np.random.default_rng(2)

    def steps(self, count: int) -> float:
        """Train `count` steps on the first batch, wait for the last, and return its loss (nan if it has none)."""
        raise NotImplementedError

    def seconds(self, count: int) -> float:
        """Return the seconds of `count` steps: between events of the device, where the library has them."""
        return wall(lambda: self.steps(count))

    def busy(self, count: int) -> float | None:
        """Return the seconds of a step in which the GPU computes, None where nobody tells."""
        seconds = kernel_seconds(lambda: self.steps(count))
        return None if seconds is None else seconds / count

    def epochs(self, count: int) -> list[float]:
        """Train `count` epochs, shuffled, each with its mean loss read; return the seconds of each."""
        raise NotImplementedError

    def predict(self) -> Any:
        """Return the class of each sample, as a NumPy array."""
        raise NotImplementedError

    def batches(self) -> list[np.ndarray]:
        """Return the rows of each batch of a shuffled epoch."""
        return np.split(self.rng.permutation(self.setting.samples), self.setting.steps)
