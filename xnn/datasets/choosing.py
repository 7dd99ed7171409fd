"""Which columns of a file are features and which is the target, by name or by index."""

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from xnn.datasets.table import column_index
from xnn.errors import DataError, OptionError, UnknownNameError

WORDS = ({"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"})  # booleans


class ColumnRequest(NamedTuple):
    """What a file is asked for; `xnn.datasets.load` says how."""

    target: str | int | None
    wanted: Sequence[str] | None  # the features to pick, None for all
    features_only: bool
    drop: Sequence[str | int]
    gaps: bool
    as_text: Sequence[str] | None  # features that are text, so that the others are none; None: what they look like


class ColumnChoice(NamedTuple):
    """Columns by their indexes; `place` is the target's, None where there is none."""

    columns: list[int]
    place: int | None


def choose(path: str, asked: ColumnRequest, names: list[str] | None, width: int, where: str) -> ColumnChoice:
    """Return the features and the target among `width` columns. `where` is the place of the names, for an error."""
    left = _left(path, asked.drop, names, width)
    if names is not None:
        _check_names(where, names, left)
    place = None
    if not asked.features_only or asked.target is not None:
        place = _target(path, asked.target, names, left, width)
    if asked.wanted is not None:
        columns = _find(path, asked.wanted, names, width)
        if place in columns:
            raise OptionError(
                f"{called(place, names)} of {path} is one of the features and no target: say which column is."
            )
        return ColumnChoice(columns, place)
    return ColumnChoice([column for column in left if column != place], place)


def called(column: int, names: Sequence[str] | None) -> str:
    """Say which column it is."""
    return f"column {column + 1}" if names is None else f"column {names[column]!r}"


def how_to_drop(column: int, names: Sequence[str] | None) -> str:
    """Say how a column is left out."""
    name = column if names is None else names[column]
    return f"leave the column out with drop=[{name!r}], in the command --drop {shlex.quote(str(name))}"


def _check_names(where: str, names: list[str], columns: list[int]) -> None:
    seen = set[str]()
    for column in columns:
        name = names[column]
        if not name:
            raise DataError(
                f"{where}: column {column + 1} has no name. Give it one, or {how_to_drop(column, None)} "
                "(pandas: to_csv(..., index=False))."
            )
        if name in seen:
            raise DataError(f"{where}: two columns are called {name!r}. Rename one of them.")
        seen.add(name)


def _left(path: str, drop: Sequence[str | int], names: list[str] | None, width: int) -> list[int]:
    """Give the columns that are not dropped."""
    dropped = set[int]()
    for column in drop:
        called = [i for i, name in enumerate(names or ()) if name == column]
        dropped.update(called or [_index(path, "drop", column, names, width)])
    if len(dropped) == width:
        raise OptionError(f"drop={list(drop)!r} leaves no column of {path}: keep at least one.")
    return [column for column in range(width) if column not in dropped]


def _target(path: str, target: str | int | None, names: list[str] | None, left: list[int], width: int) -> int:
    """Give the index of the target column, from a name or an index; the last one by default."""
    place = None if target is None else _index(path, "target", target, names, width)
    if place is not None and place not in left:
        raise OptionError(f"target={target!r} is dropped too: leave it out of one of them.")
    if len(left) < 2:
        raise DataError(f"{path} has one column only, the target: add columns to predict it from.")
    return left[-1] if place is None else place


def _index(path: str, what: str, column: str | int, names: list[str] | None, width: int) -> int:
    """Give a column as an index from 0; a name wins over an index."""
    if names is not None and isinstance(column, str):
        if column in names:
            return names.index(column)
        if not column.removeprefix("-").isdecimal():
            raise UnknownNameError(f"column of {path}:", column, names)
    return column_index(path, column, width, what)


def _find(path: str, wanted: Sequence[str], names: list[str] | None, width: int) -> list[int]:
    if names is None and all(name.isdecimal() for name in wanted):
        return [column_index(path, name, width, "a feature") for name in wanted]
    if names is None:
        raise DataError(
            f"{path} has no header, so the column {wanted[0]!r} cannot be found: "
            f"add a header with {', '.join(map(repr, wanted))}."
        )
    for name in wanted:
        if name not in names:
            raise UnknownNameError(f"column of {path}:", name, names)
    return [names.index(name) for name in wanted]
