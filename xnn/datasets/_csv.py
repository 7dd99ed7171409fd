"""CSV files: numbers in columns, perhaps with names, and one column to predict."""

import csv
import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnn.datasets._table import Table, column_index, whole_if_integral
from xnn.errors import DataError, FileError, UnknownNameError

__all__ = ["load_csv"]

_MISSING = frozenset({"", "?", "-", "na", "n/a", "nan", "none", "null"})


class _Row(NamedTuple):
    line: int
    cells: list[str]


def load_csv(path: Path, target: str | int | None, wanted: Sequence[str] | None, features_only: bool) -> Table:
    """Read a CSV file; `xnn.datasets.load` says how. `wanted` are the features to pick, None for all."""
    delimiter = _delimiter(path)
    header = _header(path, delimiter)
    rows = _rows(path, delimiter)
    first = next(rows)
    width = len(first.cells)
    names = _names(path, first) if header else None
    place = None if features_only else _target(path, target, names, width)
    if wanted is None:
        columns = [column for column in range(width) if column != place]
    else:
        columns = _find(path, wanted, names)

    numbers, lines, labels = array("d"), array("q"), list[str]()  # arrays: a list takes five times the memory
    for row in rows if header else chain([first], rows):
        numbers.extend(_numbers(path, row, columns, names))
        lines.append(row.line)
        if place is not None:
            labels.append(row.cells[place])
    if not lines:
        raise DataError(f"{path} has a header but no rows below it: add data.")
    return Table(
        X=np.frombuffer(numbers, np.float64).reshape(len(lines), len(columns)),
        y=None if place is None else _labels(path, labels, lines, _called(place, names)),
        features=None if names is None else tuple(names[column] for column in columns),
        target=None if names is None or place is None else names[place],
    )


def _rows(path: Path, delimiter: str, strict: bool = True) -> Iterator[_Row]:
    """Give the rows with their line numbers, stripped of white space; blank lines may only end the file."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=strict)
            first: _Row | None = None
            blank = 0
            for cells in reader:
                line = reader.line_num
                row = _Row(line, [cell.strip() for cell in cells])
                if not any(row.cells) and len(row.cells) <= 1:
                    blank = blank or line
                    continue
                if blank:
                    raise DataError(f"{path}, line {blank}: the line is blank. Remove it, or fill it in.")
                first = first or row
                if len(row.cells) != len(first.cells):
                    raise DataError(
                        f"{path}, line {line}: {_count(len(row.cells))}, where line {first.line} has "
                        f"{len(first.cells)}. Make them equal; a cell that holds {delimiter!r} needs quotes."
                    )
                yield row
            if first is None:
                raise DataError(f"{path} is empty: write one row a sample, with a header above them.")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path} is not UTF-8 text (byte {error.object[error.start]:#04x}: {error.reason}). "
            "Save it as CSV in UTF-8."
        ) from error
    except csv.Error as error:
        raise FileError(f"{path} is not valid CSV after line {line}: {error}. Check the quotes.") from error


def _count(cells: int) -> str:
    return "one cell" if cells == 1 else f"{cells} cells"


def _delimiter(path: Path) -> str:
    """Pick what splits the first row into most cells, and the second into as many."""
    return max("\t;,", key=lambda delimiter: _cells(path, delimiter))


def _cells(path: Path, delimiter: str) -> tuple[bool, int]:
    """Give whether the first two rows agree on more than one cell, and how many the first has."""
    try:
        rows = _rows(path, delimiter)
        count = len(next(rows).cells)
        next(rows, None)
    except (DataError, FileError):  # a wrong delimiter makes no sense of the quotes, or of the second row
        return False, len(next(_rows(path, delimiter, strict=False)).cells)
    return count > 1, count


def _header(path: Path, delimiter: str) -> bool:
    """Tell whether the first row holds names.

    It does not if all is numbers, and does if nothing is. Where it is mixed, it may be a header such as
    ``0,1,2,price`` or a sample such as ``5.1,3.5,1.4,setosa``: text above a number is a name, text that comes
    back further down is a label, and where neither shows, a guess could lose a sample.
    """
    rows = _rows(path, delimiter)
    first = next(rows)
    text = [column for column, cell in enumerate(first.cells) if _number(cell) is None]
    if not text or len(text) == len(first.cells):
        return bool(text)
    text = [column for column in text if first.cells[column].lower() not in _MISSING]
    if not text:
        return False  # a sample with missing cells, which are reported as such
    for row in rows:
        if any(row.cells[column] == first.cells[column] for column in text):
            return False
        if any(_number(row.cells[column]) is not None for column in text):
            return True
    raise DataError(
        f"{path}, line {first.line} mixes numbers and text, so it may be a header or a sample: "
        "put a header above the samples in which no name is a number."
    )


def _names(path: Path, header: _Row) -> list[str]:
    for column, name in enumerate(header.cells):
        if not name:
            raise DataError(
                f"{path}, line {header.line}: column {column + 1} has no name. Give it one, or remove "
                "the column (pandas: to_csv(..., index=False))."
            )
        if name in header.cells[:column]:
            raise DataError(f"{path}, line {header.line}: two columns are called {name!r}. Rename one of them.")
    return header.cells


def _target(path: Path, target: str | int | None, names: list[str] | None, width: int) -> int:
    """Give the index of the target column, from a name or an index; the last one by default."""
    if names is not None and isinstance(target, str):
        if target in names:
            return names.index(target)
        if not target.removeprefix("-").isdecimal():
            raise UnknownNameError(f"target column of {path}:", target, names)
    return column_index(path, target, width)


def _find(path: Path, wanted: Sequence[str], names: list[str] | None) -> list[int]:
    if names is None:
        raise DataError(
            f"{path} has no header, so the column {wanted[0]!r} cannot be found: "
            f"add a header with {', '.join(map(repr, wanted))}."
        )
    for name in wanted:
        if name not in names:
            raise UnknownNameError(f"column of {path}:", name, names)
    return [names.index(name) for name in wanted]


def _number(cell: str) -> float | None:
    try:
        return None if "_" in cell else float(cell)  # Python reads 1_000 as a number, other programs do not
    except ValueError:
        return None


def _numbers(path: Path, row: _Row, columns: list[int], names: list[str] | None) -> list[float]:
    """Give the features of a row, all finite."""
    cells = [row.cells[column] for column in columns]
    try:
        values = list(map(float, cells))
        if math.isfinite(sum(values)) and "_" not in "".join(cells):
            return values  # nearly always; the loop below takes four times as long
    except ValueError:
        pass
    values = list[float]()
    for column in columns:
        cell = row.cells[column]
        value = _number(cell)
        if value is None or not math.isfinite(value):
            raise DataError(
                f"{path}, line {row.line}, {_called(column, names)}: {_problem(cell, value)}. "
                "Remove the row, fill in the value, or leave the column out."
            )
        values.append(value)
    return values


def _labels(path: Path, cells: list[str], lines: Sequence[int], column: str) -> NDArray[Any]:
    """Give int64 if all are whole numbers, float64 if all are numbers, otherwise the text itself."""
    values = [_number(cell) for cell in cells]
    numeric = sum(value is not None for value in values)
    missing = sum(cell.lower() in _MISSING and value is None for cell, value in zip(cells, values, strict=True))
    mark = numeric > 0 and numeric + missing == len(cells)  # among numbers alone, "none" cannot be a class
    for line, cell, value in zip(lines, cells, values, strict=True):
        infinite = numeric == len(cells) and not math.isfinite(value or 0)
        if not cell or (mark and value is None) or infinite:
            raise DataError(
                f"{path}, line {line}, {column}: {_problem(cell, value)}. Remove the row, or fill in the target."
            )
    if numeric == len(cells):
        return whole_if_integral(np.array(values, np.float64))
    return np.array(cells, np.str_)


def _problem(cell: str, value: float | None) -> str:
    if not cell:
        return "the cell is empty"
    return f"{cell!r} is not a {'number' if value is None else 'finite number'}"


def _called(column: int, names: list[str] | None) -> str:
    return f"column {column + 1}" if names is None else f"column {names[column]!r}"
