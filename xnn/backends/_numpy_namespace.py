"""NumPy's namespace, with a shorter way to the few functions that a small network's step calls most.

NumPy's own go through two or three layers of Python, two microseconds a call: 8% of a step of a 784-64-10 network.
"""

from types import ModuleType
from typing import Any

import numpy


def _sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    return _add(x, axis, dtype, None, keepdims)


def _max(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    return _maximum(x, axis, None, None, keepdims)


def _clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    if max is None:
        return numpy.maximum(x, min)
    return numpy.minimum(x, max) if min is None else numpy.clip(x, min, max)


def _take(x: Any, indices: Any, /, *, axis: Any = None) -> Any:
    return x.take(indices, axis)


def _astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    return x.astype(dtype, copy=copy)


_add: Any = numpy.add.reduce
_maximum: Any = numpy.maximum.reduce
NAMESPACE = ModuleType("numpy")
NAMESPACE.__dict__.update(vars(numpy), sum=_sum, max=_max, clip=_clip, take=_take, astype=_astype)
