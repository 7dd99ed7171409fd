"""One bug planted in a right program: the text that is changed, so that its place and its cure are known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """A bug, as edits of the text of a right program.

    Attributes
    ----------
    program : str
        The program's file or folder, without ``.py``.
    name : str
        Unique within the part.
    codes : tuple of str
        Every code that is a true name of it, the best first.
    says : str
        What is wrong, for whoever judges a finding.
    edits : tuple of (str, str)
        ``(old, new)``: `old` occurs exactly once in the file; an empty `new` deletes it.
    file : str
        The module within a folder; ``main.py`` if empty.
    """

    program: str
    name: str
    codes: tuple[str, ...]
    says: str
    edits: tuple[tuple[str, str], ...]
    file: str = ""
