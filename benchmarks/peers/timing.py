"""Seconds of each call."""

import time
from collections.abc import Callable
from typing import Any


def seconds_of_each(count: int, work: Callable[[], Any]) -> list[float]:
    times = []
    for _ in range(count):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times
