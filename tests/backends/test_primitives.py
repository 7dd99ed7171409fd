"""The backends' own ways to a few formulas, against the formulas in float64, on arrays small and big."""

import sys

import numpy
import pytest
from numpy.testing import assert_array_equal

from tests.rig import refuses
from xnn.backends import affine, axpby, blas, heaviside
from xnn.errors import MixedArraysError
from xnn.nn import copied

SHAPES = [(), (0, 3), (5, 3), (300, 200)]  # the last is big enough for BLAS


@pytest.fixture
def rng():
    return numpy.random.default_rng(0)


def close(lib, actual, expected, dtype):
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    lib.assert_close(actual, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("b", [1.0, 0.9, 0.0])
def test_axpby(lib, dtype, rng, shape, b):
    x, y = rng.normal(size=(2, *shape)).astype(dtype)
    given, (owned,) = lib.array(x), copied([lib.array(y)])
    close(lib, axpby(-0.3, given, b, owned), -0.3 * x.astype("f8") + b * y.astype("f8"), dtype)
    assert_array_equal(lib.host(given), x)


@pytest.mark.parametrize(
    ("n", "inputs", "units"), [(0, 3, 2), (4, 3, 2), (4, 0, 2), (200, 30, 150), (200, 1, 150), (200, 0, 150)]
)
def test_affine(lib, dtype, rng, n, inputs, units):
    x, W, b = (rng.normal(size=shape).astype(dtype) for shape in ((n, inputs), (inputs, units), (units,)))
    expected = x.astype("f8") @ W.astype("f8") + b.astype("f8")
    arrays = [lib.array(a) for a in (x, W, b)]
    close(lib, affine(*arrays), expected, dtype)
    for array, was in zip(arrays, (x, W, b), strict=True):
        assert_array_equal(lib.host(array), was)


@pytest.mark.parametrize("shape", SHAPES)
def test_heaviside(lib, dtype, rng, shape):
    x = numpy.round(rng.normal(size=shape)).astype(dtype)
    result = heaviside(lib.array(x))
    assert_array_equal(lib.host(result), (x > 0).astype(dtype))
    assert lib.host(result).dtype == dtype
    assert_array_equal(lib.host(heaviside(lib.array(numpy.asarray([-0.0, 0.0, -1e-30, 1e-30], dtype)))), [0, 0, 0, 1])


def test_libraries_are_not_mixed(lib):
    x = numpy.ones((2, 2))
    if type(lib.array(x)) is numpy.ndarray:
        pytest.skip("the library is NumPy itself")
    with refuses(MixedArraysError, "convert them to one library"):
        affine(x, lib.array(x), lib.array(x[0]))
    with refuses(MixedArraysError, "convert them to one library"):
        axpby(1.0, x, 1.0, lib.array(x))


# --- NumPy's BLAS --------------------------------------------------------------------------------------------------

ODD = {
    "every second": lambda a: numpy.repeat(a, 2, axis=1)[:, ::2],
    "Fortran order": numpy.asfortranarray,
    "other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "float64": lambda a: a.astype("float64"),
    "not aligned": lambda a: numpy.frombuffer(b"\0" + a.tobytes(), "u1")[1:].view(a.dtype).reshape(a.shape),
}


@pytest.mark.skipif(sys.platform != "linux", reason="NumPy's wheels for Linux have OpenBLAS; others may not")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_blas_is_found(dtype, rng):
    """Else the tests above had nothing to test."""
    x, y = rng.normal(size=(2, 9)).astype(dtype)
    assert blas.axpby(2.0, x, 1.0, y)
    assert blas.affine(x[None], x[:, None], x[:1]) is not None


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_arrays_that_blas_cannot_take(rng, odd):
    x, y = rng.normal(size=(2, 300, 200)).astype("float32")
    expected = 0.5 * x + 0.25 * y
    assert_array_equal(axpby(0.5, odd(x), 0.25, y.copy()), expected)
    assert_array_equal(affine(odd(x), y.T.copy(), x[:, 0].copy()), odd(x) @ y.T.copy() + x[:, 0])


def test_a_strided_result_stays_where_it_is(rng):
    x, y = rng.normal(size=(2, 300, 200)).astype("float32")
    expected = x + 0.25 * y
    wide = numpy.repeat(y, 2, axis=1)
    result = axpby(1.0, x, 0.25, wide[:, ::2])
    assert_array_equal(result, expected)
    assert numpy.shares_memory(result, wide)
    assert_array_equal(wide[:, 1::2], y)


def test_read_only_memory_is_not_written_to(rng):
    x, y = rng.normal(size=(2, 300, 200)).astype("float32")
    y.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        axpby(1.0, x, 1.0, y)
