"""A program of a user's, which pyright and mypy read: what is wrong says so, and is found by both.

Each line that is to be found ends in ``type: ignore``; a checker that finds nothing there reports the comment.
"""

import numpy as np

import xnn
from xnn.interop.onnx import export
from xnn.interop.torch import from_module, to_module

X, y = xnn.datasets.circle(n=100, seed=0)

result: xnn.Result = xnn.train(
    X, y, hidden=(8, 4), activation="tanh", task="classification", loss="auto", optimizer="adamw", schedule="cosine",
    initializer="he_normal", scale=None, dtype="float64", progress="lines", doctor="off", class_weight="balanced",
    metrics=["accuracy"], validation=(X, y),
)  # fmt: skip
xnn.train(X, y, activation=xnn.nn.LeakyReLU(0.2), loss=xnn.nn.BinaryCrossEntropy(), class_weight={0: 1.0, 1: 2.0})
model: xnn.Model = result.model
predicted: np.ndarray = model.predict(X)
losses: list[float] = result.history.loss
score: float = model.score(X, y)
classes: np.ndarray | None = model.classes
layers = xnn.nn.MLP((2, 3, 1), activation="gelu").init(initializer="zeros", dtype="float32")
export(model, "model.onnx", dtype="float32")
back: xnn.Model = from_module(to_module(model), classes=["no", "yes"], loss="binary_cross_entropy")

xnn.train(X, y, task="clasification")  # type: ignore
xnn.train(X, y, activation="rleu")  # type: ignore
xnn.train(X, y, output="linear")  # type: ignore
xnn.train(X, y, loss="mse")  # type: ignore
xnn.train(X, y, optimizer="adamax")  # type: ignore
xnn.train(X, y, schedule="cosin")  # type: ignore
xnn.train(X, y, initializer="xavier")  # type: ignore
xnn.train(X, y, scale="none")  # type: ignore
xnn.train(X, y, dtype="float16")  # type: ignore
xnn.train(X, y, progress="bars")  # type: ignore
xnn.train(X, y, doctor="maybe")  # type: ignore
xnn.train(X, y, class_weight="balance")  # type: ignore
xnn.train(X, y, epochs="3")  # type: ignore
xnn.train(X, y, lerning_rate=0.1)  # type: ignore
xnn.nn.MLP((2, 1), activation="rleu")  # type: ignore
export(result, "model.onnx")  # type: ignore
text: str = model.score(X, y)  # type: ignore
