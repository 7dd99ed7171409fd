"""The whole function that a place stands in, as it was when the place was found."""

import ast
import linecache
from functools import lru_cache

from ..source import Location
from .excerpt import arrow, excerpt, rows
from .line import Line, Style

AROUND = 5  # lines shown around a place that stands in no function
LONG = 400  # columns of a line, more are cut


def whole(place: Location, because: Location | None = None) -> list[Line]:
    """Return the function around a place, the place marked, and the place that `because` names where it is in it.

    Of a file that is gone or was changed since, the lines that the place itself holds are shown.
    """
    lines = _file(place)
    if lines is None:
        return excerpt(place, LONG)
    first, last = _around("".join(lines), place.line, place.end_line) or (
        max(1, place.line - AROUND), min(len(lines), place.end_line + AROUND)
    )  # fmt: skip
    marks: list[tuple[Location, Style]] = [(place, "marked")]
    if because and because.file == place.file and _holds(lines, because):
        marks.append((because, "reason"))
    return [arrow(place), *rows(enumerate(lines[first - 1 : last], first), marks, LONG)]


def _file(place: Location) -> list[str] | None:
    """Return the lines of a file, None unless they are those that were seen."""
    if not place.lines:
        return None
    for fresh in (False, True):  # what was read once is nearer to what ran than what is there now
        if fresh:
            linecache.checkcache(place.file)
        lines = linecache.getlines(place.file)
        if _holds(lines, place):
            return lines
    return None


def _holds(lines: list[str], place: Location) -> bool:
    there = lines[place.line - 1 : place.end_line]
    return [line.rstrip() for line in there] == [line.rstrip() for line in place.lines]


@lru_cache(maxsize=8)  # many findings stand in one file
def _functions(text: str) -> tuple[tuple[int, int], ...]:
    """Return the first and the last line of each function."""
    try:
        nodes = ast.walk(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):  # a notebook's cell may hold commands that are no Python
        return ()
    return tuple(
        (min([node.lineno, *(part.lineno for part in node.decorator_list)]), node.end_lineno or node.lineno)
        for node in nodes
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )


def _around(text: str, first: int, last: int) -> tuple[int, int] | None:
    """Return the lines of the innermost function that holds those from `first` to `last`."""
    holding = [(start, end) for start, end in _functions(text) if start <= first and last <= end]
    return max(holding, default=None)
