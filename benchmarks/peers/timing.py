"""Seconds of each call, and on a GPU the device's own: between two events, and of its kernels."""

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any


def seconds_of_each(count: int, work: Callable[[], Any]) -> list[float]:
    times = []
    for _ in range(count):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times


def wall(work: Callable[[], Any]) -> float:
    """Return the seconds until `work`, which waits for the device, is done."""
    return seconds_of_each(1, work)[0]


def cupy_events(work: Callable[[], Any]) -> float:
    """Return the seconds between two events of CuPy's current stream, one before and one after all of `work`."""
    import cupy

    before, after = cupy.cuda.Event(), cupy.cuda.Event()
    before.record()
    work()
    after.record()
    after.synchronize()
    return cupy.cuda.get_elapsed_time(before, after) / 1e3


def torch_events(work: Callable[[], Any]) -> float:
    """Return the seconds between two events of PyTorch's current stream, one before and one after all of `work`."""
    import torch

    before, after = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    before.record()
    work()
    after.record()
    after.synchronize()
    return before.elapsed_time(after) / 1e3


def kernel_seconds(work: Callable[[], Any]) -> float | None:
    """Return the seconds of all that the device does in `work`, by PyTorch's profiler: it sees every library's kernels.

    None without PyTorch, or where it sees no GPU.
    """
    if find_spec("torch") is None:
        return None
    import torch

    if not torch.cuda.is_available():
        return None
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
        work()
    return sum(event.self_device_time_total for event in profile.key_averages()) / 1e6
