"""Parameters: a plain list with one (W, b) a layer, and the ways to see it as leaves or as one vector."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, NamedTuple, TypeVar

from ..backends import Array, backend_or_any, namespace
from ..errors import ShapeError

Tree = TypeVar("Tree")


class Dense(NamedTuple):
    """The parameters of one fully connected layer, or their gradients.

    Attributes
    ----------
    W : array, shape (in, out)
        Weights.
    b : array, shape (out,), or None
        Biases; None in a layer without them.
    """

    W: Array
    b: Array | None


def leaves(tree: Any) -> list[Array]:
    """List the arrays of nested lists, tuples, named tuples and dicts, in order; None is passed over.

    Examples
    --------
    >>> import numpy as np
    >>> [leaf.shape for leaf in leaves([Dense(np.ones((2, 3)), np.zeros(3)), Dense(np.ones((3, 1)), None)])]
    [(2, 3), (3,), (3, 1)]
    """
    found: list[Array] = []
    _collect(tree, found)
    return found


def _collect(tree: Any, found: list[Array]) -> None:
    if type(tree) is Dense:  # the way of every training step
        found.append(tree.W)
        if tree.b is not None:
            found.append(tree.b)
    elif isinstance(tree, (list, tuple)):
        for part in tree:
            _collect(part, found)
    elif isinstance(tree, dict):
        _collect(list(tree.values()), found)
    elif tree is not None:
        found.append(tree)


def rebuild(tree: Tree, values: Sequence[Array]) -> Tree:
    """Put `values` where :func:`leaves` found those of `tree`.

    Raises
    ------
    ShapeError
        If there is not one value for each leaf.

    Examples
    --------
    >>> rebuild({"a": 1, "b": [2, None]}, [10, 20])
    {'a': 10, 'b': [20, None]}
    """
    remaining = iter(values)
    try:
        rebuilt = _rebuild(tree, remaining)
    except StopIteration:
        raise _misfit(tree, values) from None
    if next(remaining, None) is not None:
        raise _misfit(tree, values)
    return rebuilt


def _misfit(tree: Any, values: Sequence[Array]) -> ShapeError:
    return ShapeError(f"values must be one for each leaf, {len(leaves(tree))}, got {len(values)}.")


def _rebuild(tree: Any, values: Iterator[Array]) -> Any:
    if type(tree) is Dense:
        return Dense(next(values), None if tree.b is None else next(values))
    if isinstance(tree, (list, tuple)):
        parts = [_rebuild(part, values) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if isinstance(tree, dict):
        return {key: _rebuild(part, values) for key, part in tree.items()}
    return None if tree is None else next(values)


def copied(tree: Tree) -> Tree:
    """Copy every array, so that the copies may be updated in place."""
    return rebuild(tree, [backend_or_any(leaf).copied(leaf) for leaf in leaves(tree)])


def ravel(tree: Any) -> Array:
    """Join all arrays of `tree` into one vector, for what wants one: SciPy, MPI, a global norm.

    Examples
    --------
    >>> import numpy as np
    >>> ravel([Dense(np.array([[1., 2.]]), np.array([3., 4.]))])
    array([1., 2., 3., 4.])
    """
    arrays = leaves(tree)
    xp = namespace(*arrays)
    return xp.concat([xp.reshape(array, (-1,)) for array in arrays])


def unravel(vector: Array, like: Tree) -> Tree:
    """Undo :func:`ravel`: cut `vector` into arrays of the shapes in `like`.

    Raises
    ------
    ShapeError
        If `vector` does not have as many entries as `like`.

    Examples
    --------
    >>> import numpy as np
    >>> unravel(np.arange(4.), [Dense(np.ones((1, 2)), np.ones(2))])
    [Dense(W=array([[0., 1.]]), b=array([2., 3.]))]
    """
    xp = namespace(vector)
    shapes = [leaf.shape for leaf in leaves(like)]
    total = sum(prod(shape) for shape in shapes)
    if vector.shape != (total,):
        raise ShapeError(f"vector must have shape ({total},) to be unravelled into {shapes}, got {vector.shape}.")
    parts, start = [], 0
    for shape in shapes:
        stop = start + prod(shape)
        parts.append(xp.reshape(vector[start:stop], shape))
        start = stop
    return rebuild(like, parts)
