"""A table of numbers and text as one matrix of numbers: what each column becomes, fitted to the training rows.

A number stays what it is. A missing one becomes the median of the training rows, and if they have missing ones a second
column says where. Text becomes one column a category of the training rows, 1 in the rows of that category and else 0,
and one more for missing text. A category that the training rows did not have is 0 in all columns, and
:class:`UnknownCategoryWarning` says so; where they had no missing values, one is the median, or an unknown category.
"""

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..datasets.parquet import StoredFrame
from ..errors import DataError, DtypeError
from .frames import Columns, StoredColumns, as_word, check_words, columns_of, free_text, words_as_numbers
from .guard import outside
from .storage import Description, expect
from .team import Team


class UnknownCategoryWarning(UserWarning):
    """A column of text holds categories that the model was not trained on."""


@dataclass(frozen=True)
class Number:
    """A column of numbers, ``(n,)``, as one column, and with `gaps` as two: the number, and whether it is missing.

    Attributes
    ----------
    name : str
    median : float
        Of the training rows: what stands for a gap.
    gaps : bool
        Whether the training rows have some.
    """

    name: str
    median: float
    gaps: bool

    @classmethod
    def fit(cls, name: str, values: np.ndarray) -> "Number":
        """Find the median of the rows that are trained on."""
        missing = np.isnan(values)
        return cls(name, float(np.median(values[~missing])) if not missing.all() else 0.0, bool(missing.any()))

    @property
    def width(self) -> int:
        """Columns that it becomes."""
        return 1 + self.gaps

    def unknown(self, column: np.ndarray, where: str) -> set[str]:
        """Return the categories that are not known, of which numbers have none, or raise DtypeError for a word."""
        if column.dtype.kind == "O" and words_as_numbers(column) is None:
            row = next(i for i, word in enumerate(column) if word and words_as_numbers(column[i : i + 1]) is None)
            raise DtypeError(f"{where} held numbers in training, got {column[row]!r} in row {row}: put one there.")
        return set()

    def entries(self, column: np.ndarray) -> np.ndarray:
        """Return the numbers, shape (n,), of booleans in words 1 and 0; NaN is a gap."""
        if column.dtype.kind != "O":
            return column
        numbers = words_as_numbers(column)
        assert numbers is not None
        return numbers

    def encode(self, column: np.ndarray) -> np.ndarray:
        """Return the columns that it becomes, shape (n, width)."""
        column = self.entries(column)
        missing = np.isnan(column)
        known = np.where(missing, self.median, column)
        return np.column_stack([known, missing]) if self.gaps else known[:, None]

    def scaled(self) -> list[bool]:
        """Say which of the columns that it becomes are to be scaled: not those of 0 and 1."""
        return [True, False][: self.width]

    def describe(self) -> Description:
        """Return it as plain values."""
        return {"kind": "number", "name": self.name, "median": self.median, "gaps": self.gaps}

    def __str__(self) -> str:
        return f"a gap counts as {self.median:g}" if self.gaps else "a number"


@dataclass(frozen=True)
class Category:
    """A column of text as one column a category, and one more where there are `gaps`.

    Attributes
    ----------
    name : str
    values : tuple of str
        The categories of the training rows, sorted.
    gaps : bool
        Whether the training rows have some.
    """

    name: str
    values: tuple[str, ...]
    gaps: bool
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {word: i for i, word in enumerate(self.values)})

    @classmethod
    def fit(cls, name: str, words: np.ndarray) -> "Category":
        """Find the categories of the rows that are trained on."""
        told = {word for word in words if word is not None}
        return cls(name, tuple(sorted(told)), any(word is None for word in words))

    @property
    def width(self) -> int:
        """Columns that it becomes."""
        return len(self.values) + self.gaps

    def unknown(self, column: np.ndarray, where: str) -> set[str]:
        """Return the categories that are not known."""
        return set(self.entries(column)) - {*self.values, None}

    def entries(self, column: np.ndarray) -> np.ndarray:
        """Return the words, shape (n,), of numbers their digits; None is a gap."""
        if column.dtype.kind == "O":
            return column
        # of digits alone, in these rows
        return np.array([None if np.isnan(value) else as_word(value) for value in column.tolist()], dtype=object)

    def encode(self, column: np.ndarray) -> np.ndarray:
        """Return the columns that it becomes, shape (n, width)."""
        places = np.array([self._place(word) for word in self.entries(column)])
        encoded = np.zeros((len(column), self.width))
        rows = np.flatnonzero(places >= 0)
        encoded[rows, places[rows]] = 1.0
        return encoded

    def _place(self, word: str | None) -> int:
        if word is None:
            return len(self.values) if self.gaps else -1
        return self._places.get(word, -1)

    def scaled(self) -> list[bool]:
        """Say which of the columns that it becomes are to be scaled: none."""
        return [False] * self.width

    def describe(self) -> Description:
        """Return it as plain values."""
        return {"kind": "category", "name": self.name, "values": list(self.values), "gaps": self.gaps}

    def __str__(self) -> str:
        shown = ", ".join(self.values[:6])
        more = f", ... ({len(self.values)} in all)" if len(self.values) > 6 else ""
        return f"{shown}{more}{', or nothing' * self.gaps}"


@dataclass(frozen=True)
class Encoding:
    """What each column of a table becomes.

    Attributes
    ----------
    columns : tuple of Number or Category
        In the order of the table trained on.
    """

    columns: tuple[Number | Category, ...]

    @classmethod
    def fit(cls, table: Columns | StoredColumns, rows: np.ndarray | None, team: Team | None = None) -> "Encoding":
        """Find medians and categories in the given rows. Whether a column holds numbers or text, all rows decide.

        Of a file, each process of a team looks at its share of the columns.

        Raises
        ------
        DataError
            If a column holds nothing, dates, or text that is hardly ever the same.
        """

        def fitted(i: int, column: np.ndarray) -> Number | Category | str:
            name, where = table.names[i], _where(table, i)
            if column.dtype.kind == "O" and (numbers := words_as_numbers(column)) is not None and _is_boolean(column):
                column = numbers
            chosen = column if rows is None else column[rows]
            if column.dtype.kind != "O":
                if np.isnan(column).all():
                    raise DataError(f"{where} holds nothing: leave it out.")
                return Number.fit(name, chosen)
            return check_words(column, where, name) or Category.fit(name, chosen)

        found = table.each(fitted, team)
        if free := [(name, said) for name, said in zip(table.names, found, strict=True) if isinstance(said, str)]:
            raise free_text(table.called, free)
        if not sum(column.width for column in found):
            raise DataError(f"{table.called} holds nothing in the rows to train on: give more of them.")
        return cls(tuple(found))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the table."""
        return tuple(column.name for column in self.columns)

    @property
    def texts(self) -> tuple[str, ...]:
        """Those that hold text, for :func:`xnn.datasets.load`."""
        return tuple(column.name for column in self.columns if isinstance(column, Category))

    @property
    def width(self) -> int:
        """Columns that the table becomes."""
        return sum(column.width for column in self.columns)

    @property
    def scaled(self) -> np.ndarray:
        """Which of these are to be scaled, shape (width,)."""
        return np.array([each for column in self.columns for each in column.scaled()], dtype=bool)

    def encode(self, X: Any, name: str = "X", quiet: bool = False, team: Team | None = None) -> np.ndarray:
        """Return a table as a matrix, shape (rows, width).

        Parameters
        ----------
        X : data frame, Columns or StoredColumns
            With the columns trained on; others may be there, and their order does not matter.
        name : str
            What it is called in an error.
        quiet : bool
            Whether the table is the one that this was fitted to, in which nothing can be amiss: what no training row
            had is not warned of.
        team : Team, optional
            Processes that make this call together: they share the work on a table in a file.

        Raises
        ------
        DataError
            If a column is missing.
        DtypeError
            If a column of numbers holds something else now.
        """
        table = self._table(X, name)
        if not quiet:
            self._check(table, team)
        return table.matrix(self.width, self._encoded, team)

    def entries(self, X: Any, name: str = "X") -> list[np.ndarray]:
        """Return each column as it is encoded from: floats with NaN for gaps, or words with None, shape (rows,).

        `X` and `name`, and what is raised, are those of :meth:`encode`.
        """
        table = self._table(X, name)
        self._check(table)
        return table.each(lambda i, column: self.columns[i].entries(column))

    def _table(self, X: Any, name: str) -> Columns | StoredColumns:
        """Take the columns trained on out of a frame."""
        if not isinstance(X, (Columns, StoredColumns)):
            if getattr(X, "columns", None) is None or not hasattr(X, "__getitem__"):
                kind = type(X).__name__
                raise DataError(
                    f"{name} must be a data frame with the columns of training, {_some(self.names)}, got {kind}."
                )
            here = {str(column): column for column in X.columns}
            if missing := [each for each in self.names if each not in here]:
                raise DataError(f"{name} has no column {missing[0]!r}, which the model was trained on: add it.")
            X = columns_of(_picked(X, [here[each] for each in self.names], self.names), name)
        if not len(X):
            raise DataError(f"{name} is empty: give at least one row.")
        return X

    def _check(self, table: Columns | StoredColumns, team: Team | None = None) -> None:
        """Raise DtypeError for words among numbers, and warn of categories that training did not have."""
        unknown = table.each(lambda i, column: self.columns[i].unknown(column, _where(table, i)), team)
        for i, words in enumerate(map(sorted, unknown)):
            if words and (team is None or team.rank == 0):
                warnings.warn(
                    f"{_where(table, i)} holds {', '.join(map(repr, words[:3]))}{', ...' * (len(words) > 3)}, "
                    "which no training row did: it is encoded as none of the known categories.",
                    UnknownCategoryWarning, stacklevel=outside(),
                )  # fmt: skip

    def _encoded(self, part: Columns) -> np.ndarray:
        return np.concatenate(
            [column.encode(array) for column, array in zip(self.columns, part.arrays, strict=True)], axis=1
        )

    def describe(self) -> list[Description]:
        """Return it as plain values."""
        return [column.describe() for column in self.columns]


class _Picked:
    """Some columns of a frame."""

    def __init__(self, frame: Any, columns: tuple[str, ...]) -> None:
        self._frame, self.columns = frame, columns

    def __getitem__(self, name: str) -> Any:
        return self._frame[name]


def build_encoding(description: Any) -> Encoding | None:
    """Undo :meth:`Encoding.describe`; None stays None.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is no description of an encoding.
    """
    if description is None:
        return None
    columns = tuple(_build(expect(each, dict, "a column")) for each in expect(description, list, "the table"))
    names = [column.name for column in columns]
    if not columns or len(set(names)) < len(names) or not sum(column.width for column in columns):
        raise ValueError(f"the table's columns are {str(names)[:40]}")
    return Encoding(columns)


def _build(d: Description) -> Number | Category:
    name, gaps = expect(d["name"], str, "a column's name"), expect(d["gaps"], bool, "a column's gaps")
    if d["kind"] == "number":
        median = float(expect(d["median"], (int, float), "a median"))
        if not np.isfinite(median):
            raise ValueError(f"the median of {name[:40]!r} is {median}")
        return Number(name, median, gaps)
    if d["kind"] != "category":
        raise ValueError(f"a column is of the kind {str(d['kind'])[:40]!r}")
    values = expect(d["values"], list, "the categories of a column")
    if not all(isinstance(word, str) for word in values) or sorted(set(values)) != values:
        raise ValueError(f"the categories of {name[:40]!r} are {str(values)[:40]}")
    return Category(name, tuple(values), gaps)


def _picked(X: Any, labels: list[Any], names: tuple[str, ...]) -> Any:
    if isinstance(X, StoredFrame):
        return X.picked(names)
    return X[labels] if hasattr(X, "iloc") else _Picked(X, names)


def _where(table: Columns | StoredColumns, i: int) -> str:
    return f"{table.called}, column {table.names[i]!r}"


def _is_boolean(column: np.ndarray) -> bool:
    """Whether words are yes and no, and not digits that a frame holds as text, as codes are."""
    return not any(word[:1].isdigit() or word[:1] in "+-." for word in column if word)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
