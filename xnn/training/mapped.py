"""What the system should know of a file that is read as memory."""

import mmap
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def read_at_random(x: np.ndarray) -> Generator[None]:
    """Have no neighbours of a row read along with it: a batch of a shuffled file takes a second otherwise."""
    _advise(x, "MADV_RANDOM")
    try:
        yield
    finally:
        _advise(x, "MADV_NORMAL")


def release(x: np.ndarray) -> None:
    """Give back the memory of what was read so far: the file keeps it, and the system may."""
    if getattr(x, "mode", None) in ("r", "r+"):  # pages of mode "c" hold what no file does
        _advise(x, "MADV_DONTNEED")


def _advise(x: np.ndarray, advice: str) -> None:
    mapping: Any = getattr(x, "_mmap", None)
    if mapping is not None and hasattr(mmap, advice):  # as on Linux and macOS
        mapping.madvise(getattr(mmap, advice))
