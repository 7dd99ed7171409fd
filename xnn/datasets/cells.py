"""What one cell of a table says: a number, a number as others write it, a missing value, or a word."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DECIMAL_COMMA = re.compile(r"[+-]?[\d.]*,\d+(e[+-]?\d+)?", re.IGNORECASE)
POINTS = "Write points for decimal commas (pandas: read_csv(path, sep=';', decimal=',') reads them)"
MISSING = frozenset({"", "?", "-", "na", "n/a", "#n/a", "<na>", "nan", "none", "null"})  # among numbers
NO_WORD = frozenset({"", "?", "na", "n/a", "#n/a", "<na>", "nan", "null"})  # among words, where "none" may be one
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
CLEAR_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}")  # 1,234 may be a decimal
KINDS = ("missing", "number", "infinite", "comma", "text")


def is_number(cell: str) -> bool:
    """Tell whether a reader would call it a number; one with a decimal comma is then refused."""
    return number_of(cell) is not None or DECIMAL_COMMA.fullmatch(cell) is not None


def number_of(cell: str) -> float | None:
    """Return the number that a cell is, None if it is none."""
    try:
        return None if "_" in cell else float(cell)  # Python reads 1_000 as a number, other programs do not
    except ValueError:
        return None


def numbers_of(cells: Sequence[str]) -> Sequence[float] | None:
    """Return finite numbers, NaN where nothing stands; None if a cell is something else."""
    try:
        values = list(map(float, cells))
        if math.isfinite(sum(values)) and "_" not in "".join(cells):
            return values  # nearly always; what follows takes four times as long
    except ValueError:
        pass
    found = [math.nan if cell.lower() in MISSING else number_of(cell) for cell in map(str.strip, cells)]
    return None if any(value is None or math.isinf(value) for value in found) else found  # type: ignore[return-value]


def kind_of(cell: str) -> str:
    """Return which of `KINDS` a cell is of."""
    if cell.lower() in MISSING:
        return "missing"
    value = number_of(cell)
    if value is not None:
        return "infinite" if math.isinf(value) else "number"
    return "comma" if DECIMAL_COMMA.fullmatch(cell) or THOUSANDS.fullmatch(cell) else "text"


def are_thousands(cells: Iterable[str], delimiter: str) -> bool:
    """Tell whether the commas in cells stand between thousands: where commas part cells, or one cannot be decimal."""
    commas = [cell for cell in cells if "," in cell]
    clear = delimiter == "," or any(map(CLEAR_THOUSANDS.fullmatch, commas))
    return clear and all(map(THOUSANDS.fullmatch, commas))


def words_of(cells: Sequence[str]) -> NDArray[Any]:
    """Return cells as text, None where nothing stands."""
    words = np.empty(len(cells), dtype=object)
    words[:] = [None if cell.lower() in NO_WORD else cell for cell in cells]
    return words


def problem_of(cell: str, value: float | None) -> str:
    """Say what is wrong with a cell that should be a number, and is `value`."""
    if not cell:
        return "the cell is empty"
    if "\0" in cell:
        return f"{cell!r} has a zero byte, which no text has"
    if DECIMAL_COMMA.fullmatch(cell):
        return f"{cell!r} has a decimal comma"
    return f"{cell!r} is not a {'number' if value is None else 'finite number'}"
