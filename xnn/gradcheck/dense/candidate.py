"""A candidate, a layout and a reading of the data: which networks there explain the losses."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy

from ..program.tree import Host
from .activations import Elementwise
from .data import Data
from .layout import Layout
from .losses import OutputLoss, heads, sums
from .network import Decay, Network, forward

EACH = 10_000  # numbers that are computed while a layer or an end is tried at all
FITS = 1e-4  # of the spread of the losses: how well a candidate must explain them, at worst


@dataclass(frozen=True)
class Candidate:
    """Where a network may be: a layout and a reading of the data, at the points of the search."""

    layout: Layout
    data: Data
    natural: bool
    thetas: Host
    values: Host

    @cached_property
    def heads(self) -> list[OutputLoss]:
        """What may stand at its end."""
        return heads(self.data.T)

    @cached_property
    def penalties(self) -> "Penalties":
        """The decays that its loss may have."""
        return Penalties(self.layout, self.thetas, self.values)

    def numbers(self, likely: int | None) -> int:
        """Return how many numbers :meth:`networks` computes."""
        units = [layer.W.shape[1] for layer in self.layout]
        ends = len(self.heads[:likely])
        return EACH * (len(units) + ends) + len(self.thetas) * len(self.data.X) * (sum(units) + ends * units[-1])

    def networks(self, activations: tuple[Elementwise, ...], likely: int | None) -> Iterator[Network]:
        """Yield the networks with these activations that explain the values, whatever their head and decay."""
        possible = self.heads[:likely]
        with numpy.errstate(all="ignore"):
            z = forward(self.layout, activations, None, self.thetas, self.data.X)[-1].z
            found = sums(possible, z, self.data.T)
            c, residual = self.penalties.regress(found)
        for k, h in enumerate(numpy.argmin(residual, axis=1)):
            if residual[k, h] < FITS and c[k, h] != 0.0:
                decay = self.penalties.fitted(k, c[k, h] * found[h])
                yield Network(
                    self.layout, activations, possible[h], float(c[k, h]), decay, self.data, float(residual[k, h])
                )


class Penalties:
    """The penalties that a loss may have; the losses, and any sums, are fitted with each of them at once."""

    def __init__(self, layout: Layout, thetas: Host, values: Host) -> None:
        biases = any(layer.b is not None for layer in layout)
        ways = product(("l2", "l1"), (False, True) if biases else (False,))
        self.decays = [Decay("", False, 0.0), *(Decay(kind, with_biases, 1.0) for kind, with_biases in ways)]
        R = [decay.value(thetas, layout) if decay.kind else numpy.zeros(len(thetas)) for decay in self.decays]
        self.values, self.R = values, numpy.stack(R)[:, None, :]  # (penalties, 1, points)
        self.squares = numpy.sum(self.R * self.R, axis=-1, keepdims=True)
        self.squares[self.squares == 0.0] = 1.0
        self.left = self._without(values)
        self.spread = numpy.max(abs(values - numpy.mean(values)))

    def _without(self, sums: Host) -> Host:
        """Return what of `sums`, shape (heads, points), the penalty does not explain, for each penalty."""
        return sums - numpy.sum(sums * self.R, axis=-1, keepdims=True) * self.R / self.squares

    def regress(self, sums: Host) -> tuple[Host, Host]:
        """Fit ``values = c sums + lambda R``; return c and the residual's share, shape (penalties, heads)."""
        S = self._without(sums)
        c = numpy.sum(S * self.left, axis=-1) / numpy.sum(S * S, axis=-1)
        off = numpy.max(abs(self.left - c[..., None] * S), axis=-1) / self.spread
        return c, numpy.where(numpy.isfinite(off), off, numpy.inf)

    def fitted(self, k: int, explained: Host) -> Decay:
        """Return decay number `k`, with the factor that goes with what the sums explain."""
        factor = float((self.values - explained) @ self.R[k, 0] / self.squares[k, 0, 0])
        return self.decays[k]._replace(factor=factor if self.decays[k].kind else 0.0)
