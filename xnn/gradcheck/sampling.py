"""The samples in somebody's data: how many there are, along which axis, and a part of them."""

from collections.abc import Sequence
from typing import Any

import numpy

from ..backends import place_like, to_host
from .program import host_data
from .structure import Host, is_array, replace


def count_samples(data: tuple[Any, ...]) -> int | None:
    """Return the number of samples: the length that every array in the data has along one axis; None if unclear."""
    arrays = [x for x in host_data(data) if x.ndim and x.size > 1]
    if not arrays:
        return None
    common = set(arrays[0].shape)
    for x in arrays[1:]:
        common &= set(x.shape)
    common.discard(1)
    if len(common) == 1:
        return common.pop()
    firsts = {x.shape[0] for x in arrays}
    lasts = {x.shape[-1] for x in arrays}
    for ends in (firsts, lasts):
        if len(ends) == 1 and common & ends:
            return ends.pop()
    return None


def take_samples(data: tuple[Any, ...], samples: int | None, which: Sequence[int]) -> tuple[Any, ...]:
    """Return `data` with only the samples `which`, in arrays of the same library."""
    columns = _in_columns(host_data(data), samples)

    def cut(x: Any) -> Any:
        if not is_array(x):
            return [x[i] for i in which] if isinstance(x, list) and len(x) == samples else x
        host = to_host(x)
        axis = sample_axis(host, samples, columns)
        if axis is None:
            return x
        place = place_like(x, dtype="float64")
        with place.scope():
            return place.asarray(numpy.take(host, which, axis=axis))

    return tuple(replace(item, cut) for item in data)


def sample_axis(x: Host, samples: int | None, columns: bool) -> int | None:
    """Return the axis of `x` along which the samples lie."""
    if not x.ndim or samples not in x.shape:
        return None
    if columns:
        return x.ndim - 1 if x.shape[-1] == samples else x.shape.index(samples)
    return x.shape.index(samples)


def _in_columns(arrays: list[Host], samples: int | None) -> bool:
    """Whether samples are the last axis: true only where no array of two axes could have them first."""
    matrices = [x for x in arrays if x.ndim == 2 and samples in x.shape]
    return bool(matrices) and any(x.shape[0] != samples for x in matrices)
