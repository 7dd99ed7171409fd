"""NumPy's own files: .npz with X and y by name, .npy with one matrix that may be bigger than memory."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray

from xnn.datasets.choosing import ColumnRequest
from xnn.datasets.table import Table, column_index, whole_if_integral
from xnn.errors import DataError, FileError, OptionError, UnknownNameError

__all__ = ["load_npy", "load_npz"]

_SMALL = 2**26  # bytes of an array that is better read than mapped
_NOT_ABOUT_CONTENT = (UnknownNameError, PermissionError, MemoryError)


def load_npz(path: Path, asked: ColumnRequest, mapped: bool = False) -> Table:
    """Read the arrays X and y; `xnn.datasets.load` says how."""
    _refuse_names(path, asked.wanted, asked.drop)
    _check_start(path, b"PK", ".npz")
    name = "y" if asked.target is None else str(asked.target)
    arrays = _members(path, ["X"] if asked.features_only else ["X", name], mapped)
    X = _checked(f"X of {path}", arrays["X"])
    if asked.features_only:
        return Table(X, None, None, None)
    y = arrays[name]
    if y.ndim == 0 or y.shape[0] != X.shape[0]:
        raise DataError(
            f"{name} of {path} has the shape {y.shape}, but X has {X.shape[0]} rows: store one target for each."
        )
    if y.dtype.kind not in "biufU":
        raise DataError(
            f"{name} of {path} has the dtype {y.dtype}, but a target is numbers or text: store one of them."
        )
    return Table(X, y, None, name)


def load_npy(path: Path, asked: ColumnRequest) -> Table:
    """Read a matrix without loading it; `xnn.datasets.load` says how."""
    _refuse_names(path, asked.wanted, asked.drop)
    _check_start(path, b"\x93NUMPY", ".npy")
    try:
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except _NOT_ABOUT_CONTENT:
        raise
    except Exception as error:  # of many types, depending on which byte is wrong
        raise _unreadable(path, error) from error
    matrix = _checked(str(path), stored)
    if asked.features_only:
        return Table(matrix, None, None, None)
    column = column_index(path, asked.target, matrix.shape[1])
    if column in (0, matrix.shape[1] - 1):
        features = matrix[:, 1:] if column == 0 else matrix[:, :-1]
    else:
        features = np.delete(matrix, column, axis=1)
    y = np.array(matrix[:, column])  # one column fits into memory, and labels are asked for often
    return Table(features, whole_if_integral(y) if y.dtype.kind == "f" else y, None, None)


def _refuse_names(path: Path, wanted: Sequence[str] | None, drop: Sequence[str | int]) -> None:
    if drop:
        raise OptionError(f"drop={list(drop)!r} needs a CSV file: store {path} without these columns.")
    if wanted is not None:
        raise DataError(
            f"{path} has no column names, so the column {wanted[0]!r} cannot be found: give a CSV file with a header."
        )


def _check_start(path: Path, start: bytes, suffix: str) -> None:
    """Refuse another format under this suffix, which NumPy would take for a pickle."""
    with path.open("rb") as file:
        found = file.read(len(start))
    if found != start:
        write = "numpy.savez(path, X=X, y=y)" if suffix == ".npz" else "numpy.save(path, array)"
        raise FileError(
            f"{path} is not in the {suffix} format: it starts with {found!r}. "
            f"Write it with {write}; pickles are never loaded."
        )


def _unreadable(path: Path, error: Exception) -> FileError:
    if "bject" in str(error):  # "Object arrays cannot be loaded", "Python objects in dtype"
        return FileError(
            f"{path} holds Python objects (a pickle), which could run code and are never loaded: "
            "store arrays of numbers or text."
        )
    return FileError(f"{path} is damaged or cut short ({error}). Write or download it again.")


def _members(path: Path, names: list[str], mapped: bool) -> dict[str, NDArray[Any]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            for name in names:
                if name not in archive.files:
                    raise UnknownNameError(f"array of {path}:", name, archive.files)
            on_disk = _mapped(path, archive.zip, "X.npy") if mapped else None
            found = {} if on_disk is None else {"X": on_disk}
            return found | {name: archive[name] for name in names if name not in found}
    except _NOT_ABOUT_CONTENT:
        raise
    except Exception as error:  # of many types, depending on which byte is wrong
        raise _unreadable(path, error) from error


def _mapped(path: Path, archive: ZipFile, name: str) -> NDArray[Any] | None:
    """Return an array that stays on disk; None where it is compressed, small, or in a form that only NumPy reads."""
    member = archive.getinfo(name)
    if member.compress_type != ZIP_STORED or member.file_size < _SMALL:
        return None
    with path.open("rb") as file:
        file.seek(member.header_offset + 26)  # in the member's own header, the lengths of its name and of what follows
        file.seek(int.from_bytes(file.read(2), "little") + int.from_bytes(file.read(2), "little"), os.SEEK_CUR)
        if np.lib.format.read_magic(file) != (1, 0):
            return None
        shape, by_columns, dtype = np.lib.format.read_array_header_1_0(file)
        if dtype.hasobject:
            return None
        return np.memmap(path, dtype, "r", file.tell(), shape, "F" if by_columns else "C")


def _checked(name: str, array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} has the dtype {array.dtype}, but features are numbers: store integers or floats.")
    if array.ndim != 2 or 0 in array.shape:
        raise DataError(
            f"{name} has the shape {array.shape}, but must have one row a sample and one column a feature: "
            "reshape it to (samples, features)."
        )
    return array
