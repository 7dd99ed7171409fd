"""Case 1: MNIST at 1 or 2% accuracy, because the softmax runs over the samples
============================================================================

Its author had 784-64-10, tanh and softmax, weights N(0, 0.01^2), the 10,000 MNIST test images as one batch, rate 0.3,
100 epochs. They suspected the sign of dZ2 = A2 - Y, which is right. What is wrong:

* softmax over axis 0: each class is normalised over the samples, not each sample over the classes;
* m, the number of samples that the gradient is divided by, is X.shape[1] = 784;
* db is summed over axis 1, the units, so that b1 and b2 have 10,000 rows after one update;
* the accuracy looks at 10 rows of the 10,000, and its counter is never reset. So even the 1 or 2% is no accuracy.

Right, the same network reaches 89.4% after 100 epochs with the draw of weights that is the default here. Over twelve
draws it was 89.3 to 89.6%.

The images are found through XNN_DATA_DIR, or downloaded (see xnn.datasets.mnist).
"""

# sphinx_gallery_thumbnail_path = '_static/gallery/case1_softmax_axis.svg'

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from _common import BLUE, GREEN, ORANGE, count, new_figure, options, run, save, say, seed, table

import xnn
from xnn.backends import resolve
from xnn.nn import Normal

Weights = tuple[np.ndarray, ...]  # W1, b1, W2, b2

RATE = 0.3
HIDDEN = 64


class History(NamedTuple):
    """Accuracies after each epoch, in per cent."""

    counted: list[float]  # as the author counted
    true: list[float]
    bias_shape: tuple[int, ...]


def weights(seed: int, dtype: Any = "float64") -> Weights:
    rng = np.random.default_rng(seed)
    W1, b1 = rng.normal(0, 0.01, (784, HIDDEN)).astype(dtype), np.zeros((1, HIDDEN), dtype)
    W2, b2 = rng.normal(0, 0.01, (HIDDEN, 10)).astype(dtype), np.zeros((1, 10), dtype)
    return W1, b1, W2, b2


def forward(params: Weights, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    W1, b1, W2, b2 = params
    Z1 = X @ W1 + b1
    A1 = (np.exp(Z1) - np.exp(-Z1)) / (np.exp(Z1) + np.exp(-Z1))
    Z2 = A1 @ W2 + b2
    A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=0, keepdims=True)
    return A1, A2


def predict(params: Weights, X: np.ndarray) -> np.ndarray:
    return forward(params, X)[1]


def loss(params: Weights, X: np.ndarray, Y: np.ndarray) -> float:
    return float(-np.sum(Y * np.log(predict(params, X))) / len(X))


def gradients(params: Weights, X: np.ndarray, Y: np.ndarray) -> Weights:
    A1, A2 = forward(params, X)
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = dZ2 @ params[2].T * (1 - A1**2)
    return (
        X.T @ dZ1 / m, np.sum(dZ1, axis=1, keepdims=True) / m,
        A1.T @ dZ2 / m, np.sum(dZ2, axis=1, keepdims=True) / m,
    )  # fmt: skip


# What xnn check and xnn diagnose take. Twenty random images stand in for MNIST's: the mistakes are the same.
_rng = np.random.default_rng(0)
params, learning_rate = weights(2), RATE
data = _rng.random((20, 784)), np.eye(10)[_rng.integers(0, 10, 20)]


def theirs(X: np.ndarray, y: np.ndarray, epochs: int, seed: int) -> History:
    """The author's program, as it was, but for float32, which ends the same as float64 in a quarter of the time."""
    params = weights(seed, X.dtype)
    Y = np.eye(10, dtype=X.dtype)[y]
    correct = 0
    history = History([], [], ())
    for _ in range(epochs):
        with np.errstate(all="ignore"):  # the scores grow until e^z overflows; then all is NaN, and class 0 wins
            A2 = predict(params, X)
            slopes = gradients(params, X, Y)
        params = tuple(p - RATE * slope for p, slope in zip(params, slopes, strict=True))
        for i in range(Y.shape[1]):
            correct += int(A2[i].argmax() == y[i])
        history.counted.append(100 * correct / len(y))
        history.true.append(100 * float((A2.argmax(axis=1) == y).mean()))
    return history._replace(bias_shape=params[1].shape)


def right(X: np.ndarray, y: np.ndarray, epochs: int, seed: int, **where: str | None) -> xnn.Result:
    """The same network with xnn; the images are also the validation data, for the accuracy after each epoch."""
    return xnn.train(
        X, y, hidden=HIDDEN, activation="tanh", initializer=Normal(0.01), optimizer="sgd", learning_rate=RATE,
        epochs=epochs, batch_size=None, scale=None, validation=(X, y), progress=False, seed=seed, **where,
    )  # fmt: skip


def draw(history: History, accuracy: list[float], folder: Path) -> Path:
    """Draw the three accuracies against the epochs."""
    figure = new_figure(6.4, 4)
    axes = figure.add_subplot()
    epochs = range(1, len(accuracy) + 1)
    for values, label, colour, line in (
        (accuracy, "right", BLUE, "-"),
        (history.true, "theirs", ORANGE, "--"),
        (history.counted, "theirs, as they counted", GREEN, ":"),
    ):
        axes.plot(epochs, values, line, color=colour, label=label, linewidth=2)
    axes.set(
        title="784-64-10 on the 10,000 MNIST test images",
        xlabel="epoch",
        ylabel="classified rightly / %",
        ylim=(-3, 100),
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="center right")
    return save(figure, folder, "case1_accuracy.png")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--epochs", type=count, default=100, help="steps over all images (%(default)s)")
    parser.add_argument("--seed", type=seed, default=2, help="of the weights (%(default)s)")
    chosen = parser.parse_args(arguments)
    where = {"backend": chosen.backend, "device": chosen.device, "dtype": chosen.dtype}
    resolve(**where)  # so that a wrong name does not cost a download
    X, y = xnn.datasets.mnist("test")

    result = right(X, y, chosen.epochs, chosen.seed, **where)
    history = theirs(X, y, chosen.epochs, chosen.seed)
    accuracy = [100 * share for share in result.history.validation_accuracy]
    shown = [e for e in range(1, chosen.epochs + 1) if e <= 3 or e > chosen.epochs - 3]
    table(
        "Classified rightly / %",
        ("epoch", "theirs, as counted", "theirs, of all images", "right"),
        [(e, *[f"{values[e - 1]:.2f}" for values in (history.counted, history.true, accuracy)]) for e in shown],
    )
    say(str(result))
    say(f"Final loss: {result.history.validation_loss[-1]:.12g}")
    say(f"Shape of b1: theirs {history.bias_shape}, right {tuple(result.model.params[0].b.shape)}")
    draw(history, accuracy, chosen.output)
    say(
        "Why 1 or 2%: the sign of dZ2 = A2 - Y is right, but the softmax must run over the classes (axis=1), m must "
        "be the number of images (X.shape[0]), db must sum over the images (axis=0), and the accuracy must look at "
        "every image, counting anew in each epoch."
    )


if __name__ == "__main__":
    run(main)
