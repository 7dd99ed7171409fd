"""The samples in the user's data: how many there are, along which axis, and a part of them.

Samples may lie along an axis of an array, in rows or in columns, or stand in a list, one by one or as (x, y) pairs.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy

from ...backends import place_like, to_host
from .tree import Host, attribute_names, is_array, is_leaf, is_sequence, like, replace


def sample_arrays(data: tuple[Any, ...]) -> list[Host]:
    """Return every array in the data as host memory; a list of samples as one array of them (of pairs, as two).

    Examples
    --------
    >>> import numpy as np
    >>> pairs = [(np.zeros((3, 1)), 0), (np.ones((3, 1)), 1)]
    >>> [x.shape for x in sample_arrays((pairs,))]
    [(2, 3, 1), (2,)]
    """
    found = [x for item in data for x in _arrays_and_lists(item)]  # two lists are X and y, not two samples
    plain = [x for x in found if isinstance(x, numpy.ndarray) and x.size > 1]
    lengths = {len(x) for x in found if isinstance(x, list)}
    arrays: list[Host] = []
    for item in found:
        if isinstance(item, numpy.ndarray):
            arrays.append(item)
        elif len(lengths) == 1 and all(len(item) in x.shape for x in plain):
            arrays += [numpy.stack(parts) for parts in zip(*item, strict=True)]
        else:  # as many as no other array has: layers, not samples
            arrays += [part for entry in item for part in entry if part.dtype.kind == "f"]
    return arrays


def count_samples(data: tuple[Any, ...]) -> int | None:
    """Return the number of samples: the length that every array in the data has along one axis; None if unclear."""
    arrays = [x for x in sample_arrays(data) if x.ndim and x.size > 1]
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
    columns = _in_columns(sample_arrays(data), samples)

    def cut(x: Any) -> Any:
        if not is_array(x):
            return [x[i] for i in which] if isinstance(x, list) and len(x) == samples else x
        host = to_host(x)
        axis = sample_axis(host, samples, columns)
        if axis is None:
            return x
        place = place_like(x, dtype="float64")
        with place.scope():
            return like(x, place.asarray(numpy.take(host, which, axis=axis)))

    def take(item: Any) -> Any:
        if is_leaf(item) or attribute_names(item) or not is_sequence(item):
            return replace(item, cut)
        if len(item) == samples and _listed(item) is not None:
            return type(item)([item[i] for i in which])
        return type(item)([take(part) for part in item])

    return tuple(take(item) for item in data)


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


def _arrays_and_lists(item: Any) -> Iterator[Host | list[list[Host]]]:
    """Yield each array, and each list that may be one of samples, as their parts."""
    if is_leaf(item):
        yield to_host(item)
    elif isinstance(item, Mapping):
        for part in item.values():
            yield from _arrays_and_lists(part)
    elif attributes := attribute_names(item):
        for name in attributes:
            yield from _arrays_and_lists(getattr(item, name))
    elif is_sequence(item):
        listed = _listed(item)
        if listed is not None:
            yield listed
            return
        for part in item:
            yield from _arrays_and_lists(part)


def _listed(item: Sequence[Any]) -> list[list[Host]] | None:
    """Return the parts of each entry of a list of samples, or None where its entries are not alike."""
    entries = [_parts(entry) for entry in item]
    if len(entries) < 2 or any(entry is None for entry in entries):
        return None
    parts = [entry for entry in entries if entry is not None]
    alike = len({tuple(part.shape for part in entry) for entry in parts}) == 1
    bare = len(parts[0]) == 1 and is_leaf(item[0])
    # Two arrays of one shape are rather X and y than two samples.
    return parts if alike and parts[0] and not (bare and len(parts) == 2) else None


def _parts(entry: Any) -> list[Host] | None:
    """Return the numbers and arrays in one entry of a list; None where it has another structure."""
    if isinstance(entry, int) or is_leaf(entry):
        return [numpy.asarray(to_host(entry) if is_leaf(entry) else entry)]
    if not is_sequence(entry):
        return None
    parts = [_parts(part) for part in entry]
    return None if any(part is None for part in parts) else [x for part in parts if part is not None for x in part]
