"""Parameters in anyone's structure: their names, their numbers as one host vector, and the way back.

A *leaf* is an array of any library, a Python float, or a list of numbers. Lists, tuples, named tuples, dicts and
data classes may be nested around leaves in any way; whatever else stands among them (a layer count, an activation's
name) is handed through untouched.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy

from ..backends import Place, place_like, to_host
from ..errors import DataError, OptionError

Host = numpy.ndarray


@dataclass(frozen=True)
class Leaf:
    """One tensor of the parameters, and where its numbers lie in the flat vector."""

    name: str
    shape: tuple[int, ...]
    start: int
    like: Any  # the person's own array, float or list

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)

    @property
    def slice(self) -> slice:
        """Its part of the flat vector."""
        return slice(self.start, self.start + self.size)

    def cut(self, vector: Host) -> Host:
        """Return its part of `vector` in its own shape: a view."""
        return vector[self.slice].reshape(self.shape)

    def like_the_persons(self, host: Host, place: Place) -> Any:
        """Return `host` as what the person's functions expect here, in double precision."""
        if isinstance(self.like, float):
            return float(host)
        if isinstance(self.like, list):
            return host.tolist()
        return place.floats(host)


class Structure:
    """The leaves of somebody's parameters, in order.

    Parameters
    ----------
    tree : array, or any nesting of lists, tuples, named tuples, dicts and data classes
    names : sequence of str, optional
        What to call the leaves, in order.

    Examples
    --------
    >>> import numpy as np
    >>> structure = Structure({"W1": np.ones((2, 3)), "b1": np.zeros(3)})
    >>> [leaf.name for leaf in structure.leaves], structure.size
    (['W1', 'b1'], 9)
    >>> [leaf.name for leaf in Structure([(np.ones((2, 3)), np.zeros(3))]).leaves]
    ['params[0][0]', 'params[0][1]']
    """

    def __init__(self, tree: Any, names: Sequence[str] | None = None) -> None:
        found = list(walk(tree))
        if any(to_host(x).dtype.kind == "f" for _, x in found):  # whole numbers among floats are sizes, not weights
            found = [(name, x) for name, x in found if to_host(x).dtype.kind == "f"]
        if not found:
            raise DataError("params hold no array of real numbers: give the weights as arrays, in any nesting.")
        if names is not None and len(names) != len(found):
            raise OptionError(f"names must have one entry a tensor, {len(found)}, got {len(names)}.")
        self.tree = tree
        self.leaves: list[Leaf] = []
        start = 0
        for i, (name, x) in enumerate(found):
            shape = tuple(to_host(x).shape)
            self.leaves.append(Leaf(names[i] if names is not None else name, shape, start, x))
            start += prod(shape)
        self.size = start
        self.paths = [name for name, _ in walk(tree)]  # of whole numbers too
        arrays = [x for _, x in found if not isinstance(x, (float, list))]
        self.place = place_like(arrays[0] if arrays else None, dtype="float64")

    def vector(self) -> Host:
        """Return all numbers in one float64 vector, a copy."""
        return numpy.concatenate([to_host(leaf.like).astype("float64").reshape(-1) for leaf in self.leaves])

    def rebuild(self, parts: Sequence[Any]) -> Any:
        """Put `parts` where the leaves are."""
        given = {id(leaf.like): part for leaf, part in zip(self.leaves, parts, strict=True)}
        if len(given) == len(parts):
            return replace(self.tree, lambda x: given.get(id(x), x))
        values = iter(parts)  # one array stands in two places: count instead of looking up
        chosen = {id(leaf.like) for leaf in self.leaves}
        return replace(self.tree, lambda x: next(values) if id(x) in chosen else x)

    def at(self, vector: Host) -> Any:
        """Return parameters like the person's with the numbers of `vector`: fresh arrays, in double precision."""
        return self.rebuild([leaf.like_the_persons(leaf.cut(vector).copy(), self.place) for leaf in self.leaves])


def walk(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each leaf."""
    if is_leaf(tree):
        yield path or "params", tree
    elif isinstance(tree, Mapping):
        for key, part in tree.items():
            yield from walk(part, f"{path}.{key}" if path else str(key))
    elif attributes := attribute_names(tree):
        for name in attributes:
            yield from walk(getattr(tree, name), f"{path}.{name}" if path else name)
    elif is_sequence(tree):
        for i, part in enumerate(tree):
            yield from walk(part, f"{path or 'params'}[{i}]")


def replace(tree: Any, new: Callable[[Any], Any]) -> Any:
    """Return `tree` with each leaf `x` replaced by ``new(x)``."""
    if is_leaf(tree):
        return new(tree)
    if isinstance(tree, Mapping):
        return {key: replace(part, new) for key, part in tree.items()}
    if attributes := attribute_names(tree):
        parts = {name: replace(getattr(tree, name), new) for name in attributes}
        return dataclasses.replace(tree, **parts) if dataclasses.is_dataclass(tree) else type(tree)(**parts)  # type: ignore[type-var]
    if isinstance(tree, numpy.ndarray):  # of arrays
        out = numpy.empty(len(tree), dtype=object)
        for i, part in enumerate(tree):
            out[i] = replace(part, new)
        return out
    if is_sequence(tree):
        return type(tree)([replace(part, new) for part in tree])
    return tree


def is_leaf(x: Any) -> bool:
    """Whether `x` is an array of numbers, a float, or a list of numbers in rows of one length."""
    if isinstance(x, (float, numpy.floating)):
        return True
    if isinstance(x, list):
        return _is_numbers(x)
    if isinstance(x, (numpy.ndarray, numpy.generic)):
        return x.dtype.kind in "fiub"
    return is_array(x)


def is_array(x: Any) -> bool:
    """Whether `x` is an array of a known library."""
    return isinstance(x, numpy.ndarray) or place_like(x).backend.name != "numpy"


def is_sequence(x: Any) -> bool:
    """Whether `x` is a list, a tuple, or a NumPy array of arrays."""
    return isinstance(x, (list, tuple)) or (isinstance(x, numpy.ndarray) and x.dtype.kind == "O" and x.ndim == 1)


def attribute_names(x: Any) -> tuple[str, ...]:
    """Return the field names of a named tuple or a data class."""
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return tuple(x._fields)  # type: ignore[attr-defined]
    if dataclasses.is_dataclass(x) and not isinstance(x, type):
        return tuple(field.name for field in dataclasses.fields(x))
    return ()


def _is_numbers(x: Sequence[Any]) -> bool:
    if not x:
        return False
    if all(isinstance(value, float) for value in x):
        return True
    if all(isinstance(value, (float, int)) and not isinstance(value, bool) for value in x):
        return any(isinstance(value, float) for value in x)
    rows = all(isinstance(row, list) and _is_numbers(row) for row in x)
    return rows and len({len(row) for row in x}) == 1
