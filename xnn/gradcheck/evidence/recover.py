"""Recovering somebody's network from its loss alone.

A candidate is a layout of the parameters, an activation for each hidden layer and a head (output and loss). It *is*
the person's network if its own value S explains the person's loss L at several random parameter vectors::

    L(theta_i) = c S(theta_i) + lambda R(theta_i)

with two numbers c (the reduction: 1/m, 1/2, ...) and lambda (the decay), fitted by least squares to more points than
there are numbers. Nothing is taken on trust: the residual says whether it is so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from time import process_time
from typing import NamedTuple

import numpy

from ..structure import Host, Leaf
from .heads import Head, heads
from .known import COMMON, KNOWN, Known
from .layout import Layer, Layout, disorder, layouts
from .network import Decay, Network, forward
from .readings import Data, readings, targets

POINTS = 9
FITS = 1e-4  # of the spread of the losses: how well a candidate must explain them, at worst
CLOSE = 1e-6  # so well that nothing rarer is tried: an epsilon inside a logarithm leaves this much
PERFECT = 1e-10
SECONDS = 5.0  # of the processor
LIKELY = 12  # heads tried first
MIXED = 8  # places where mixed activations are tried
UNUSUAL = 1000  # more than any disorder


class Place(NamedTuple):
    """Where a network may be: a layout, a reading of the data, and what may stand at its end."""

    layout: Layout
    data: Data
    heads: list[Head]
    penalties: list[tuple[Decay, Host | None]]  # with their values at all points
    natural: bool = True


class Search:
    """The search for the dense network whose loss is the person's.

    Parameters
    ----------
    leaves : sequence of Leaf
        Of the person's parameters.
    theta : array, shape (N,)
    loss : callable
        The person's loss of a vector like `theta`.
    arrays : sequence of array
        The arrays in the person's data, in order.
    seed : int
        Of the random parameter vectors.
    first_sample : array, shape (N,), optional
        The numeric gradient at `theta` of the first sample's loss alone: it tells most layouts of one long vector
        apart before anything is tried.
    """

    def __init__(
        self,
        leaves: Sequence[Leaf],
        theta: Host,
        loss: Callable[[Host], float],
        arrays: Sequence[Host],
        seed: int = 0,
        first_sample: Host | None = None,
    ) -> None:
        self.theta, self.loss = theta, loss
        self.thetas, self.values = _points(leaves, theta, loss, numpy.random.default_rng(seed))
        usable = len(self.values) >= 5 and numpy.ptp(self.values) > 0
        self.places = _places(leaves, arrays, theta, first_sample, self.thetas) if usable else []

    def likely(self) -> Network | None:
        """Try what is common, where the layers follow one another as the parameters do."""
        return self._first((self._tried((p for p in self.places if p.natural), COMMON, LIKELY), CLOSE))

    def like(self, network: Network) -> Network | None:
        """Try every end on the layers of `network`."""
        places = (p for p in self.places if _alike(p.layout, network.layout))
        return self._first((self._fits(places, [network.activations], None), FITS))

    def rest(self) -> Network | None:
        """Try all that is known, everywhere."""
        natural = [p for p in self.places if p.natural]
        others = [p for p in self.places if not p.natural]
        return self._first(
            (self._mixtures(LIKELY), FITS),
            (self._tried(natural, KNOWN, None), FITS),
            (self._tried(others, COMMON, LIKELY), CLOSE),
            (self._tried(others, KNOWN, None), FITS),
            (self._mixtures(None), FITS),
        )

    def _first(self, *stages: tuple[Iterator[Network | None], float]) -> Network | None:
        """Return the best network of the first stage that has one that fits as well as it wants."""
        best: Network | None = None
        began = process_time()
        for stage, enough in stages:
            for candidate in stage:
                if candidate is not None and (best is None or candidate.residual < 0.01 * best.residual):
                    best = candidate
                if (best is not None and best.residual < PERFECT) or process_time() - began > SECONDS:
                    return self._verified(best)
            if best is not None and best.residual < enough:
                break
        return self._verified(best)

    def _verified(self, network: Network | None) -> Network | None:
        """Return the network, without an epsilon, if its gradient is the loss's own along random directions."""
        if network is None:
            return None
        rng = numpy.random.default_rng(0)
        theta = self.theta + 0.03 * rng.standard_normal(self.theta.size)
        gradient = network.gradient(theta)
        for _ in range(2):
            u = rng.standard_normal(theta.size)
            size = float(numpy.linalg.norm(u))
            h = 1e-5 / (1.0 + size)
            numeric = (self.loss(theta + h * u) - self.loss(theta - h * u)) / (2 * h)
            allowed = 1e-3 * float(numpy.linalg.norm(gradient)) / theta.size**0.5 + 1e-9
            if not abs(numeric - gradient @ u) <= allowed * size:
                return None
        return replace(network, head=network.head.sharp)

    def _tried(
        self, places: Iterable[Place], functions: Sequence[Known], likely: int | None
    ) -> Iterator[Network | None]:
        for place in places:
            hidden = len(place.layout) - 1
            every = [(known,) * hidden for known in (functions if hidden else functions[:1])]
            yield from self._fits([place], every, likely)

    def _mixtures(self, likely: int | None) -> Iterator[Network | None]:
        for place in self.places[:MIXED]:
            mixed = (m for m in product(COMMON, repeat=len(place.layout) - 1) if len(set(m)) > 1)
            yield from self._fits([place], mixed, likely)

    def _fits(
        self, places: Iterable[Place], activations: Iterable[tuple[Known, ...]], likely: int | None
    ) -> Iterator[Network | None]:
        """Yield the networks that explain the values, whatever their head and decay, and None between them."""
        for place in places:
            for functions in activations:
                yield from _fits(place, functions, likely, self.thetas, self.values)
                yield None


def _alike(a: Layout, b: Layout) -> bool:
    return len(a) == len(b) and all(
        numpy.array_equal(x.W, y.W)
        and (x.b is None) == (y.b is None)
        and (x.b is None or y.b is None or numpy.array_equal(x.b, y.b))
        for x, y in zip(a, b, strict=True)
    )


def _points(
    leaves: Sequence[Leaf], theta: Host, loss: Callable[[Host], float], rng: numpy.random.Generator
) -> tuple[Host, Host]:
    size = numpy.empty_like(theta)
    for leaf in leaves:
        part = theta[leaf.slice]
        size[leaf.slice] = max(float(numpy.sqrt(numpy.mean(part * part))), 0.05)
    thetas, values = [], []
    for _ in range(POINTS):
        point = theta + 0.3 * size * rng.standard_normal(theta.size)
        value = loss(point)
        if numpy.isfinite(value):
            thetas.append(point)
            values.append(value)
    return numpy.asarray(thetas), numpy.asarray(values)


def _places(
    leaves: Sequence[Leaf], arrays: Sequence[Host], theta: Host, first_sample: Host | None, thetas: Host
) -> list[Place]:
    """Return where a network may be, the likeliest first: inputs before targets, arrays in the order of use."""
    ranked: list[tuple[int, Place]] = []
    for data, outputs, usual in readings(arrays):
        accept = None
        if first_sample is not None:
            accept = partial(_outer_product, data.X[0], theta, first_sample)
        for layout in layouts(leaves, data.X.shape[1], outputs, accept):
            units, penalties = layout[-1].W.shape[1], _penalties(layout, thetas)
            rank = disorder(layout) + (0 if usual and units in outputs[:2] else UNUSUAL)
            ranked += [(rank, Place(layout, data._replace(T=T), heads(T), penalties)) for T in targets(data.T, units)]
    ranked.sort(key=lambda pair: pair[0])
    return [place._replace(natural=rank == 0) for rank, place in ranked]


def _outer_product(x: Host, theta: Host, n: Host, layer: Layer) -> bool:
    """Whether one sample's numeric gradient `n` of the first weights is ``x delta^T`` plus a decay, as it must be.

    What is across x in each column must be lambda times what is across x in the same column of W, or of sign W.
    """
    size = float(x @ x)
    if size == 0.0 or x.size < 3:
        return True

    def across(G: Host) -> Host:
        return G - numpy.outer(x, x @ G) / size

    G, W = across(n[layer.W]), across(theta[layer.W])
    allowed = 1e-5 * (float(numpy.linalg.norm(n[layer.W])) or float(numpy.linalg.norm(n)))
    for R in (0.0 * W, W, across(numpy.sign(theta[layer.W]))):
        lam = float(numpy.sum(G * R)) / (float(numpy.sum(R * R)) or 1.0)
        if float(numpy.linalg.norm(G - lam * R)) <= allowed:
            return True
    return False


def _fits(
    place: Place, activations: tuple[Known, ...], likely: int | None, thetas: Host, values: Host
) -> Iterator[Network]:
    """Yield the networks with these activations that explain the values, whatever their head and decay."""
    layout, data, possible = place.layout, place.data, place.heads[:likely]
    with numpy.errstate(all="ignore"):
        z = forward(layout, activations, None, thetas, data.X)[-1].z
        sums = numpy.stack([head.value(z, data.T) for head in possible])
        for decay, R in place.penalties:
            c, lam, residual = _regress(sums, R, values)
            h = int(numpy.argmin(residual))
            if residual[h] < FITS and c[h] != 0.0:
                found = decay._replace(factor=float(lam[h]))
                yield Network(layout, activations, possible[h], float(c[h]), found, data, float(residual[h]))


def _penalties(layout: Layout, thetas: Host) -> list[tuple[Decay, Host | None]]:
    found: list[tuple[Decay, Host | None]] = [(Decay("", False, 0.0), None)]
    biases = any(layer.b is not None for layer in layout)
    for kind in ("l2", "l1"):
        for with_biases in (False, True) if biases else (False,):
            decay = Decay(kind, with_biases, 1.0)
            found.append((decay, numpy.asarray([decay.value(theta, layout) for theta in thetas])))
    return found


def _regress(sums: Host, R: Host | None, values: Host) -> tuple[Host, Host, Host]:
    """Fit ``values = c sums + lambda R`` for each row of `sums`; return c, lambda and the residual's share."""
    spread = numpy.max(abs(values - numpy.mean(values)))
    L, S = values, sums
    if R is not None:
        L = values - R * (R @ values) / (R @ R)
        S = sums - numpy.outer(sums @ R, R) / (R @ R)
    c = (S @ L) / numpy.sum(S * S, axis=1)
    left = numpy.max(abs(L - c[:, None] * S), axis=1) / spread
    lam = numpy.zeros_like(c) if R is None else (values - c[:, None] * sums) @ R / (R @ R)
    return c, lam, numpy.where(numpy.isfinite(left), left, numpy.inf)
