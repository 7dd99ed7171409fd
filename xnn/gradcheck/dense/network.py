"""A dense network, recovered: what it computes, and what its right gradient is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy

from ..program.tree import Host
from .activations import Elementwise
from .data import Data
from .layout import Layer, Layout
from .losses import OutputLoss


class Decay(NamedTuple):
    """A penalty ``factor * R(theta)``: R is half the sum of squares, or the sum of absolute values."""

    kind: str  # "", "l2" or "l1"
    biases: bool
    factor: float

    def value(self, theta: Host, layout: Layout) -> Host:
        """Return R at parameter vectors of shape (..., N), of shape (...)."""
        every = numpy.concatenate([index.reshape(-1) for layer in layout for index in self.indices(layer)])
        w = theta[..., every]
        return numpy.sum(abs(w), axis=-1) if self.kind == "l1" else 0.5 * numpy.sum(w * w, axis=-1)

    def indices(self, layer: Layer) -> list[Host]:
        """Return the penalised entries of a layer."""
        return [layer.W, layer.b] if self.biases and layer.b is not None else [layer.W]

    def slope(self, w: Host) -> Host:
        """Return the derivative of R by `w`."""
        return numpy.sign(w) if self.kind == "l1" else w


class Trace(NamedTuple):
    """One layer's forward pass at several points: arrays (P, m, units), weights (P, in, out)."""

    x: Host
    z: Host
    a: Host
    W: Host
    b: Host | None


@dataclass(frozen=True)
class Network:
    """A dense network that reproduces the user's loss.

    Attributes
    ----------
    layout : tuple of Layer
    activations : tuple of Elementwise
        One a hidden layer.
    head : OutputLoss
    factor : float
        c: what the user's loss multiplies the plain sum over samples and outputs by.
    decay : Decay
    data : Data
    residual : float
        What is left of the user's losses, as a share of their spread.
    """

    layout: Layout
    activations: tuple[Elementwise, ...]
    head: OutputLoss
    factor: float
    decay: Decay
    data: Data
    residual: float

    @property
    def words(self) -> str:
        """Describe it in one line."""
        sizes = [self.data.X.shape[1], *(layer.W.shape[1] for layer in self.layout)]
        hidden = ", ".join(known.name for known in self.activations)
        decay = f", {self.decay.kind} {self.decay.factor:.3g}" if self.decay.kind else ""
        return f"{'-'.join(map(str, sizes))}, {hidden + ', ' if hidden else ''}{self.head.name}{decay}"

    def function(self, i: int) -> Elementwise | None:
        """Return layer `i`'s activation, the output's for the last; None for softmax."""
        return self.activations[i] if i < len(self.activations) else self.head.output

    def forward(self, thetas: Host) -> list[Trace]:
        """Return every layer's trace at parameter vectors of shape (P, N)."""
        return forward(self.layout, self.activations, self.head, thetas, self.data.X)

    def value(self, theta: Host) -> float:
        """Return the loss."""
        last = self.forward(theta[None])[-1]
        decay = self.decay.factor * self.decay.value(theta, self.layout)
        return float(self.factor * self.head.value(last.z, self.data.T)[0] + decay)

    def deltas(self, traces: Sequence[Trace]) -> list[Host]:
        """Return the derivative of the data part of the loss by every layer's z."""
        return self.passed_down(traces, self.factor * self.head.dz(traces[-1].z, self.data.T))

    def passed_down(self, traces: Sequence[Trace], delta: Host) -> list[Host]:
        """Return every layer's delta, from that of the last."""
        found = [delta]
        for lower, upper, known in zip(traces[-2::-1], traces[:0:-1], self.activations[::-1], strict=True):
            delta = (delta @ numpy.swapaxes(upper.W, -1, -2)) * known.df(lower.z)
            found.append(delta)
        return found[::-1]

    def gradient(self, theta: Host) -> Host:
        """Return the right gradient of the user's loss, by hand."""
        traces = self.forward(theta[None])
        return self.assembled(theta[None], traces, self.deltas(traces))[0]

    def assembled(self, thetas: Host, traces: Sequence[Trace], deltas: Sequence[Host]) -> Host:
        """Return gradients, shape (P, N), from every layer's delta."""
        out = numpy.zeros_like(thetas)
        for layer, trace, delta in zip(self.layout, traces, deltas, strict=True):
            out[:, layer.W] = numpy.swapaxes(trace.x, -1, -2) @ delta
            if layer.b is not None:
                db = numpy.sum(delta, axis=-2)
                out[:, layer.b] = db if layer.b.size == db.shape[-1] else numpy.sum(db, axis=-1, keepdims=True)
            for index in self.decay.indices(layer) if self.decay.kind else ():
                out[:, index] += self.decay.factor * self.decay.slope(thetas[:, index])
        return out


def forward(
    layout: Layout, activations: Sequence[Elementwise], head: OutputLoss | None, thetas: Host, X: Host
) -> list[Trace]:
    """Return every layer's trace; the last layer's output is `head`'s, or z itself."""
    x = numpy.broadcast_to(X, (len(thetas), *X.shape))
    traces = []
    for i, layer in enumerate(layout):
        W = thetas[:, layer.W]
        b = None if layer.b is None else thetas[:, layer.b][:, None, :]
        z = x @ W if b is None else x @ W + b
        known = activations[i] if i < len(activations) else None
        a = known.f(z) if known else head.y(z) if head else z
        traces.append(Trace(x, z, a, W, b))
        x = a
    return traces
