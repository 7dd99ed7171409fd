"""What the system should know of a file that is read as memory."""

import mmap
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np

_ROWS = 256  # read at a time


@contextmanager
def read_at_random(x: np.ndarray) -> Generator[None]:
    """Have no neighbours of a row read along with it: a batch of a shuffled file takes a second otherwise."""
    _advise(x, "MADV_RANDOM")
    try:
        yield
    finally:
        _advise(x, "MADV_NORMAL")


def rows_of(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Copy rows, which may lie far apart, and keep nothing else: with each the system maps what is around it."""
    found = np.empty((len(rows), *x.shape[1:]), x.dtype)
    for start in range(0, len(rows), _ROWS):
        part = slice(start, start + _ROWS)
        found[part] = x[rows[part]]
        release(x)
    return found


def release(x: np.ndarray) -> None:
    """Give back the memory of what was read so far: the file keeps it, and the system may."""
    if getattr(x, "mode", None) in ("r", "r+"):  # pages of mode "c" hold what no file does
        _advise(x, "MADV_DONTNEED")


def _advise(x: np.ndarray, advice: str) -> None:
    mapping: Any = getattr(x, "_mmap", None)
    if mapping is not None and hasattr(mmap, advice):  # as on Linux and macOS
        mapping.madvise(getattr(mmap, advice))
