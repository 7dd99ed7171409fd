"""A data frame's columns as NumPy has them: numbers with NaN, or text with None, where nothing stands.

Any frame will do that has ``columns`` and gives each by its name: pandas', polars', :class:`xnn.datasets.Frame`.
"""

import datetime
import re
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np

from ..datasets.parquet import StoredFrame
from ..errors import DataError, DtypeError, NotFiniteError, ShapeError, XnnError
from .team import Team

WORDS = ({"false": 0.0, "true": 1.0}, {"no": 0.0, "yes": 1.0}, {"f": 0.0, "t": 1.0}, {"n": 0.0, "y": 1.0})
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ].*)?")
MOST_WORDS = 100  # different ones of a column, of which each becomes a column of its own
_ROWS = 2**14  # encoded at a time


@dataclass(frozen=True)
class Columns:
    """A frame's columns: each a float64 array, or one of objects, str and None."""

    names: tuple[str, ...]
    arrays: tuple[np.ndarray, ...]
    called: str = "X"

    def __len__(self) -> int:
        return len(self.arrays[0])

    def each(self, look: Callable[[int, np.ndarray], Any], team: Team | None = None) -> list[Any]:
        """Return what `look` finds in each column, given its number."""
        return [look(i, array) for i, array in enumerate(self.arrays)]

    def matrix(self, width: int, encode: "Callable[[Columns], np.ndarray]", team: Team | None = None) -> np.ndarray:
        """Return what becomes of the rows, shape (rows, width); `encode` is given some at a time."""
        X = np.empty((len(self), width))
        for first in range(0, len(self), _ROWS):
            rows = slice(first, first + _ROWS)
            X[rows] = encode(Columns(self.names, tuple(array[rows] for array in self.arrays), self.called))
        return X


@dataclass(frozen=True)
class StoredColumns:
    """The same of columns in a file, of which one is in memory at a time, or some rows of all.

    Of a team, each process looks at its share of the columns, and encodes its share of the rows.
    """

    frame: StoredFrame
    called: str = "X"

    @property
    def names(self) -> tuple[str, ...]:
        """Those of the columns."""
        return self.frame.columns

    def __len__(self) -> int:
        return self.frame.shape[0]

    def each(self, look: Callable[[int, np.ndarray], Any], team: Team | None = None) -> list[Any]:
        """Return what `look` finds in each column, given its number; what it raises is raised on all processes."""
        rank, size = (0, 1) if team is None else (team.rank, team.size)
        if team is not None:
            team.check_alike({"number of samples": len(self), "columns of its file": self.names})
        found = [(i, *self._looked(look, i)) for i in range(rank, len(self.names), size)]
        if team is not None:
            found = sorted(chain(*team.exchange(found)), key=lambda each: each[0])
        # A frame in memory is taken in before anything is looked for: what cannot be taken comes first.
        for stage in ("taken", "looked at"):
            for _, failed, error in found:
                if failed == stage:
                    raise error
        return [each for _, _, each in found]

    def _looked(self, look: Callable[[int, np.ndarray], Any], i: int) -> tuple[str | None, Any]:
        """Return what is found in a column, or in what stage which error was raised."""
        stage, name = "taken", self.names[i]
        try:
            column = _column(self.frame[name], f"{self.called}, column {name!r}", name)
            stage = "looked at"
            return None, look(i, column)
        except XnnError as error:
            return stage, error

    def matrix(self, width: int, encode: Callable[[Columns], np.ndarray], team: Team | None = None) -> np.ndarray:
        """Return what becomes of the rows in a file, which the processes of one computer share."""
        X = self.frame.matrix(width, lambda part: encode(_in_memory(part, self.called)), team)
        assert X is not None
        return X


def is_table(X: Any) -> bool:
    """Whether X is a frame with columns that are no finite numbers, which one array could not hold."""
    if isinstance(X, StoredFrame):
        return True
    if getattr(X, "columns", None) is None or not hasattr(X, "__getitem__") or 0 in getattr(X, "shape", (0,)):
        return False
    return any(
        str(getattr(column, "dtype", "")).lower().startswith(("categor", "enum"))
        or (host := np.asarray(column)).dtype.kind not in "biuf"
        or (host.dtype.kind == "f" and not np.isfinite(host).all())
        for column in _each(X)
    )


def columns_of(X: Any, name: str = "X") -> Columns | StoredColumns:
    """Take a frame's columns; those in a file stay there, and what is wrong in them is raised when they are looked at.

    Raises
    ------
    DataError
        If two columns have one name, or one holds dates.
    DtypeError
        If an entry is neither a number nor text.
    NotFiniteError
        If a number is infinite.
    """
    return StoredColumns(X, name) if isinstance(X, StoredFrame) else _in_memory(X, name)


def _in_memory(X: Any, name: str) -> Columns:
    names = tuple(str(column) for column in X.columns)
    if twice := [each for each, count in Counter(names).items() if count > 1]:
        raise DataError(f"{name} has two columns that are called {twice[0]!r}: rename one of them.")
    return Columns(names, tuple(_column(c, f"{name}, column {n!r}", n) for n, c in zip(names, _each(X), strict=True)),
                   name)  # fmt: skip


def _each(X: Any) -> list[Any]:
    """Return the columns as the frame has them."""
    if hasattr(X, "iloc"):  # pandas, where two may have one name
        return [X.iloc[:, i] for i in range(X.shape[1])]
    return [X[column] for column in X.columns]


def _column(column: Any, where: str, name: str) -> np.ndarray:
    is_category = str(getattr(column, "dtype", "")).lower().startswith(("categor", "enum"))
    host = np.asarray(column)
    if host.ndim != 1:
        raise ShapeError(f"{where} must hold one value a row, got shape {host.shape[1:]} in each.")
    if host.dtype.kind in "mM":
        raise dates(where, name, host[0])
    if host.dtype.kind in "biuf" and not is_category:
        return _finite(host.astype(np.float64, copy=False), where)
    entries = [None if _is_missing(entry) else entry for entry in host.tolist()]
    kinds = {type(entry) for entry in entries if entry is not None}
    if found := [kind for kind in kinds if issubclass(kind, (datetime.date, datetime.time, datetime.timedelta))]:
        raise dates(where, name, next(entry for entry in entries if type(entry) is found[0]))
    if all(issubclass(kind, (bool, int, float, Decimal, np.number, np.bool_)) for kind in kinds) and not is_category:
        return _finite(np.array([np.nan if entry is None else float(entry) for entry in entries]), where)
    if not is_category and (odd := [kind for kind in kinds if not issubclass(kind, (str, bool, int, float))]):
        row = next(i for i, entry in enumerate(entries) if type(entry) is odd[0])
        raise DtypeError(
            f"{where}, row {row} must be a number or text, got {odd[0].__name__}: convert it, or {how_to_drop([name])}."
        )
    words = np.empty(len(entries), dtype=object)
    words[:] = [None if entry is None else as_word(entry) for entry in entries]
    return words


def as_word(entry: Any) -> str:
    """Return an entry as text; a whole number has no point in it, whatever type its column has."""
    return str(int(entry)) if isinstance(entry, float) and entry.is_integer() else str(entry)


def words_as_numbers(words: np.ndarray) -> np.ndarray | None:
    """Return booleans in words, or numbers in text, as numbers; None if they are none."""
    told = {word for word in words if word is not None}
    for pair in WORDS:
        if {word.lower() for word in told} <= set(pair):
            return np.array([np.nan if word is None else pair[word.lower()] for word in words])
    try:
        values = {word: float(word) for word in told if "_" not in word}
        return np.array([np.nan if word is None else values[word] for word in words])
    except (ValueError, KeyError):
        return None


def check_words(words: np.ndarray, where: str, name: str) -> str | None:
    """Return why a column of text is no category, as a piece of a sentence; None if it is one.

    Raises
    ------
    DataError
        If it holds dates.
    """
    told = [word for word in words if word is not None]
    values = Counter(told)
    if told and all(map(_DATE.fullmatch, values)):
        raise dates(where, name, told[0])
    if len(values) == len(told) > 2 or len(values) > min(MOST_WORDS, max(10, len(told) / 2)):
        return f"{name!r} ({len(values):,} different texts in {len(told):,} rows, such as {_short(told[0])})"
    return None


def free_text(name: str, columns: Sequence[tuple[str, str]]) -> DataError:
    """Return the error of columns of text that is hardly ever the same; of each its name and what it holds."""
    plural = len(columns) > 1
    held = "; ".join(said for _, said in columns)
    return DataError(
        f"{name} has {'columns' if plural else 'a column'} of text that is hardly ever the same, {held}: "
        f"{how_to_drop([column for column, _ in columns])}, or replace the text by few categories or numbers."
    )


def dates(where: str, name: str, such: Any) -> DataError:
    """Return the error of a column of dates."""
    return DataError(
        f"{where} holds dates, such as {str(such)[:19]!r}: make numbers of them that matter, such as the year, the "
        f"month or the days since a day (pandas: .dt.year), or {how_to_drop([name])}."
    )


def how_to_drop(names: Sequence[str]) -> str:
    """Say how columns are left out."""
    words = " ".join(f"--drop {shlex.quote(name)}" for name in names)
    return f"leave {'them' if len(names) > 1 else 'it'} out, X.drop(columns={list(names)!r}), in the command {words}"


def _short(word: str) -> str:
    return repr(word if len(word) <= 30 else f"{word[:29]}…")


def _finite(values: np.ndarray, where: str) -> np.ndarray:
    if np.isinf(values).any():
        row = int(np.argmax(np.isinf(values)))
        raise NotFiniteError(f"{where} holds infinity in row {row}: put a number or a gap there.")
    return values


def _is_missing(entry: Any) -> bool:
    try:
        return entry is None or bool(entry != entry)
    except TypeError:  # whether pandas.NA is itself cannot be told
        return True
