"""Parquet files, by PyArrow."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xnn.datasets.choosing import ColumnRequest, choose
from xnn.datasets.delimited import joined
from xnn.datasets.table import Frame, Table
from xnn.errors import BackendError, DataError, FileError, XnnError
from xnn.files import told

__all__ = ["load_parquet"]

_SMALL = 2**26  # bytes of numbers that are better read than mapped
_ROWS = 2**14  # decoded at a time


def load_parquet(path: Path, asked: ColumnRequest, mapped: bool = False, team: Any = None) -> Table:
    """Read a Parquet file; `xnn.datasets.load` says how."""
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise BackendError(f"{path} needs pyarrow to be read ({error}): pip install pyarrow") from None
    try:
        with parquet.ParquetFile(path) as file:
            names: list[str] = file.schema_arrow.names
            chosen = choose(str(path), asked, names, len(names), str(path))
            if not file.metadata.num_rows:
                raise DataError(f"{path} has no rows: add data.")
            features = [names[i] for i in chosen.columns]
            target = None if chosen.place is None else names[chosen.place]
            X = _on_disk(file, features, team) if mapped else None
            stored = file.read([*(features if X is None else ()), *(() if target is None else (target,))])
    except Exception as error:  # of many types, depending on which byte is wrong
        if isinstance(error, (XnnError, MemoryError)) or getattr(error, "errno", None):
            raise
        raise FileError(f"{path} is not a Parquet file: {str(error).partition(chr(10))[0]}.") from None
    if X is None:
        columns = {name: _column(stored.column(name)) for name in features}
        plain = all(column.dtype.kind in "biufO" for column in columns.values())  # a date is refused where it is used
        X = joined(columns) if plain else Frame(columns)
    y = None if target is None else _target(path, target, stored.column(target))
    return Table(X, y, tuple(features), target)


def _on_disk(file: Any, features: list[str], team: Any) -> NDArray[Any] | None:
    """Return the features as a matrix in a file of its own; None where they are few, or not finite numbers alone.

    Of a team, the processes of one computer share the file: each decodes its row groups. A Parquet file gives no row
    without all of its group, and a batch takes its rows from all groups.
    """
    exchange: Callable[[Any], list[Any]] = (lambda value: [value]) if team is None else team.exchange
    rows = file.metadata.num_rows
    are_plain = all(_is_number(file.schema_arrow.field(name).type) for name in features)
    if not are_plain or rows * len(features) * 8 < _SMALL:
        return None
    computers = exchange(platform.node())
    rank = 0 if team is None else team.rank
    mates = [i for i, computer in enumerate(computers) if computer == computers[rank]]
    path = exchange(_room(rows * len(features) * 8) if rank == mates[0] else None)[mates[0]]
    try:
        written = np.memmap(path, np.float64, "r+", shape=(rows, len(features)))
        are_finite = all(
            _fill(written, first, file.iter_batches(_ROWS, [group], features), features)
            for group, first in _groups(file.metadata)
            if group % len(mates) == mates.index(rank)
        )
        X = np.memmap(path, np.float64, "r", shape=(rows, len(features)))
        are_finite = all(exchange(are_finite))  # when all have opened it, its name is needed no longer
    finally:
        if rank == mates[0]:
            with suppress(OSError):  # Windows keeps what is open
                os.unlink(path)
    return X if are_finite else None


def _is_number(kind: Any) -> bool:
    return str(kind).startswith(("int", "uint", "float", "double", "halffloat", "bool", "decimal"))


def _room(size: int) -> str:
    """Return the path of a new file of that many bytes."""
    number, path = tempfile.mkstemp(".float64", "xnn-")
    try:
        with os.fdopen(number, "wb") as file, told(Path(path), "written"):
            # What is mapped and has no room on the disk ends the process when it is written.
            os.posix_fallocate(number, 0, size) if hasattr(os, "posix_fallocate") else file.truncate(size)
    except XnnError:
        os.unlink(path)
        raise
    return path


def _groups(metadata: Any) -> Iterator[tuple[int, int]]:
    """Yield each row group with the number of its first row."""
    first = 0
    for group in range(metadata.num_row_groups):
        yield group, first
        first += metadata.row_group(group).num_rows


def _fill(X: NDArray[Any], first: int, batches: Any, features: list[str]) -> bool:
    """Write batches of columns to the rows from `first` on, and return whether all is finite."""
    for batch in batches:
        part = X[first : first + batch.num_rows]
        for i, name in enumerate(features):
            part[:, i] = _column(batch.column(name))
        if not np.isfinite(part).all():
            return False
        first += batch.num_rows
    return True


def _column(stored: Any) -> Any:
    """Return a column as NumPy has it; an entry of numbers that is null is NaN, one of anything else None."""
    kind = str(stored.type)
    if kind.startswith(("dictionary", "decimal")):
        stored = stored.cast("string" if kind.startswith("dictionary") else "float64")
    column = stored.to_numpy(zero_copy_only=False)
    if column.dtype.kind == "O" and (kind == "bool" or kind.startswith(("decimal", "int", "uint"))):
        return np.array([np.nan if value is None else float(value) for value in column.tolist()])
    return column


def _target(path: Path, name: str, stored: Any) -> Any:
    column = _column(stored)
    missing = [i for i, value in enumerate(column.tolist()) if value is None or value != value]
    if missing:
        raise DataError(
            f"{path}, column {name!r}: row {missing[0]} has no value. Remove the row, or fill in the target."
        )
    return np.array(column.tolist()) if column.dtype.kind == "O" else column
