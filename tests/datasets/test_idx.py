import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnn.datasets.idx import parse_idx
from xnn.errors import FileError

pytestmark = pytest.mark.host


def idx(shape, data):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + bytes(data)


def test_a_matrix():
    array = parse_idx(idx((2, 3), [0, 1, 2, 253, 254, 255]), "m")
    assert array.dtype == np.uint8
    assert array.tolist() == [[0, 1, 2], [253, 254, 255]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "starts with nothing"),
        (b"\x00\x00", "starts with 00 00, not with 00 00 08"),
        (b"<!DOCTYPE html>", "m is not an idx file of bytes: it starts with 3c 21 44 4f"),
        (bytes([0, 0, 13, 1]) + bytes(8), "not with 00 00 08"),  # floats
        (bytes([0, 0, 8, 3]) + bytes(11), "cut short inside its header"),
        (idx((2, 3), range(5)), "cut short: its header promises 6 bytes of data, and 5 follow"),
        (idx((2, 3), range(7)), "too long: its header promises 6 bytes of data, and 7 follow"),
    ],
)
def test_what_is_no_idx_file(content, words):
    with pytest.raises(FileError, match="Download it again") as caught:
        parse_idx(content, "m")
    assert words in str(caught.value)


@given(st.binary(max_size=40))
def test_any_bytes_give_an_array_or_a_file_error(content):
    try:
        array = parse_idx(b"\x00\x00\x08" + content, "m")
    except FileError:
        return
    assert array.size + 4 + 4 * array.ndim == 3 + len(content)
