"""Arrays in and out of every library, and which library an array is of."""

import math

import array_api_compat.numpy
import numpy
import pytest
from numpy.testing import assert_array_equal

import xnn
from tests.rig import refuses
from xnn.backends import backends, namespace, place_like, resolve
from xnn.backends.cupy_namespace import fast_functions
from xnn.errors import DataError, MixedArraysError, OptionError, UnknownNameError

HOSTS = {
    "float32": numpy.arange(6, dtype="float32").reshape(2, 3),
    "float64": numpy.arange(6, dtype="float64").reshape(2, 3),
    "int32": numpy.arange(6, dtype="int32").reshape(2, 3),
    "int64": numpy.arange(6, dtype="int64").reshape(2, 3),
    "uint8": numpy.arange(250, 256, dtype="uint8"),
    "bool": numpy.array([True, False, True]),
    "0-d": numpy.array(1.5),
    "empty": numpy.zeros((0, 3)),
    "Fortran order": numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
    "every second": numpy.arange(12.0).reshape(2, 6)[:, ::2],
    "backwards": numpy.arange(6.0)[::-1],
    "transposed": numpy.arange(6.0).reshape(2, 3).T,
    "broadcast": numpy.broadcast_to(numpy.arange(3.0), (2, 3)),
}


@pytest.fixture(params=HOSTS.values(), ids=HOSTS.keys())
def host(request):
    return request.param


# --- there and back ------------------------------------------------------------------------------------------------


def test_values_and_dtype_survive(lib, host):
    """Memory of any layout, read-only memory too, of which torch warns and which it could write to."""
    array = lib.place.asarray(host)
    lib.assert_close(array, host, dtype=host.dtype.name)
    back = xnn.to_host(array)
    assert type(back) is numpy.ndarray
    assert back.dtype == host.dtype
    assert_array_equal(back, host)
    frozen = host.copy()
    frozen.flags.writeable = False
    assert_array_equal(xnn.to_host(lib.place.asarray(frozen)), host)


def test_floats_come_in_the_places_precision(lib, dtype, host):
    lib.assert_close(lib.place.floats(host), host)


def test_a_list_of_arrays_is_a_table(lib):
    """Wherever they are: NumPy itself reads none that is on a GPU."""
    rows = [lib.array([1.0, 2.0]), lib.array([3.0, 4.0]), numpy.array([5.0, 6.0])]
    assert_array_equal(xnn.to_host(rows), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert_array_equal(xnn.to_host(tuple(rows[:2])), [[1.0, 2.0], [3.0, 4.0]])
    with refuses(DataError, "the rows", "ragged"):
        xnn.to_host([*rows, lib.array([7.0])], "the rows")


@pytest.mark.host
def test_cupys_short_ways_give_what_the_general_ones_do():
    """NumPy stands for CuPy: both have the functions that the short ways call."""
    short = fast_functions(numpy)
    x = numpy.array([[-2.0, 0.5, 3.0], [numpy.nan, numpy.inf, -numpy.inf]], dtype="float32")
    for bounds in ({"min": 0}, {"max": 1.0}, {"min": -1, "max": 2}, {"min": numpy.float32(0.0)}):
        clipped = short["clip"](x, **bounds)
        assert clipped.dtype == x.dtype
        assert_array_equal(clipped, array_api_compat.numpy.clip(x, **bounds))
    assert_array_equal(short["astype"](x, "float64"), x.astype("float64"))
    assert_array_equal(short["sign"](x), numpy.sign(x))


def test_vecdot(lib, dtype):
    x, y = lib.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), lib.array([[1.0, 0.0, -1.0], [2.0, 0.5, 1.0]])
    lib.assert_close(lib.xp.vecdot(x, y, axis=-1), [-2.0, 16.5])


def test_zeros(lib, dtype):
    lib.assert_close(lib.place.zeros((2, 3)), numpy.zeros((2, 3)), rtol=0, atol=0)
    lib.assert_close(lib.place.zeros(()), 0.0, rtol=0, atol=0)


@pytest.mark.libs("jax")
def test_jax_never_shares_memory(lib):
    """A step's first arguments are donated: were they the caller's NumPy memory, it would be overwritten."""
    memory = numpy.zeros(1024 + 16)
    start = -memory.ctypes.data % 128 // 8
    host = memory[start : start + 1024]  # JAX shares what is aligned, and copies all else
    array = lib.place.asarray(host)
    host += 1.0
    lib.assert_close(array, numpy.zeros(1024))


@pytest.mark.libs("torch")
def test_torch_lets_go_of_autograd(lib, torch):
    tensor = torch.ones(3, dtype=torch.float64).requires_grad_()
    assert_array_equal(xnn.to_host(2.0 * tensor), [2.0, 2.0, 2.0])
    with lib.place.scope():
        assert not (2.0 * tensor).requires_grad


def test_place_like_finds_the_place_of_an_array(lib, dtype):
    place = place_like(lib.array([1.0]), dtype=dtype)
    assert place == lib.place
    lib.assert_close(place.floats(numpy.ones(2)), [1.0, 1.0])


def test_place_like_takes_what_is_no_array_to_numpy():
    for x in ([1.0], 2.0, None):
        place = place_like(x, dtype="float64")
        assert (place.backend.name, place.dtype) == ("numpy", "float64")


def test_compile_changes_no_value(lib):
    def step(a, b, c):
        return a + b, b @ c

    a, b, c = (numpy.arange(4.0).reshape(2, 2) + i for i in range(3))
    compiled = lib.place.backend.compile(step)
    total, product = compiled(lib.array(a), lib.array(b), lib.array(c))
    lib.assert_close(total, a + b)
    lib.assert_close(product, [[10.0, 13.0], [22.0, 29.0]])


# --- to the host ---------------------------------------------------------------------------------------------------


def test_numpy_arrays_come_back_as_they_are(tmp_path):
    host = numpy.arange(3.0)
    assert xnn.to_host(host) is host
    numpy.save(tmp_path / "a.npy", host)
    mapped = numpy.load(tmp_path / "a.npy", mmap_mode="r")
    assert xnn.to_host(mapped) is mapped


def test_lists_and_numbers():
    assert_array_equal(xnn.to_host([[1, 2], [3, 4]]), [[1, 2], [3, 4]])
    assert_array_equal(xnn.to_host([]), [])
    assert xnn.to_host(1.5).shape == ()
    assert xnn.to_host(["a", "b"]).dtype.kind == "U"


def test_ragged_lists_are_refused_by_name():
    with refuses(DataError, "X is ragged", "every row the same number"):
        xnn.to_host([[1, 2], [3]], name="X")


def test_text_in_objects_becomes_text():
    host = xnn.to_host(_Frame(["cat", "dog"]))
    assert host.dtype.kind == "U"
    mixed = xnn.to_host(_Frame(["cat", 1]))
    assert mixed.dtype.kind == "O"


class _Frame:
    """What a column of a data frame gives NumPy: text as objects."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return numpy.array(self.values, dtype=object)


def test_data_frames():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    assert_array_equal(xnn.to_host(frame), [[1.0, 3.0], [2.0, 4.0]])
    assert xnn.to_host(pandas.Series(["cat", "dog"])).dtype.kind == "U"


# --- which library -------------------------------------------------------------------------------------------------


def test_namespace_is_the_librarys(lib):
    array = lib.array([1.0])
    assert namespace(array) is lib.xp
    assert namespace(array, 2.0, None, 1, True, array) is lib.xp
    assert namespace(None, array) is lib.xp
    assert namespace(array) is lib.xp  # from memory, this time


def test_namespace_of_numpys_own_kin():
    for x in (numpy.ones(3), numpy.float64(1.0), numpy.ma.ones(3)):
        assert namespace(x).exp is numpy.exp


def test_the_short_ways_to_numpys_functions_give_what_numpy_gives():
    rng = numpy.random.default_rng(0)
    for dtype in ("float32", "float64", "int8", "uint8", "int64", "bool"):
        x = (rng.normal(size=(3, 5)) * 50).astype(dtype)
        xp = namespace(x)
        for axis in (None, 0, 1, -1, (0, 1)):
            for keepdims in (False, True):
                for name in ("sum", "max"):
                    expected = getattr(numpy, name)(x, axis=axis, keepdims=keepdims)
                    actual = getattr(xp, name)(x, axis=axis, keepdims=keepdims)
                    if name == "sum" and x.dtype.kind == "f":  # in another order
                        expected = _exact_sum(x, axis, keepdims)
                        numpy.testing.assert_allclose(actual, expected, rtol=0, atol=1e3 * numpy.finfo(dtype).eps)
                        assert actual.dtype == dtype
                    else:
                        numpy.testing.assert_array_equal(actual, expected, strict=True)
        assert xp.sum(x, dtype=numpy.float64).dtype == numpy.float64
        for low, high in ((0, None), (None, 1), (0, 1)):
            numpy.testing.assert_array_equal(xp.clip(x, min=low, max=high), numpy.clip(x, low, high), strict=True)
        numpy.testing.assert_array_equal(xp.astype(x, "float32"), numpy.astype(x, "float32"), strict=True)
        assert xp.astype(x, dtype, copy=False) is x
        numpy.testing.assert_array_equal(xp.take(x, numpy.array([2, 0]), axis=0), x[[2, 0]], strict=True)
        assert not numpy.shares_memory(xp.astype(x, dtype), x)


def _exact_sum(x, axis, keepdims):
    axes = (0, 1) if axis is None else axis
    total = numpy.apply_over_axes(lambda a, i: numpy.apply_along_axis(math.fsum, i, a)[()], x.astype(float), axes)
    return total if keepdims else numpy.squeeze(total, axes)


@pytest.mark.libs("array_api_strict", "torch", "jax", "cupy")
def test_a_mixture_is_refused(lib):
    for arrays in ((numpy.ones(1), lib.array([1.0])), (lib.array([1.0]), None, numpy.ones(1))):
        with refuses(MixedArraysError, "numpy", lib.name, "one library", "xnn.to_host"):
            namespace(*arrays)


@pytest.mark.parametrize("wrong", [[1.0], (1.0,), "a", {}, object()], ids=["list", "tuple", "str", "dict", "object"])
def test_what_is_no_array_is_refused(wrong):
    for arrays in ((wrong,), (numpy.ones(1), wrong)):
        with refuses(MixedArraysError, "expected an array", f"got {type(wrong).__name__}", "convert"):
            namespace(*arrays)


@pytest.mark.parametrize("numbers", [(), (1.0,), (None, 2)])
def test_numbers_alone_are_refused(numbers):
    with refuses(MixedArraysError, "no array was given", "at least one array"):
        namespace(*numbers)


# --- names ---------------------------------------------------------------------------------------------------------


def test_resolve_gives_what_was_asked_for(lib, dtype):
    place = resolve(lib.name, dtype=dtype)
    assert (place.backend.name, place.dtype) == (lib.name, dtype)
    named = resolve(lib.name, place.backend.device_name(place.device), dtype)
    assert named == place
    assert resolve().backend.name == "numpy"
    assert resolve().dtype == "float32"


def test_every_device_can_be_named(lib):
    status = backends()[lib.name]
    assert status.devices
    for name in status.devices:
        place = resolve(lib.name, name)
        with place.scope():
            assert place.backend.device_name(place.device) == name
            assert_array_equal(xnn.to_host(place.zeros((2,))), numpy.zeros(2))
    default = lib.place.backend.device(None)
    assert lib.place.backend.device_name(default) == status.devices[0]


def test_status_of_what_is_here(lib):
    status = backends()[lib.name]
    assert status.available
    assert status.reason is None
    assert status.version == __import__(lib.name).__version__


def test_an_unknown_device(lib):
    known = backends()[lib.name].devices
    with refuses(UnknownNameError, "unknown", f"{lib.name} device", "'tpu:7'", *known):
        resolve(lib.name, "tpu:7")


def test_an_unknown_backend():
    with refuses(UnknownNameError, "unknown backend 'nunpy'", "Did you mean 'numpy'?", "cupy", "jax", "torch"):
        resolve("nunpy")
    with refuses(UnknownNameError, "unknown backend None", "Known:"):
        resolve(None)


@pytest.mark.parametrize("wrong", ["float16", "double", "", None, float, numpy.float32, 32])
def test_an_unknown_dtype(wrong):
    with refuses(OptionError, "dtype", "'float32'", "'float64'", f"got {wrong!r}"):
        resolve("numpy", dtype=wrong)
