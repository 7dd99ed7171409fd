"""The user's gradients at several parameter vectors, layer by layer: what the hypotheses must reproduce."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from ..bugs.explanation import Bug
from ..bugs.tensor import in_shape
from ..program.behaviour import Observed, gradient_at
from ..program.calls import Program
from ..program.tree import Host, Leaf
from .explain import LayerGradients
from .layout import Layer

COUNT = 5


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
    """Call the user's gradients at the given parameters and near them."""
    rng = numpy.random.default_rng(seed + 1)
    thetas, calls = [], []
    for k in range(count):
        theta = program.theta + (0.3 * program.spread * rng.standard_normal(program.theta.size) if k else 0.0)
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


def by_layer(leaves: Sequence[Leaf], raw: Sequence[Host], layout: Sequence[Layer]) -> list[LayerGradients]:
    """Sort the gradients of the leaves into weights and biases of the layers."""
    count = len(raw[0])
    flat = numpy.zeros((count, sum(leaf.size for leaf in leaves)))
    usable: list[bool] = []
    said: list[tuple[Bug, ...]] = []
    for leaf, part in zip(leaves, raw, strict=True):
        shaped, bugs = in_shape(leaf, part)
        usable.append(shaped is not None)
        said.append(bugs)
        if shaped is not None:
            flat[:, leaf.slice] = shaped.reshape(count, -1)
    found = []
    for layer in layout:
        bugs = tuple(bug._replace(part="W") for bug in said[layer.W_leaf])
        W = flat[:, layer.W] if usable[layer.W_leaf] else None
        b = b_raw = None
        if W is None:
            leaf = leaves[layer.W_leaf]
            bugs = (*bugs, Bug("shape", "W", shapes=(raw[layer.W_leaf].shape[1:], leaf.shape)))
        if layer.b is not None:
            if layer.b_leaf != layer.W_leaf:
                bugs = (*bugs, *(bug._replace(part="b") for bug in said[layer.b_leaf]))
            if usable[layer.b_leaf]:
                b = flat[:, layer.b]
            elif layer.b_leaf != layer.W_leaf:
                b_raw = raw[layer.b_leaf]
        found.append(LayerGradients(W, b, b_raw, bugs))
    return found
