"""The right numbers in the wrong place: another tensor's, or unrolled in another order than the parameters."""

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy

from ...findings import Finding
from ..bugs.catalogue import finding
from ..bugs.tensor import exchange_findings, exchanged
from ..program.tree import Host, Leaf
from ..same import REPLAYED, same
from .layout import Layout
from .network import Network
from .probes import Probes

ORDERS = 24  # orders of the parts of one vector that are tried at most


def put_in_order(leaves: Sequence[Leaf], network: Network, probes: Probes) -> list[Finding]:
    """Find what is returned in the wrong place, and put it right in `probes` for what follows."""
    right = numpy.stack([network.gradient(theta) for theta in probes.thetas])
    if len(leaves) == 1:
        return _reordered(leaves[0], network.layout, probes, right)
    return _swapped(leaves, probes, right)


def _swapped(leaves: Sequence[Leaf], probes: Probes, right: Host) -> list[Finding]:
    own = [right[:, leaf.slice].reshape(-1, *leaf.shape) for leaf in leaves]
    others = exchanged(leaves, probes.raw, own, REPLAYED)
    for i in others:
        probes.raw[i] = own[i]
    return exchange_findings(leaves, others)


def _reordered(leaf: Leaf, layout: Layout, probes: Probes, right: Host) -> list[Finding]:
    """Read one long gradient in the orders in which its parts could have been unrolled."""
    parts = list(_parts(layout))
    raw = probes.raw[0].reshape(len(right), -1)
    if len(raw[0]) != leaf.size or sum(part.size for part, _ in parts) != leaf.size:
        return []

    best, most, moved, turned = raw, sum(_is_right(raw, right, part) for part, _ in parts), "", 0
    for order in list(permutations(range(len(parts))))[:ORDERS]:
        read, at, agree, around = numpy.empty_like(raw), 0, 0, 0
        for k in order:
            part, rows_first = parts[k]
            for other in (True, False):  # where neither is right it stays as it is: other bugs may be there
                read[:, part.ravel(order="F" if rows_first == other else "C")] = raw[:, at : at + part.size]
                if _is_right(read, right, part):
                    agree, around = agree + 1, around + (other and min(part.shape) > 1)
                    break
            at += part.size
        if agree > most:
            most, best, turned = agree, read, around
            moved = ", ".join(str(k + 1) for k in order) if order != tuple(range(len(parts))) else ""
    if 2 * most < len(parts) or not (moved or turned):
        return []
    probes.raw[0] = best.reshape(probes.raw[0].shape)
    findings = []
    if moved:
        evidence = "in that order they equal the gradient that belongs to each"
        findings.append(finding("swapped-layers:unrolled", [leaf.name], {}, evidence, 0.98, order=moved))
    if turned:
        evidence = "read that way they equal the gradient that belongs to each"
        findings.append(finding("transposed:unrolled", [leaf.name], {}, evidence, 0.98))
    return findings


def _is_right(read: Host, right: Host, part: Host) -> bool:
    return same(read[:, part.ravel()], right[:, part.ravel()], 1e-4)


def _parts(layout: Layout) -> Iterator[tuple[Host, bool]]:
    """Yield the positions of each matrix and bias vector in the long one, and whether rows come first there."""
    found: list[Host] = []
    for layer in layout:
        if layer.b is None:
            found.append(layer.W)
        elif layer.joint:
            ends = (layer.b[None], layer.W) if layer.b[0] < layer.W[0, 0] else (layer.W, layer.b[None])
            found.append(numpy.concatenate(ends))
        else:
            found += [layer.W, layer.b[None]]
    for part in sorted(found, key=numpy.min):
        yield part, part.shape[1] < 2 or bool(part[0, 1] - part[0, 0] == 1)
