"""Where data enter: anything table-like becomes host arrays that fit each other, or a sentence that says why not."""

from collections import Counter
from math import inf
from numbers import Real
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from ..backends import to_host
from ..errors import DataError, DtypeError, OptionError, ShapeError, XnnError
from ..nn.checks import check_finite, check_weights
from .columns import Encoding
from .frames import columns_of, is_table
from .team import Team

# Of a target's entries; a boolean is an int too.
_KINDS = (str, (bool, np.bool_), (int, float, np.integer, np.floating))


class Inputs(NamedTuple):
    """Features on the host."""

    X: np.ndarray
    names: tuple[str, ...] | None  # of a data frame's columns


class Samples(NamedTuple):
    """A table to learn, on the host; of a frame with text or gaps its columns, until what they become is fitted."""

    X: Any  # np.ndarray, Columns or StoredColumns
    y: np.ndarray
    weights: np.ndarray | None  # one factor a sample
    names: tuple[str, ...] | None


def take_in(
    X: Any,
    y: Any,
    weights: Any = None,
    names: tuple[str, ...] | None = None,
    name: str = "",
    like: Any = None,
    table: Encoding | None = None,
    team: Team | None = None,
) -> Samples:
    """Take a table: features, targets, and a factor a sample, of which each row belongs together.

    `names` are those of the columns, `name` what the table is called in an error, and `like` the :class:`Inputs` or
    :class:`Samples` whose features it must have, made by `table` where that is given, by all processes of a `team`.
    """
    called = [f"{name}{each}" for each in ("X", "y")]
    width, expected = (None, None) if like is None else (like.X.shape[1], like.names)
    if like is None and table is None and is_table(X):
        found = columns_of(X, called[0])
        host, columns, count = found, found.names, len(found.names)
    else:
        host, columns = features(X, called[0], width, expected, table, team)
        count = host.shape[1] if table is None else len(table.names)
    if names is not None:
        if len(names) != count:
            raise OptionError(f"feature_names must be {count} names, one for each column of X, got {list(names)!r}.")
        if columns not in (None, names):
            raise OptionError(
                f"feature_names={list(names)!r} are not the columns of X, {list(columns)!r}: leave them out, or "
                "rename the columns."
            )
    host_y = targets(y, len(host), called[1])
    check_order(X, y, called[1])
    check_order(X, weights, "sample_weight")
    return Samples(host, host_y, sample_factors(weights, len(host_y)), names or columns)


def sample_factors(weights: Any, samples: int) -> np.ndarray | None:
    """Take one factor a sample, or none, and refuse what cannot be that."""
    if weights is None:
        return None
    host = taken(weights, "sample_weight")
    if host.dtype.kind not in "biuf":
        raise DtypeError(f"sample_weight must hold numbers, got {host.dtype}: convert it with astype(float).")
    factors = host.astype(np.float64)
    check_weights(factors, samples, "sample_weight")
    return factors


def features(
    X: Any,
    name: str = "X",
    expected: int | None = None,
    expected_names: tuple[str, ...] | None = None,
    table: Encoding | None = None,
    team: Team | None = None,
) -> Inputs:
    """Take features of shape (samples, features): an array of any backend, a list, a data frame or a memmap.

    A memmap is neither copied nor read here: its batches are checked as they are taken. `expected` and
    `expected_names` are the number and the columns of the features trained on, and `table` makes them of a frame, by
    all processes of a `team`.

    Raises
    ------
    ShapeError
        If X has not two axes, or not the number of features the model was trained on.
    DataError
        If X is a path, there is no sample or no feature, or a data frame has not the columns trained on, in order.
    DtypeError
        If X does not hold real numbers.
    NotFiniteError
        If X holds NaN or infinity.
    """
    if table is not None:
        return Inputs(table.encode(X, name, team=team), table.names)
    if isinstance(X, (str, PathLike)):
        raise DataError(f"{name} is text, {str(X)!r}: read a file with xnn.datasets.load(path, target).")
    columns = getattr(X, "columns", None)
    host = taken(X, name)
    names = None if columns is None else tuple(str(column) for column in columns)
    if host.ndim != 2:
        hint = f"reshape it to ({host.shape[0]}, -1)" if host.ndim > 2 else "give one row a sample, [[...], [...]]"
        raise ShapeError(f"{name} must have shape (samples, features), got {host.shape}: {hint}.")
    if 0 in host.shape:
        raise DataError(f"{name} is empty, it has shape {host.shape}: give at least one sample and one feature.")
    if host.dtype.kind == "O":
        host = _numbers(host, names, name)
    if host.dtype.kind not in "biuf":
        raise DtypeError(f"{name} must hold real numbers, got {host.dtype}: encode or drop what is not a number.")
    if expected is not None and host.shape[1] != expected:
        raise ShapeError(f"{name} must have {expected} features, as in training, got shape {host.shape}.")
    if names and expected_names and names != expected_names:
        i, got, trained = next((i, a, b) for i, (a, b) in enumerate(zip(names, expected_names, strict=True)) if a != b)
        raise DataError(
            f"{name} must have the columns of training in their order, got {got!r} as column {i}, where {trained!r} "
            "was: select them with X[list(model.feature_names)]."
        )
    if not isinstance(host, np.memmap):
        check_finite(host, name)
    return Inputs(host, names)


def taken(x: Any, name: str) -> np.ndarray:
    """Return anything array-like as host memory, where that loses nothing.

    Raises
    ------
    DataError
        If entries are masked, which memory alone would not show, or `x` cannot be read.
    DtypeError
        If it is sparse, or of a data type that NumPy lacks.
    """
    if isinstance(x, np.ma.MaskedArray):
        masked = int(np.ma.count_masked(x))
        if masked:
            raise DataError(
                f"{name} has {masked} masked entries: fill them in with .filled(...), or leave the rows out."
            )
        return np.asarray(x.data)
    if hasattr(x, "toarray") and hasattr(x, "nnz"):
        raise DtypeError(f"{name} is a sparse {type(x).__name__}: make it dense with .toarray().")
    try:
        host = to_host(x, name)
    except (XnnError, MemoryError):
        raise
    except Exception as error:  # whatever a user's __array__ raises
        said = str(error).strip().partition("\n")[0].rstrip(".")
        kind = f"{type(x).__name__} of {x.dtype}" if hasattr(x, "dtype") else type(x).__name__
        raise DataError(
            f"{name} cannot be read as an array: {kind} raised {type(error).__name__}{f' ({said})' if said else ''}; "
            "give a NumPy array of numbers."
        ) from error
    if host.dtype.name == "bfloat16":  # no data type of NumPy's own, and every number of it is a float32
        return host.astype(np.float32)
    return host


def targets(y: Any, samples: int, name: str = "y") -> np.ndarray:
    """Take targets, one row or entry for each of `samples` rows of X.

    Raises
    ------
    ShapeError
        If their number is another.
    DataError
        If `y` is a text, or one is missing: None, pandas.NA, or NaN among strings.
    """
    if isinstance(y, str):
        raise DataError(f"{name} is text, {y!r}: give the targets themselves, such as frame[{y!r}].")
    host = taken(y, name)
    if host.ndim == 0 or len(host) != samples:
        raise ShapeError(f"{name} must have one entry a sample, {samples}, got shape {host.shape}.")
    # Of a list of strings and NaN, NumPy makes the string "nan".
    entries = np.asarray(y, dtype=object) if host.dtype.kind == "U" and isinstance(y, (list, tuple)) else host
    if entries.dtype.kind == "O" and (rows := [i for i, entry in enumerate(entries) if _is_missing(entry)]):
        raise DataError(
            f"{name} misses {len(rows)} of {samples} values, the first in row {rows[0]}: "
            "leave these rows out, here and in X."
        )
    return _plain(host) if host.dtype.kind == "O" else host


def check_order(X: Any, y: Any, name: str = "y") -> None:
    """Raise DataError if a data frame's index and a series' hold the same labels in two orders."""
    a, b = getattr(X, "index", None), getattr(y, "index", None)
    if a is None or b is None or not (hasattr(a, "equals") and hasattr(b, "equals")):
        return  # a list has an index too, its method
    if not a.equals(b) and Counter(a) == Counter(b):
        raise DataError(
            f"{name} has the index of X in another order, but rows are paired by position: take it with .loc[X.index], "
            "or with .to_numpy() if the rows do belong together as they stand."
        )


def sample_weights(
    factors: np.ndarray | None, class_weights: Any, labels: np.ndarray | None, rows: np.ndarray | None = None
) -> np.ndarray | None:
    """Join sample weights and class weights into one factor a sample, or None where all are 1.

    Parameters
    ----------
    factors : numpy.ndarray, shape (samples,), or None
    class_weights : dict of class to factor, "balanced" (n / (classes x count of the class)), or None
    labels : numpy.ndarray or None
        The class of each sample, as in y; None where there are no classes.
    rows : numpy.ndarray of int, optional
        The samples that are trained on, whose classes are counted; all if not given.
    """
    if class_weights is None:
        return factors
    if labels is None:
        raise OptionError("class_weight needs one class a sample: use sample_weight here.")
    classes, index = np.unique(labels, return_inverse=True)
    if isinstance(class_weights, str) and class_weights == "balanced":
        counts = np.bincount(index if rows is None else index[rows], minlength=len(classes))
        # A class of which all samples are held out is not learnt: what it counts there is of no matter.
        table = counts.sum() / (np.count_nonzero(counts) * counts.clip(min=1))
    elif isinstance(class_weights, dict):
        known = {value.item() for value in classes}
        unknown = [key for key in class_weights if key not in known]
        if unknown:
            raise OptionError(f"class_weight names {unknown[0]!r}, which is not among the classes in y.")
        for key, value in class_weights.items():
            if not isinstance(value, Real) or not 0.0 <= value < inf:  # pyright: ignore[reportOperatorIssue]
                raise OptionError(f"class_weight must give finite factors >= 0, got {value!r} for {key!r}.")
        table = np.asarray([class_weights.get(value.item(), 1.0) for value in classes], dtype=np.float64)
    else:
        raise OptionError(f"class_weight must be 'balanced' or a dict of class to factor, got {class_weights!r}.")
    joined = table[index] if factors is None else table[index] * factors
    check_weights(joined, len(labels), "class_weight")
    return joined


def _is_missing(entry: Any) -> bool:
    if isinstance(entry, np.ndarray):
        return any(map(_is_missing, entry.flat))
    try:
        return entry is None or bool(entry != entry)
    except TypeError:  # whether pandas.NA is itself cannot be told
        return True


def _plain(host: np.ndarray) -> np.ndarray:
    """Give objects that are all text, all booleans or all numbers, as in a column of a frame, a data type of these."""
    alike = {next((i for i, kind in enumerate(_KINDS) if issubclass(each, kind)), -1) for each in map(type, host.flat)}
    return np.array(host.tolist()) if len(alike) == 1 and -1 not in alike else host


def _numbers(host: np.ndarray, names: tuple[str, ...] | None, name: str) -> np.ndarray:
    """Turn objects that are all numbers into floats: a data frame with columns of numbers and of booleans has them."""
    for column in range(host.shape[1]):
        for row in range(host.shape[0]):
            if not isinstance(host[row, column], (int, float, np.integer, np.floating, np.bool_)):
                label = repr(names[column]) if names else str(column)
                missing = _is_missing(host[row, column])
                advice = "fill it in, or leave the row out" if missing else "encode or drop what is not a number"
                raise DtypeError(
                    f"{name} must hold real numbers, got {host[row, column]!r} in column {label}, row {row}: {advice}."
                )
    return host.astype(np.float64)
