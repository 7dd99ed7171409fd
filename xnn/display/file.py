"""A page as a file."""

from pathlib import Path

from ..files import as_path, write_whole


def write(page: str, path: str | Path) -> None:
    """Write a page, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    write_whole(as_path(path), [page.encode()])
