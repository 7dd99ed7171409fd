"""Numbers next to zero, below 1e-38 in float32, with which processors compute many times as slowly as with others.

Adam's mean of a gradient that has become 0, as of a ReLU unit that is never active any more, shrinks to such a number
and stays there: 0.9 times the smallest one is rounded to itself. Some dead units make a step three times as long. JAX
computes with 0 instead, and so does this.
"""

import ctypes
import platform
import sys
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_WORDS, _MXCSR = 8, 7  # of the environment that C libraries for x86-64 keep; the last holds the processor's flags
_FLUSH = 0x8040  # results to zero, and operands


def flushing(function: F) -> F:
    """Return `function`, during which such numbers are 0, where this can be had: on x86-64 with Linux."""
    library = _library()
    if library is None:
        return function

    @wraps(function)
    def flushed(*args: Any) -> Any:
        environment = (ctypes.c_uint32 * _WORDS)()
        library.fegetenv(environment)
        before = environment[_MXCSR]
        environment[_MXCSR] = before | _FLUSH
        library.fesetenv(environment)
        try:
            return function(*args)
        finally:
            environment[_MXCSR] = before
            library.fesetenv(environment)

    return cast(F, flushed)


@cache
def _library() -> Any:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    try:
        library = ctypes.CDLL(None)
        return library if library.fegetenv and library.fesetenv else None
    except (AttributeError, OSError):
        return None
