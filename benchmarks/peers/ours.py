"""xnn on one of its backends. An epoch is one of ``xnn.train``'s own."""

from dataclasses import replace
from typing import Any

import numpy as np

import xnn
from xnn.backends import Backend, resolve
from xnn.nn import MLP, Dense, Penalty, SoftmaxCrossEntropy
from xnn.optimizers import OPTIMIZERS
from xnn.training.step import Recipe

from ..setting import LEARNING_RATE, Setting
from .floors import multiply_in
from .peer import Peer
from .timing import cupy_events, torch_events


class Xnn(Peer):
    backend: str

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.place = resolve(self.backend, setting.device)
        optimizer = OPTIMIZERS[setting.optimizer]()
        recipe = Recipe(MLP(setting.sizes), SoftmaxCrossEntropy(), optimizer, Penalty(), {})
        self.step = self.compiler().compile(recipe.step, donate=(0, 1))
        with self.place.scope():
            self.params = [Dense(self.place.floats(W), self.place.floats(b)) for W, b in setting.weights()]
            self.state = optimizer.init(self.params)
            n = setting.batch_size
            self.batch = self.place.floats(self.X[:n]), self.place.asarray(self.y[:n])
        self.model: Any = None

    def compiler(self) -> Backend:
        return self.place.backend

    def steps(self, count: int) -> float:
        loss: Any = 0.0
        with self.place.scope():
            for _ in range(count):
                self.params, self.state, loss, _, _ = self.step(
                    self.params, self.state, *self.batch, None, None, LEARNING_RATE
                )
            self.place.to_host(self.params[-1].b)  # waits for the last update
            return float(loss)

    def epochs(self, count: int) -> list[float]:
        result = xnn.train(
            self.X,
            self.y,
            hidden=self.setting.sizes[1:-1],
            optimizer=self.setting.optimizer,
            learning_rate=LEARNING_RATE,
            epochs=count + 1,
            batch_size=self.setting.batch_size,
            validation=None,
            scale=None,
            metrics=(),
            progress=False,
            backend=self.backend,
            device=self.setting.device,
            doctor="off",  # random labels are not learnt; `watching` tells what it costs
        )
        self.model = result.model
        return result.history.seconds[1:]  # the first may compile

    def predict(self) -> np.ndarray:
        return self.model.predict(self.X)


class XnnNumpy(Xnn):
    backend = "numpy"


class XnnTorch(Xnn):
    backend = "torch"

    def seconds(self, count: int) -> float:
        return torch_events(lambda: self.steps(count)) if self.setting.device == "cuda" else super().seconds(count)


class XnnCupy(Xnn):
    backend = "cupy"

    def __init__(self, setting: Setting) -> None:
        multiply_in(setting.precision)
        super().__init__(setting)

    def seconds(self, count: int) -> float:
        return cupy_events(lambda: self.steps(count))


class XnnCupyBranches(XnnCupy):
    """Computing side by side what does not wait for one another."""

    def compiler(self) -> Backend:
        return replace(self.place.backend, branches=True)  # type: ignore[call-arg]


class XnnJax(Xnn):
    backend = "jax"
