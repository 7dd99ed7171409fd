"""The course of a run."""

from typing import Any

from ..errors import OptionError, UnknownNameError
from .axes import COLOURS, axes_for, grid

_FEW = 30  # epochs of which each has a mark


def history(run: Any, of: str = "loss", *, ax: Any = None) -> Any:
    """Draw the loss, or a metric, against the epochs: in training, and held out.

    A loss or a rate that falls to less than a tenth is drawn on a logarithmic axis. Of a result, the epoch whose
    weights were kept is marked where it is not the last.

    Parameters
    ----------
    run : Result or History
        What :func:`xnn.train` returns, or its ``history``.
    of : str
        ``"loss"``, ``"learning_rate"``, ``"seconds"`` or the name of a metric.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    OptionError
        If `run` is no run.
    UnknownNameError
        If the run has no such metric.
    BackendError
        If matplotlib is not installed.

    Examples
    --------
    >>> import xnn
    >>> result = xnn.train(epochs=3, progress=False)
    >>> xnn.plots.history(result, "accuracy").get_ylabel()
    'accuracy'
    """
    course = getattr(run, "history", run)
    if not (hasattr(course, "loss") and hasattr(course, "metrics")):
        raise OptionError(f"run must be what xnn.train returns, or its history, got {type(run).__name__}.")
    curves = {
        "loss": (course.loss, course.validation_loss),
        "learning_rate": (course.learning_rate, []),
        "seconds": (course.seconds, []),
    } | {name: (values, course.validation_metrics.get(name, [])) for name, values in course.metrics.items()}
    if of not in curves:
        raise UnknownNameError("quantity of this run", of, curves)
    ax = axes_for(ax)
    both = curves[of]
    for name, values, colour, line in zip(("training", "held out"), both, COLOURS, ("-", "--"), strict=False):
        if values:
            mark = "." if len(values) < _FEW else ""
            ax.plot(range(1, len(values) + 1), values, label=name, color=colour, linestyle=line, marker=mark)
    everything = [value for values in both for value in values]
    if of in ("loss", "learning_rate") and _spans(everything):
        ax.set_yscale("log")
    elif of in ("learning_rate", "seconds"):
        ax.set_ylim(0, 1.1 * max(everything, default=1.0))
    _mark_kept(ax, run, len(course.loss))
    _finish(ax, of, everything)
    return ax


def _spans(values: list[float]) -> bool:
    """Whether all are positive, and a decade apart, so that a logarithmic axis says more."""
    return bool(values) and min(values) > 0 and 10 * min(values) < max(values) < float("inf")


def _mark_kept(ax: Any, run: Any, epochs: int) -> None:
    kept = getattr(run, "kept_epoch", epochs)
    if 0 < kept < epochs:
        ax.axvline(kept, color="0.35", linewidth=1, linestyle=":", label=f"epoch {kept}, kept", zorder=0)


def _finish(ax: Any, of: str, values: list[float]) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ax.set(xlabel="epoch", ylabel=of.replace("_", " "))
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
    if "accuracy" in of:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    grid(ax)
    if len(ax.get_legend_handles_labels()[1]) > 1:
        ax.legend()
    if not values:
        ax.set(xticks=[], yticks=[])
        ax.text(0.5, 0.5, "no epoch is finished", ha="center", va="center", transform=ax.transAxes)
