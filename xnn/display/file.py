"""A page as a file."""

from pathlib import Path

from ..errors import FileError


def write(page: str, path: str | Path) -> None:
    """Write a page.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None
