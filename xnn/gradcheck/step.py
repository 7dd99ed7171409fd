"""Gradients out of code that only updates."""

from collections.abc import Callable
from types import MethodType
from typing import Any

import numpy

from ..arguments import positive
from ..backends import to_host
from ..errors import OptionError
from .program.tree import Host, Structure, holds_objects, walk

SMALL = 2e-4  # the rate at which many updates are looked at: their sum, and at a half and a quarter of it


def gradients_from_step(step: Callable[..., Any], learning_rate: float) -> Callable[..., Any]:
    """Make a ``gradients`` function of one update: ``(before - after) / learning_rate``.

    Parameters
    ----------
    step : callable
        ``step(params, *data)`` either changes `params` in place or returns the new ones, of the same structure; one
        step of plain gradient descent, without momentum. A method is given `data` alone, with its object as the
        parameters of the check.
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

    Notes
    -----
    A loop over the samples with an update for each is not one step but many, each with the gradient at other
    parameters: see :func:`gradients_from_update`.

    Examples
    --------
    >>> import numpy as np
    >>> def step(params, x):
    ...     params["w"] -= 0.5 * x
    >>> gradients_from_step(step, learning_rate=0.5)({"w": np.ones(2)}, np.array([1.0, 2.0]))
    {'w': array([1., 2.])}
    """
    return FromUpdates(step, positive("learning_rate", learning_rate))


def gradients_from_update(update: Callable[..., Any]) -> Callable[..., Any]:
    """Make a ``gradients`` function of any number of updates, such as an epoch over single samples.

    The sum of the gradients of all updates, each at the parameters that were given, is
    ``G = lim (before - after) / rate`` as the rate goes to 0: extrapolated from three small rates by Richardson's
    method, so that what one update does to the next cancels.

    Parameters
    ----------
    update : callable
        ``update(params, *data, learning_rate)`` changes `params` in place or returns the new ones, by plain gradient
        descent with that rate.

    Returns
    -------
    callable
        ``gradients(params, *data)``: of the loss summed over the updates. For a loss that is a mean,
        ``check_gradients(..., up_to_factor=True)``, or divide by their number.

    Examples
    --------
    >>> import numpy as np
    >>> def epoch(params, xs, learning_rate):
    ...     for x in xs:
    ...         params["w"] -= learning_rate * (params["w"] - x)
    >>> gradients_from_update(epoch)({"w": np.zeros(1)}, np.array([1.0, 2.0]))["w"].round(6)
    array([-3.])
    """
    return FromUpdates(update, None)


class FromUpdates:
    """``gradients`` of one update at a known rate, or of several that are given the rate.

    Attributes
    ----------
    around : callable
        The user's own function; of a method, the function behind it.
    """

    def __init__(self, around: Callable[..., Any], rate: float | None) -> None:
        self.rate = rate
        self._owner = around.__self__ if isinstance(around, MethodType) else None
        self.around = around.__func__ if isinstance(around, MethodType) else around

    def __call__(self, params: Any, *data: Any) -> Any:
        """Return the gradients in the structure of `params`; where objects hold them, by name those that moved."""
        structure = Structure(params, chosen=[name for name, _ in walk(params, whole=True)])
        if self.rate is not None:
            found = [part / self.rate for part in self.moved(structure, data)]
        else:
            rates = (SMALL, SMALL / 2, SMALL / 4)
            three = [[part / rate for part in self.moved(structure, (*data, rate))] for rate in rates]
            found = [(8 * nearest - 6 * near + far) / 3 for far, near, nearest in zip(*three, strict=True)]
        place = structure.place
        with place.scope():
            if holds_objects(params):
                return {name: part for name, part in zip(structure.paths, found, strict=True) if numpy.any(part)}
            return structure.rebuild([place.floats(part) for part in found])

    def moved(self, structure: Structure, data: tuple[Any, ...], before: Host | None = None) -> list[Host]:
        """Return ``before - after`` of each leaf; before are the structure's own numbers, if not given."""
        before = structure.vector() if before is None else before
        with structure.place.scope():
            copies = structure.at(before)
            # A method of the parameters' own class is called on the copy, that of another object with it.
            owner = () if self._owner is None or type(self._owner) is type(copies) else (self._owner,)
            returned = self.around(*owner, copies, *data)
        after = returned if returned is not None and _fits(structure, returned) else copies
        parts = [numpy.asarray(to_host(x), dtype="float64") for x in structure.own(after)]
        moved = [_minus(leaf.cut(before), part) for leaf, part in zip(structure.leaves, parts, strict=True)]
        if not any(numpy.any(part) for part in moved):
            if returned is None:
                raise OptionError(
                    "step changed nothing and returned nothing: let it update the params that it is given."
                )
            if not _fits(structure, returned):
                count = len(list(walk(returned, whole=True)))
                raise OptionError(
                    f"step returned {count} tensors for {len(structure.leaves)} parameters: let it return the new "
                    "parameters, or change those that it is given."
                )
        return moved


def _minus(before: Host, after: Host) -> Host:
    """Return what moved: nothing of what an object keeps of the samples that it met, when these are fewer."""
    try:
        return before - after
    except ValueError:
        return numpy.zeros_like(before)


def _fits(structure: Structure, tree: Any) -> bool:
    return len(structure.own(tree)) == len(structure.leaves)
