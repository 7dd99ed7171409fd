"""Files: written whole or not at all, read whole, and what the system says of them in one sentence."""

import errno
import os
import secrets
import stat
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import FileError, XnnError

_MEANS = {
    errno.ENAMETOOLONG: "its name is too long",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "you have no permission",
    errno.EPERM: "you have no permission",
    errno.ENOSPC: "there is no space left on the device",
    errno.EDQUOT: "your quota of disk space is used up",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.ELOOP: "its symbolic links lead in a circle",
}


def as_path(path: Any, what: str = "the path") -> Path:
    """Return `path` as a Path, or raise FileError if it is none."""
    try:
        named = os.fspath(path)
    except TypeError:
        named = None
    if not isinstance(named, str) or not named or "\0" in named:
        raise FileError(f"{what} must be a path, text or a pathlib.Path, got {path!r}.")
    return Path(named)


@contextmanager
def told(path: Path, done: str) -> Generator[None]:
    """Turn what the system raises into a FileError that says the path, what cannot be `done` with it, and why."""
    try:
        yield
    except XnnError:
        raise
    except (OSError, ValueError) as error:  # a ValueError where the path cannot be one, such as of lone surrogates
        why = _MEANS.get(getattr(error, "errno", None) or 0) or getattr(error, "strerror", None) or str(error)
        raise FileError(f"{path} cannot be {done}: {why}.") from None


def check_writable(path: Path) -> Path:
    """Return the file that `path` leads to, or raise FileError where no file can be written there."""
    with told(path, "written"):
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            raise FileError(f"{path} cannot be written, there is no folder {target.parent}: make it first.")
        with suppress(FileNotFoundError):
            mode = os.stat(target).st_mode
            if not stat.S_ISREG(mode):
                raise FileError(f"{path} cannot be written: {_kind(mode)}, not a file.")
            if not os.access(target, os.W_OK):
                raise PermissionError(errno.EACCES, "")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "")
    return target


def write_whole(path: Path, parts: Iterable[Any]) -> None:
    """Write a file of these bytes-like parts: under another name first, then on the disk, then under its own.

    Whoever reads it meanwhile sees the old file or the new one. A symbolic link is followed, a mode is kept.

    Raises
    ------
    FileError
        If the system refuses; what stood there stands there still.
    """
    target = check_writable(path)
    with told(path, "written"):
        beside = target.with_name(f".{secrets.token_hex(8)}.part")  # short, where the name itself is as long as may be
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(handle, "wb", buffering=0) as file:
                with suppress(FileNotFoundError):
                    os.fchmod(handle, stat.S_IMODE(os.stat(target).st_mode))
                for part in parts:
                    _write_all(file, memoryview(part).cast("B"))
                os.fsync(handle)
            os.replace(beside, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise
        _sync_folder(target.parent)


def _write_all(file: Any, part: memoryview) -> None:
    while part:
        part = part[file.write(part) :]


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too, where folders can be opened and synchronized."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_whole(path: Path) -> bytes:
    """Return a file's bytes; a pipe or a device, which may never end, is refused."""
    check_file(path)
    with told(path, "read"):
        return path.read_bytes()


def check_file(path: Path) -> None:
    """Raise FileError unless `path` leads to a file."""
    with told(path, "read"):
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            raise FileError(f"there is no file {path} (looked in {Path.cwd()}): check the name.") from None
        if stat.S_ISDIR(mode):
            raise FileError(f"{path} is a folder: give one of the files in it.")
        if not stat.S_ISREG(mode):
            raise FileError(f"{path} cannot be read: {_kind(mode)}, not a file.")
        if not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, "")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "it is a folder"
    if stat.S_ISFIFO(mode):
        return "it is a pipe"
    return "it is a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "it is no regular file"
