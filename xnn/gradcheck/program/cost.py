"""What a call costs, as a count of the lines of Python that it runs. No clock is read: it would tell of the machine."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

MOST = 100_000  # lines that are counted
LIBRARIES = {"array_api_compat", "array_api_strict", "autograd", "cupy", "jax", "numpy", "scipy", "torch"}
WITHIN = 20  # lines within a library, on the way to what it computes, cost as much as one that calls it
ENTRIES = 4000  # of the largest array at hand that a line may work through at the price of one more


def lines_of(call: Callable[[], Any]) -> float:
    """Call a function, and return how many lines ran, those with big arrays counted as more, a library's as less."""
    total, lines = 0.0, dict[FrameType, int]()

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        lines[frame] = 0
        return within

    def within(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal total
        if event == "line":
            lines[frame] += 1
        elif event == "return":
            total += _worth(frame, lines.pop(frame))
        return within if total < MOST else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        call()
    finally:
        sys.settrace(before)
    return total + sum(_worth(frame, count) for frame, count in lines.items())


def _worth(frame: FrameType, lines: int) -> float:
    if str(frame.f_globals.get("__name__")).partition(".")[0] in LIBRARIES:
        return lines / WITHIN
    sizes = (getattr(value, "size", 0) for value in frame.f_locals.values())
    return lines * (1.0 + max((size for size in sizes if isinstance(size, int)), default=0) / ENTRIES)
