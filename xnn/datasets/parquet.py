"""Parquet files, by PyArrow."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from xnn.datasets.choosing import ColumnRequest, choose
from xnn.datasets.delimited import joined
from xnn.datasets.table import Frame, Table
from xnn.errors import BackendError, DataError, FileError

__all__ = ["load_parquet"]


def load_parquet(path: Path, asked: ColumnRequest) -> Table:
    """Read a Parquet file; `xnn.datasets.load` says how."""
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise BackendError(f"{path} needs pyarrow to be read ({error}): pip install pyarrow") from None
    try:
        stored = parquet.read_table(path)
    except Exception as error:  # of many types, depending on which byte is wrong
        raise FileError(f"{path} is not a Parquet file: {str(error).partition(chr(10))[0]}.") from None
    names: list[str] = stored.column_names
    chosen = choose(str(path), asked, names, len(names), str(path))
    if not stored.num_rows:
        raise DataError(f"{path} has no rows: add data.")
    columns = {names[i]: _column(stored.column(i)) for i in chosen.columns}
    plain = all(column.dtype.kind in "biufO" for column in columns.values())  # a date is refused where it is used
    return Table(
        X=joined(columns) if plain else Frame(columns),
        y=None if chosen.place is None else _target(path, names[chosen.place], stored.column(chosen.place)),
        features=tuple(columns),
        target=None if chosen.place is None else names[chosen.place],
    )


def _column(stored: Any) -> Any:
    """Return a column as NumPy has it; an entry of numbers that is null is NaN, one of anything else None."""
    kind = str(stored.type)
    if kind.startswith(("dictionary", "decimal")):
        stored = stored.cast("string" if kind.startswith("dictionary") else "float64")
    column = stored.to_numpy()
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
