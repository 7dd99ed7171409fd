"""Which occurrence of one value belongs to which of another: in loops that run back, in rows of one array."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy

from ...program.tree import Host
from ...same import bare

ENDS = 2  # rounds of a forward loop that the backward one may lack: the first layer's, the last step's
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Turn:
    """Which occurrence of one thing belongs to which of another, and whether they are transposed."""

    which: tuple[int, ...]  # by occurrence of the first, that of the other
    transpose: bool
    shapes: tuple[Shape, ...]  # of the other

    def back(self, values: Sequence[Host]) -> list[Host | None]:
        """Return `values` in the order and the shapes of the other, None where it has more."""
        found: list[Host | None] = [None] * len(self.shapes)
        for k, v in zip(self.which, values, strict=True):
            found[k] = (v.T if self.transpose else v).reshape(self.shapes[k])
        return found

    def there(self, others: Sequence[Host], shapes: Sequence[Shape]) -> list[Host | None]:
        """Return the other's in the order and the given shapes of the first."""
        chosen = [others[k] for k in self.which]
        return [(o.T if self.transpose else o).reshape(shape) for o, shape in zip(chosen, shapes, strict=True)]


def turns(values: Sequence[Host], others: Sequence[Host], orders: Sequence[tuple[int, ...]] = ()) -> Iterator[Turn]:
    """Yield the ways in which values may belong to others of the same sizes: in `orders`, or one by one."""
    count = len(values)
    every = [order for order in orders if len(order) == count and max(order) < len(others)]
    if count <= len(others) <= count + ENDS and not every:
        windows = [tuple(range(first, first + count)) for first in range(len(others) - count + 1)]
        every = [order for window in windows for order in (window, window[::-1])]
    shapes = tuple(o.shape for o in others)
    for order in dict.fromkeys(every):
        pairs = [(v.shape, others[k].shape) for v, k in zip(values, order, strict=True)]
        if all(bare(v) == bare(o) for v, o in pairs):
            yield Turn(order, False, shapes)
        if all(bare(v[::-1]) == bare(o) and len(bare(o)) > 1 for v, o in pairs):
            yield Turn(order, True, shapes)


def dot(a: Sequence[Host | None], b: Sequence[Host]) -> float:
    """Return the inner product of two lists of arrays, where there is a first."""
    return sum(float(numpy.sum(x * y)) for x, y in zip(a, b, strict=True) if x is not None)


def rows(whole: Sequence[Host], values: Sequence[Host]) -> list[Host | None] | None:
    """Return the parts of one array along an axis, one for each of several values; None if there are others."""
    if len(whole) != 1 or len(values) < 2:
        return None
    for axis, size in enumerate(whole[0].shape):
        if size == len(values):
            parts = [numpy.take(whole[0], k, axis=axis) for k in range(size)]
            if all(bare(p.shape) == bare(v.shape) for p, v in zip(parts, values, strict=True)):
                return [p.reshape(v.shape) for p, v in zip(parts, values, strict=True)]
    return None


def joined(parts: Sequence[Host], shape: Shape) -> Iterator[Host]:
    """Yield the arrays of a shape that several make up, along any axis."""
    for axis in range(max(1, len(shape))):
        try:
            for whole in (numpy.stack(parts, axis=axis), numpy.concatenate(parts, axis=axis)):
                yield from shaped(whole, shape)
        except (ValueError, numpy.exceptions.AxisError):
            continue


def shaped(a: Host, shape: Shape) -> Iterator[Host]:
    """Yield an array in another shape of the same entries: axes of length 1 aside, as it is or transposed."""
    if bare(a.shape) == bare(shape):
        yield a.reshape(shape)
    elif a.ndim >= 2 and bare(a.T.shape) == bare(shape):
        yield a.T.reshape(shape)
