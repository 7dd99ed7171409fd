"""thinc, with NumPy's matrix products instead of BLIS's where those are faster: on more than one core they are."""

from typing import Any

import numpy as np
from thinc.api import SGD, Adam, Linear, NumpyOps, Relu, chain, set_current_ops

from ..setting import LEARNING_RATE, Setting
from .peer import Peer
from .timing import seconds_of_each


class Thinc(Peer):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        set_current_ops(NumpyOps(use_blis=False))
        layers = [
            (Relu if i < len(setting.sizes) - 2 else Linear)(nO=W.shape[1], nI=W.shape[0])
            for i, (W, _) in enumerate(setting.weights())
        ]
        self.network = chain(*layers)
        self.network.initialize()
        for layer, (W, b) in zip(layers, setting.weights(), strict=True):
            layer.set_param("W", np.ascontiguousarray(W.T))
            layer.set_param("b", b)
        options: Any = {"L2": 0.0, "grad_clip": 0.0, "use_averages": False}
        self.optimizer = (Adam if setting.optimizer == "adam" else SGD)(LEARNING_RATE, **options)
        self.rows = np.arange(setting.batch_size)

    def train(self, rows: np.ndarray | slice) -> float:
        x, y = self.X[rows], self.y[rows]
        z, backward = self.network.begin_update(x)
        # thinc's own softmax and loss are general; this is the shortest way to the same numbers.
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        loss = np.log(total).mean() - z[self.rows, y].mean()
        p /= total
        p[self.rows, y] -= 1
        p /= len(x)
        backward(p)
        self.network.finish_update(self.optimizer)
        return loss

    def steps(self, count: int) -> float:
        loss = 0.0
        for _ in range(count):
            loss = self.train(slice(0, self.setting.batch_size))
        return float(loss)

    def epochs(self, count: int) -> list[float]:
        return seconds_of_each(count, lambda: sum(self.train(rows) for rows in self.batches()))

    def predict(self) -> Any:
        return self.network.predict(self.X).argmax(axis=1)
