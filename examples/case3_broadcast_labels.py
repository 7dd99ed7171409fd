"""Case 3: a loss that climbs to 18, because labels of shape (6,) meet outputs of shape (6, 1)
===========================================================================================

Its author had six points in the plane, 2-3-1, sigmoids, the sum of squares, rate 0.001, 10,000 steps; the model was an
interactive playground that learns its circle in seconds. What is wrong:

* y has shape (6,) and the output (6, 1), so y_hat - y is (6, 6), each output against each label: 36 squares, of which
  half are 1 in the end. Hence 18;
* the output's error is 2 * sum(y - y_hat), one number for all samples, and of the wrong sign for a minus in the
  update: the loss climbs;
* db is not summed over the samples, so that each bias becomes a matrix of 6 rows;
* predict is given its point as a column, (2, 1) instead of (1, 2).

Right, the sum of squares of the six points falls below 0.05, and the playground's four sets are learnt: at least 99% of
points that were not trained on in circle, Gaussian and XOR, at least 97% in the spiral.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _common import BLUE, ORANGE, count, new_figure, options, run, save, say, table

import xnn
from xnn import datasets
from xnn.backends import resolve
from xnn.errors import ShapeError
from xnn.nn import Normal, SumOfSquares, Uniform

X = np.array([[3.0, 4], [2, 6], [1, 6], [1, 1], [2, 1], [3, 1]])
Y = np.array([0.0, 0, 0, 1, 1, 1])
SETS = {"circle": datasets.circle, "XOR": datasets.xor, "Gaussian": datasets.gaussians, "spiral": datasets.spiral}


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def weights(seed: int = 2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    W1, W2 = rng.uniform(0, 1, (2, 3)), rng.uniform(0, 1, (3, 1))
    return {"W1": W1, "b1": np.zeros((1, 3)), "W2": W2, "b2": np.zeros((1, 1))}


def predict(p: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    return sigmoid(sigmoid(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])


def loss(p: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> float:
    y_hat = predict(p, X)
    return float(((y_hat - Y) ** 2).sum())


def gradients(p: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
    a1 = sigmoid(X @ p["W1"] + p["b1"])
    y_hat = sigmoid(a1 @ p["W2"] + p["b2"])
    d2 = 2 * np.sum(Y - y_hat) * y_hat * (1 - y_hat)
    d1 = d2 @ p["W2"].T * a1 * (1 - a1)
    return {"W1": X.T @ d1, "b1": d1, "W2": a1.T @ d2, "b2": d2}


params, data, learning_rate = weights(), (X, Y), 0.001  # what xnn check and xnn diagnose take


def theirs(steps: int, rate: float = 0.001) -> tuple[list[float], tuple[int, ...]]:
    """The author's program, as it was; return its losses and the shape of its first bias."""
    p, losses = weights(), []
    for _ in range(steps):
        losses.append(loss(p, X, Y))
        p = {name: p[name] - rate * slope for name, slope in gradients(p, X, Y).items()}
    return losses, p["b1"].shape


def right(steps: int, rate: float, **where: str | None) -> xnn.Result:
    """The same network, loss and start with xnn; `loss` says that y is numbers, of which each output has one."""
    return xnn.train(
        X, Y, hidden=3, activation="sigmoid", output="sigmoid", loss="sum_of_squares", optimizer="sgd",
        learning_rate=rate, initializer=Uniform(0, 1), epochs=steps, batch_size=None, scale=None, validation=None,
        progress=False, **where,
    )  # fmt: skip


def learn_set(name: str, epochs: int, **where: str | None) -> tuple[xnn.Result, datasets.Dataset]:
    """Train on 500 points of a playground set, try 500 others; return the result and the others."""
    noise = 0.1 if name == "spiral" else 0.0  # without noise, all draws of the spiral are the same points
    points, others = (SETS[name](500, noise=noise, seed=seed) for seed in (0, 1))
    result = xnn.train(
        *points, hidden=(32, 16), activation="tanh", learning_rate=0.02, schedule="cosine", batch_size=25,
        # Wide weights fold the plane from the start, which the spiral needs; from small ones it takes much longer.
        initializer=Normal(1.0), epochs=epochs, validation=tuple(others), progress=False, **where,
    )  # fmt: skip
    return result, others


def refusals(**where: str | None) -> list[str]:
    """Return what xnn says to the author's shapes."""
    place = resolve(**where)
    model = right(1, 0.1, **where).model
    said = []
    for wrong in (
        lambda: SumOfSquares()(place.floats(np.zeros((6, 1))), place.floats(Y)),
        lambda: model.predict(X[:1].T),
    ):
        try:
            wrong()
        except ShapeError as error:
            said.append(str(error))
    return said


def draw(results: dict[str, tuple[xnn.Result, datasets.Dataset]], folder: Path) -> Path:
    """Draw the four decision regions, with points that were not trained on."""
    figure = new_figure(8, 7.6)
    from matplotlib.colors import LinearSegmentedColormap  # now that new_figure has seen matplotlib

    colours = LinearSegmentedColormap.from_list("classes", [ORANGE, "white", BLUE])
    side = np.linspace(-6, 6, 200)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    every = []
    for i, (name, (result, (points, labels))) in enumerate(results.items()):
        axes = figure.add_subplot(2, 2, i + 1)
        every.append(axes)
        share = result.model.predict_proba(grid)[:, 1].reshape(200, 200)
        regions = axes.contourf(side, side, share, levels=np.linspace(0, 1, 11), cmap=colours, alpha=0.45)
        axes.contour(side, side, share, levels=[0.5], colors="black", linewidths=1)
        for label, colour, marker in ((0, ORANGE, "o"), (1, BLUE, "^")):
            of_class = points[labels == label]
            axes.scatter(*of_class.T, s=16, c=colour, marker=marker, edgecolors="white", linewidths=0.4, label=label)
        accuracy = result.history.validation_accuracy[-1]
        axes.set(title=f"{name}: {accuracy:.1%} of new points right", xlim=(-6, 6), ylim=(-6, 6), aspect="equal")
        axes.set(xlabel="$x_1$" if i > 1 else None, ylabel="$x_2$" if i % 2 == 0 else None)
    figure.colorbar(regions, ax=every, label="probability of class 1", shrink=0.6)
    handles, names = every[0].get_legend_handles_labels()
    figure.legend(handles, [f"class {name}" for name in names], loc="outside lower center", ncols=2)
    return save(figure, folder, "case3_regions.png")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--steps", type=count, default=10_000, help="on the six points (%(default)s)")
    parser.add_argument("--epochs", type=count, default=100, help="on each playground set (%(default)s)")
    chosen = parser.parse_args(arguments)
    where = {"backend": chosen.backend, "device": chosen.device, "dtype": chosen.dtype}

    losses, shape = theirs(chosen.steps)
    rows = [("theirs, rate 0.001", f"{losses[0]:.2f}", f"{losses[-1]:.4f}", shape)]
    for rate in (0.001, 0.1):
        result = right(chosen.steps, rate, **where)
        b1 = tuple(result.model.params[0].b.shape)
        rows.append((f"right, rate {rate}", f"{result.history.loss[0]:.2f}", f"{result.history.loss[-1]:.4f}", b1))
    table(f"The six points, {chosen.steps} steps", ("", "first loss", "last loss", "shape of b1"), rows)
    predicted = ", ".join(f"{value:.2f}" for value in result.model.predict(X))
    say(f"Predicted in the last row: {predicted}; true: {', '.join(f'{value:.2f}' for value in Y)}")

    results = {name: learn_set(name, chosen.epochs, **where) for name in SETS}
    rows = [
        (name, f"{result.history.accuracy[-1]:.1%}", f"{result.history.validation_accuracy[-1]:.1%}")
        for name, (result, _) in results.items()
    ]
    table("The playground's sets, right", ("", "trained on", "new points"), rows)
    draw(results, chosen.output)
    say("What xnn says to labels of shape (6,), and to a point as a column:")
    for sentence in refusals(**where):
        say(f"  {sentence}")
    say(
        "Why the loss climbs to 18: (6, 1) minus (6,) is (6, 6), 36 differences instead of 6, and the error has one "
        "number for all samples and the wrong sign. With y of shape (6, 1) and 2 (y_hat - y) y_hat (1 - y_hat) for "
        "each sample it falls; a rate of 0.001 is a hundred times too small for 10,000 steps."
    )


if __name__ == "__main__":
    run(main)
