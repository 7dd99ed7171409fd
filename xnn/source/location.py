"""Where something stands in the user's source."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Location:
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

    @property
    def path(self) -> str:
        """The file, from the working directory where it lies below it."""
        return nearest(self.file)

    def to_dict(self) -> dict[str, Any]:
        """Return plain strings and numbers."""
        names = ("file", "line", "column", "end_line", "end_column", "source", "function")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def covers(self, line: int) -> bool:
        """Whether `line` is one of its lines."""
        return self.line <= line <= self.end_line


def nearest(file: str) -> str:
    """Return a path from the working directory if it lies below it, with ``/``; the name of a notebook's cell as it is.

    Examples
    --------
    >>> nearest(str(Path.cwd() / "models" / "net.py")), nearest("<ipython-input-1-abc>")
    ('models/net.py', '<ipython-input-1-abc>')
    """
    try:
        here, path = Path.cwd(), Path(file)
        if not file.startswith("<") and path.is_absolute() and path.is_relative_to(here):
            return path.relative_to(here).as_posix()
    except OSError:  # the working directory is gone
        pass
    return file
