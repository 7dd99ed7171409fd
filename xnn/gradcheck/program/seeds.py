"""Functions that draw at random, made to draw the same at each call."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import numpy


@contextmanager
def reseeded(reseed: int | Callable[[], object] | None) -> Generator[Callable[[], object] | None]:
    """Yield what to call before each call; NumPy's own generator is put back as it was."""
    if reseed is None:
        yield None
        return
    state = numpy.random.get_state()
    try:
        yield reseed if callable(reseed) else lambda: numpy.random.seed(reseed)
    finally:
        numpy.random.set_state(state)
