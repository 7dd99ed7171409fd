"""Bugs that show in one tensor's gradient against the numeric one, whatever the network is.

Regress the person's gradient on the numeric one and on the parameters, ``g = c n + mu W``: a sign or a factor is seen
under weight decay too. Then shapes, zeros, transpositions and tensors that were exchanged.
"""

from collections.abc import Sequence

import numpy

from ...findings import Finding
from ..structure import Host, Leaf
from .order import swapped_finding
from .probes import fitted
from .tensor import Bug, Reading, fit, norm, pattern, same

LOOSE = 1e-5  # the numeric gradient is less exact than a replayed one


def algebra(
    leaves: Sequence[Leaf], thetas: Host, raw: Sequence[Host], numeric: Sequence[Host], samples: int | None
) -> tuple[list[Finding], set[str]]:
    """Name what is wrong with single tensors.

    Parameters
    ----------
    leaves : sequence of Leaf
    thetas : array, shape (P, N)
        Points.
    raw, numeric : sequence of array
        One a leaf, shape (P, ...): the person's gradients as they came, and the numeric ones.
    samples : int or None
        How many samples the data have, if that is known.

    Returns
    -------
    findings : list of Finding
    named : set of str
        The tensors that the findings explain.
    """
    found: list[tuple[Leaf, Bug]] = []
    swapped: list[Finding] = []
    wrong = 0
    for leaf, g, n in zip(leaves, raw, numeric, strict=True):
        shaped, codes = fitted(leaf, g)
        if shaped is not None and not codes and same(shaped, n, LOOSE):
            continue
        wrong += 1
        other = next(
            (
                b.name
                for b, m in zip(leaves, numeric, strict=True)
                if b is not leaf and b.size > 1 and g.shape == m.shape and norm(m) > 0 and same(g, m, LOOSE)
            ),
            None,
        )
        if other is not None:
            swapped.append(swapped_finding(leaf.name, other))
            continue
        R = thetas[:, leaf.slice].reshape(-1, *leaf.shape)
        for reading in _tensor(leaf, g, shaped, codes, n, R, samples)[:2]:
            found += [(leaf, bug) for bug in reading.bugs]
    findings = _joined(found, len(leaves))
    return [*swapped, *findings], {leaf.name for leaf, _ in found} | {finding.parameter for finding in swapped}


def _tensor(
    leaf: Leaf, g: Host, shaped: Host | None, codes: tuple[str, ...], n: Host, R: Host, samples: int | None
) -> list[Reading]:
    part = "b" if sum(k > 1 for k in leaf.shape) <= 1 else "W"
    if shaped is None:
        return _sizes(g, n, samples)
    if codes and same(shaped, n, LOOSE):
        return [Reading(1.0, tuple(Bug(code, part) for code in codes))]
    found = _linear(shaped, n, R, part) or pattern(shaped, n, None, 0.0, part, LOOSE)
    if part == "b" and not found:
        total = numpy.sum(n.reshape(len(n), -1), axis=1)
        spread = numpy.broadcast_to(total.reshape(-1, *[1] * len(leaf.shape)), n.shape)
        if same(shaped, spread, LOOSE):
            found.append(Reading(1.0, (Bug("bias-total-sum", "b"),)))
    return found


def _linear(g: Host, n: Host, R: Host, part: str) -> list[Reading]:
    """``g = c n + mu W``: a factor; weight decay; or a factor on the data part, under a decay that is right."""
    if norm(n) == 0.0 or norm(g) == 0.0:
        return []
    off = norm(g - n)

    def close(prediction: Host) -> bool:
        left = norm(g - prediction)
        return left <= LOOSE * max(norm(g), norm(prediction)) and left <= 0.05 * off

    c = fit(g, n, None).c
    if c and g.size >= 2 and close(c * n):
        return [Reading(1.0, _factor(c, part))]
    if norm(R) == 0.0 or g.size < 4:
        return []
    mu = fit(g - n, R, None).c
    if close(n + mu * R):
        if part == "b":
            return [Reading(1.0, (Bug("decay-on-bias", "b", "", mu),))]
        scaled = Reading(1.0, (Bug("decay-scale", part, f"{mu:+.6g} W too much", mu),))
        # Too little decay: left out, or only too small. Both are given.
        return [scaled] if mu > 0 else [Reading(1.0, (Bug("decay-missing", part, "", -mu),)), scaled]
    both = fit(g, n, R)
    if both.c and close(both.c * n + both.mu * R) and both.mu / (1.0 - both.c) > 0:
        return [Reading(1.0, _factor(both.c, part, f"under a weight decay of {both.mu / (1.0 - both.c):.6g} W"))]
    return []


def _factor(c: float, part: str, detail: str = "") -> tuple[Bug, ...]:
    bugs = (Bug("sign", part, detail, -1.0),) if c < 0 else ()
    return bugs if abs(abs(c) - 1.0) < LOOSE else (*bugs, Bug("scale", part, detail, abs(c)))


def _sizes(g: Host, n: Host, samples: int | None) -> list[Reading]:
    """Explain a gradient of another size than its tensor."""
    P = len(n)
    flat = n.reshape(P, -1)
    for axis in range(1, g.ndim):
        summed = numpy.sum(g, axis=axis).reshape(P, -1)
        if summed.shape == flat.shape:
            c = fit(flat, summed, None)
            if c.residual <= LOOSE:
                return [Reading(1.0, (Bug("bias-not-summed", "b", "", 1.0 / c.c),))]
    total = numpy.sum(flat, axis=1)
    whole = numpy.sum(g.reshape(P, -1), axis=1)
    if P > 1 and fit(whole, total, None).residual <= LOOSE:
        if g[0].size == 1:
            return [Reading(1.0, (Bug("bias-total-sum", "b"),))]
        if samples is None or g[0].size == samples:
            return [Reading(1.0, (Bug("bias-wrong-axis", "b"),))]
    return [Reading(1.0, (Bug("shape", "b", f"{g.shape[1:]} for {n.shape[1:]}"),))]


_WORDS = {
    "sign": ("has the wrong sign", "error = output - target; or let the update subtract"),
    "scale": ("is {factor:.6g} times too big", "use the factor that the loss has: 1/m once, or not at all"),
    "zero": ("is zero or missing", "compute it and return it: dW = a_in.T @ delta"),
    "skipped": ("is never computed for {detail}", "let the loop run over all entries"),
    "transposed": ("is transposed", "dW = a_in.T @ delta for W of shape (in, out), delta.T @ a_in for (out, in)"),
    "bias-not-summed": ("is left one row a sample: it is not summed", "db = delta.sum(over the samples)"),
    "bias-wrong-axis": ("is summed over the units, not over the samples", "db = delta.sum(over the samples)"),
    "bias-total-sum": ("is one number, summed over units and samples", "db = delta.sum(over the samples alone)"),
    "decay-missing": ("lacks the weight decay {factor:.6g} W that the loss has", "dW += {factor:.6g} * W"),
    "decay-on-bias": ("has a weight decay {factor:.6g} b that the loss does not have", "leave the biases out of it"),
    "decay-scale": ("has the wrong weight decay: {detail}", "use the factor of the loss: lambda W for lambda/2 W^2"),
    "shape": ("has a shape that does not fit: {detail}", "return a gradient of the parameter's own shape"),
}


def _joined(found: Sequence[tuple[Leaf, Bug]], count: int) -> list[Finding]:
    """Make findings, one for the same bug in several tensors."""
    groups: list[tuple[Bug, list[str]]] = []
    for leaf, bug in found:
        for other, names in groups:
            same_factor = abs(other.factor - bug.factor) <= 1e-4 * abs(bug.factor)
            if other.code == bug.code and other.detail == bug.detail and same_factor:
                names.append(leaf.name)
                break
        else:
            groups.append((bug, [leaf.name]))
    findings = []
    for bug, names in groups:
        every = len(names) == count > 1 and bug.code in ("sign", "scale")
        who = "every gradient" if every else f"the gradient of {', '.join(names)}"
        message, advice = _WORDS[bug.code]
        message, advice = (text.format(detail=bug.detail, factor=bug.factor) for text in (message, advice))
        either = bug.code.startswith("decay-") and any(
            b.code != bug.code and b.code.startswith("decay-") and n == names for b, n in groups
        )
        findings.append(
            Finding(
                bug.code, "" if every else ", ".join(names), f"{who} {message}.", advice,
                f"this reproduces it from the numeric gradient and the parameters to {LOOSE:.0e}",
                0.47 if either else 0.95,
            )
        )  # fmt: skip
    return findings
