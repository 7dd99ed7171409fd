"""The user's own data, from a file."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from xnn.datasets.arrays import load_npy, load_npz
from xnn.datasets.choosing import ColumnRequest
from xnn.datasets.delimited import load_delimited
from xnn.datasets.parquet import load_parquet
from xnn.datasets.table import Table
from xnn.errors import FileError, OptionError
from xnn.files import as_path, check_file, told

__all__ = ["load"]

_LOADERS = {
    ".csv": load_delimited, ".tsv": load_delimited, ".txt": load_delimited, ".parquet": load_parquet,
    ".npy": load_npy, ".npz": load_npz,
}  # fmt: skip


def load(
    path: str | os.PathLike[str],
    target: str | int | None = None,
    *,
    drop: Sequence[str | int] = (),
    features_only: bool | Sequence[str] = False,
    as_text: Sequence[str] | None = None,
    gaps: bool = True,
    mapped: bool = False,
    team: Any = None,
) -> Table:
    r"""Load features and a target from a .csv, .tsv, .parquet, .npz or .npy file, or from standard input.

    ``.csv``, ``.tsv`` and ``.txt``, also packed, as in ``.csv.gz``, and standard input, whose path is ``"-"``: text in
    UTF-8, split at commas, semicolons or tabs. The first row is a header if it holds names instead
    of numbers; where that cannot be told it is refused. A column holds finite numbers, perhaps with commas between
    thousands, or text; a cell that is empty or stands for nothing, such as ``NA`` and ``?``, is a gap. A column of
    which most cells are numbers and some are not, and not codes that come back either, is refused with its line.
    ``.parquet``: by PyArrow. ``.npz``: the
    arrays ``X``, of shape (n, features), and ``y``, of n rows, as ``numpy.savez(path, X=X, y=y)`` writes
    them. ``.npy``: one matrix, whose last column is the target; it stays on disk until it is used, so it may
    be bigger than memory (a target in neither the last nor the first column needs a copy).

    Parameters
    ----------
    path : str or os.PathLike
        The file. Its suffix says which format it is in; ``"-"`` is text from standard input.
    target : str, int or None
        The column to predict: its name, or its index, which may be text such as ``"-1"`` and may count from
        the end. In an .npz file: the name of the array. By default the last column that is not dropped, and ``y``.
    drop : sequence of str or int
        Columns of a text or Parquet file to leave out, such as an id: their names, or their indexes as of `target`.
    features_only : bool or sequence of str
        True: there is no target, all columns are features. Names: pick these columns of a text or Parquet file in this
        order, whatever else it holds, as a model needs that was trained on them; there is a target only where `target`
        says which.
    as_text : sequence of str, optional
        Features that are text whatever they look like, such as codes of digits; then no other may be. By itself what
        they look like decides. A model that was trained on a table has ``model.table.texts``.
    gaps : bool
        Whether a feature may have gaps; else a row with one is refused.
    mapped : bool
        Whether features of more than 64 MiB stay on disk too, as for several processes of which each reads its share:
        those of an .npz file that is not compressed where they are, those of a Parquet file, if they are finite
        numbers alone, decoded to a file of float64 among the temporary ones, which ends with the process. With text or
        gaps they stay in the Parquet file, as a :class:`Frame` that reads a column when it is asked for; to such a file
        of float64 :func:`xnn.train` makes them, some rows at a time.
    team : object with ``rank`` and ``exchange(value)``, optional
        Processes that make this call together, such as `run.team`: those of one computer share what they decode of a
        Parquet file of numbers, of which each reads its row groups alone.

    Returns
    -------
    Table
        ``X`` of shape (n, features): float64 from text, otherwise as stored; a :class:`Frame` where columns hold text
        or gaps, which :func:`xnn.train` takes as it is. ``y`` of shape (n,) is, from text, int64 where all are whole
        numbers, float64 where all are numbers, otherwise text; from an .npy file the column, int64 where all its
        numbers are whole; from the others as stored. Then the names of the columns, where there are any.

    Raises
    ------
    DataError
        The data cannot be used: empty, ragged, no target in a row, a cell that is not a number among numbers, a wrong
        shape or dtype. The message names file, line and column.
    FileError
        The file is missing, cannot be read, is in no known format, or is damaged. Pickled objects are
        refused.
    UnknownNameError
        There is no such column or array.
    BackendError
        A Parquet file, and PyArrow is not installed.
    OptionError
        An argument is outside its range.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from xnn.datasets import load
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "flowers.csv")
    ...     _ = path.write_text("length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n")
    ...     table = load(path)
    >>> table.X
    array([[5.1, 3.5],
           [7. , 3.2]])
    >>> table.y.tolist(), table.features, table.target
    (['setosa', 'versicolor'], ('length', 'width'), 'species')
    """
    path = as_path(path)
    wanted = None if isinstance(features_only, bool) else _names(features_only)
    if features_only is True and target is not None:
        raise OptionError(f"target={target!r} has no meaning with features_only=True: leave one of them out.")
    _check_target(target)
    _check_drop(drop, wanted)
    asked = ColumnRequest(target, wanted, features_only is not False, drop, gaps, as_text)
    if str(path) == "-":
        return load_delimited(path, asked)
    with told(path, "read"):
        loader = _loader(path)
        if mapped and loader is load_npz:
            loader = partial(load_npz, mapped=True)
        elif mapped and loader is load_parquet:
            loader = partial(load_parquet, mapped=True, team=team)
        return loader(path, asked)


def _loader(path: Path) -> Callable[..., Table]:
    check_file(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    loader = _LOADERS.get(suffixes[-2] if packed and len(suffixes) > 1 else path.suffix.lower())
    if loader is None or (packed and loader is not load_delimited):
        raise FileError(
            f"{path} ends in {path.suffix!r}, but only .csv, .tsv, .txt (or these with .gz), .parquet, .npz and .npy "
            "can be read: save it as CSV."
        )
    return loader


def _check_target(target: object) -> None:
    if not isinstance(target, (str, int, type(None))) or isinstance(target, bool):
        raise OptionError(f"target must be the name or the index of a column, not {target!r}.")


def _check_drop(drop: object, wanted: Sequence[str] | None) -> None:
    columns = cast("Sequence[object]", drop) if isinstance(drop, Sequence) else [None]
    if isinstance(drop, str) or not all(isinstance(c, (str, int)) and not isinstance(c, bool) for c in columns):
        raise OptionError(f"drop must be a list of names or indexes of columns, not {drop!r}.")
    if columns and wanted is not None:
        raise OptionError(f"drop={drop!r} has no meaning where features_only names columns: leave one of them out.")


def _names(features: object) -> Sequence[str]:
    """Check the names to pick; a single string would otherwise pass as a sequence of letters."""
    names = cast("Sequence[object]", features) if isinstance(features, Sequence) else ()
    if isinstance(features, str) or not names or not all(isinstance(name, str) for name in names):
        raise OptionError(f"features_only must be True, False or a list of at least one column name, not {features!r}.")
    return cast("Sequence[str]", names)
