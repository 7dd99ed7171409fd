"""The idx format of the MNIST files: a header of big-endian numbers, then the bytes."""

import math
import struct

import numpy as np
from numpy.typing import NDArray

from xnn.errors import FileError

__all__ = ["parse_idx"]

_UNSIGNED_BYTE = 0x08


def parse_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """Turn the uncompressed content of an idx file of unsigned bytes into an array.

    The header is two zero bytes, the type code 8, the number of dimensions d, and d sizes of four bytes each
    (http://yann.lecun.com/exdb/mnist/, "The IDX file format").

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        What error messages call the file.

    Returns
    -------
    numpy.ndarray of uint8
        Of the shape that the header gives; it shares the memory of ``content`` and is read-only.

    Raises
    ------
    FileError
        The header is not that of an idx file of bytes, or there are fewer or more bytes than it says.
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, _UNSIGNED_BYTE]):
        raise FileError(
            f"{name} is not an idx file of bytes: it starts with {content[:4].hex(' ') or 'nothing'}, "
            "not with 00 00 08. Download it again."
        )
    dimensions = content[3]
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise FileError(f"{name} is cut short inside its header. Download it again.")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        problem = "is cut short" if len(content) - start < math.prod(shape) else "is too long"
        raise FileError(
            f"{name} {problem}: its header promises {math.prod(shape)} bytes of data, "
            f"and {len(content) - start} follow. Download it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
