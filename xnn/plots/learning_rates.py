"""The loss at each of many learning rates."""

from typing import Any

import numpy as np

from .axes import COLOURS, axes_for, grid

_ABOVE = 0.5  # of the fall of the losses, that is drawn above where they fall from
_NOISE = 0.2  # of the loss: what climbs no further is drawn whole


def learning_rates(found: Any, *, ax: Any = None) -> Any:
    """Draw a learning-rate range test: the loss against the rate, and the rate that is suggested.

    Where the rate is too high the loss climbs without bound; the axis ends a little above the loss that it
    fell from.

    Parameters
    ----------
    found : object
        With ``rates`` and ``losses``, shape (steps,), and ``suggestion``, a rate or None.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    BackendError
        If matplotlib is not installed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from xnn.plots import learning_rates
    >>> found = SimpleNamespace(rates=[1e-4, 1e-3, 1e-2, 1e-1], losses=[2.3, 2.1, 1.2, 9.0], suggestion=3e-3)
    >>> learning_rates(found).get_xscale()
    'log'
    """
    rates, losses = (np.asarray(values, np.float64) for values in (found.rates, found.losses))
    ax = axes_for(ax)
    mark = "." if len(rates) < 60 else ""
    ax.plot(rates, losses, color=COLOURS[0], marker=mark)
    ax.set(xscale="log", xlabel="learning rate", ylabel="loss")
    finite = losses[np.isfinite(losses)]
    if len(finite):
        least = float(finite.min())
        before = float(finite[: finite.argmin() + 1].max())  # what the losses fall from
        if before > least and finite.max() - before > max(_ABOVE * (before - least), _NOISE * abs(before)):
            ax.set_ylim(least - 0.1 * (before - least), before + _ABOVE * (before - least))
    if found.suggestion is not None:
        rate = float(found.suggestion)
        ax.axvline(rate, color=COLOURS[1], linestyle="--", label=f"suggested: {rate:.2g}")
        ax.legend()
    grid(ax)
    return ax
