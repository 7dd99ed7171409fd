"""The user's gradients times a number."""

from collections.abc import Callable
from typing import Any

import numpy

from .forms import gradients_of
from .tree import replace


class Scaled:
    """Return what a function returns, all leaves times `factor`.

    Attributes
    ----------
    around : callable
        The function.
    """

    def __init__(self, around: Callable[..., Any] | None, factor: float) -> None:
        assert around is not None
        self.around, self.factor = around, factor

    def __call__(self, params: Any, *data: Any) -> Any:
        """Return the gradients times the factor."""
        returned = gradients_of(self.around(params, *data))
        return None if returned is None else replace(returned, self._times, whole=True)

    def _times(self, x: Any) -> Any:
        return (numpy.asarray(x) if isinstance(x, list) else x) * self.factor
