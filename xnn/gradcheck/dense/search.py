"""Recovering the user's network from its loss alone.

A candidate is a layout of the parameters, an activation for each hidden layer and a head (output and loss). It *is*
the user's network if its own value S explains the user's loss L at several random parameter vectors::

    L(theta_i) = c S(theta_i) + lambda R(theta_i)

with two numbers c (the reduction: 1/m, 1/2, ...) and lambda (the decay), fitted by least squares to more points than
there are numbers. Nothing is taken on trust: the residual says whether it is so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product

import numpy

from ..program.tree import Host, Leaf
from .activations import COMMON, FUNCTIONS, Elementwise
from .candidate import FITS, Candidate
from .data import Data, readings, targets
from .layout import Key, Layer, Layout, disorder, key_of, layouts, reversed_units
from .network import Network

POINTS = 9
CLOSE = 1e-6  # so well that nothing rarer is tried: an epsilon inside a logarithm leaves this much
PERFECT = 1e-10
NUMBERS = 100_000_000  # that one search may compute, about a second's worth: not seconds, which depend on the machine
LIKELY = 12  # heads tried first
MIXED = 8  # places where mixed activations are tried
UNUSUAL = 1000  # more than any disorder


class Search:
    """The search for the dense network whose loss is the user's.

    Parameters
    ----------
    leaves : sequence of Leaf
        Of the user's parameters.
    theta : array, shape (N,)
    loss : callable
        The user's loss of a vector like `theta`.
    arrays : sequence of array
        The arrays in the user's data, in order.
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
        self.work = 0  # numbers computed so far
        self.known = dict[Key, bool]()  # which layouts the loss may have
        self.thetas, self.values = _points(leaves, theta, loss, numpy.random.default_rng(seed))
        usable = len(self.values) >= 5 and numpy.ptp(self.values) > 0
        self.places = self._places(leaves, arrays, first_sample) if usable else []

    def likely(self) -> Network | None:
        """Try what is common, where the layers follow one another as the parameters do."""
        return self._best((self._tried((p for p in self.places if p.natural), COMMON, LIKELY), CLOSE))

    def like(self, network: Network) -> Network | None:
        """Try every end on the layers of `network`."""
        places = (p for p in self.places if _alike(p.layout, network.layout))
        return self._best((self._fits(places, [network.activations], None), FITS))

    def rest(self) -> Network | None:
        """Try all that is known, everywhere."""
        natural = [p for p in self.places if p.natural]
        others = [p for p in self.places if not p.natural]
        return self._best(
            (self._mixtures(LIKELY), FITS),
            (self._tried(natural, FUNCTIONS, None), FITS),
            (self._tried(others, COMMON, LIKELY), CLOSE),
            (self._tried(others, FUNCTIONS, None), FITS),
            (self._mixtures(None), FITS),
        )

    def _best(self, *stages: tuple[Iterator[Network | None], float]) -> Network | None:
        """Return the best network of the first stage that has one that fits as well as it wants."""
        best: Network | None = None
        enough_work = self.work + NUMBERS
        for stage, enough in stages:
            for candidate in stage:
                if candidate is not None and (best is None or candidate.residual < 0.01 * best.residual):
                    best = candidate
                if (best is not None and best.residual < PERFECT) or self.work > enough_work:
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
        self, places: Iterable[Candidate], functions: Sequence[Elementwise], likely: int | None
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
        self, places: Iterable[Candidate], activations: Iterable[tuple[Elementwise, ...]], likely: int | None
    ) -> Iterator[Network | None]:
        """Yield the networks that explain the values, whatever their head and decay, and None between them."""
        for place in places:
            for functions in activations:
                self.work += place.numbers(likely)
                yield from place.networks(functions, likely)
                yield None

    def may_be(self, layout: Layout) -> bool:
        """Whether the loss stays the same when hidden units change places, whatever they and the loss are."""
        if not len(self.values):
            return True
        key = key_of(layout)
        if key not in self.known:
            off = self.loss(reversed_units(layout, self.thetas[0])) - self.values[0]
            self.known[key] = bool(abs(off) <= FITS * numpy.ptp(self.values))
        return self.known[key]

    def _places(self, leaves: Sequence[Leaf], arrays: Sequence[Host], first_sample: Host | None) -> list[Candidate]:
        """Return where a network may be, the likeliest first: inputs before targets, arrays in the order of use."""
        ranked: list[tuple[int, Layout, Data]] = []
        for data, outputs, usual in readings(arrays):
            accept = None
            if first_sample is not None:
                accept = partial(_outer_product, data.X[0], self.theta, first_sample)
            for layout in layouts(leaves, data.X.shape[1], outputs, accept):
                if not self.may_be(layout):
                    continue
                units = layout[-1].W.shape[1]
                rank = disorder(layout) + (0 if usual and units in outputs[:2] else UNUSUAL)
                ranked += [(rank, layout, data._replace(T=T)) for T in targets(data.T, units)]
        ranked.sort(key=lambda place: place[0])
        return [Candidate(layout, data, rank == 0, self.thetas, self.values) for rank, layout, data in ranked]


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
