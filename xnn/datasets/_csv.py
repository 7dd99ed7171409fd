"""CSV files: numbers in columns, perhaps with names, and one column to predict."""

import csv
import math
import re
import shlex
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnn.datasets._table import Table, column_index, whole_if_integral
from xnn.errors import DataError, FileError, OptionError, UnknownNameError

__all__ = ["load_csv"]

_DECIMAL_COMMA = re.compile(r"[+-]?[\d.]*,\d+(e[+-]?\d+)?", re.IGNORECASE)
_POINTS = "Write points for decimal commas (pandas: read_csv(path, sep=';', decimal=',') reads them)"
_MISSING = frozenset({"", "?", "-", "na", "n/a", "nan", "none", "null"})
_NO_CLASS = frozenset({"?", "na", "n/a", "#n/a", "<na>", "null"})  # where "none" and "-" may be classes
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?")  # with one comma it may be decimal
_WHOLE = re.compile(r"[+-]?\d+")


class _Row(NamedTuple):
    line: int
    cells: list[str]


def load_csv(
    path: Path,
    target: str | int | None,
    wanted: Sequence[str] | None,
    features_only: bool,
    drop: Sequence[str | int],
) -> Table:
    """Read a CSV file; `xnn.datasets.load` says how. `wanted` are the features to pick, None for all."""
    delimiter = _delimiter(path)
    header = _header(path, delimiter)
    rows = _rows(path, delimiter)
    first = next(rows)
    width = len(first.cells)
    names = first.cells if header else None
    left = _left(path, drop, names, width)
    if names is not None:
        _check_names(path, first, left)
    place = None if features_only else _target(path, target, names, left, width)
    columns = [column for column in left if column != place] if wanted is None else _find(path, wanted, names)

    numbers, lines, labels = array("d"), array("q"), list[str]()  # arrays: a list takes five times the memory
    for row in rows if header else chain([first], rows):
        numbers.extend(_numbers(path, row, columns, names, needed=wanted is not None))
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
    """Pick what splits the first row into numbers, or else into most cells, and the second into as many."""
    return max("\t;,", key=lambda delimiter: _cells(path, delimiter))


def _cells(path: Path, delimiter: str) -> tuple[bool, bool, int]:
    """Give whether the first two rows agree on more than one cell, and whether the first has but numbers; how many."""
    try:
        rows = _rows(path, delimiter)
        cells = next(rows).cells
        next(rows, None)
    except (DataError, FileError):  # a wrong delimiter makes no sense of the quotes, or of the second row
        return False, False, len(next(_rows(path, delimiter, strict=False)).cells)
    return len(cells) > 1, all(map(_is_number, cells)), len(cells)


def _header(path: Path, delimiter: str) -> bool:
    """Tell whether the first row holds names.

    It does not if all is numbers, and does if nothing is. Where it is mixed, it may be a header such as
    ``0,1,2,price`` or a sample such as ``5.1,3.5,1.4,setosa``: text above a number is a name, text that comes
    back further down is a label, and where neither shows, a guess could lose a sample.
    """
    rows = _rows(path, delimiter)
    first = next(rows)
    text = [column for column, cell in enumerate(first.cells) if not _is_number(cell)]
    if not text or len(text) == len(first.cells):
        return bool(text)
    text = [column for column in text if first.cells[column].lower() not in _MISSING]
    if not text:
        return False  # a sample with missing cells, which are reported as such
    for row in rows:
        if any(row.cells[column] == first.cells[column] for column in text):
            return False
        if any(_is_number(row.cells[column]) for column in text):
            return True
    raise DataError(
        f"{path}, line {first.line} mixes numbers and text, so it may be a header or a sample: "
        "put a header above the samples in which no name is a number."
    )


def _check_names(path: Path, header: _Row, columns: list[int]) -> None:
    seen = set[str]()
    for column in columns:
        name = header.cells[column]
        if not name:
            raise DataError(
                f"{path}, line {header.line}: column {column + 1} has no name. Give it one, or {_drop(column, None)} "
                "(pandas: to_csv(..., index=False))."
            )
        if name in seen:
            raise DataError(f"{path}, line {header.line}: two columns are called {name!r}. Rename one of them.")
        seen.add(name)


def _left(path: Path, drop: Sequence[str | int], names: list[str] | None, width: int) -> list[int]:
    """Give the columns that are not dropped."""
    dropped = set[int]()
    for column in drop:
        called = [i for i, name in enumerate(names or ()) if name == column]
        dropped.update(called or [_index(path, "drop", column, names, width)])
    if len(dropped) == width:
        raise OptionError(f"drop={list(drop)!r} leaves no column of {path}: keep at least one.")
    return [column for column in range(width) if column not in dropped]


def _target(path: Path, target: str | int | None, names: list[str] | None, left: list[int], width: int) -> int:
    """Give the index of the target column, from a name or an index; the last one by default."""
    place = None if target is None else _index(path, "target", target, names, width)
    if place is not None and place not in left:
        raise OptionError(f"target={target!r} is dropped too: leave it out of one of them.")
    if len(left) < 2:
        raise DataError(f"{path} has one column only, the target: add columns to predict it from.")
    return left[-1] if place is None else place


def _index(path: Path, what: str, column: str | int, names: list[str] | None, width: int) -> int:
    """Give a column as an index from 0; a name wins over an index."""
    if names is not None and isinstance(column, str):
        if column in names:
            return names.index(column)
        if not column.removeprefix("-").isdecimal():
            raise UnknownNameError(f"column of {path}:", column, names)
    return column_index(path, column, width, what)


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


def _is_number(cell: str) -> bool:
    """Tell whether a person would call it a number; one with a decimal comma is then refused."""
    return _number(cell) is not None or _DECIMAL_COMMA.fullmatch(cell) is not None


def _number(cell: str) -> float | None:
    try:
        return None if "_" in cell else float(cell)  # Python reads 1_000 as a number, other programs do not
    except ValueError:
        return None


def _numbers(path: Path, row: _Row, columns: list[int], names: list[str] | None, needed: bool) -> list[float]:
    """Give the features of a row, all finite. `needed` is whether no column may be left out."""
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
            advice = _advice(path, column, names, needed) if not _DECIMAL_COMMA.fullmatch(cell) else _POINTS
            raise DataError(f"{path}, line {row.line}, {_called(column, names)}: {_problem(cell, value)}. {advice}.")
        values.append(value)
    return values


def _advice(path: Path, column: int, names: list[str] | None, needed: bool) -> str:
    """Say what to do about a cell that is not a number, by what else its column holds."""
    if needed:
        return "Remove the row, or fill in the value"
    cells = (row.cells[column] for row in islice(_rows(path, _delimiter(path)), names is not None, None))
    told = [cell for cell in cells if cell.lower() not in _MISSING]
    if told and all(_number(cell) is None for cell in told):
        return f"No cell of this column is: {_drop(column, names)}, or write numbers for the text"
    return f"Remove the row, fill in the value, or {_drop(column, names)}"


def _drop(column: int, names: list[str] | None) -> str:
    name = column if names is None else names[column]
    return f"leave the column out with drop=[{name!r}], in the command --drop {shlex.quote(str(name))}"


def _labels(path: Path, cells: list[str], lines: Sequence[int], column: str) -> NDArray[Any]:
    """Give int64 if all are whole numbers, float64 if all are numbers, otherwise the text itself."""
    values = [_number(cell) for cell in cells]
    numeric = sum(value is not None for value in values)
    missing = sum(cell.lower() in _MISSING and value is None for cell, value in zip(cells, values, strict=True))
    commas = sum(map(bool, map(_DECIMAL_COMMA.fullmatch, cells)))
    if commas and numeric + missing + commas == len(cells):
        i = next(i for i, cell in enumerate(cells) if _DECIMAL_COMMA.fullmatch(cell))
        raise DataError(f"{path}, line {lines[i]}, {column}: {_problem(cells[i], None)}. {_POINTS}.")
    apart = [i for i, cell in enumerate(cells) if _THOUSANDS.fullmatch(cell)]
    if apart and len(apart) + numeric + missing + commas == len(cells):
        i = apart[0]
        raise DataError(
            f"{path}, line {lines[i]}, {column}: {cells[i]!r} has commas between thousands. Leave them out."
        )
    mark = numeric > 0 and numeric + missing == len(cells)  # among numbers alone, "none" cannot be a class
    for line, cell, value in zip(lines, cells, values, strict=True):
        infinite = numeric == len(cells) and not math.isfinite(value or 0)
        if numeric < len(cells) and not mark and cell.lower() in _NO_CLASS:
            raise DataError(
                f"{path}, line {line}, {column}: {cell!r} stands for a missing value. Remove the row, or "
                "rename the class."
            )
        if not cell or "\0" in cell or (mark and value is None) or infinite:
            raise DataError(
                f"{path}, line {line}, {column}: {_problem(cell, value)}. Remove the row, or fill in the target."
            )
    if numeric < len(cells):
        return np.array(cells, np.str_)
    if all(map(_WHOLE.fullmatch, cells)):  # not by way of floats, of which several large numbers are the same
        if i := next((i for i, cell in enumerate(cells, 1) if not -(2**63) <= int(cell) < 2**63), 0):
            raise DataError(f"{path}, line {lines[i - 1]}, {column}: {cells[i - 1]!r} is too large for a whole number.")
        return np.array(list(map(int, cells)), np.int64)
    return whole_if_integral(np.array(values, np.float64))


def _problem(cell: str, value: float | None) -> str:
    if not cell:
        return "the cell is empty"
    if "\0" in cell:
        return f"{cell!r} has a zero byte, which no text has"
    if _DECIMAL_COMMA.fullmatch(cell):
        return f"{cell!r} has a decimal comma"
    return f"{cell!r} is not a {'number' if value is None else 'finite number'}"


def _called(column: int, names: list[str] | None) -> str:
    return f"column {column + 1}" if names is None else f"column {names[column]!r}"
