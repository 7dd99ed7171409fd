"""A matrix in a file of its own, which the processes of one computer write together and map into memory."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xnn.errors import XnnError
from xnn.files import told

__all__ = ["shared_matrix"]

Parts = Callable[[int, int], Iterable[tuple[int, Any]]]


def shared_matrix(rows: int, width: int, parts: Parts, team: Any = None) -> NDArray[Any] | None:
    """Return the matrix that all parts make, float64; None if a part is no array.

    ``parts(i, n)`` gives those that the i-th of n processes writes, each with the number of its first row.
    """
    exchange: Callable[[Any], list[Any]] = (lambda value: [value]) if team is None else team.exchange
    rank = 0 if team is None else team.rank
    computers = exchange(platform.node())
    mates = [i for i, computer in enumerate(computers) if computer == computers[rank]]
    path = exchange(_room(rows * width * 8) if rank == mates[0] else None)[mates[0]]
    try:
        if not all(exchange(_write(path, width, parts(mates.index(rank), len(mates))))):
            return None
        X = np.memmap(path, np.float64, "r", shape=(rows, width))
        exchange(None)  # when all have opened it, its name is needed no longer
        return X
    finally:
        if rank == mates[0]:
            with suppress(OSError):  # Windows keeps what is open
                os.unlink(path)


def _room(size: int) -> str:
    """Return the path of a new file of that many bytes, for which there is room on the disk before the work begins."""
    number, path = tempfile.mkstemp(".float64", "xnn-")
    try:
        with os.fdopen(number, "wb") as file, told(Path(path), "written"):
            os.posix_fallocate(number, 0, size) if hasattr(os, "posix_fallocate") else file.truncate(size)
    except XnnError:
        os.unlink(path)
        raise
    return path


def _write(path: str, width: int, parts: Iterable[tuple[int, Any]]) -> bool:
    """Write parts where they belong, and return whether all are arrays."""
    # Not by a map: what is written through it stays in the memory of the process.
    with told(Path(path), "written"), open(path, "r+b") as file:
        for first, part in parts:
            if not isinstance(part, np.ndarray):
                return False
            file.seek(first * width * 8)
            file.write(np.ascontiguousarray(part, np.float64).data)
    return True
