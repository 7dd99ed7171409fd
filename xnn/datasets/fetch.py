"""Find a data file in the user's folder or in the cache, or download it; check that it is the right one."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path
from typing import NamedTuple

from xnn.errors import FileError

__all__ = ["Collection", "RemoteFile", "check", "fetch"]


class RemoteFile(NamedTuple):
    """One file of a collection, published as ``<name>.gz``."""

    name: str
    archive_sha256: str
    """Of ``<name>.gz`` as the mirrors serve it: checks a download."""
    content_md5: str
    """Of the uncompressed file: checks a file that is already there, whoever compressed it."""


class Collection(NamedTuple):
    """Files that belong together, and where they are published."""

    title: str
    folder: str
    mirrors: tuple[str, ...]


def fetch(collection: Collection, file: RemoteFile) -> tuple[bytes, Path]:
    """Give the uncompressed content of a file, and the path it was read from.

    Looked for in ``$XNN_DATA_DIR/<folder>`` and in ``$XNN_DATA_DIR``, compressed or not; then in the cache
    folder ``pooch.os_cache("xnn")/<folder>``; then downloaded into that cache from the first mirror that
    answers.
    """
    path = _local(collection, file) or _download(collection, file)
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content), path
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileError(f"{path} is not a whole gzip file ({error}). Download it again.") from error
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error


def check(content: bytes, path: Path, collection: Collection, file: RemoteFile) -> None:
    """Raise FileError unless the content is the published one."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest != file.content_md5:
        raise FileError(
            f"{path} is not the {file.name} of {collection.title}: the checksum (MD5) of its content is "
            f"{digest}, not {file.content_md5}. It is damaged, or another set's file of that name; "
            f"replace it, or put the right one into a folder named {collection.folder} beside it."
        )


def _folders(collection: Collection) -> list[Path]:
    given = os.environ.get("XNN_DATA_DIR")
    if not given:
        return []
    folder = Path(given).expanduser()
    return [folder / collection.folder, folder]  # the specific one first: sets share their file names


def _local(collection: Collection, file: RemoteFile) -> Path | None:
    candidates = (folder / name for folder in _folders(collection) for name in (f"{file.name}.gz", file.name))
    return next((path for path in candidates if path.is_file()), None)


def _download(collection: Collection, file: RemoteFile) -> Path:
    archive = f"{file.name}.gz"
    looked = " or ".join(map(str, _folders(collection))) or "a folder of yours, as XNN_DATA_DIR is not set"
    by_hand = f"download {archive} by hand and set XNN_DATA_DIR to the folder that holds it"
    try:
        import pooch  # an optional dependency, and slow to import
    except ImportError as error:
        raise FileError(
            f"{collection.title}'s {archive} is not in {looked}, and without pooch it cannot be downloaded "
            f"from {collection.mirrors[0]}: pip install pooch, or {by_hand}."
        ) from error
    cache = Path(pooch.os_cache("xnn")) / collection.folder
    failures: list[str] = []  # not the errors themselves: they would keep their connections open
    for mirror in collection.mirrors:
        url = f"{mirror}{archive}"
        try:
            return Path(pooch.retrieve(url, f"sha256:{file.archive_sha256}", fname=archive, path=cache))
        except (OSError, ValueError) as error:  # no connection, no room, a refusal; the wrong checksum
            failures.append(f"{url} ({_reason(error)})")
    raise FileError(
        f"{collection.title}'s {archive} is not in {looked}, nor in the cache folder {cache}, and could not "
        f"be downloaded from {' or '.join(failures)}: check the network, or {by_hand}."
    )


def _reason(error: OSError | ValueError) -> str:
    """Say in a word or two why a download failed; the library's own text fills a screen."""
    if isinstance(error, ValueError):
        return "what it serves has the wrong checksum"
    response = getattr(error, "response", None)  # an HTTP error of requests, which pooch uses
    if response is not None:
        return f"HTTP {response.status_code}"
    return error.strerror or type(error).__name__
