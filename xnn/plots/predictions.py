"""How near the predictions of a regression are to the truth."""

from typing import Any

import numpy as np

from ..backends import to_host
from ..errors import DataError, ShapeError
from .axes import COLOURS, MARKERS, axes_for, grid
from .given import classes_of, predicting

_LISTED = 8  # outputs that have a colour each


def predictions(model: Any, X: Any, y: Any, *, ax: Any = None) -> Any:
    """Draw what a regression predicts against what is true: right is the diagonal.

    The title gives R^2 and the root of the mean squared error, which is in y's units.

    Parameters
    ----------
    model : Model, Result, estimator or callable
        What predicts a number, or several, a sample.
    X : array or data frame, shape (samples, features)
    y : array, shape (samples,) or (samples, outputs)
        The truth.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ShapeError
        If predictions and y differ in shape.
    DataError
        If the model predicts classes: of those :func:`xnn.plots.confusion_matrix` is drawn.
    BackendError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import xnn
    >>> X = np.linspace(-1, 1, 200)[:, None]
    >>> y = np.sin(3 * X[:, 0])
    >>> result = xnn.train(X, y, learning_rate=0.01, epochs=20, batch_size=16, progress=False)
    >>> ax = xnn.plots.predictions(result, X, y)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('true', 'predicted')
    """
    found = predicting(model)(X)
    if classes_of(model) is not None or found.dtype.kind not in "fiu":
        raise DataError("this model predicts classes, no numbers: draw xnn.plots.confusion_matrix.")
    true, found = (_columns(values) for values in (to_host(y, "y"), found))
    if true.shape != found.shape:
        raise ShapeError(f"y must have a number for each prediction, got shape {true.shape} against {found.shape}.")
    ax = axes_for(ax, (4.8, 4.6))
    n, outputs = true.shape
    size, alpha = (18 if n <= 300 else 8 if n <= 3000 else 4), min(0.7, max(0.05, 1200 / n))
    for i in range(outputs):
        each = outputs <= _LISTED
        ax.scatter(
            true[:, i], found[:, i], s=size, alpha=alpha, linewidths=0, color=COLOURS[i if each else 0],
            marker=MARKERS[i if each else 0], label=f"output {i}", rasterized=n > 3000,
        )  # fmt: skip
    both = np.concatenate([true.ravel(), found.ravel()])
    low, high = float(both.min()), float(both.max())
    margin = 0.04 * (high - low) or 0.5
    ends = (low - margin, high + margin)
    ax.plot(ends, ends, color="0.3", linewidth=1, linestyle="--", label="right")
    ax.set(xlim=ends, ylim=ends, aspect="equal", xlabel="true", ylabel="predicted", title=_title(true, found))
    for axis in (ax.xaxis, ax.yaxis):
        _few_ticks(axis, max(map(abs, ends)))
    grid(ax)
    if 1 < outputs <= _LISTED:
        for handle in ax.legend(markerscale=1.5).legend_handles:
            handle.set_alpha(1)
    return ax


def _few_ticks(axis: Any, greatest: float) -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    if 1e4 <= greatest < 1e7:
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _columns(values: np.ndarray) -> np.ndarray:
    return (values[:, None] if values.ndim == 1 else values).astype(np.float64)


def _title(true: np.ndarray, found: np.ndarray) -> str:
    """Say how good they are, as scikit-learn does: R^2 is the mean over the outputs."""
    errors = ((found - true) ** 2).sum(axis=0)
    spread = ((true - true.mean(axis=0)) ** 2).sum(axis=0)
    rmse = float(np.sqrt(errors.sum() / true.size))
    said = f"RMSE {rmse:,.0f}" if 1000 <= rmse < 1e7 else f"RMSE {rmse:.3g}"
    return f"R² {float(np.mean(1 - errors / spread)):.3f}, {said}" if (spread > 0).all() else said
