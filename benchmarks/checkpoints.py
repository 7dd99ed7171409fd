"""What a checkpoint after every epoch costs, on the middle network and as many samples as MNIST has."""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

import xnn
from xnn.optimizers import OPTIMIZERS

from .setting import SETTINGS, Setting

SAMPLES, EPOCHS, ROUNDS = 60_000, 2, 6
ALLOWED = 1.01


class Cost(NamedTuple):
    setting: str
    epoch: float  # seconds, without
    wall: float  # median ratio of neighbours, with over without
    processor: float  # the same of the processor's time, in all threads, which other programs disturb less


def measure() -> Cost:
    """Train with and without in turn, each first in every other round; a training before warms both up."""
    setting = SETTINGS[3]._replace(samples=SAMPLES)
    X, y = setting.data()
    walls, processors, epochs = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.safetensors")
        _train(X[:2560], y[:2560], setting, path)
        for i in range(ROUNDS):
            first = _train(X, y, setting, path if i % 2 else None)
            second = _train(X, y, setting, None if i % 2 else path)
            without, with_one = (second, first) if i % 2 else (first, second)
            epochs.append(without[0] / EPOCHS)
            walls.append(with_one[0] / without[0])
            processors.append(with_one[1] / without[1])
    return Cost(str(setting), median(epochs), median(walls), median(processors))


def _train(X: np.ndarray, y: np.ndarray, setting: Setting, path: Path | None) -> tuple[float, float]:
    """Return the seconds that training took from its first step on, and those of the processor."""
    begun: list[float] = []

    class Start(xnn.Callback):
        every_step = False

        def on_start(self, run: xnn.training.Run) -> None:
            begun.extend([time.perf_counter(), time.process_time()])

    xnn.train(
        X, y, hidden=setting.sizes[1:-1], optimizer=OPTIMIZERS[setting.optimizer](), epochs=EPOCHS,
        batch_size=setting.batch_size, validation=None, scale=None, metrics=(), progress=False, doctor="off",
        callbacks=[Start()], checkpoint=path,
    )  # fmt: skip
    return time.perf_counter() - begun[0], time.process_time() - begun[1]
