"""A change of the user's file that was proven right: as a diff, as text, and written when that is asked for."""

import difflib
import linecache
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import FileError
from ..files import write_whole
from .patch import Change, lines_of, patched
from .text import File


@dataclass(frozen=True)
class Fix:
    """A patch for one file.

    Attributes
    ----------
    file : str
        A path, or the name of a notebook's cell.
    line : int
        The first line that changes, counted from 1.
    text : str
        The whole file, patched.
    before : str
        The whole file as it was checked.
    proof : str
        What was tried, and how well it agreed: ``"4 tensors right to 3e-10 at 3 points"``.
    """

    file: str
    line: int
    text: str = field(repr=False)
    before: str = field(repr=False)
    proof: str = ""

    @property
    def diff(self) -> str:
        """The change as a unified diff, with paths as ``git apply`` and ``patch -p1`` take them."""
        name = self.shown
        found = difflib.unified_diff(
            self.before.splitlines(keepends=True), self.text.splitlines(keepends=True), f"a/{name}", f"b/{name}", n=3
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)

    def to_dict(self) -> dict[str, object]:
        """Return plain strings and numbers, ready for JSON: the change as a diff, not the whole file."""
        return {"file": self.file, "line": self.line, "diff": self.diff, "proof": self.proof}

    @property
    def shown(self) -> str:
        """The file's path from where one stands, if it lies below."""
        try:
            return Path(self.file).resolve().relative_to(Path.cwd()).as_posix()
        except ValueError:
            return Path(self.file).as_posix().lstrip("/")

    def write(self) -> None:
        """Write the patched text over the file: beside it first, then renamed, its mode kept.

        Raises
        ------
        FileError
            If there is no such file, it is no longer what was checked, or it cannot be written.
        """
        path = Path(self.file).resolve()
        if not path.is_file():
            raise FileError(f"{self.file} is no file, a notebook's cell perhaps: put the change in by hand.")
        try:
            with tokenize.open(path) as source:
                encoding = source.encoding
            with open(path, encoding=encoding, newline="") as source:
                now = source.read()
        except (OSError, SyntaxError, UnicodeDecodeError) as error:
            raise FileError(f"{self.file} cannot be read: {error}.") from None
        ending = "\r\n" if "\r\n" in now else "\n"
        if now.replace("\r\n", "\n") != self.before.replace("\r\n", "\n"):
            raise FileError(f"{self.file} was changed since it was checked: check it again, nothing was written.")
        text = self.text.replace("\r\n", "\n").replace("\n", ending)
        write_whole(path, [text.encode(encoding)])
        linecache.checkcache(self.file)


def fix_of(file: File, changes: Sequence[Change], proof: str = "") -> Fix:
    """Make a fix of changes of a file's tree.

    Raises
    ------
    Unavailable
        If they cannot be written into its text.
    """
    return Fix(file.name, next(lines_of(changes, file)), patched(file, changes), "".join(file.lines), proof)
