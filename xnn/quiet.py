"""No warnings while the user's functions are tried out, in however many threads at once."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

import numpy


class _Silence:
    """The process's filter of warnings: the first that asks sets it, the last that is done puts back what was there.

    ``warnings.catch_warnings`` in two threads puts back what the other one had set.
    """

    def __init__(self) -> None:
        self.lock, self.count = Lock(), 0
        self.caught = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self.lock:
            if not self.count:
                self.caught = warnings.catch_warnings()
                self.caught.__enter__()
                warnings.simplefilter("ignore")
            self.count += 1

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.count -= 1
            if not self.count:
                self.caught.__exit__(None, None, None)


_SILENCE = _Silence()


@contextmanager
def quiet() -> Generator[None]:
    """Let the user's functions overflow without a word: what comes of it is looked at."""
    with _SILENCE, numpy.errstate(all="ignore"):
        yield
