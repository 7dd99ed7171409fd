"""Two calls of the BLAS that NumPy's matrix products come from, which NumPy offers no way to: found by their symbols.

They are one pass on all of BLAS's threads, where NumPy needs two passes on one core while another has half of the
arrays in its cache: an update of big arrays takes a third of the time.
"""

import ctypes
import importlib.util
from functools import cache
from typing import Any, NamedTuple

import numpy

# As NumPy's wheels name them, NumPy built against a BLAS with 64-bit integers, and against one with 32-bit integers.
_SYMBOLS = (("scipy_cblas_{}64_", ctypes.c_int64), ("cblas_{}64_", ctypes.c_int64), ("cblas_{}", ctypes.c_int32))
_NUMBERS = {numpy.dtype("float32"): ("s", ctypes.c_float), numpy.dtype("float64"): ("d", ctypes.c_double)}
_ROWS, _PLAIN = 101, 111  # arrays row after row, none transposed


class _Functions(NamedTuple):
    axpy: Any
    axpby: Any
    gemm: Any


def affine(x: numpy.ndarray, W: numpy.ndarray, b: numpy.ndarray) -> numpy.ndarray | None:
    """Return ``x W + b``, or None where BLAS cannot."""
    functions = _functions(W.dtype)
    if functions is None or not _fit(x, W) or b.dtype != W.dtype or x.ndim != 2 or x.shape[1:] != W.shape[:-1]:
        return None
    (n, inputs), units = x.shape, W.shape[1]
    z = numpy.empty((n, units), W.dtype)
    z[...] = b
    strides = [max(1, length) for length in (inputs, units)]
    functions.gemm(
        _ROWS, _PLAIN, _PLAIN, n, units, inputs, 1.0, _at(x), strides[0], _at(W), strides[1], 1.0, _at(z), strides[1]
    )
    return z


def axpby(a: float, x: numpy.ndarray, b: float, y: numpy.ndarray) -> bool:
    """Make `y` ``a x + b y``, or return False where BLAS cannot."""
    functions = _functions(y.dtype)
    if functions is None or not _fit(x, y) or x.shape != y.shape or not y.flags.writeable:
        return False
    if b == 1.0:
        functions.axpy(y.size, a, _at(x), 1, _at(y), 1)
    else:
        functions.axpby(y.size, a, _at(x), 1, b, _at(y), 1)
    return True


def _fit(x: numpy.ndarray, y: numpy.ndarray) -> bool:
    return x.dtype == y.dtype and x.flags.c_contiguous and y.flags.c_contiguous and x.flags.aligned and y.flags.aligned


def _at(array: numpy.ndarray) -> int:
    return array.__array_interface__["data"][0]


@cache
def _functions(dtype: numpy.dtype) -> _Functions | None:
    if dtype not in _NUMBERS:
        return None
    letter, number = _NUMBERS[dtype]
    try:
        linked = importlib.util.find_spec("numpy._core._multiarray_umath")  # to BLAS
        library = ctypes.CDLL(linked and linked.origin)
    except (ImportError, OSError):
        return None
    for symbol, integer in _SYMBOLS:
        try:
            functions = _Functions(*(library[symbol.format(f"{letter}{name}")] for name in _Functions._fields))
        except AttributeError:
            continue
        array = [ctypes.c_void_p, integer]
        functions.axpy.argtypes = [integer, number, *array, *array]
        functions.axpby.argtypes = [integer, number, *array, number, *array]
        functions.gemm.argtypes = [*[ctypes.c_int] * 3, *[integer] * 3, number, *array, *array, number, *array]
        for function in functions:
            function.restype = None
        return functions
    return None
