"""Which parameters are which layer's weights and biases: every way in which a chain of dense layers can be written.

A :class:`Layout` says it with index arrays into the flat vector, so (in, out) or (out, in), a bias column, separate
biases or one unrolled vector all look alike to whoever comes after: ``W = theta[layer.W]``, shape (in, out).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product

import numpy

from ..program.tree import Host, Leaf

LIMIT = 300  # layouts tried at most
EFFORT = 3000  # layers tried at most for one way of writing: many alike can be put in any order


@dataclass(frozen=True)
class Layer:
    """One dense layer's place in the flat vector.

    Attributes
    ----------
    W : array of int, shape (in, out)
    b : array of int, shape (out,), or (1,) where all units share one, or None
    W_leaf, b_leaf : int
        The leaves they stand in; -1 for no bias.
    W_name, b_name : str
        What to call them.
    turned : bool
        Whether the user's own array is (out, in).
    """

    W: Host
    b: Host | None
    W_leaf: int
    b_leaf: int
    W_name: str
    b_name: str
    turned: bool

    @property
    def joint(self) -> bool:
        """Whether weights and biases stand in one array."""
        return self.b is not None and self.W_name == self.b_name


Layout = tuple[Layer, ...]
Key = tuple[tuple[bytes, tuple[int, ...], bytes | None], ...]


def disorder(layout: Layout) -> int:
    """Count where weights or biases do not follow one another as the parameters do, or biases are missing in places."""
    weights = [layer.W_leaf for layer in layout]
    biases = [layer.b_leaf for layer in layout if layer.b_leaf >= 0]
    missing = 0 < len(biases) < len(layout)
    return missing + sum(a > b for order in (weights, biases) for a, b in pairwise(order))


def key_of(layout: Layout) -> Key:
    """Return what tells layouts apart."""
    return tuple((layer.W.tobytes(), layer.W.shape, None if layer.b is None else layer.b.tobytes()) for layer in layout)


def reversed_units(layout: Layout, theta: Host) -> Host:
    """Return parameters with the units of every hidden layer in the opposite order: the same network, if it is one."""
    moved = theta.copy()
    values = [(theta[layer.W], None if layer.b is None else theta[layer.b]) for layer in layout]
    for i, (layer, (W, b)) in enumerate(zip(layout, values, strict=True)):
        W = W[::-1] if i else W
        hidden = i + 1 < len(layout)
        moved[layer.W] = W[:, ::-1] if hidden else W
        if b is not None:
            moved[layer.b] = b[::-1] if hidden else b
    return moved


def layouts(
    leaves: Sequence[Leaf], inputs: int, outputs: Sequence[int], accept: Callable[[Layer], bool] | None = None
) -> Iterator[Layout]:
    """Yield the chains of dense layers, from `inputs` to one of `outputs`, that use every parameter once.

    With `accept`, only those whose first layer it accepts.
    """
    single = len(leaves) == 1 and (len(leaves[0].shape) == 1 or 1 in leaves[0].shape)
    found = _chains(leaves, inputs, outputs)
    if single:
        found = _both(found, _unrolled(leaves[0], inputs, outputs))
    seen = set()
    if accept is not None:
        found = (layout for layout in islice(found, 100 * LIMIT) if accept(layout[0]))
    for layout in islice(found, LIMIT):
        key = key_of(layout)
        if key not in seen:
            seen.add(key)
            yield layout


def _both(first: Iterator[Layout], second: Iterator[Layout]) -> Iterator[Layout]:
    yield from first
    yield from second


def _chains(leaves: Sequence[Leaf], inputs: int, outputs: Sequence[int]) -> Iterator[Layout]:
    """Layers in arrays of their own, in any order of the arrays."""
    for bias, turned in product(("separate", "first", "last"), (False, True)):
        effort = iter(range(EFFORT))
        yield from _chain(leaves, frozenset(range(len(leaves))), inputs, outputs, bias, turned, effort)


def _chain(
    leaves: Sequence[Leaf],
    unused: frozenset[int],
    width: int,
    outputs: Sequence[int],
    bias: str,
    turned: bool,
    effort: Iterator[int],
) -> Iterator[Layout]:
    for i in sorted(unused):
        if next(effort, None) is None:
            return
        W = _weights(leaves[i], width + (bias != "separate"), turned)
        if W is None:
            continue
        name, units = leaves[i].name, W.shape[1]
        rest = unused - {i}
        if bias == "separate":
            choices = [Layer(W, b, i, j, name, b_name, turned) for j, b, b_name in _biases(leaves, rest, units, i)]
        else:
            b, W = (W[0], W[1:]) if bias == "first" else (W[-1], W[:-1])
            choices = [Layer(W, b, i, i, name, name, turned)]
        for layer in choices:
            left = rest - {layer.b_leaf}
            if left:
                for others in _chain(leaves, left, units, outputs, bias, turned, effort):
                    yield (layer, *others)
            elif units in outputs:
                yield (layer,)


def _weights(leaf: Leaf, width: int, turned: bool) -> Host | None:
    """Return the leaf's indices as (in, out), if it can be a layer with `width` inputs."""
    index = numpy.arange(leaf.start, leaf.start + leaf.size)
    if len(leaf.shape) == 1 and leaf.size == width:
        return index.reshape(width, 1)
    if len(leaf.shape) != 2:
        return None
    index = index.reshape(leaf.shape).T if turned else index.reshape(leaf.shape)
    return index if index.shape[0] == width else None


def _biases(
    leaves: Sequence[Leaf], unused: frozenset[int], units: int, after: int
) -> Iterator[tuple[int, Host | None, str]]:
    """Yield the leaves that can be biases of `units` units, the one that follows the weights first; then none."""
    for j in sorted(unused, key=lambda j: (j != after + 1, j)):
        leaf = leaves[j]
        flat = len(leaf.shape) < 2 or (leaf.size in (leaf.shape[0], leaf.shape[-1]) and leaf.size == max(leaf.shape))
        if flat and leaf.size in (units, 1):
            yield j, numpy.arange(leaf.start, leaf.start + leaf.size), leaf.name
    yield -1, None, ""


def _unrolled(leaf: Leaf, inputs: int, outputs: Sequence[int]) -> Iterator[Layout]:
    """All layers in one vector: sizes by solving for its length, then every order of the parts."""
    shapes = [(bias, (inputs, *h, k)) for k in outputs for bias in (1, 0) for h in _sizes(leaf.size, inputs, k, bias)]
    for bias, sizes in sorted(shapes, key=lambda shape: (shape[1][-1] not in outputs[:3], len(shape[1]))):
        ways = ("first", "separate", "last", "at the end", "b first") if bias else ("none",)
        for way, turned, order in product(ways, (True, False), ("C", "F")):
            yield _cut(leaf, sizes, way, turned, order)


def _sizes(total: int, inputs: int, units: int, bias: int) -> Iterator[tuple[int, ...]]:
    """Yield the hidden sizes with which a network of up to four layers has `total` parameters."""
    if total == (inputs + bias) * units:
        yield ()
    for h, left in ((h, total - (inputs + bias) * h) for h in range(1, total // (inputs + bias) + 1)):
        if left == (h + bias) * units:
            yield (h,)
    deep = []
    for h in range(1, total // (inputs + bias) + 1):
        left = total - (inputs + bias) * h - bias * units
        k, rest = divmod(left, h + bias + units)
        if k > 0 and rest == 0:
            deep.append((h, k))
        for j in range(1, min(left // (h + bias) + 1, 64)) if total < 5000 else ():
            k, rest = divmod(left - (h + bias) * j, j + bias + units)
            if k > 0 and rest == 0:
                deep.append((h, j, k))
    yield from sorted(deep, key=lambda hidden: (len(hidden), len(set(hidden)), -min(hidden)))


def _cut(leaf: Leaf, sizes: Sequence[int], way: str, turned: bool, order: str) -> Layout:
    layers, at = [], leaf.start
    ends = leaf.start + sum(a * b for a, b in pairwise(sizes))
    for fan_in, units in pairwise(sizes):
        rows = fan_in + (way in ("first", "last"))
        start, b = at, None
        if way == "b first":
            b, at = numpy.arange(at, at + units), at + units
        shape = (units, rows) if turned else (rows, units)
        block = numpy.arange(at, at + rows * units).reshape(shape, order=order)  # type: ignore[call-overload]
        W, at = (block.T if turned else block), at + rows * units
        W_name = f"{leaf.name}[{at - rows * units}:{at}]"
        b_name = ""
        if way in ("first", "last"):
            b, W = (W[0], W[1:]) if way == "first" else (W[-1], W[:-1])
            b_name = W_name
        elif way == "separate":
            b, b_name, at = numpy.arange(at, at + units), f"{leaf.name}[{at}:{at + units}]", at + units
        elif way == "at the end":
            b, b_name, ends = numpy.arange(ends, ends + units), f"{leaf.name}[{ends}:{ends + units}]", ends + units
        elif way == "b first":
            b_name = f"{leaf.name}[{start}:{start + units}]"
        layers.append(Layer(W, b, 0, 0 if b is not None else -1, W_name, b_name, turned))
    return tuple(layers)
