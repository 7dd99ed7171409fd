"""Delimited text, CSV and TSV: cells by Python's own reader, columns of numbers or of text, gaps where nothing stands.

Why Python's csv module, and none of the readers of data frames: measured on 200,000 rows of 11 columns by one core,
pandas and PyArrow take 0.3 s, polars 1.1 s, the csv module alone 1.2 s, and this file 3.5 s. But pandas and polars
accept a row that lacks a cell and fill it up silently, which moves values into other columns, and no error of theirs
says line and column as an editor counts them. PyArrow, which refuses such a row, takes 170 MB on the disk; where it is
installed, it reads Parquet. A large table is better read by one of them, and given to ``xnn.train`` as a frame.
"""

import csv
import gzip
import io
import math
import re
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnn.datasets.cells import (
    KINDS,
    MISSING,
    NO_WORD,
    POINTS,
    are_thousands,
    is_number,
    kind_of,
    number_of,
    numbers_of,
    problem_of,
    words_of,
)
from xnn.datasets.choosing import WORDS, ColumnChoice, ColumnRequest, called, choose, how_to_drop
from xnn.datasets.table import Frame, Table, whole_if_integral
from xnn.errors import DataError, FileError

__all__ = ["load_delimited"]

_NO_CLASS = NO_WORD - {"", "nan"}
_WHOLE = re.compile(r"[+-]?\d+")
_ROWS = 4096  # converted at a time
_GZIP = b"\x1f\x8b"

_MOST_CODES = 20  # different cells of a column of codes, some of which are numbers


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Source:
    """Text in rows, of a file, packed or not, or of standard input, which is read once and kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = sys.stdin.buffer.read() if str(path) == "-" else None

    @contextmanager
    def _opened(self) -> Generator[io.TextIOWrapper]:
        with self.path.open("rb") if self._kept is None else io.BytesIO(self._kept) as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            unpacked: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            with io.TextIOWrapper(unpacked, encoding="utf-8-sig", newline="") as text:
                yield text

    def rows(self, delimiter: str, strict: bool = True) -> Iterator[_Row]:
        """Give the rows with their line numbers, stripped of white space; blank lines may only end the file."""
        path, line = self, 0
        try:
            with self._opened() as file:
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
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FileError(f"{path} cannot be unpacked after line {line}: {error}. Pack it again.") from error

    def chunks(self, delimiter: str, width: int) -> Iterator[tuple[Sequence[int], list[Sequence[str]]]]:
        """Give the lines of a few thousand rows, and their columns, not stripped: several times as fast as `rows`.

        Where a row is not plain, with another number of cells or on more than one line, `rows` goes on from there.
        """
        done, plain = 0, width > 1
        try:
            with self._opened() as file:
                reader = csv.reader(file, delimiter=delimiter, strict=True)
                while plain:
                    line = reader.line_num
                    chunk = list(islice(reader, _ROWS))
                    plain = reader.line_num == line + len(chunk) and set(map(len, chunk)) <= {width}
                    if plain and not chunk:
                        return
                    if plain:
                        done += len(chunk)
                        yield range(line + 1, line + len(chunk) + 1), list(zip(*chunk, strict=True))
        except (UnicodeDecodeError, csv.Error, EOFError, zlib.error, gzip.BadGzipFile):
            pass  # which `rows` tells of with its line
        rows = islice(self.rows(delimiter), done, None)
        while slow := list(islice(rows, _ROWS)):
            yield [row.line for row in slow], list(zip(*(row.cells for row in slow), strict=True))

    def __str__(self) -> str:
        return "standard input" if self._kept is not None else str(self.path)


def load_delimited(path: Path, asked: ColumnRequest) -> Table:
    """Read delimited text; `xnn.datasets.load` says how."""
    source = _Source(path)
    delimiter = _delimiter(source)
    header = _header(source, delimiter)
    first = next(source.rows(delimiter))
    names = first.cells if header else None
    chosen = choose(str(source), asked, names, len(first.cells), f"{source}, line {first.line}")
    labels = [str(i) for i in range(len(first.cells))] if names is None else names
    texts = {c for c in chosen.columns if asked.as_text is not None and labels[c] in asked.as_text}
    read = _Reading(source, delimiter, header, len(first.cells), names, asked, texts)
    cells, lines = read.cells(chosen)
    return Table(
        X=joined({labels[column]: read.settled(column, cells.pop(column), lines) for column in chosen.columns}),
        y=None if chosen.place is None else _labels(
            source, cells[chosen.place], lines, called(chosen.place, names), delimiter
        ),
        features=None if names is None else tuple(names[column] for column in chosen.columns),
        target=None if names is None or chosen.place is None else names[chosen.place],
    )  # fmt: skip


class _Reading(NamedTuple):
    """How the columns of a file are read. `texts` are columns of text, whatever they look like."""

    source: _Source
    delimiter: str
    header: bool
    width: int
    names: list[str] | None
    asked: ColumnRequest
    texts: set[int]

    def cells(self, chosen: ColumnChoice) -> tuple[dict[int, Any], Sequence[int]]:
        """Return each column, numbers as an array of them and all else as cells; and the line of each row."""
        told = self.texts | ({chosen.place} if chosen.place is not None else set())
        while True:
            found, lines, odd = self._read({*chosen.columns, *told}, told)
            if not lines:
                raise DataError(f"{self.source} has a header but no rows below it: add data.")
            if not odd:
                return found, lines
            told |= odd

    def _read(self, columns: set[int], told: set[int]) -> tuple[dict[int, Any], Sequence[int], set[int]]:
        """Return the columns, of which those that are `told` as cells, and those that should have been."""
        found: dict[int, Any] = {column: [] if column in told else array("d") for column in columns}
        lines, once, odd = array("q"), dict[str, str](), set[int]()
        for i, (at, chunk) in enumerate(self.source.chunks(self.delimiter, self.width)):
            begin = int(self.header and i == 0)
            for column, kept in found.items():
                cells = chunk[column][begin:]
                values = None if isinstance(kept, list) else numbers_of(cells)
                if values is not None:
                    kept.extend(values)
                elif isinstance(kept, list) or not lines:
                    found[column] = kept if isinstance(kept, list) else []
                    found[column].extend(
                        once.setdefault(cell, cell) for cell in map(str.strip, cells)
                    )  # a word is kept once
                else:
                    odd.add(column)
            lines.extend(at[begin:])
        return found, lines, odd

    def settled(self, column: int, cells: Any, lines: Sequence[int]) -> NDArray[Any]:
        """Return a column as numbers, NaN where nothing stands, or as text, None where nothing does."""
        if isinstance(cells, array):
            return self._filled(np.frombuffer(cells, np.float64), column, lines)
        where = called(column, self.names)
        _check_text(self.source, cells, lines, where)
        if column in self.texts:
            return self._filled(words_of(cells), column, lines)
        counts = Counter(cells)
        kinds = {cell: kind_of(cell) for cell in counts}
        count = {kind: sum(n for cell, n in counts.items() if kinds[cell] == kind) for kind in KINDS}
        told = {cell for cell, kind in kinds.items() if kind != "missing"}
        others = {cell for cell, kind in kinds.items() if kind == "text"}
        wrong, advice = None, ""
        if not others:
            if count["comma"] and not are_thousands(told, self.delimiter):
                wrong = next(cell for cell in cells if kinds[cell] == "comma")
                advice = POINTS
            elif count["infinite"]:
                wrong = next(cell for cell in cells if kinds[cell] == "infinite")
                advice = self._advice(column)
        elif self._is_number_column(count, counts, told, others):
            wrong = next(cell for cell in cells if kinds[cell] in ("text", "infinite"))
            advice = self._advice(column)
        if wrong is not None:
            line = lines[cells.index(wrong)]
            raise DataError(f"{self.source}, line {line}, {where}: {problem_of(wrong, number_of(wrong))}. {advice}.")
        if others:
            return self._filled(words_of(cells), column, lines)
        values = np.array([math.nan if kinds[c] == "missing" else float(c.replace(",", "")) for c in cells])
        return self._filled(values, column, lines)

    def _filled(self, values: NDArray[Any], column: int, lines: Sequence[int]) -> NDArray[Any]:
        """Return a column, or refuse a gap in it where none may be."""
        if not self.asked.gaps:
            gaps = [i for i, value in enumerate(values.tolist()) if value is None or value != value]
            if gaps:
                raise DataError(
                    f"{self.source}, line {lines[gaps[0]]}, {called(column, self.names)}: no value stands there. "
                    f"{self._advice(column)}."
                )
        return values

    def _is_number_column(self, count: Any, counts: Counter[str], told: set[str], others: set[str]) -> bool:
        """Tell whether what is not a number in a column is a mistake in it, and not a word among words."""
        if self.asked.as_text is not None:
            return not any({cell.lower() for cell in told} <= pair for pair in WORDS)
        numbers = count["number"] + count["infinite"] + count["comma"]
        codes = len(told) <= _MOST_CODES and all(counts[cell] > 1 for cell in others)  # as 0, 1, 2 and 3+
        return numbers >= count["text"] and not codes

    def _advice(self, column: int) -> str:
        if self.asked.wanted is not None:
            return "Remove the row, or fill in the value"
        return f"Remove the row, fill in the value, or {how_to_drop(column, self.names)}"


def joined(columns: dict[str, NDArray[Any]]) -> NDArray[Any] | Frame:
    """Return columns as a matrix, if all are numbers and nothing is missing in them, or else as a frame."""
    if any(column.dtype.kind == "O" or not np.isfinite(column).all() for column in columns.values()):
        return Frame(columns)
    X = np.empty((len(next(iter(columns.values()))), len(columns)))
    for i, column in enumerate(columns.values()):
        X[:, i] = column
    return X


def _check_text(source: _Source, cells: Sequence[str], lines: Sequence[int], where: str) -> None:
    for i, cell in enumerate(cells):
        if "\0" in cell:
            raise DataError(f"{source}, line {lines[i]}, {where}: {problem_of(cell, None)}. Remove it.")


def _count(cells: int) -> str:
    return "one cell" if cells == 1 else f"{cells} cells"


def _delimiter(source: _Source) -> str:
    """Pick what splits the first row into numbers, or else into most cells, and the second into as many."""
    return max("\t;,", key=lambda delimiter: _cells(source, delimiter))


def _cells(source: _Source, delimiter: str) -> tuple[bool, bool, int]:
    """Give whether the first two rows agree on more than one cell, and whether the first has but numbers; how many."""
    try:
        rows = source.rows(delimiter)
        cells = next(rows).cells
        next(rows, None)
    except (DataError, FileError):  # a wrong delimiter makes no sense of the quotes, or of the second row
        return False, False, len(next(source.rows(delimiter, strict=False)).cells)
    return len(cells) > 1, all(map(is_number, cells)), len(cells)


def _header(source: _Source, delimiter: str) -> bool:
    """Tell whether the first row holds names.

    It does not if all is numbers, and does if nothing is. Where it is mixed, it may be a header such as
    ``0,1,2,price`` or a sample such as ``5.1,3.5,1.4,setosa``: text above a number is a name, text that comes
    back further down is a label, and where neither shows, a guess could lose a sample.
    """
    rows = source.rows(delimiter)
    first = next(rows)
    text = [column for column, cell in enumerate(first.cells) if not is_number(cell)]
    if not text or len(text) == len(first.cells):
        return bool(text)
    text = [column for column in text if first.cells[column].lower() not in MISSING]
    if not text:
        return False  # a sample with missing cells, which are reported as such
    for row in rows:
        if any(row.cells[column] == first.cells[column] for column in text):
            return False
        if any(is_number(row.cells[column]) for column in text):
            return True
    raise DataError(
        f"{source}, line {first.line} mixes numbers and text, so it may be a header or a sample: "
        "put a header above the samples in which no name is a number."
    )


def _labels(source: _Source, cells: list[str], lines: Sequence[int], column: str, delimiter: str) -> NDArray[Any]:
    """Give int64 if all are whole numbers, float64 if all are numbers, otherwise the text itself."""
    counts = Counter(cells)
    values = {cell: number_of(cell) for cell in counts}
    numeric = sum(n for cell, n in counts.items() if values[cell] is not None)
    missing = sum(n for cell, n in counts.items() if values[cell] is None and cell.lower() in MISSING)
    commas = {cell: n for cell, n in counts.items() if kind_of(cell) == "comma"}
    if commas and numeric + missing + sum(commas.values()) == len(cells):
        if not are_thousands(commas, delimiter):
            i = next(i for i, cell in enumerate(cells) if cell in commas)
            raise DataError(f"{source}, line {lines[i]}, {column}: {problem_of(cells[i], None)}. {POINTS}.")
        plain = [cell.replace(",", "") for cell in cells]
        return _labels(source, plain, lines, column, delimiter)
    mark = numeric > 0 and numeric + missing == len(cells)  # among numbers alone, "none" cannot be a class
    for cell, value in values.items():  # in the order of the file
        infinite = numeric == len(cells) and not math.isfinite(value or 0)
        if numeric < len(cells) and not mark and cell.lower() in _NO_CLASS:
            where = f"{source}, line {lines[cells.index(cell)]}, {column}"
            raise DataError(f"{where}: {cell!r} stands for a missing value. Remove the row, or rename the class.")
        if not cell or "\0" in cell or (mark and value is None) or infinite:
            where = f"{source}, line {lines[cells.index(cell)]}, {column}"
            raise DataError(f"{where}: {problem_of(cell, value)}. Remove the row, or fill in the target.")
    if numeric < len(cells):
        return np.array(cells, np.str_)
    if all(map(_WHOLE.fullmatch, counts)):  # not by way of floats, of which several large numbers are the same
        if i := next((i for i, cell in enumerate(cells, 1) if not -(2**63) <= int(cell) < 2**63), 0):
            raise DataError(
                f"{source}, line {lines[i - 1]}, {column}: {cells[i - 1]!r} is too large for a whole number."
            )
        return np.array(list(map(int, cells)), np.int64)
    return whole_if_integral(np.array([values[cell] for cell in cells], np.float64))
