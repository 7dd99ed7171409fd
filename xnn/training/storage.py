"""A file of tensors: safetensors, with all that is no tensor as JSON in its metadata, and a checksum of the whole.

The metadata have one key, :data:`FORMAT`; its value is eight hexadecimal digits, a blank and JSON. The digits are the
CRC-32 of all bytes of the file, those digits taken for zeros, so that no byte can change without being noticed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from ..errors import FileError, UnknownNameError
from ..files import read_whole, write_whole
from ..nn.tables import named

FORMAT = "xnn model 2"
Tensors = dict[str, np.ndarray]
Description = dict[str, Any]
# What building something of a description raises that is none of it.
BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)

_NAMES = {
    "float32": "F32", "float64": "F64", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8",
    "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "bool": "BOOL", "float16": "F16",
}  # fmt: skip
_BLANK = "0" * 8
_MARKER = re.compile(json.dumps(FORMAT).encode() + rb'\s*:\s*"')


def write(path: Path, description: Description, tensors: Tensors) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    FileError
        If there is no such folder, or the operating system refuses.
    """
    parts = [np.asarray(value, order="C") for value in tensors.values()]
    header: dict[str, Any] = {"__metadata__": {FORMAT: f"{_BLANK} {json.dumps(description)}"}}
    start = 0
    for name, part in zip(tensors, parts, strict=True):
        offsets = [start, start := start + part.nbytes]
        header[name] = {"dtype": _NAMES[part.dtype.name], "shape": list(part.shape), "data_offsets": offsets}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    text = len(text).to_bytes(8, "little") + text
    numbers = [part.reshape(-1).view(np.uint8).data for part in parts if part.size]
    found = crc32(text)
    for part in numbers:
        found = crc32(part, found)
    at = _digits(text)
    write_whole(path, [text[:at] + f"{found:08x}".encode() + text[at + 8 :], *numbers])


def _digits(text: bytes) -> int:
    """Return where the checksum's digits begin, or raise ValueError."""
    found = _MARKER.search(text)
    if found is None:
        raise ValueError("no checksum")
    return found.end()


def read(path: Path) -> tuple[Description, Tensors]:
    """Read a file that :func:`write` wrote.

    Raises
    ------
    FileError
        If it is missing, was changed since it was written, or holds no xnn model.
    """
    from safetensors.numpy import load

    content = read_whole(path)
    length = int.from_bytes(content[:8], "little")
    try:
        metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
        tensors = load(content)
    except Exception as error:  # SafetensorError derives from Exception alone
        raise FileError(f"{path} is not a safetensors file: {error}.") from None
    if FORMAT not in metadata:
        raise FileError(f"{path} holds no {FORMAT!r}, but {', '.join(sorted(metadata)) or 'tensors alone'}.")
    try:
        digits, _, text = metadata[FORMAT].partition(" ")
        at = _digits(content[: 8 + length])
        if f"{crc32(content[:at] + _BLANK.encode() + content[at + 8 :]):08x}" != digits:
            raise FileError(f"{path} is damaged: it was changed since it was written, by its checksum.")
        description = json.loads(text)
    except (ValueError, AttributeError, RecursionError):
        raise FileError(f"{path} is damaged: its description cannot be read.") from None
    if not isinstance(description, dict):
        raise FileError(f"{path} is damaged: its description is no table.")
    return description, tensors


def plain(value: Any) -> Any:
    """Return `value` in what JSON knows: NumPy's scalars as Python's, tuples and arrays as lists.

    Raises
    ------
    TypeError
        If it is made of anything else.
    """
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.dtype != object):
        return value.tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: plain(each) for key, each in value.items()}
    raise TypeError(f"a file cannot hold {type(value).__name__}")


def describe_part(kind: str, thing: Any, table: Mapping[str, Any]) -> list[Any]:
    """Return the name and the options from which :func:`build_part` makes an equal thing.

    Raises
    ------
    FileError
        If it is of none of the classes in the table.
    """
    name = next((name for name, made in table.items() if type(thing) is made), None)
    if name is None:
        error = UnknownNameError(kind, type(thing).__name__, table)
        raise FileError(
            f"the model was not saved, a file holds only parts of xnn's own and registered ones: {error} Register your "
            f"own with xnn.training.register(name, {type(thing).__name__}), where it is saved and where it is loaded."
        )
    try:
        return [name, plain(asdict(thing) if is_dataclass(thing) and not isinstance(thing, type) else {})]
    except TypeError as error:
        raise FileError(
            f"the model was not saved: the options of the {kind} {name!r} are no plain values: {error}."
        ) from None


def build_part(kind: str, saved: Any, table: Mapping[str, Any]) -> Any:
    """Undo :func:`describe_part`.

    Raises
    ------
    ValueError, TypeError
        If what is saved describes no such part.
    """
    name, options = expect(saved, list, f"the {kind}")
    if expect(name, str, f"the {kind}'s name") not in table:
        raise ValueError(
            f"{UnknownNameError(kind, name, table)} If it is of your own, register its class under that name before "
            f"loading: xnn.training.register({name!r}, ...)."
        )
    for key, value in expect(options, dict, f"the {kind}'s options").items():
        if key != "biases" and isinstance(value, bool) is not isinstance(_default(table.get(name), key), bool):
            raise ValueError(f"the {kind}'s {key} is {value!r}")
        if (
            not _is_number(value)
            and not (isinstance(value, list) and all(map(_is_number, value)))
            and value is not None
        ):
            raise ValueError(f"the {kind}'s {key} is {value!r}")
    return named(kind, name, table, **{key: tuple(v) if isinstance(v, list) else v for key, v in options.items()})


def _default(made: Any, key: str) -> Any:
    return getattr(made, key, None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float))


def expect(value: Any, kind: type | tuple[type, ...], what: str) -> Any:
    """Return `value` if it is of this type, or raise ValueError; a bool is not taken for a number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{what} is {str(value)[:40]!r}")
    return value


def whole(value: Any, what: str, least: int = 0) -> int:
    """Return a whole number of at least `least`, or raise ValueError."""
    if expect(value, int, what) < least:
        raise ValueError(f"{what} is {value}")
    return value


def tensor(name: str, shape: tuple[int, ...], tensors: Tensors, kinds: str = "f") -> np.ndarray:
    """Return the tensor of this name, or raise KeyError or ValueError if there is none of this shape."""
    found = tensors[name]
    if found.shape != shape or found.dtype.kind not in kinds:
        raise ValueError(f"{name} has shape {found.shape} and type {found.dtype}, where {shape} is needed.")
    return found
