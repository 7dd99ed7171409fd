"""What can be wrong with the deltas, the derivatives of the loss by the pre-activations, on their way down.

``delta_L`` comes from the loss and the output; then, layer by layer, ``u = delta W^T`` and ``delta = u * f'(z)``. Each
function lists wrong ways of writing one of these lines, as people write them.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy

from ..bugs.explanation import Bug
from ..program.tree import Host
from .activations import IDENTITY, Derivative, Elementwise, wrong_derivatives
from .losses import BROADCAST, OWN, OutputLoss
from .network import Trace

DEGREE = 10  # of the polynomials in fitted_derivative
SMOOTH = 1e-3  # how well they must reproduce the gradient
UNNAMED = "another function of z, none that is known"


class Flow(NamedTuple):
    """A delta, shape (P, m, units), and the bugs that lead to it."""

    delta: Host
    bugs: tuple[Bug, ...]


def output_deltas(head: OutputLoss, dz: Host, factor: float, trace: Trace, T: Host) -> Iterator[Flow]:
    """Yield the right delta of the last layer, `dz`, then the wrong ones."""
    z = trace.z
    m, units = z.shape[-2:]

    def bug(code: str, name: str = "", case: str = "") -> tuple[Bug, ...]:
        return (Bug(code, "delta", name, case=case),)

    yield Flow(dz, ())
    yield from _skipped_samples(dz, m)
    if head == OWN:
        return
    dy, slope = factor * head.dy(z, T), head.slope(z)
    if head.axis == -2 or head.measure is BROADCAST:
        code = "samples-mixed" if head.axis == -2 else "loss-broadcast"
        y = head.y(z)
        yield Flow(factor * (y - T), bug(code))
        yield Flow(2.0 * factor * (y - T), bug(code))
        yield Flow(2.0 * factor * (y - T) * slope, bug(code))
    if head.cancels:
        yield Flow(dz * slope, bug("output-derivative-extra"))
    if head.output is not IDENTITY:
        yield Flow(dy, bug("output-derivative-missing"))
    if head.output is None:
        yield Flow(dy * slope, bug("softmax-diagonal"))
        if not head.cancels:
            yield Flow(dz * slope, bug("derivative-twice"))
    for name, total in _totals(dy, dz, slope, m, units):
        yield Flow(total, bug("summed-error", name))
    if head.output is not None:
        for wrong in wrong_derivatives(head.output, z, trace.a):
            if wrong.code != "derivative-missing" and not (head.cancels and wrong.code == "derivative-twice"):
                yield Flow(dy * wrong.value, bug(wrong.code, wrong.name))
    if head.cancels:
        known = head.output
        for wrong in wrong_derivatives(known, z, trace.a) if known is not None else ():
            yield Flow(dz * wrong.value, bug("output-derivative-extra", wrong.name, "other"))


def _skipped_samples(dz: Host, m: int) -> Iterator[Flow]:
    for i, name in ((0, "first"), (m - 1, "last")) if m > 1 else ():
        keep = numpy.ones((m, 1))
        keep[i] = 0.0
        for mean in (1.0, m / (m - 1)):
            yield Flow(mean * keep * dz, (Bug("sample-skipped", "delta", name),))
        for mean in (1.0, float(m)) if m > 2 else ():  # each sample's gradient overwrites the one before
            yield Flow(mean * (1.0 - keep) * dz, (Bug("sample-skipped", "delta", name, case="others"),))


def _totals(dy: Host, dz: Host, slope: Host, m: int, units: int) -> Iterator[tuple[str, Host]]:
    """Yield the errors summed over the samples, or over everything, and used for every sample."""
    for error, after in ((dy, slope), (dz, numpy.ones_like(slope)), (dy, numpy.ones_like(slope))):
        for axes, count in (((-2,), m), ((-2, -1), m * units)):
            total = numpy.sum(error, axis=axes, keepdims=True) * after
            yield "sum", total
            yield "mean", total / count
            if count != m:
                yield "mean", total / m


def passed_down(delta: Host, W: Host, units: int) -> Iterator[tuple[Host, tuple[Bug, ...]]]:
    """Yield ``u``, the derivative by the outputs of the layer beneath: right, then wrong."""
    yield delta @ numpy.swapaxes(W, -1, -2), ()
    if W.shape[-1] == W.shape[-2]:
        yield delta @ W, (Bug("weights-not-transposed", "delta"),)
        yield delta, (Bug("weights-omitted", "delta"),)
    elif delta.shape[-1] == 1:
        yield numpy.repeat(delta, units, axis=-1), (Bug("weights-omitted", "delta"),)
    else:
        total = numpy.sum(delta, axis=-1, keepdims=True)
        yield numpy.repeat(total, units, axis=-1), (Bug("weights-omitted", "delta", "their sum"),)


def masks(known: Elementwise, u: Host) -> list[Derivative]:
    """Return the derivatives taken of what flows back, instead of the pre-activation."""
    if known.left is None:
        return []
    return [Derivative("delta-mask", "the mask of what flows back", numpy.where(u > 0, 1.0, known.left))]


def updated_weights(
    delta: Host, upper_G: Host, right_u: Host, phi: Host, seen: Sequence[tuple[Host, Host]]
) -> tuple[float, Host] | None:
    """Fit the rate with which the layer above was updated before its weights were used: ``W - rate g_W``.

    ``delta = (delta W^T - rate delta g_W^T) * phi``; `seen` holds pairs of a linear map's result on the user's side
    and that map as a matrix on the left, (G, x): ``G = x^T delta``.
    """
    moved = (delta @ numpy.swapaxes(upper_G, -1, -2)) * phi
    base = right_u * phi
    over = under = 0.0
    for G, x in seen:
        left = numpy.swapaxes(x, -1, -2)
        B = left @ moved
        over += float(numpy.sum((left @ base - G) * B))
        under += float(numpy.sum(B * B))
    if under == 0.0:
        return None
    rate = over / under
    return (rate, base - rate * moved) if rate != 0.0 else None


def fitted_derivative(u: Host, z: Host, seen: Sequence[tuple[Host, Host]]) -> Derivative | None:
    """Fit an unknown derivative as a function of z alone: two polynomials, for z > 0 and for z <= 0.

    ``G = x^T (u * sum_k c_k B_k(z))`` is linear in c. It counts only where far more numbers than there are
    coefficients agree; `seen` holds the pairs (G, x).
    """
    top = float(numpy.max(abs(z)))
    if top == 0.0:
        return None
    basis = [
        side * numpy.polynomial.chebyshev.Chebyshev.basis(k)(2.0 * abs(z) / top - 1.0)
        for side in ((z > 0) * 1.0, (z <= 0) * 1.0)
        for k in range(DEGREE + 1)
    ]
    columns = [numpy.concatenate([(numpy.swapaxes(x, -1, -2) @ (u * B)).reshape(-1) for _, x in seen]) for B in basis]
    if not columns or columns[0].size < 5 * len(columns):
        return None
    A = numpy.stack(columns, axis=1)
    if not numpy.all(numpy.isfinite(A)):
        return None
    g = numpy.concatenate([G.reshape(-1) for G, _ in seen])
    c = numpy.linalg.lstsq(A, g, rcond=1e-10)[0]
    if numpy.linalg.norm(g - A @ c) > SMOOTH * numpy.linalg.norm(g):
        return None
    value = sum(ck * B for ck, B in zip(c, basis, strict=True))
    return Derivative("derivative-wrong", UNNAMED, numpy.asarray(value))
