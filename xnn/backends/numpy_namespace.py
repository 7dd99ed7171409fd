"""NumPy's namespace, with a shorter way to the few functions that a small network's step calls most.

NumPy's own go through two or three layers of Python, two microseconds a call: 8% of a step of a 784-64-10 network. Its
reductions of small tables are several times slower than BLAS, or than the same over the other axis.
"""

from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy


def _sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    if axis is not None and dtype is None and not keepdims and x.ndim == 2 and x.dtype.kind == "f":
        if axis in (1, -1) and x.shape[1] <= _NARROW:
            return x @ _ones(x.shape[1], x.dtype)
        if axis == 0:
            return _ones(x.shape[0], x.dtype) @ x
    return _add(x, axis, dtype, None, keepdims)


def _max(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    if axis in (1, -1) and x.ndim == 2 and x.shape[1] <= _NARROW:
        # Row by row NumPy's loop is as short as the row; down the columns of the transpose it is vectorized.
        largest = _maximum(x.T.copy(), 0)
        return largest[:, None] if keepdims else largest
    return _maximum(x, axis, None, None, keepdims)


def _clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    if max is None:
        return numpy.maximum(x, min)
    return numpy.minimum(x, max) if min is None else numpy.clip(x, min, max)


def _take(x: Any, indices: Any, /, *, axis: Any = None) -> Any:
    return x.take(indices, axis)


def _astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    return x.astype(dtype, copy=copy)


@lru_cache(64)
def _ones(n: int, dtype: Any) -> Any:
    ones = numpy.ones(n, dtype)
    ones.flags.writeable = False
    return ones


_NARROW = 64  # columns
_add: Any = numpy.add.reduce
_maximum: Any = numpy.maximum.reduce
NAMESPACE = ModuleType("numpy")
NAMESPACE.__dict__.update(vars(numpy), sum=_sum, max=_max, clip=_clip, take=_take, astype=_astype)
