"""Seconds of each call, and of the GPU's kernels."""

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


def kernel_seconds(work: Callable[[], Any]) -> float:
    """Return the seconds of all kernels that PyTorch launches in `work`, one after the other, by its own profiler."""
    import torch

    with torch.profiler.profile() as profile:
        work()
    return sum(event.self_device_time_total for event in profile.key_averages()) / 1e6
