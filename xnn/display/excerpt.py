"""A place as compilers show it: where it is, its lines with their numbers, and marks under the part that is meant."""

from collections.abc import Iterable
from typing import NamedTuple

from ..source import Location
from .line import WIDTH, Line, Piece, Style, cells, clean

TAB = 4
HEAD, TAIL = 4, 3  # of many lines, so many are shown at either end
CUT = "..."
NARROW = 20  # so many columns of source are shown in the narrowest terminal


class Shown(NamedTuple):
    """A line as it is shown, and which part of it is marked; empty if start == end."""

    text: str
    start: int
    end: int

    def pieces(self, style: Style = "marked") -> tuple[Piece, ...]:
        """Return the line in up to three pieces."""
        text, start, end = self
        parts = (Piece("", text[:start]), Piece(style, text[start:end]), Piece("", text[end:]))
        return tuple(piece for piece in parts if piece.text)


def shown(line: str, start: int, end: int, width: int) -> Shown:
    """Return a line with tabs as spaces, cut to `width` columns around the characters from `start` to `end`."""
    line = line.rstrip()
    text, at = "", [0]
    for c in line:
        text += " " * (TAB - cells(text) % TAB) if c == "\t" else clean(c)
        at.append(len(text))
    first, last = (at[min(max(0, i), len(line))] for i in (start, end))
    return _cut(text, first, max(first, last), width)


def _cut(text: str, start: int, end: int, width: int) -> Shown:
    if cells(text) <= width:
        return Shown(text, start, end)
    room = width - 2 * len(CUT)
    spare = max(0, room - cells(text[start:end]))
    before = _fitting(text[:start][::-1], spare // 2)
    # What is not needed on one side is given to the other.
    after = _fitting(text[end:], spare - cells(text[start - before : start])) if spare else 0
    before = _fitting(text[:start][::-1], spare - cells(text[end : end + after]))
    first, last = start - before, (end + after if spare else start + _fitting(text[start:end], room))
    left, right = CUT if first else "", CUT if last < len(text) else ""
    shift = len(left) - first
    return Shown(left + text[first:last] + right, start + shift, min(end, last) + shift)


def _fitting(text: str, width: int) -> int:
    """Return how many characters fit into `width` columns."""
    taken = 0
    for count, c in enumerate(text):
        taken += cells(c)
        if taken > width:
            return count
    return len(text)


def span(place: Location, number: int, line: str) -> tuple[int, int]:
    """Return which characters of a line belong to a place, without the indentation."""
    if not place.covers(number):
        return 0, 0
    text = line.rstrip()
    start = place.column - 1 if number == place.line else len(text) - len(text.lstrip())
    end = place.end_column - 1 if number == place.end_line else len(text)
    return (start, end) if end > start else (start, start)


def numbered(number: int | str, width: int) -> Piece:
    """Return the gutter of a line."""
    return Piece("gutter", f"{number:>{width}} | ")


def arrow(place: Location, width: int = 1) -> Line:
    """Return the line that says where a place is."""
    inside = (Piece("", f" in {clean(place.function)}"),) if place.function else ()
    return Line("place", (Piece("gutter", " " * width + "--> "), Piece("path", clean(str(place))), *inside))


def excerpt(place: Location, width: int = WIDTH) -> list[Line]:
    r"""Return the lines that show a place.

    Examples
    --------
    >>> from xnn.display.line import plain
    >>> print(plain(excerpt(Location("net.py", 7, 10, 7, 12, "dh", "", ("    dz = dh * h\n",)))))
     --> net.py:7:10
      |
    7 |     dz = dh * h
      |          ^^
    >>> print(plain(excerpt(Location("net.py", 7, 5, 8, 11, "", "", ("    dz = (dh\n", "      * h)\n")))))
     --> net.py:7:5
      |
    7 | /     dz = (dh
    8 | |       * h)
      | |__________^
    """
    digits = len(str(place.end_line))
    room = max(NARROW, width - digits - 3)
    lines = [arrow(place, digits)]
    if place.lines:
        lines.append(Line("underline", (Piece("gutter", " " * digits + " |"),)))
        lines += _one(place, digits, room) if place.line == place.end_line else _many(place, digits, room - 2)
    return lines


def _one(place: Location, digits: int, room: int) -> list[Line]:
    line = shown(place.lines[0], *span(place, place.line, place.lines[0]), room)
    before, mark = cells(line.text[: line.start]), "^" * max(1, cells(line.text[line.start : line.end]))
    return [
        Line("source", (numbered(place.line, digits), *line.pieces())),
        Line("underline", (numbered("", digits), Piece("", " " * min(before, room - 1)), Piece("mark", mark))),
    ]


def _many(place: Location, digits: int, room: int) -> list[Line]:
    """Return several lines with a bracket at their left."""
    lines: list[Line] = []
    first = place.lines[0]
    inside = place.column - 1 > len(first) - len(first.lstrip())  # other text stands before it
    count, line = len(place.lines), Shown("", 0, 0)
    for i, text in enumerate(place.lines):
        if count > HEAD + TAIL + 1 and HEAD <= i < count - TAIL:
            if i == HEAD:
                lines.append(Line("source", (Piece("gutter", CUT.ljust(digits + 3)), Piece("mark", "|"))))
            continue
        line = shown(text, *span(place, place.line + i, text), room)
        rail = "  " if i == 0 and inside else "/ " if i == 0 else "| "
        pieces = (numbered(place.line + i, digits), Piece("mark", rail), *line.pieces())
        lines.append(Line("source", pieces))
        if i == 0 and inside:
            lines.append(_bracket(digits, " _", min(cells(line.text[: line.start]), room - 1)))
    lines.append(_bracket(digits, "|_", max(0, cells(line.text[: line.end]) - 1)))
    return lines


def _bracket(digits: int, rail: str, length: int) -> Line:
    return Line("underline", (numbered("", digits), Piece("mark", rail + "_" * length + "^")))


def rows(lines: Iterable[tuple[int, str]], marks: Iterable[tuple[Location, Style]], width: int) -> list[Line]:
    """Return numbered lines; in each, the first of the places that covers it is marked in its style."""
    numbers, places = list(lines), list(marks)
    digits = len(str(max((number for number, _ in numbers), default=0)))
    made: list[Line] = []
    for number, text in numbers:
        here = next((mark for mark in places if mark[0].covers(number)), None)
        start, end = span(here[0], number, text) if here else (0, 0)
        line = shown(text, start, end, width)
        made.append(Line("source", (numbered(number, digits), *line.pieces(here[1] if here else ""))))
    return made
