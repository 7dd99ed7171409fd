"""The person's gradients at several parameter vectors, layer by layer: what the hypotheses must reproduce."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from ..behaviour import Observed, gradient_at
from ..program import Program
from ..structure import Host, Leaf
from .explain import LayerGradients
from .layout import Layer
from .tensor import Bug

COUNT = 5
NOTHING = 1e-3  # root mean square below which a tensor counts as zero


@dataclass
class Probes:
    """Gradients at P parameter vectors, for one set of data.

    Attributes
    ----------
    thetas : array, shape (P, N)
    raw : list of array
        One a leaf, shape (P, ...) as they came; zeros where one is missing.
    data : tuple
        The data they are for.
    """

    thetas: Host
    raw: list[Host]
    data: tuple[Any, ...]


def probe(program: Program, seen: Observed, data: tuple[Any, ...], seed: int, count: int = COUNT) -> Probes | None:
    """Call the person's gradients at the given parameters and near them."""
    rng = numpy.random.default_rng(seed + 1)
    thetas, calls = [], []
    for k in range(count):
        theta = program.theta + (0.3 * spread(program) * rng.standard_normal(program.theta.size) if k else 0.0)
        parts = gradient_at(program, seen, theta, data)
        if parts is None or not all(part is None or numpy.all(numpy.isfinite(part)) for part in parts):
            continue
        full = [numpy.zeros(leaf.shape) if p is None else p for leaf, p in zip(program.leaves, parts, strict=True)]
        if calls and any(a.shape != b.shape for a, b in zip(full, calls[0], strict=True)):
            continue
        thetas.append(theta)
        calls.append(full)
    if not calls:
        return None
    return Probes(numpy.asarray(thetas), [numpy.stack(parts) for parts in zip(*calls, strict=True)], data)


def spread(program: Program) -> Host:
    """Return how far to move each parameter: its tensor's root mean square, at least 0.05.

    A tensor that is all but zero is moved by 0.5: near 0 a wrong derivative, ``1 - z**2`` for tanh, looks right.
    """
    size = numpy.empty_like(program.theta)
    for leaf in program.leaves:
        part = program.theta[leaf.slice]
        rms = float(numpy.sqrt(numpy.mean(part * part)))
        size[leaf.slice] = max(rms, 0.05) if rms > NOTHING else 0.5
    return size


def fitted(leaf: Leaf, raw: Host) -> tuple[Host | None, tuple[str, ...]]:
    """Return gradients (P, ...) in the leaf's own shape, or None, and the codes that their shape alone says."""
    got, wanted = raw.shape[1:], leaf.shape
    if got == wanted:
        return raw, ()
    if len(got) == len(wanted) == 2 and got == wanted[::-1]:
        return numpy.swapaxes(raw, 1, 2), ("transposed",)
    if raw[0].size == leaf.size:
        try:
            grows = numpy.broadcast_shapes(got, wanted)
        except ValueError:
            grows = None
        harmless = grows is not None and int(numpy.prod(grows)) == leaf.size
        return raw.reshape(-1, *wanted), () if harmless else ("shape",)
    return None, ()


def by_layer(leaves: Sequence[Leaf], raw: Sequence[Host], layout: Sequence[Layer]) -> list[LayerGradients]:
    """Sort the gradients of the leaves into weights and biases of the layers."""
    count = len(raw[0])
    flat = numpy.zeros((count, sum(leaf.size for leaf in leaves)))
    usable, codes = [], []
    for leaf, part in zip(leaves, raw, strict=True):
        shaped, said = fitted(leaf, part)
        usable.append(shaped is not None)
        codes.append(said)
        if shaped is not None:
            flat[:, leaf.slice] = shaped.reshape(count, -1)
    found = []
    for layer in layout:
        bugs = tuple(Bug(code, "W") for code in codes[layer.W_leaf])
        W = flat[:, layer.W] if usable[layer.W_leaf] else None
        b = b_raw = None
        if W is None:
            bugs = (*bugs, Bug("shape", "W"))
        if layer.b is not None:
            if layer.b_leaf != layer.W_leaf:
                bugs = (*bugs, *(Bug(code, "b") for code in codes[layer.b_leaf]))
            if usable[layer.b_leaf]:
                b = flat[:, layer.b]
            elif layer.b_leaf != layer.W_leaf:
                b_raw = raw[layer.b_leaf]
        found.append(LayerGradients(W, b, b_raw, bugs))
    return found
