"""What the units of the first layer look at."""

from collections.abc import Sequence
from math import ceil, prod, sqrt
from typing import Any

import numpy as np

from ..backends import to_host
from ..errors import ShapeError
from .axes import axes_for, name_ticks
from .given import check_count, model_in, names_of

_NAMED = 40  # features that have their name beside the axis


def first_layer(model: Any, shape: Sequence[int] | None = None, *, most: int = 64, ax: Any = None) -> Any:
    """Draw the weights of the first layer: a feature a row and a unit a column, or an image a unit.

    Blue pulls down and red pushes up; white is 0. Both are on one scale, the same on either side. Weights are those of
    the scaled inputs, so that they can be compared.

    Parameters
    ----------
    model : Model, Result or array of shape (features, units)
    shape : sequence of int, optional
        Height and width of an image that the features are the pixels of, as in ``(8, 8)``: each unit is drawn as one.
    most : int
        Units to draw as images, those with the greatest weights.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ShapeError
        If the features are not `shape`'s pixels, or the array is no matrix.
    BackendError
        If matplotlib is not installed.

    Examples
    --------
    >>> import xnn
    >>> xnn.plots.first_layer(xnn.train(epochs=1, progress=False), (8, 8), most=16).get_title()
    'the 16 of 128 units with the greatest weights'
    """
    found = model_in(model)
    W = found.host_params()[0].W if hasattr(found, "host_params") else to_host(found, "the weights")
    if W.ndim != 2:
        raise ShapeError(f"the weights must have shape (features, units), got {W.shape}.")
    limit = float(np.abs(W).max(initial=0.0)) or 1.0
    drawn = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    if shape is None:
        features, units = W.shape
        ax = axes_for(ax, (min(max(0.22 * units, 4.5), 10.0), min(max(0.24 * features, 2.6), 8.0)))
        image = ax.imshow(W, aspect="auto", interpolation="nearest", **drawn)
        names = names_of(None, found, features)
        name_ticks(ax, "y", names, _NAMED)
        _whole_ticks(ax.xaxis)
        ax.set(xlabel="unit of the first layer")
    else:
        tiles, title = _tiles(W, shape, most)
        height, width = tiles.shape
        ax = axes_for(ax, (6.4, min(max(5.4 * height / width, 1.6), 8.0) + 0.4))
        image = ax.imshow(tiles, interpolation="nearest", **drawn)
        _frame(ax, tiles, shape)
        ax.set(xticks=[], yticks=[], title=title)
    ax.figure.colorbar(image, ax=ax, label="weight")
    return ax


def _whole_ticks(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))


def _frame(ax: Any, tiles: np.ndarray, shape: Sequence[int]) -> None:
    """Draw a frame around each image: 0 is as white as what is between them."""
    from matplotlib.patches import Rectangle

    height, width = shape
    for top in range(1, tiles.shape[0], height + 1):
        for left in range(1, tiles.shape[1], width + 1):
            if not np.isnan(tiles[top, left]):
                ax.add_patch(Rectangle((left - 0.5, top - 0.5), width, height, fill=False, color="0.3", linewidth=0.7))
    ax.set_frame_on(False)


def _tiles(W: np.ndarray, shape: Sequence[int], most: int) -> tuple[np.ndarray, str]:
    """Return the units as images side by side, NaN between them, and what they are."""
    features, units = W.shape
    if len(shape) != 2 or prod(shape) != features:
        raise ShapeError(f"shape must be height and width of {features} pixels, got {tuple(shape)}.")
    check_count("most", most, 1)
    shown, title = np.arange(units), f"the {units} units of the first layer"
    if units > most:
        shown = np.sort(np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:most])
        title = f"the {most} of {units} units with the greatest weights"
    height, width = shape
    columns = min(len(shown), ceil(sqrt(len(shown) * 1.6 * height / width)))
    rows = ceil(len(shown) / columns)
    tiles = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1), np.nan)
    for i, unit in enumerate(shown):
        top, left = 1 + (i // columns) * (height + 1), 1 + (i % columns) * (width + 1)
        tiles[top : top + height, left : left + width] = W[:, unit].reshape(height, width)
    return tiles, title
