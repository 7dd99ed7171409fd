"""What a network of one or two features says everywhere between its samples."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..backends import to_host
from ..errors import ShapeError
from .axes import COLOURS, MARKERS, axes_for, shortened
from .given import check_count, classes_of, labels, names_of, predicting

_LISTED = 12  # classes in a legend
_MARGIN = 0.05  # around the samples, of their range
_SHAKEN = 0.15  # up and down, of one feature, so that samples do not hide each other


def decision_regions(model: Any, X: Any, y: Any = None, *, resolution: int = 250, ax: Any = None) -> Any:
    """Draw the class that is predicted at each point of the plane, and the samples in it.

    Of a regression the predicted number is drawn, and the samples in the colours of theirs. One feature is drawn along
    the horizontal axis: as bands with the samples at their class, or as the curve of the predictions.

    Parameters
    ----------
    model : Model, Result, estimator or callable
        What predicts of one or two features.
    X : array or data frame, shape (samples, 1) or (samples, 2)
        The samples; they say what part of the plane is drawn.
    y : array, shape (samples,), optional
        Their classes, or numbers. Samples without are not drawn.
    resolution : int
        Points along each axis, at least 2.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ShapeError
        If there are more than two features, or a prediction is more than one number.
    BackendError
        If matplotlib is not installed.

    Examples
    --------
    >>> import xnn
    >>> X, y = xnn.datasets.circle(n=200, seed=0)
    >>> ax = xnn.plots.decision_regions(xnn.train(X, y, epochs=5, progress=False), X, y)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('feature 0', 'feature 1')
    """
    values = to_host(X, "X")
    if values.ndim != 2 or values.shape[1] not in (1, 2):
        raise ShapeError(
            f"decision regions need X of shape (samples, 1) or (samples, 2), got {values.shape}: train on two "
            "features, or give a function that fills in the others."
        )
    check_count("resolution", resolution, 2)
    target = None if y is None else to_host(y, "y")
    target = None if target is None else labels(target, "y", len(values))
    edges = [_edges(column, resolution) for column in values.T.astype(np.float64)]
    points = np.stack([axis.ravel() for axis in np.meshgrid(*edges)], axis=1)
    predict = predicting(model)
    predicted = labels(predict(_like(X, points, values.dtype)), "what the model predicts", len(points))
    known = classes_of(model)
    is_class = (
        known is not None or predicted.dtype.kind != "f" or (target is not None and target.dtype.kind not in "fiu")
    )
    draw: Callable[..., Any] = _classes if is_class else _numbers
    ax = axes_for(ax, (6.2, 4.4) if values.shape[1] == 2 else (6.4, 3.2))
    draw(ax, edges, predicted, values, target, known)
    names = names_of(X, model, values.shape[1])
    ax.set_xlabel(names[0])
    if len(names) == 2:
        ax.set_ylabel(names[1])
    return ax


def _edges(column: np.ndarray, resolution: int) -> np.ndarray:
    low, high = float(column.min()), float(column.max())
    margin = _MARGIN * (high - low) or 0.5
    return np.linspace(low - margin, high + margin, resolution)


def _like(X: Any, points: np.ndarray, dtype: np.dtype) -> Any:
    """Return points as X's own kind: a pandas frame of the same columns, else an array of the same data type."""
    points = points.astype(dtype if dtype.kind == "f" else np.float64)
    return type(X)(points, columns=X.columns) if hasattr(X, "iloc") and hasattr(X, "columns") else points


def _classes(ax: Any, edges: list[np.ndarray], predicted: Any, X: np.ndarray, y: Any, known: Any) -> None:
    from matplotlib.colors import ListedColormap

    seen = [] if y is None else y.tolist()
    names = sorted({*predicted.tolist(), *seen}) if known is None else np.asarray(known).tolist()
    names += sorted({*seen} - {*names})
    index = {name: i for i, name in enumerate(names)}
    k, shape = len(names), [len(axis) for axis in reversed(edges)]
    regions = np.reshape([index[value] for value in predicted.tolist()], shape if len(edges) == 2 else (1, *shape))
    colours = _colours(k)
    x, height = edges[0], edges[1] if len(edges) == 2 else np.array([-0.5, k - 0.5])
    extent = (x[0], x[-1], height[0], height[-1])
    ax.imshow(
        regions, extent=extent, origin="lower", aspect="auto", interpolation="nearest", alpha=0.28,
        cmap=ListedColormap(colours), vmin=-0.5, vmax=k - 0.5,
    )  # fmt: skip
    for i in range(k) if len(edges) == 2 else ():
        inside = (regions == i).astype(float)
        if 0 < inside.sum() < inside.size:
            ax.contour(x, height, inside, levels=[0.5], colors="0.25", linewidths=0.7)
    if len(edges) == 1:
        for boundary in np.flatnonzero(np.diff(regions[0])):
            ax.axvline((x[boundary] + x[boundary + 1]) / 2, color="0.25", linewidth=0.8)
        ax.set_yticks(range(k), [shortened(name) for name in names])
        ax.set(ylim=(-0.5, k - 0.5), ylabel="class")
    if y is not None:
        size = 22 if len(X) < 500 else 12 if len(X) < 3000 else 5
        edge = "white" if k <= len(COLOURS) else "0.25"  # which of many colours is pale
        shaken = np.random.default_rng(0).uniform(-_SHAKEN, _SHAKEN, len(X))
        for name, i in index.items():
            rows = y == name
            ax.scatter(
                X[rows, 0], X[rows, 1] if len(edges) == 2 else i + shaken[rows], s=size, color=colours[i],
                marker=MARKERS[i % len(MARKERS)], edgecolors=edge, linewidths=0.4, label=shortened(name),
            )  # fmt: skip
    if len(edges) == 2:
        _name_classes(ax, names, colours, y is None)


def _colours(k: int) -> list[Any]:
    if k <= len(COLOURS):
        return list(COLOURS[:k])
    from matplotlib import colormaps

    return [colormaps["viridis"](share) for share in np.linspace(0, 0.95, k)]


def _name_classes(ax: Any, names: list[Any], colours: list[Any], without_samples: bool) -> None:
    """Say beside the picture which colour is which class; of many, at a bar."""
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    if len(names) > _LISTED:
        from matplotlib.cm import ScalarMappable

        norm = BoundaryNorm(np.arange(len(names) + 1) - 0.5, len(names))
        ticks = list(range(0, len(names), -(-len(names) // _LISTED)))
        bar = ax.figure.colorbar(ScalarMappable(norm, ListedColormap(colours)), ax=ax, ticks=ticks, label="class")
        bar.ax.set_yticklabels([shortened(names[i]) for i in ticks])
        bar.ax.minorticks_off()
        return
    patches = [Patch(color=colour, label=shortened(name)) for colour, name in zip(colours, names, strict=True)]
    more = {"handles": patches} if without_samples else {}
    ax.legend(title="class", loc="upper left", bbox_to_anchor=(1.0, 1.02), frameon=False, **more)


def _numbers(ax: Any, edges: list[np.ndarray], predicted: Any, X: np.ndarray, y: Any, known: Any) -> None:
    if len(edges) == 1:
        if y is not None:
            ax.plot(X[:, 0], y, ".", color=COLOURS[0], alpha=0.6, label="samples")
        ax.plot(edges[0], predicted, color=COLOURS[1], linewidth=2, label="prediction")
        ax.set_ylabel("prediction" if y is None else "y")
        ax.grid(alpha=0.3)
        if y is not None:
            ax.legend()
        return
    everything = predicted if y is None else np.concatenate([predicted, y])
    limits = {"vmin": float(everything.min()), "vmax": float(everything.max())}
    surface = predicted.reshape(len(edges[1]), len(edges[0]))
    image = ax.pcolormesh(edges[0], edges[1], surface, cmap="viridis", shading="nearest", rasterized=True, **limits)
    if y is not None:
        ax.scatter(X[:, 0], X[:, 1], c=y, s=18, cmap="viridis", edgecolors="white", linewidths=0.5, **limits)
    said = "prediction" if y is None else "prediction; in the circles, y"
    ax.figure.colorbar(image, ax=ax, label=said)
