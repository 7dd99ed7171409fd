"""Gradients out of code that only updates."""

from collections.abc import Callable
from typing import Any

import numpy

from ..backends import to_host
from ..errors import OptionError
from .structure import Structure, walk


def gradients_from_step(step: Callable[..., Any], learning_rate: float) -> Callable[..., Any]:
    """Make a ``gradients`` function of a training step: ``(before - after) / learning_rate``.

    Parameters
    ----------
    step : callable
        ``step(params, *data)`` either changes `params` in place or returns the new ones, of the same structure; one
        step of plain gradient descent, without momentum.
    learning_rate : float
        The rate that it uses. A big one, such as 1, loses the fewest digits.

    Returns
    -------
    callable
        ``gradients(params, *data)``, for :func:`check_gradients`. It steps on a copy: `params` stay as they are.

    Raises
    ------
    OptionError
        If `learning_rate` is not positive; later, if the step changes nothing and returns nothing.

    Examples
    --------
    >>> import numpy as np
    >>> def step(params, x):
    ...     params["w"] -= 0.5 * x
    >>> gradients_from_step(step, learning_rate=0.5)({"w": np.ones(2)}, np.array([1.0, 2.0]))
    {'w': array([1., 2.])}
    """
    if not 0.0 < learning_rate < float("inf"):
        raise OptionError(f"learning_rate must be positive, got {learning_rate}.")

    def gradients(params: Any, *data: Any) -> Any:
        structure = Structure(params)
        before = structure.vector()
        with structure.place.scope():
            copies = structure.at(before)
            returned = step(copies, *data)
        after = copies if returned is None else returned
        parts = [to_host(x).astype("float64") for _, x in walk(after)]
        if len(parts) != len(structure.leaves):
            raise OptionError(
                f"step returned {len(parts)} tensors for {len(structure.leaves)} parameters: let it return the new "
                "parameters, or change those that it is given."
            )
        moved = [leaf.cut(before) - part for leaf, part in zip(structure.leaves, parts, strict=True)]
        if returned is None and not any(numpy.any(part) for part in moved):
            raise OptionError("step changed nothing and returned nothing: let it update the params that it is given.")
        place = structure.place
        with place.scope():
            return structure.rebuild([place.floats(part / learning_rate) for part in moved])

    gradients.rounding = float(numpy.finfo("float64").eps) / learning_rate  # type: ignore[attr-defined]
    return gradients
