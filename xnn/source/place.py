"""Where something stands in somebody's source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A part of a file.

    Attributes
    ----------
    file : str
        As the interpreter names it: a path, or the name of a notebook's cell.
    line, column, end_line, end_column : int
        Counted from 1, in characters; the end column is the first one behind it.
    source : str
        The text there.
    function : str
        The function that it stands in, with its class; empty at the top of a file.
    lines : tuple of str
        The whole lines.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    source: str
    function: str = ""
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def covers(self, line: int) -> bool:
        """Whether `line` is one of its lines."""
        return self.line <= line <= self.end_line
