"""Parquet files, by PyArrow."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xnn.datasets.choosing import ColumnRequest, choose
from xnn.datasets.delimited import joined
from xnn.datasets.shared import shared_matrix
from xnn.datasets.table import Frame, Table
from xnn.errors import BackendError, DataError, FileError, XnnError
from xnn.files import told

__all__ = ["StoredFrame", "load_parquet"]

_SMALL = 2**26  # bytes of numbers that are better read than mapped
_ROWS = 2**14  # decoded at a time


def load_parquet(path: Path, asked: ColumnRequest, mapped: bool = False, team: Any = None) -> Table:
    """Read a Parquet file; `xnn.datasets.load` says how."""
    with _opened(path) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
        chosen = choose(str(path), asked, schema.names, len(schema.names), str(path))
        if not rows:
            raise DataError(f"{path} has no rows: add data.")
        features = tuple(schema.names[i] for i in chosen.columns)
        target = None if chosen.place is None else schema.names[chosen.place]
        stays = mapped and rows * len(features) * 8 >= _SMALL
        stored = file.read([*(() if stays else features), *(() if target is None else (target,))])
    if stays:
        X: Any = StoredFrame(path, features, rows)
        if all(_is_number(schema.field(name).type) for name in features):
            numbers = X.matrix(len(features), lambda part: joined(dict(part)), team)
            X = X if numbers is None else numbers
    else:
        columns = {name: _column(stored.column(name)) for name in features}
        plain = all(column.dtype.kind in "biufO" for column in columns.values())  # a date is refused where it is used
        X = joined(columns) if plain else Frame(columns)
    y = None if target is None else _target(path, target, stored.column(target))
    return Table(X, y, features, target)


class StoredFrame(Frame):
    """Columns that stay in a Parquet file, of which each is read when it is asked for."""

    def __init__(self, path: Path, columns: tuple[str, ...], rows: int) -> None:
        self._path = path
        self.columns = columns
        self.shape = (rows, len(columns))

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self.columns:
            raise KeyError(name)
        with self._file() as file:
            return _column(file.read([name]).column(name))

    def picked(self, columns: tuple[str, ...]) -> "StoredFrame":
        """Return some of the columns."""
        return StoredFrame(self._path, columns, self.shape[0])

    def matrix(self, width: int, encode: Callable[[Frame], Any], team: Any = None) -> NDArray[Any] | None:
        """Return all rows as `encode` makes them of some, in a file; None where it gives no array.

        Of a team, the processes of one computer share the file: each decodes its row groups. A Parquet file gives no
        row without all of its group, and a batch takes its rows from all groups.
        """

        def encoded(i: int, n: int) -> Iterator[tuple[int, Any]]:
            return ((first, encode(part)) for first, part in self._parts(i, n))

        return shared_matrix(self.shape[0], width, encoded, team)

    def _parts(self, i: int, n: int) -> Iterator[tuple[int, Frame]]:
        """Yield some rows at a time of every n-th row group from the i-th on, with the number of the first."""
        with self._file() as file:
            for group, first in _groups(file.metadata):
                if group % n == i:
                    for batch in file.iter_batches(_ROWS, [group], list(self.columns)):
                        yield first, Frame({name: _column(batch.column(name)) for name in self.columns})
                        first += batch.num_rows

    @contextmanager
    def _file(self) -> Generator[Any]:
        with _opened(self._path) as file:
            if file.metadata.num_rows != self.shape[0]:
                raise FileError(f"{self._path} has changed since it was loaded: load it again.")
            yield file


@contextmanager
def _opened(path: Path) -> Generator[Any]:
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise BackendError(f"{path} needs pyarrow to be read ({error}): pip install pyarrow") from None
    with told(path, "read"):
        try:
            with parquet.ParquetFile(path) as file:
                yield file
        except Exception as error:  # of many types, depending on which byte is wrong
            if isinstance(error, (XnnError, MemoryError)) or getattr(error, "errno", None):
                raise
            raise FileError(f"{path} is not a Parquet file: {str(error).partition(chr(10))[0]}.") from None


def _is_number(kind: Any) -> bool:
    return str(kind).startswith(("int", "uint", "float", "double", "halffloat", "bool", "decimal"))


def _groups(metadata: Any) -> Iterator[tuple[int, int]]:
    """Yield each row group with the number of its first row."""
    first = 0
    for group in range(metadata.num_row_groups):
        yield group, first
        first += metadata.row_group(group).num_rows


def _column(stored: Any) -> Any:
    """Return a column as NumPy has it; an entry of numbers that is null is NaN, one of anything else None."""
    kind = str(stored.type)
    if kind.startswith(("dictionary", "string_view")):
        stored, kind = stored.cast("string"), "string"
    if kind in ("string", "large_string"):
        return _words(stored)
    if kind.startswith("decimal"):
        stored = stored.cast("float64")
    column = stored.to_numpy(zero_copy_only=False)
    if column.dtype.kind == "O" and (kind == "bool" or kind.startswith(("decimal", "int", "uint"))):
        return np.array([np.nan if value is None else float(value) for value in column.tolist()])
    return column


def _words(stored: Any) -> NDArray[Any]:
    """Return text as objects, of which equal ones are one: a column of categories has few, however many its rows."""
    parts = [np.empty(0, dtype=object)]
    for chunk in getattr(stored, "chunks", [stored]):
        coded = chunk.dictionary_encode()
        words = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        parts.append(words[coded.indices.fill_null(len(words) - 1).to_numpy()])
    return np.concatenate(parts)


def _target(path: Path, name: str, stored: Any) -> Any:
    column = _column(stored)
    missing = [i for i, value in enumerate(column.tolist()) if value is None or value != value]
    if missing:
        raise DataError(
            f"{path}, column {name!r}: row {missing[0]} has no value. Remove the row, or fill in the target."
        )
    return np.array(column.tolist()) if column.dtype.kind == "O" else column
