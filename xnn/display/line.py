"""The lines that show a finding: what each is for, and the pieces of text that it is made of."""

import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple

# What a line is for. "source" is a line of the user's program, "underline" the marks beneath it.
Role = Literal["code", "place", "source", "underline", "belongs", "because", "fix", "evidence"]
# What a piece is. "marked" is the faulty part of a source line, "reason" the part that what belongs there comes from,
# "mark" what points at the faulty part, and "gutter" the line numbers and the bar beside them.
Style = Literal[
    "", "note", "code", "parameter", "message", "gutter", "marked", "reason", "mark", "path", "label", "belongs"
]
WIDTH = 120  # of text that is no terminal's, in columns; longer lines of source are cut around what is marked


class Piece(NamedTuple):
    """Some text of one style."""

    style: Style
    text: str


class Line(NamedTuple):
    """One line: its role, its pieces, and by how much it is indented where it goes on beneath."""

    role: Role
    pieces: tuple[Piece, ...]
    hang: int = 0

    @property
    def text(self) -> str:
        """The line without its styles."""
        return "".join(piece.text for piece in self.pieces).rstrip().replace("\n", "\n" + " " * self.hang)


def plain(lines: Iterable[Line]) -> str:
    """Return lines as text."""
    return "\n".join(line.text for line in lines)


def labelled(role: Role, label: str, *pieces: Piece) -> Line:
    """Return an indented line that begins with ``label:``."""
    return Line(role, (Piece("", "    "), Piece("label", f"{label}:"), Piece("", " "), *pieces), 4 + len(label) + 2)


def clean(text: str) -> str:
    r"""Return one line of text without what would move a terminal's cursor or reorder what is read.

    Examples
    --------
    >>> clean("a\x1b[31m")
    'a␛[31m'
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_clean, text))


def _clean(c: str) -> str:
    if c < " ":
        return chr(0x2400 + ord(c))  # its picture
    unsafe = unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(c) in _REORDERING
    return "\N{REPLACEMENT CHARACTER}" if unsafe else c


_REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def flowing(text: str) -> str:
    """Return text that may have several lines, each clean."""
    return "\n".join(clean(line) for line in text.splitlines())


def cells(text: str) -> int:
    """Return how many columns a text takes: Chinese and Japanese signs and emoji take two, accents none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
