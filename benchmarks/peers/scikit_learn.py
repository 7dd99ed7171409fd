"""scikit-learn's MLPClassifier. An epoch is one ``partial_fit`` on everything, so its checks are made once an epoch."""

from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier

from ..setting import LEARNING_RATE, Setting
from .peer import Peer
from .timing import seconds_of_each


class ScikitLearn(Peer):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.classes = np.arange(setting.sizes[-1])
        self.network = MLPClassifier(
            hidden_layer_sizes=setting.sizes[1:-1],
            solver=setting.optimizer,
            alpha=0.0,
            batch_size=setting.batch_size,
            learning_rate_init=LEARNING_RATE,
            momentum=0.0,
            nesterovs_momentum=False,
        )
        self.first = slice(0, setting.batch_size)
        self.steps(1)  # which makes the weights; they and the optimizer then start anew
        for i, (W, b) in enumerate(setting.weights()):
            self.network.coefs_[i][...], self.network.intercepts_[i][...] = W, b
        del self.network._optimizer  # partial_fit makes a new one

    def steps(self, count: int) -> float:
        for _ in range(count):
            self.network.partial_fit(self.X[self.first], self.y[self.first], classes=self.classes)
        return float(self.network.loss_)

    def epochs(self, count: int) -> list[float]:
        return seconds_of_each(count, lambda: self.network.partial_fit(self.X, self.y))

    def predict(self) -> Any:
        return self.network.predict(self.X)
