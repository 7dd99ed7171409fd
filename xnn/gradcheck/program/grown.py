"""The same program with one size more: what is right must be right there too.

A line may agree at one size by chance: ``/ 2`` where ``/ sqrt(4)`` belongs, ``/ B`` where B is 2. An axis length that
occurs in parameters or data is one size; an entry is appended along every axis of that length.
"""

import copy
from collections.abc import Iterator
from typing import Any

import numpy

from ...backends import place_like, to_host
from .calls import Program, Raised
from .tree import Host, Structure, is_array, is_leaf, is_sequence, replace, walk

NOISE = 0.3  # of an appended entry, as a share of the array's own spread
MOST = 200  # a longer axis is no size that a factor is taken for


def grown(program: Program, seed: int = 0) -> Iterator[tuple[int, Program]]:
    """Yield each size that the program can be given one more of, with the program that has it.

    Where the loss raises or is not finite with all axes of a length grown, as pictures of odd width cannot be pooled,
    the samples alone are: the first axis of the data. Those sizes are left out that stand in the program's text too.
    """
    for size in sizes(program):
        larger = _larger(program, size, seed, False) or _larger(program, size, seed, True)
        if larger is not None:
            yield size, larger


def _larger(program: Program, size: int, seed: int, samples: bool) -> Program | None:
    """Return the program with one size grown, None where it does not run."""
    rng = numpy.random.default_rng([seed, size])
    try:
        larger = copy.copy(program)
        larger.data = tuple(_grown(item, size, rng, samples) for item in program.data)
        if samples and all(new is old for new, old in zip(larger.data, program.data, strict=True)):
            return None
        tree = program.structure.tree if samples else _grown(program.structure.tree, size, rng)
        larger.structure = Structure(tree, [leaf.name for leaf in program.leaves])
        larger.leaves = larger.structure.leaves
        larger.theta = larger.structure.vector()
        finite = numpy.isfinite(larger.loss_at(larger.theta))
    except (Raised, ValueError, TypeError, IndexError):
        return None
    return larger if finite else None


def sizes(program: Program) -> list[int]:
    """Return the axis lengths that occur, the short ones first."""
    arrays = [to_host(leaf.like) for leaf in program.leaves]
    arrays += [to_host(x) for item in program.data for _, x in walk(item)]
    found = {n for x in arrays for n in x.shape if 1 < n <= MOST}
    lists = {len(item) for item in program.data if is_sequence(item) and 1 < len(item) <= MOST and not is_leaf(item)}
    return sorted(found | lists)


def _grown(tree: Any, size: int, rng: numpy.random.Generator, first: bool = False) -> Any:
    """Append an entry along every axis of this length, or the first alone, and to every list of as many parts."""
    if not is_leaf(tree) and isinstance(tree, list) and len(tree) == size and _alike(tree):
        tree = [*tree, tree[int(rng.integers(size))]]
    elif isinstance(tree, list) and not is_leaf(tree):
        return tree if first else [_grown(part, size, rng) for part in tree]
    return replace(tree, lambda x: _longer(x, size, rng, first))


def _alike(parts: list[Any]) -> bool:
    """Whether the parts of a list may be samples: arrays of one shape, or whole numbers such as labels."""
    if all(isinstance(part, int) for part in parts):
        return True
    return all(is_leaf(part) for part in parts) and len({to_host(part).shape for part in parts}) == 1


def _longer(x: Any, size: int, rng: numpy.random.Generator, first: bool) -> Any:
    if isinstance(x, (int, float)):
        return x
    host = to_host(x)
    for axis, n in enumerate(host.shape[:1] if first else host.shape):
        if n == size:
            host = numpy.concatenate([host, _entry(host, axis, rng)], axis=axis)
    if host.shape == to_host(x).shape:
        return x
    if isinstance(x, list):
        return host.tolist()
    if not is_array(x):
        return host
    place = place_like(x, dtype="float64")
    with place.scope():
        return place.floats(host) if host.dtype.kind == "f" else place.asarray(host)


def _entry(host: Host, axis: int, rng: numpy.random.Generator) -> Host:
    """Return one of the entries along an axis, moved a little where it is real: labels and masks stay what they are."""
    entry = numpy.take(host, [int(rng.integers(host.shape[axis]))], axis=axis)
    if host.dtype.kind != "f" or numpy.array_equal(host, numpy.round(host)):
        return entry
    return entry + NOISE * (numpy.std(host) + 1e-3) * rng.standard_normal(entry.shape)
