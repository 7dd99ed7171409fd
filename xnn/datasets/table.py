"""What a file of the user's own gives, and how its target column becomes labels."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xnn.errors import DataError, OptionError

__all__ = ["Frame", "Table", "column_index", "whole_if_integral"]

_EXACT = 2.0**53  # above it, float64 leaves out whole numbers


class Frame(Mapping[str, NDArray[Any]]):
    """Columns by their names, as a file has them where some hold text or gaps; ``pandas.DataFrame(dict(frame))``.

    Attributes
    ----------
    columns : tuple of str
    shape : tuple of int
        (rows, columns).

    Examples
    --------
    >>> import numpy as np
    >>> frame = Frame({"age": np.array([22.0, np.nan]), "sex": np.array(["male", None], dtype=object)})
    >>> frame
    Frame(2 rows; age, sex)
    >>> frame["sex"].tolist()
    ['male', None]
    """

    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self._columns = dict(columns)
        self.columns = tuple(columns)
        self.shape = (len(next(iter(columns.values()))), len(columns))

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(np.stack([column.astype(object) for column in self.values()], axis=1), dtype)

    def __repr__(self) -> str:
        return f"Frame({self.shape[0]:,} rows; {', '.join(self.columns)})"


class Table(NamedTuple):
    """The features and the target of a file.

    Attributes
    ----------
    X : numpy.ndarray, shape (n, features), or Frame
        The features: float64 from a CSV file, otherwise of the dtype that was stored. A frame where a column holds
        text, as objects and None where nothing stands, or a column of numbers has gaps, NaN.
    y : numpy.ndarray or None
        The target, shape (n,), or as stored in an .npz file; None where only features were asked for.
    features : tuple of str or None
        The names of the columns of ``X``, None where the file has none.
    target : str or None
        The name of the target column, or of the target's array; None where there is none.
    """

    X: NDArray[Any] | Frame
    y: NDArray[Any] | None
    features: tuple[str, ...] | None
    target: str | None


def whole_if_integral(y: NDArray[np.floating[Any]]) -> NDArray[Any]:
    """Give int64 where every number is whole (class labels kept as 0.0, 1.0, ...), otherwise y itself."""
    integral = np.all(np.isfinite(y)) and np.all(y == np.trunc(y)) and np.all(np.abs(y) <= _EXACT)
    return y.astype(np.int64) if integral else y


def column_index(path: object, column: str | int | None, width: int, what: str = "target") -> int:
    """Give a column as an index from 0; it may count from the end, and is the last by default."""
    if width < 2:
        raise DataError(f"{path} has one column only, the target: add columns to predict it from.")
    try:
        index = -1 if column is None else int(column)
    except ValueError:
        raise DataError(
            f"{path} has no column names, so none is called {column!r}: give it as a number, "
            "-1 for the last column, or a CSV file with a header."
        ) from None
    if not -width <= index < width:
        raise OptionError(
            f"{what} must be from {-width} to {width - 1}, as {path} has {width} columns, not {column}: "
            "0 is the first column and -1 the last."
        )
    return index % width
