"""Which classes are taken for which."""

from typing import Any

import numpy as np

from ..backends import to_host
from ..errors import DataError
from .axes import axes_for, name_ticks
from .given import classes_of, labels, predicting

_COUNTED = 20  # classes up to which each cell has its number
_NAMED = 20  # names beside an axis


def confusion_matrix(model: Any, X: Any, y: Any, *, ax: Any = None) -> Any:
    """Draw how many samples of each class are predicted as each.

    A row is a true class and a column a predicted one, as in scikit-learn. The colour is the share of the row, so that
    rare classes show as well as frequent ones; the number is a count. Of more than 20 classes only the colour is drawn.

    Parameters
    ----------
    model : Model, Result, estimator or callable
        What predicts a class a sample.
    X : array or data frame, shape (samples, features)
    y : array, shape (samples,)
        The true classes.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ShapeError
        If there is not one class a sample.
    DataError
        If classes are numbers that are no whole ones: of a regression :func:`xnn.plots.predictions` is drawn.
    BackendError
        If matplotlib is not installed.

    Examples
    --------
    >>> import xnn
    >>> X, y = xnn.datasets.digits()
    >>> ax = xnn.plots.confusion_matrix(xnn.train(X, y, epochs=3, progress=False), X, y)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('predicted', 'true')
    """
    true = to_host(y, "y")
    true = labels(true, "y", len(true))
    predicted = labels(predicting(model)(X), "what the model predicts", len(true))
    for values in (true, predicted):
        if values.dtype.kind == "f" and (values != np.round(values)).any():
            raise DataError("a confusion matrix needs classes, got numbers: draw xnn.plots.predictions of them.")
    counts, names = _counts(true, predicted, classes_of(model))
    k = len(names)
    side = min(max(0.5 * k, 2.6), 8.0)
    ax = axes_for(ax, (side + 1.9, side + 0.7))
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    _colour_bar(ax, image)
    if k <= _COUNTED:
        size = 9 if counts.max(initial=0) < 1000 and k <= 12 else 7
        for i, j in np.ndindex(counts.shape):
            if counts[i, j]:
                colour = "white" if shares[i, j] > 0.5 else "black"
                ax.text(j, i, f"{counts[i, j]:,}", ha="center", va="center", color=colour, fontsize=size)
    name_ticks(ax, "x", names, _NAMED)
    name_ticks(ax, "y", names, _NAMED)
    right = float(np.trace(counts) / max(counts.sum(), 1))
    ax.set(xlabel="predicted", ylabel="true", title=f"{right:.1%} of {counts.sum():,} samples right")
    return ax


def _counts(true: np.ndarray, predicted: np.ndarray, classes: Any) -> tuple[np.ndarray, list[Any]]:
    """Return the counts (classes, classes), and the classes: the model's, and those that only y has."""
    known = [] if classes is None else np.asarray(classes).tolist()
    others = sorted({*true.tolist(), *predicted.tolist()} - set(known))
    names = [*known, *others]
    index = {value: i for i, value in enumerate(names)}
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, ([index[v] for v in true.tolist()], [index[v] for v in predicted.tolist()]), 1)
    return counts, names


def _colour_bar(ax: Any, image: Any) -> None:
    from matplotlib.ticker import PercentFormatter

    bar = ax.figure.colorbar(image, ax=ax, label="share of the true class", fraction=0.045, pad=0.03)
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1.0))
