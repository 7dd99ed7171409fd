"""What stands at the end of a network: an output function and a loss, as one function of the last pre-activation.

Arrays have shape (..., m, K): m samples, K outputs, any number of points before. ``value`` sums over samples and
outputs; the factor that the user's loss puts before the sum (1/m, 1/2, 1/(mK), ...) is fitted, not listed.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy

from ..program.tree import Host
from .activations import FALLING, FUNCTIONS, IDENTITY, RELU, SIGMOID, TANH, Elementwise

TINY = 1e-300
Pair = Callable[[Host, Host], Host]


class EntryLoss(NamedTuple):
    """A loss of outputs ``y`` and targets ``t``, entry by entry, and its derivative by ``y``."""

    name: str
    value: Pair
    dy: Pair


def _cross_entropy_dy(y: Host, t: Host) -> Host:
    return -t / numpy.maximum(y, TINY)


def _binary_value(y: Host, t: Host) -> Host:
    return -t * numpy.log(numpy.maximum(y, TINY)) - (1.0 - t) * numpy.log(numpy.maximum(1.0 - y, TINY))


def _binary_dy(y: Host, t: Host) -> Host:
    return (1.0 - t) / numpy.maximum(1.0 - y, TINY) - t / numpy.maximum(y, TINY)


def _log_cosh(y: Host, t: Host) -> Host:
    r = abs(y - t)
    return r + numpy.log1p(numpy.exp(-2.0 * r)) - numpy.log(2.0)


def _huber(y: Host, t: Host) -> Host:
    size = abs(y - t)
    c = numpy.minimum(size, 1.0)
    return c * (size - 0.5 * c)


def _with_epsilon(eps: float) -> tuple[EntryLoss, EntryLoss]:
    """Return the cross-entropies with an epsilon inside the logarithm."""
    return (
        EntryLoss(f"cross-entropy + {eps:g}", lambda y, t: -t * numpy.log(y + eps), lambda y, t: -t / (y + eps)),
        EntryLoss(
            f"binary cross-entropy + {eps:g}",
            lambda y, t: -t * numpy.log(y + eps) - (1.0 - t) * numpy.log(1.0 - y + eps),
            lambda y, t: (1.0 - t) / (1.0 - y + eps) - t / (y + eps),
        ),
    )


SQUARED = EntryLoss("squares", lambda y, t: (y - t) ** 2, lambda y, t: 2.0 * (y - t))
CROSS = EntryLoss("cross-entropy", lambda y, t: -t * numpy.log(numpy.maximum(y, TINY)), _cross_entropy_dy)
BINARY = EntryLoss("binary cross-entropy", _binary_value, _binary_dy)
BROADCAST = EntryLoss(
    "squares of every output minus every target",  # (n, 1) - (n,)
    lambda y, t: numpy.sum((y - numpy.swapaxes(t, -1, -2)) ** 2, axis=-1, keepdims=True),
    lambda y, t: 2.0 * numpy.sum(y - numpy.swapaxes(t, -1, -2), axis=-1, keepdims=True),
)
RESIDUALS = (
    SQUARED,
    EntryLoss("absolute error", lambda y, t: abs(y - t), lambda y, t: numpy.sign(y - t)),
    EntryLoss("huber", _huber, lambda y, t: numpy.clip(y - t, -1.0, 1.0)),
    EntryLoss("log cosh", _log_cosh, lambda y, t: numpy.tanh(y - t)),
)
HINGE = EntryLoss("hinge", lambda y, t: numpy.maximum(0.0, 1.0 - t * y), lambda y, t: -t * (t * y < 1.0))


def _not_known(y: Host, t: Host) -> Host:
    raise NotImplementedError("only the derivative of this loss was measured")


BLURRED = {eps: _with_epsilon(eps) for eps in (1e-8, 1e-7, 1e-9, 1e-10, 1e-6, 1e-5, 1e-12, 1e-15)}


class OutputLoss(NamedTuple):
    """An output function and a measure of its error."""

    output: Elementwise | None  # None: softmax, along `axis`
    measure: EntryLoss
    axis: int = -1

    @property
    def name(self) -> str:
        """Say it in words."""
        if self == OWN:
            return OWN.measure.name
        if self.output is None:
            return f"softmax{' over the samples' if self.axis == -2 else ''} with {self.measure.name}"
        return f"{self.output.name} with {self.measure.name}"

    @property
    def cancels(self) -> bool:
        """Whether the output's derivative cancels against the loss's: delta is ``y - t``."""
        return (self.output is None and self.measure is CROSS and self.axis == -1) or (
            self.output is SIGMOID and self.measure is BINARY
        )

    @property
    def sharp(self) -> "OutputLoss":
        """The head without an epsilon inside its logarithm: what people differentiate."""
        for cross, binary in BLURRED.values():
            if self.measure is cross or self.measure is binary:
                return self._replace(measure=CROSS if self.measure is cross else BINARY)
        return self

    def y(self, z: Host) -> Host:
        """Return the output."""
        if self.output is not None:
            return self.output.f(z)
        e = numpy.exp(z - numpy.max(z, axis=self.axis, keepdims=True))
        return e / numpy.sum(e, axis=self.axis, keepdims=True)

    def value(self, z: Host, t: Host) -> Host:
        """Return the sum over samples and outputs, shape (...)."""
        return sums([self], z, t)[0]

    def entries(self, z: Host, y: Host, t: Host) -> Host:
        """Return the loss of each output y of z, before they are summed."""
        if self.output is None and self.measure is CROSS:
            shifted = z - numpy.max(z, axis=self.axis, keepdims=True)
            return -t * (shifted - numpy.log(numpy.sum(numpy.exp(shifted), axis=self.axis, keepdims=True)))
        if self.output is SIGMOID and self.measure is BINARY:
            return numpy.logaddexp(0.0, z) - t * z
        return self.measure.value(y, t)

    def dy(self, z: Host, t: Host) -> Host:
        """Return the derivative by the outputs."""
        return self.measure.dy(self.y(z), t)

    def dz(self, z: Host, t: Host) -> Host:
        """Return the derivative by the last pre-activation."""
        y = self.y(z)
        if self.cancels:
            return y * numpy.sum(t, axis=-1, keepdims=True) - t if self.output is None else y - t
        if self.output is not None:
            return self.measure.dy(y, t) * self.output.df(z)
        if self.measure is CROSS:  # without a division by a probability that underflows
            return y * numpy.sum(t, axis=self.axis, keepdims=True) - t
        dy = self.measure.dy(y, t)
        return y * (dy - numpy.sum(dy * y, axis=self.axis, keepdims=True))

    def slope(self, z: Host) -> Host:
        """Return the output's derivative, entry by entry: of softmax the diagonal of its Jacobian."""
        y = self.y(z)
        return y * (1.0 - y) if self.output is None else self.output.df(z)


def sums(heads: Sequence[OutputLoss], z: Host, t: Host) -> Host:
    """Return each head's sum over samples and outputs, shape (heads, ...); an output that some share is found once."""
    outputs: dict[tuple[Elementwise | None, int], Host] = {}
    entries: list[Host] = []
    for head in heads:
        end = (head.output, head.axis)
        if end not in outputs:
            outputs[end] = head.y(z)
        entries.append(head.entries(z, outputs[end], t))
    return numpy.sum(numpy.stack(entries), axis=(-2, -1))


OWN = OutputLoss(IDENTITY, EntryLoss("a loss of one's own", _not_known, _not_known))  # see measured


def heads(targets: Host) -> list[OutputLoss]:
    """List the heads that targets of shape (m, K) may belong to, the likeliest first."""
    units = targets.shape[-1]
    within = bool(numpy.all((targets >= 0) & (targets <= 1)))
    found = []
    if within and units > 1:
        found += [OutputLoss(None, CROSS), OutputLoss(None, CROSS, -2)]
    if within:
        found += [OutputLoss(SIGMOID, BINARY), OutputLoss(FALLING, BINARY)]
    ordinary = [IDENTITY, SIGMOID, TANH, RELU, FALLING]
    found += [OutputLoss(known, SQUARED) for known in ordinary]
    if units > 1:
        found.append(OutputLoss(None, SQUARED))
    found += [OutputLoss(known, SQUARED) for known in FUNCTIONS if known not in ordinary]
    if units > 1:
        found += [OutputLoss(None, measure) for measure in RESIDUALS[1:]]
        if within:
            found += [OutputLoss(None, BINARY), OutputLoss(None, SQUARED, -2), OutputLoss(None, BINARY, -2)]
    if within and units > 1:
        found += [OutputLoss(SIGMOID, CROSS)]
    for cross, binary in BLURRED.values() if within else ():
        found += [OutputLoss(None, cross), OutputLoss(SIGMOID, binary)] if units > 1 else [OutputLoss(SIGMOID, binary)]
    found += [OutputLoss(known, measure) for measure in RESIDUALS[1:] for known in ordinary]
    if set(numpy.unique(targets)) <= {-1.0, 1.0}:
        found += [OutputLoss(IDENTITY, HINGE), OutputLoss(TANH, HINGE)]
    if units == 1 and targets.shape[-2] > 1:
        found += [OutputLoss(known, BROADCAST) for known in ordinary]
    return found
