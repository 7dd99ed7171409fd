"""Parameters in anyone's structure: their names, their numbers as one host vector, and the way back.

A *leaf* is an array of any library, a Python number, or a list of numbers. Lists, tuples, named tuples, dicts, data
classes and objects of the user's own may be nested around leaves in any way; whatever else stands among them (an
activation's name) is handed through untouched.
"""

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy

from ...arguments import listed
from ...backends import Place, backend_of, place_like, to_host
from ...errors import DataError, OptionError

Host = numpy.ndarray


@dataclass(frozen=True)
class Leaf:
    """One tensor of the parameters, and where its numbers lie in the flat vector."""

    name: str
    shape: tuple[int, ...]
    start: int
    like: Any  # the user's own array, number or list

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

    def like_the_users(self, host: Host, place: Place) -> Any:
        """Return `host` as what the user's functions expect here, in double precision."""
        if is_whole(self.like) and numpy.array_equal(host, self.like):
            return copied(self.like)  # it may be a size among what was taken for parameters
        if isinstance(self.like, (float, int)):
            return float(host)
        if isinstance(self.like, list):
            return host.tolist()
        return like(self.like, place.floats(host))


class Structure:
    """The leaves of the user's parameters, in order.

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

    def __init__(self, tree: Any, names: Sequence[str] | None = None, chosen: Sequence[str] | None = None) -> None:
        every = list(walk(tree, whole=True))
        real = [is_real(x) for _, x in every]
        if chosen is not None:
            taken = [name in chosen for name, _ in every]
        elif any(real):  # whole numbers among floats are sizes, not weights
            taken = real
        elif all(is_whole(x) for _, x in every):  # k = 0, rest = 0: nothing else could be learnt
            taken = [True] * len(every)
        else:
            taken = [not is_whole(x) for _, x in every]
        found = [item for item, take in zip(every, taken, strict=True) if take]
        if not found:
            raise DataError("params hold no array of real numbers: give the weights as arrays, in any nesting.")
        if names is not None and len(listed("names", names, f"with one entry a tensor, {len(found)}")) != len(found):
            raise OptionError(f"names must have one entry a tensor, {len(found)}, got {len(names)}.")
        self.tree = tree
        self.leaves: list[Leaf] = []
        start = 0
        for i, (name, x) in enumerate(found):
            shape = tuple(to_host(x).shape)
            self.leaves.append(Leaf(names[i] if names is not None else name, shape, start, x))
            start += prod(shape)
        self.size = start
        self.paths = [name for name, _ in found]
        self._taken = taken
        arrays = [x for _, x in found if not isinstance(x, (float, int, list))]
        self.place = place_like(arrays[0] if arrays else None, dtype="float64")

    def vector(self) -> Host:
        """Return all numbers in one float64 vector, a copy."""
        try:
            return numpy.concatenate([numpy.asarray(to_host(x.like), dtype="float64").reshape(-1) for x in self.leaves])
        except OverflowError:
            raise DataError("params hold a whole number that double precision does not: scale it.") from None

    def rebuild(self, parts: Sequence[Any]) -> Any:
        """Put `parts` where the leaves are."""
        values, taken = iter(parts), iter(self._taken)
        return replace(self.tree, lambda x: next(values) if next(taken) else copied(x), whole=True)

    def own(self, tree: Any) -> list[Any]:
        """Return the leaves of a tree of the same structure, to which a call may have added others."""
        found = dict(walk(tree, whole=True))
        return [found[name] for name in self.paths if name in found]

    def at(self, vector: Host) -> Any:
        """Return parameters like the user's with the numbers of `vector`: fresh arrays, in double precision."""
        return self.rebuild([leaf.like_the_users(leaf.cut(vector).copy(), self.place) for leaf in self.leaves])


def walk(tree: Any, path: str = "", whole: bool = False, above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each leaf; with `whole`, of integers and of what the user's objects hold too.

    `above` are the objects around `tree`: one that holds itself is not entered again.
    """
    if is_leaf(tree) or (whole and is_whole(tree)):
        yield path or "params", tree
        return
    for name, _, part, around in _parts(tree, path, whole, above):
        yield from walk(part, name, whole, around)


def holders(tree: Any, name: str, path: str = "", above: tuple[int, ...] = ()) -> list[tuple[Any, Any]] | None:
    """Return what holds the leaf of a name, from the outermost on, each with the key, the index or the attribute."""
    if is_leaf(tree) or is_whole(tree):
        return [] if name == (path or "params") else None
    for part_name, key, part, around in _parts(tree, path, True, above):
        if name.startswith(part_name) and (within := holders(part, name, part_name, around)) is not None:
            return [(tree, key), *within]
    return None


def _parts(
    tree: Any, path: str, whole: bool, above: tuple[int, ...]
) -> Iterator[tuple[str, Any, Any, tuple[int, ...]]]:
    """Yield of each part its name, its key, itself, and the objects around it."""
    if isinstance(tree, Mapping):
        for key, part in tree.items():
            yield f"{path}.{key}" if path else str(key), key, part, above
    elif attributes := _attributes(tree, whole, above):
        for name in attributes:
            yield f"{path}.{name}" if path else name, name, getattr(tree, name), (*above, id(tree))
    elif is_sequence(tree):
        for i, part in enumerate(tree):
            yield f"{path or 'params'}[{i}]", i, part, above


def replace(tree: Any, new: Callable[[Any], Any], whole: bool = False, above: tuple[int, ...] = ()) -> Any:
    """Return `tree` with each leaf `x`, in the order of :func:`walk`, replaced by ``new(x)``."""
    if is_leaf(tree) or (whole and is_whole(tree)):
        return new(tree)
    if isinstance(tree, Mapping):
        return {key: replace(part, new, whole, above) for key, part in tree.items()}
    if attributes := _attributes(tree, whole, above):
        above = (*above, id(tree))
        parts = {name: replace(getattr(tree, name), new, whole, above) for name in attributes}
        if is_object(tree):
            made = copy.copy(tree)
            vars(made).update(parts)
            return made
        return dataclasses.replace(tree, **parts) if dataclasses.is_dataclass(tree) else type(tree)(**parts)  # type: ignore[type-var]
    if isinstance(tree, numpy.ndarray):  # of arrays
        out = numpy.empty(len(tree), dtype=object)
        for i, part in enumerate(tree):
            out[i] = replace(part, new, whole, above)
        return out
    if is_sequence(tree):
        return type(tree)([replace(part, new, whole, above) for part in tree])
    # A layer that holds nothing yet may keep what it meets: that is the copy's.
    return copy.copy(tree) if whole and is_object(tree) and id(tree) not in above else tree


def _attributes(x: Any, whole: bool, above: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(vars(x)) if whole and is_object(x) and id(x) not in above else attribute_names(x)


def copied(x: Any) -> Any:
    """Return a leaf that shares no memory with `x`."""
    if isinstance(x, (int, float)):
        return x
    return x.clone() if hasattr(x, "clone") else copy.copy(x)  # PyTorch's copies share memory


def is_real(x: Any) -> bool:
    """Whether a leaf holds floats."""
    return not is_whole(x) and to_host(x).dtype.kind in "fO"


def is_whole(x: Any) -> bool:
    """Whether `x` is a Python integer, or a list of them."""
    if isinstance(x, list):
        return bool(x) and all(isinstance(part, int) and not isinstance(part, bool) for part in x)
    return isinstance(x, int) and not isinstance(x, bool)


def like(given: Any, array: Any) -> Any:
    """Return an array as what the user had in its place: a ``numpy.matrix``, whose ``*`` is another, or a plain one."""
    return array.view(numpy.matrix) if isinstance(given, numpy.matrix) else array


def is_leaf(x: Any) -> bool:
    """Whether `x` is an array of numbers, a float, or a list of numbers in rows of one length."""
    if isinstance(x, (float, numpy.floating)):
        return True
    if isinstance(x, list):
        return _list_shape(x) is not None
    if isinstance(x, (numpy.ndarray, numpy.generic)):
        return x.dtype.kind in "fiub" or _holds_numbers(x)
    return is_array(x)


def _holds_numbers(x: Any) -> bool:
    """Whether an array of objects holds plain numbers, as those made of mixed lists do."""
    return x.dtype.kind == "O" and x.size > 0 and all(isinstance(part, (float, int)) for part in x.reshape(-1))


def is_array(x: Any) -> bool:
    """Whether `x` is an array of a known library."""
    if isinstance(x, numpy.ndarray):
        return True
    if isinstance(x, _PLAIN):  # asked a thousand times as often as any other
        return False
    backend = backend_of(x)
    return backend is not None and backend.name != "numpy"


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


def is_object(x: Any) -> bool:
    """Whether `x` is an instance of a plain class that holds its parts as attributes: the user's network or layer."""
    if isinstance(x, (type, ModuleType, FunctionType, MethodType, BaseException, tuple, list, Mapping, numpy.ndarray)):
        return False
    if dataclasses.is_dataclass(x) or not hasattr(x, "__dict__"):
        return False
    package = type(x).__module__.partition(".")[0]
    return package not in _LIBRARIES and not is_array(x)


def holds_objects(tree: Any) -> bool:
    """Whether objects of the user's own hold some of the numbers in a tree."""
    return len(list(walk(tree))) < sum(not is_whole(x) for _, x in walk(tree, whole=True))


_PLAIN = (int, float, str, list, tuple, dict, FunctionType, MethodType, ModuleType, type, type(None))
_LIBRARIES = {"builtins", "numpy", "functools", "itertools", "random", "torch", "jax", "jaxlib", "cupy"}


def _list_shape(x: Sequence[Any]) -> tuple[int, ...] | None:
    """Return the shape of a list of floats, in rows of one shape; None where it is no such list."""
    if not x:
        return None
    if all(isinstance(value, float) for value in x):
        return (len(x),)
    if all(isinstance(value, (float, int)) and not isinstance(value, bool) for value in x):
        return (len(x),) if any(isinstance(value, float) for value in x) else None
    shapes = {_list_shape(row) if isinstance(row, list) else None for row in x}
    (shape,) = shapes if len(shapes) == 1 else (None,)
    return None if shape is None else (len(x), *shape)
