"""What can be wrong with one tensor's gradient, given what it should be.

`G` is the person's gradient, `D` the right data part, both stacked over several parameter vectors, shape (P, ...).
With weight decay the right gradient is ``D + lam R`` (R = W for L2). Each reading is a hypothesis that reproduces G.
"""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy

from ..structure import Host

TOLERANCE = 1e-6


class Bug(NamedTuple):
    """One hypothesis that reproduced the gradient."""

    code: str
    part: str  # "W", "b", "layer" (both) or "delta" (what flows back, and with it every layer beneath)
    detail: str = ""
    factor: float = 1.0


class Reading(NamedTuple):
    """One way of explaining a tensor: its bugs (none: it is right) and what they cost."""

    cost: float
    bugs: tuple[Bug, ...]


RIGHT = Reading(0.0, ())
UNKNOWN_COST = 3.0


class Fit(NamedTuple):
    """``G = c D + mu R``."""

    c: float
    mu: float
    residual: float  # as a share of ||G||


def norm(x: Host) -> float:
    """``||x||`` over all entries."""
    return float(numpy.vdot(x, x)) ** 0.5


def same(G: Host, H: Host, tolerance: float = TOLERANCE) -> bool:
    """Whether two arrays agree to `tolerance` of the larger norm."""
    return G.shape == H.shape and norm(G - H) <= tolerance * max(norm(G), norm(H))


def fit(G: Host, D: Host, R: Host | None) -> Fit:
    """Find c and mu by least squares."""
    g, d = G.reshape(-1), D.reshape(-1)
    if R is None:
        c, mu = _along(d, g), 0.0
        left = g - c * d
    else:
        r = R.reshape(-1)
        apart = d - _along(r, d) * r
        c = _along(apart, g) if norm(apart) > 1e-9 * norm(d) else 0.0  # of two that are parallel R explains all
        mu = _along(r, g - c * d)
        left = g - c * d - mu * r
    residual = norm(left) / (norm(g) or 1.0)
    return Fit(c, mu, residual) if isfinite(residual) else Fit(0.0, 0.0, float("inf"))


def _along(d: Host, g: Host) -> float:
    """Return c for which c d is nearest to g."""
    size = float(d @ d)
    return float(d @ g) / size if size > 0.0 else 0.0


def linear(G: Host, D: Host, R: Host | None, lam: float, part: str, tolerance: float) -> list[Reading]:
    """Explain G by a factor on the data part, on the whole, or by the decay."""
    right = D if R is None else D + lam * R
    if same(G, right, tolerance) or max(norm(G), norm(right)) == 0.0:
        return [RIGHT]
    found: list[Reading] = []
    size = norm(G)
    off = norm(G - right)

    def close(prediction: Host) -> bool:
        left = norm(G - prediction)
        return left <= tolerance * max(size, norm(prediction)) and left <= 0.02 * off

    def factor(c: float) -> tuple[Bug, ...]:
        # -1 is a sign, -2 a sign and a factor: two mistakes
        bugs = (Bug("sign", part, "", -1.0),) if c < 0 else ()
        return bugs if abs(abs(c) - 1.0) < 1e-5 else (*bugs, Bug("scale", part, "", abs(c)))

    enough = G.size >= 3
    whole = fit(G, right, None)
    if whole.c and close(whole.c * right):
        found.append(Reading(float(len(factor(whole.c))), factor(whole.c)))
    if R is not None and norm(R) > 0:
        alone = fit(G - lam * R, D, None)  # the decay is right, the data part is not
        if lam and alone.c and close(alone.c * D + lam * R):
            bugs = factor(alone.c)
            found.append(Reading(float(len(bugs)), bugs))
        elif lam and close(lam * R):
            found.append(Reading(1.0, (Bug("zero", part, "only the decay is left"),)))
        if norm(D) > 0 and enough:
            rest = fit(G - D, R, None)
            if close(D + rest.c * R):
                found.append(Reading(1.0, (decay_bug(rest.c, lam, part, norm(R) / size, tolerance),)))
            both = fit(G, D, R)
            if not found and both.c and close(both.c * D + both.mu * R):
                bugs = (*factor(both.c), decay_bug(both.mu, lam, part, norm(R) / size, tolerance))
                found.append(Reading(float(len(bugs)), bugs))
    return found


def decay_bug(mu: float, lam: float, part: str, weight: float, tolerance: float) -> Bug:
    """Name a decay of `mu` where `lam` is right."""
    if part == "b" and lam == 0.0:
        return Bug("decay-on-bias", part, "", mu)
    if abs(mu) * weight <= 10 * tolerance or abs(mu) < 1e-6 * abs(lam):
        return Bug("decay-missing", part, "", lam)
    return Bug("decay-scale", part, f"{mu:.6g} W where {lam:.6g} W belongs", mu / lam if lam else mu)


def pattern(G: Host, D: Host, R: Host | None, lam: float, part: str, tolerance: float) -> list[Reading]:
    """Explain G by entries that were never computed, or by a transposition."""
    right = D if R is None else D + lam * R
    if norm(right) == 0.0:
        return []
    if not numpy.any(G):
        return [Reading(1.0, (Bug("zero", part),))]
    found = []
    empty = numpy.all(G == 0.0, axis=0)
    if R is not None and lam:
        empty |= numpy.all(abs(G - lam * R) <= 1e-12 * norm(right), axis=0)
    lost = empty & (numpy.max(abs(right), axis=0) > tolerance * numpy.max(abs(right)))
    if numpy.any(lost) and not numpy.all(lost):
        kept = numpy.where(lost, G, right)
        if same(G, kept, tolerance):
            found.append(Reading(1.0, (Bug("skipped", part, where(lost)),)))
    if G.ndim == 3 and G.shape[1] == G.shape[2] > 1:
        turned = numpy.swapaxes(right, 1, 2)
        only_data = numpy.swapaxes(D, 1, 2) + (lam * R if R is not None else 0.0)
        if same(G, turned, tolerance) or same(G, only_data, tolerance):
            found.append(Reading(1.0, (Bug("transposed", part),)))
    return found


def where(mask: Host) -> str:
    """Say in words which entries are meant: rows, columns or single entries."""
    if mask.ndim == 1:
        index = [int(i) for i in numpy.nonzero(mask)[0]]
        return _numbered("entry", index, len(mask))
    rows = [int(i) for i in numpy.nonzero(numpy.all(mask, axis=1))[0]]
    columns = [int(i) for i in numpy.nonzero(numpy.all(mask, axis=0))[0]]
    covered = numpy.zeros_like(mask)
    covered[rows] = True
    covered[:, columns] = True
    parts = [_numbered("row", rows, len(mask))] if rows else []
    parts += [_numbered("column", columns, mask.shape[1])] if columns else []
    left = numpy.argwhere(mask & ~covered)
    if len(left):
        shown = ", ".join(str([int(i) for i in entry]) for entry in left[:4])
        parts.append(
            f"{len(left)} entries ({shown}{', ...' if len(left) > 4 else ''})" if len(left) > 1 else f"entry {shown}"
        )
    return " and ".join(parts)


def _numbered(what: str, index: Sequence[int], count: int) -> str:
    if len(index) == 1:
        place = {0: "the first ", count - 1: "the last "}.get(index[0], "")
        return f"{place}{what} ({index[0]})" if place else f"{what} {index[0]}"
    plural = "entries" if what == "entry" else f"{what}s"
    return f"{plural} {', '.join(map(str, index[:5]))}{', ...' if len(index) > 5 else ''}"


def bias_shapes(raw: Host, delta: Host, right: Host, tolerance: float) -> list[Reading]:
    """Explain a bias gradient of another size than the bias, from delta, shape (P, m, k)."""
    _, m, k = delta.shape
    expected: dict[str, Host] = {}
    if raw.shape[1:] in ((m, k), (k, m)):
        expected["bias-not-summed"] = delta if raw.shape[1:] == (m, k) else numpy.swapaxes(delta, 1, 2)
    elif k == 1 and raw[0].size == m:  # a sum over one unit changes nothing
        expected["bias-not-summed"] = delta.reshape(raw.shape)
    if raw[0].size == m:
        expected["bias-wrong-axis"] = numpy.sum(delta, axis=2).reshape(raw.shape)
    if raw[0].size == 1:
        expected["bias-total-sum"] = numpy.sum(right, axis=1).reshape(raw.shape)
    small = tolerance * norm(delta)  # below softmax the sum over the units is zero
    for code, values in expected.items():
        if fit(raw, values, None).residual <= tolerance or max(norm(raw), norm(values)) <= small:
            return [Reading(1.0, (Bug(code, "b"),))]
    return []


def bias_values(G: Host, delta: Host, right: Host, tolerance: float) -> list[Reading]:
    """Explain a bias gradient of the right size: one number for all, or a sum along the wrong axis."""
    _, m, k = delta.shape
    if not numpy.any(G) or k == 1:
        return []
    total = numpy.broadcast_to(numpy.sum(right, axis=1, keepdims=True), G.shape)
    small = tolerance * norm(right)
    level = G.shape[1] == k and float(numpy.max(numpy.ptp(G, axis=1))) <= small
    if level and (fit(G, total, None).residual <= tolerance or max(norm(G), norm(total)) <= small):
        return [Reading(1.0, (Bug("bias-total-sum", "b"),))]
    if m == k and same(G, numpy.sum(delta, axis=2), tolerance):
        return [Reading(1.0, (Bug("bias-wrong-axis", "b"),))]
    for i, name in ((0, "first"), (m - 1, "last")) if m > 1 else ():
        if same(G, delta[:, i], tolerance):
            return [Reading(1.0, (Bug("bias-not-summed", "b", f"the {name} sample's alone"),))]
    return []
