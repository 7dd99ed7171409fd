"""What can be wrong with a bias gradient, given the delta that it is summed from, shape (P, m, k)."""

import numpy

from ..bugs.explanation import Bug, Explanation, fit
from ..program.tree import Host
from ..same import distance, norm


def bias_shapes(raw: Host, delta: Host, right: Host, tolerance: float) -> list[Explanation]:
    """Explain a bias gradient of another size than the bias."""
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
    for code, values in expected.items():
        if (off := _parallel(raw, values, norm(delta), tolerance)) <= tolerance:
            return [Explanation(1.0, (Bug(code, "b"),), off)]
    return []


def bias_values(G: Host, delta: Host, right: Host, tolerance: float) -> list[Explanation]:
    """Explain a bias gradient of the right size: one number for all, or a sum along the wrong axis."""
    _, m, k = delta.shape
    if not numpy.any(G) or k == 1:
        return []
    total = numpy.broadcast_to(numpy.sum(right, axis=1, keepdims=True), G.shape)
    size = norm(right)
    level = G.shape[1] == k and float(numpy.max(numpy.ptp(G, axis=1))) <= tolerance * size
    if level and (off := _parallel(G, total, size, tolerance)) <= tolerance:
        return [Explanation(1.0, (Bug("bias-total-sum", "b"),), off)]
    if m == k and (off := distance(G, numpy.sum(delta, axis=2))) <= tolerance:
        return [Explanation(1.0, (Bug("bias-wrong-axis", "b"),), off)]
    for i, name in ((0, "first"), (m - 1, "last")) if m > 1 else ():
        if (off := distance(G, delta[:, i])) <= tolerance:
            return [Explanation(1.0, (Bug("bias-not-summed", "b", name, case="one"),), off)]
    return []


def _parallel(raw: Host, values: Host, size: float, tolerance: float) -> float:
    """Return what is left of `raw` beside a multiple of `values`; where both are nothing beside `size`, their share.

    Below softmax the sum over the units is zero.
    """
    both = max(norm(raw), norm(values))
    return both / size if both <= tolerance * size else fit(raw, values, None).residual
