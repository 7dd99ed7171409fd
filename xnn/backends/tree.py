"""Nested lists, tuples, named tuples and dicts, taken apart and put together again."""

from collections.abc import Iterator
from typing import Any


def flatten(tree: Any) -> tuple[list[Any], Any]:
    """Return the leaves in order, None among them, and what :func:`unflatten` needs besides: hashable.

    Examples
    --------
    >>> leaves, structure = flatten({"a": 1, "b": [2, None]})
    >>> leaves, unflatten(structure, [10, 20, None])
    ([1, 2, None], {'a': 10, 'b': [20, None]})
    """
    found: list[Any] = []
    return found, _flatten(tree, found)


def _flatten(tree: Any, found: list[Any]) -> Any:
    if isinstance(tree, dict):
        return dict, tuple(tree), tuple(_flatten(part, found) for part in tree.values())
    if isinstance(tree, (list, tuple)):
        return type(tree), None, tuple(_flatten(part, found) for part in tree)
    found.append(tree)
    return None


def unflatten(structure: Any, leaves: list[Any]) -> Any:
    """Undo :func:`flatten`, with other leaves."""
    return _unflatten(structure, iter(leaves))


def _unflatten(structure: Any, leaves: Iterator[Any]) -> Any:
    if structure is None:
        return next(leaves)
    kind, keys, parts = structure
    built = [_unflatten(part, leaves) for part in parts]
    if kind is dict:
        return dict(zip(keys, built, strict=True))
    return kind(*built) if hasattr(kind, "_fields") else kind(built)
