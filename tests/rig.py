"""What tests share beside fixtures: numbers made without xnn, and how a refusal must read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy
import pytest

from xnn.errors import XnnError


def central_differences(f: Callable[[numpy.ndarray], Any], x: Any, step: float = 1e-4) -> numpy.ndarray:
    """Differentiate the number ``f(x)`` by each entry of `x`, one entry at a time, in float64.

    ``(8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h``: exact to ``h^4``, so that rounding, 1e-12 at this
    step, is all the error there is. Keep `x` more than ``2h`` away from kinks.
    """
    x = numpy.array(x, dtype="float64")
    slopes = numpy.empty_like(x)
    for i in numpy.ndindex(x.shape):
        at = []
        for move in (step, -step, 2.0 * step, -2.0 * step):
            moved = x.copy()
            moved[i] += move
            at.append(float(f(moved)))
        slopes[i] = (8.0 * (at[0] - at[1]) - (at[2] - at[3])) / (12.0 * step)
    return slopes


@contextmanager
def refuses(error: type[XnnError], *words: str) -> Iterator[None]:
    """Expect `error`, exactly of that class, with a message of one line that holds all `words`."""
    with pytest.raises(XnnError) as caught:
        yield
    assert type(caught.value) is error
    message = str(caught.value)
    assert "\n" not in message, message
    for word in words:
        assert word in message, f"{word!r} is not in: {message}"
