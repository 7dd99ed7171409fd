"""What a gradient alone shows against the numeric one, whatever the network is: factor, decay, shape, order."""

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from typing import Any

import numpy

from ...findings import Finding
from ..program.tree import Host, Leaf
from ..same import NUMERIC, distance, norm, same
from .catalogue import finding
from .explanation import Bug, Explanation, fit, linear, pattern
from .factors import Factor, readings, times


def alone(
    leaves: Sequence[Leaf],
    thetas: Host,
    raw: Sequence[Host],
    numeric: Sequence[Host],
    samples: int | None,
    own_decay: Callable[[int], float],
) -> tuple[list[Finding], set[str]]:
    """Name what is wrong with single tensors.

    Parameters
    ----------
    leaves : sequence of Leaf
    thetas : array, shape (P, N)
        Points.
    raw, numeric : sequence of array
        One a leaf, shape (P, ...): the user's gradients as they came, and the numeric ones.
    samples : int or None
        How many samples the data have, if that is known.
    own_decay : callable
        ``own_decay(i)`` returns the weight decay that the user's gradient of tensor `i` has: 0 where none is seen.

    Returns
    -------
    findings : list of Finding
    named : set of str
        The tensors that the findings explain.
    """
    others = exchanged(leaves, raw, numeric, NUMERIC)
    named = {leaves[i].name for i in others}
    explained: list[tuple[Leaf, Bug, float]] = []
    for i, (leaf, g, n) in enumerate(zip(leaves, raw, numeric, strict=True)):
        if i in others or _is_right(leaf, g, n, NUMERIC):
            continue
        R = thetas[:, leaf.slice].reshape(-1, *leaf.shape)
        for explanation in _explanations(leaf, g, n, R, samples)[:1]:
            for bug in explanation.bugs:
                if bug.code == "decay-missing" and (own := own_decay(i)):
                    bug = bug._replace(code="decay-scale", factor=own, wants=own + bug.factor)
                explained.append((leaf, bug, explanation.residual))
            named.add(leaf.name)
    return [*exchange_findings(leaves, others), *_joined(explained, len(leaves), samples)], named


def exchanged(leaves: Sequence[Leaf], raw: Sequence[Host], right: Sequence[Host], tolerance: float) -> dict[int, int]:
    """Return whose gradient is returned for each wrong tensor, where it is another's."""
    others: dict[int, int] = {}
    for i, (leaf, g) in enumerate(zip(leaves, raw, strict=True)):
        if not _is_right(leaf, g, right[i], 10 * tolerance):
            candidates = (j for j, n in enumerate(right) if j != i and leaves[j].size > 1 and norm(n) > 0)
            j = next((j for j in candidates if same(g, right[j], tolerance)), None)
            others |= {} if j is None else {i: j}
    return others


def exchange_findings(leaves: Sequence[Leaf], others: Mapping[int, int]) -> list[Finding]:
    """Say which gradients are exchanged; one that is another's, whose own is right, is computed of its operand."""
    return [
        finding(
            "swapped-layers" if j in others else "wrong-operand", [leaves[i].name], {},
            f"it equals the right gradient of {leaves[j].name}", 0.98, other=leaves[j].name,
        )
        for i, j in others.items()
    ]  # fmt: skip


def in_shape(leaf: Leaf, raw: Host) -> tuple[Host | None, tuple[Bug, ...]]:
    """Return gradients (P, ...) in the leaf's own shape, or None, and the bugs that their shape alone says."""
    got, wanted = raw.shape[1:], leaf.shape
    part = "b" if sum(k > 1 for k in wanted) <= 1 else "W"
    if got == wanted:
        return raw, ()
    if len(got) == len(wanted) == 2 and got == wanted[::-1]:
        return numpy.swapaxes(raw, 1, 2), (Bug("transposed", part),)
    if raw[0].size == leaf.size:
        try:
            grows = numpy.broadcast_shapes(got, wanted)
        except ValueError:
            grows = None
        harmless = grows is not None and int(numpy.prod(grows)) == leaf.size
        return raw.reshape(-1, *wanted), () if harmless else (Bug("shape", part, shapes=(got, wanted)),)
    return None, ()


def shape_words(bug: Bug) -> dict[str, Any]:
    """Say which shape belongs there, and how to get it."""
    if bug.shapes is None:
        return {}
    got, wanted = bug.shapes
    fix = f"return a gradient of shape {wanted}"
    longer = [axis for axis in range(len(got)) if got[:axis] + got[axis + 1 :] == wanted]
    differ = [(a, b) for a, b in zip(got, wanted, strict=False) if a != b] if len(got) == len(wanted) else []
    if int(numpy.prod(got)) == int(numpy.prod(wanted)):
        fix = f"return it as gradient.reshape{wanted}"
        if len(got) < len(wanted):
            fix += ", or let the sum keep its axis: keepdims=True"
    elif longer:
        fix = f"sum it over axis {longer[0]}: gradient.sum(axis={longer[0]})"
    elif len(differ) == 1 and differ[0][0] == differ[0][1] - 1:
        fix += ": the biases' part is missing; keep the column of ones in the layer's input, dW = a_in.T @ delta"
    elif len(differ) == 1 and differ[0][0] == differ[0][1] + 1:
        fix += ": the bias unit's part is too much; leave it out of what flows back, delta[:, 1:]"
    return {"reshape": fix}


def _is_right(leaf: Leaf, g: Host, n: Host, tolerance: float) -> bool:
    shaped, bugs = in_shape(leaf, g)
    return shaped is not None and not bugs and same(shaped, n, tolerance)


def _explanations(leaf: Leaf, g: Host, n: Host, R: Host, samples: int | None) -> list[Explanation]:
    part = "b" if sum(k > 1 for k in leaf.shape) <= 1 else "W"
    shaped, bugs = in_shape(leaf, g)
    if shaped is None:
        return _sizes(g, n, samples)
    off = distance(shaped, n)
    if bugs and off <= NUMERIC:
        return [Explanation(1.0, bugs, off)]
    found = linear(shaped, n, R, None, part, NUMERIC) or pattern(shaped, n, None, 0.0, part, NUMERIC)
    if part == "b" and not found:
        total = numpy.sum(n.reshape(len(n), -1), axis=1)
        off = distance(shaped, numpy.broadcast_to(total.reshape(-1, *[1] * len(leaf.shape)), n.shape))
        if off <= NUMERIC:
            found.append(Explanation(1.0, (Bug("bias-total-sum", "b"),), off))
    return found


def _sizes(g: Host, n: Host, samples: int | None) -> list[Explanation]:
    """Explain a gradient of another size than its tensor."""
    P = len(n)
    flat = n.reshape(P, -1)
    for axis in range(1, g.ndim):
        summed = numpy.sum(g, axis=axis).reshape(P, -1)
        if summed.shape == flat.shape:
            c = fit(flat, summed, None)
            if c.residual <= NUMERIC:
                return [Explanation(1.0, (Bug("bias-not-summed", "b", "", 1.0 / c.c),), c.residual)]
    off = fit(numpy.sum(g.reshape(P, -1), axis=1), numpy.sum(flat, axis=1), None).residual
    if P > 1 and off <= NUMERIC:
        if g[0].size == 1:
            return [Explanation(1.0, (Bug("bias-total-sum", "b"),), off)]
        if samples is None or g[0].size == samples:
            return [Explanation(1.0, (Bug("bias-wrong-axis", "b"),), off)]
    return [Explanation(1.0, (Bug("shape", "b", shapes=(g.shape[1:], n.shape[1:])),), float("nan"))]


def _joined(found: Sequence[tuple[Leaf, Bug, float]], count: int, samples: int | None) -> list[Finding]:
    """Make findings, one for the same bug in several tensors."""
    groups: list[tuple[Bug, list[Leaf], list[float]]] = []
    for leaf, bug, residual in found:
        for other, leaves, residuals in groups:
            if other.is_like(bug, 1e-4):
                leaves.append(leaf)
                residuals.append(residual)
                break
        else:
            groups.append((bug, [leaf], [residual]))
    findings = []
    for bug, leaves, residuals in groups:
        every = len(leaves) == count > 1 and bug.code in ("sign", "scale")
        words, facts = shape_words(bug), bug.facts
        if bug.code == "scale":
            factor = Factor(bug.factor, samples or 0, {})
            facts |= {"samples": samples or 0}
            on = f", on {samples} samples" if samples else ""
            words |= {"times": times(bug.factor), "on": on, "readings": readings([factor])}
        if bug.wants:
            words["data_part"] = f" in its data part, under a weight decay of {bug.wants:.6g} W that is right"
        if bug.code == "zero":
            words["own_line"] = "compute it and return it: dW = a_in.T @ delta"
        evidence = f"this reproduces it from the numeric gradient and the parameters to {max(residuals):.0e}"
        named = [] if every else [leaf.name for leaf in leaves]
        sized = not any(isnan(residual) for residual in residuals)  # else nothing but its shape was looked at
        findings.append(finding(bug.row, named, words, evidence if sized else "", 0.95, **facts))
    return findings
