"""Recovering somebody's network from its loss alone.

A candidate is a layout of the parameters, an activation for each hidden layer and a head (output and loss). It *is*
the person's network if its own value S explains the person's loss L at several random parameter vectors::

    L(theta_i) = c S(theta_i) + lambda R(theta_i)

with two numbers c (the reduction: 1/m, 1/2, ...) and lambda (the decay), fitted by least squares to more points than
there are numbers. Nothing is taken on trust: the residual says whether it is so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from time import monotonic
from typing import NamedTuple

import numpy

from ..structure import Host, Leaf
from .heads import Head, heads
from .known import COMMON, KNOWN, Known
from .layout import Layer, Layout, disorder, layouts

POINTS = 9
FITS = 1e-4  # of the spread of the losses: how well a candidate must explain them, at worst
CLOSE = 1e-6  # so well that nothing rarer is tried: an epsilon inside a logarithm leaves this much
PERFECT = 1e-10
SECONDS = 20.0
LIKELY = 12  # heads tried first


class Data(NamedTuple):
    """One reading of the person's data: rows of inputs and of targets."""

    X: Host  # (m, in)
    T: Host  # (m, K)
    in_columns: bool
    apart: bool = False  # the person takes sample by sample, each a matrix of one row or one column


class Decay(NamedTuple):
    """A penalty ``factor * R(theta)``: R is half the sum of squares, or the sum of absolute values."""

    kind: str  # "", "l2" or "l1"
    biases: bool
    factor: float

    def value(self, theta: Host, layout: Layout) -> float:
        """Return R."""
        parts = [theta[index] for layer in layout for index in self.indices(layer)]
        if self.kind == "l1":
            return float(sum(numpy.sum(abs(part)) for part in parts))
        return float(sum(0.5 * numpy.sum(part * part) for part in parts))

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
    """A dense network that reproduces the person's loss.

    Attributes
    ----------
    layout : tuple of Layer
    activations : tuple of Known
        One a hidden layer.
    head : Head
    factor : float
        c: what the person's loss multiplies the plain sum over samples and outputs by.
    decay : Decay
    data : Data
    residual : float
        What is left of the person's losses, as a share of their spread.
    """

    layout: Layout
    activations: tuple[Known, ...]
    head: Head
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

    def forward(self, thetas: Host) -> list[Trace]:
        """Return every layer's trace at parameter vectors of shape (P, N)."""
        return forward(self.layout, self.activations, self.head, thetas, self.data.X)

    def value(self, theta: Host) -> float:
        """Return the loss."""
        last = self.forward(theta[None])[-1]
        return self.factor * float(self.head.value(last.z, self.data.T)[0]) + self.decay.factor * self.decay.value(
            theta, self.layout
        )

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
        """Return the right gradient of the person's loss, by hand."""
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


def forward(layout: Layout, activations: Sequence[Known], head: Head | None, thetas: Host, X: Host) -> list[Trace]:
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


def recover(
    leaves: Sequence[Leaf],
    theta: Host,
    loss: Callable[[Host], float],
    arrays: Sequence[Host],
    seed: int = 0,
    first_sample: Host | None = None,
) -> Network | None:
    """Find the dense network whose loss is the person's, or None.

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
    rng = numpy.random.default_rng(seed)
    thetas, values = _points(leaves, theta, loss, rng)
    if len(values) < 5 or numpy.ptp(values) == 0:
        return None
    best: Network | None = None
    began = monotonic()
    stages = _stages(leaves, arrays, theta, first_sample, thetas)
    for stage, enough in zip(stages, (CLOSE, FITS, CLOSE, FITS, FITS), strict=True):
        for place, activations, likely in stage:
            for candidate in _fits(place, activations, likely, thetas, values):
                if best is None or candidate.residual < 0.01 * best.residual:
                    best = candidate
            if (best is not None and best.residual < PERFECT) or monotonic() - began > SECONDS:
                return best
        if best is not None and best.residual < enough:
            return best
    return best


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


class Place(NamedTuple):
    """Where a network may be: a layout, a reading of the data, and what may stand at its end."""

    layout: Layout
    data: Data
    heads: list[Head]
    penalties: list[tuple[Decay, Host | None]]  # with their values at all points


Candidate = tuple[Place, tuple[Known, ...], int | None]  # the activations, and how many of the heads


def _stages(
    leaves: Sequence[Leaf], arrays: Sequence[Host], theta: Host, first_sample: Host | None, thetas: Host
) -> Iterator[Iterator[Candidate]]:
    """Yield what to try: what is common on every layout, then what is rare on any, then mixed activations."""
    likely_places: list[Place] = []
    other_places: list[Place] = []
    for data, outputs, usual in readings(arrays):
        accept = None
        if first_sample is not None:
            accept = partial(_outer_product, data.X[0], theta, first_sample)
        for layout in layouts(leaves, data.X.shape[1], outputs, accept):
            units, penalties = layout[-1].W.shape[1], _penalties(layout, thetas)
            places = likely_places if usual and units in outputs[:2] else other_places
            places += [Place(layout, data._replace(T=T), heads(T), penalties) for T in targets(data.T, units)]
    for places in (likely_places, other_places):
        places.sort(key=lambda place: disorder(place.layout))
        for functions, likely in ((COMMON, LIKELY), (KNOWN, None)):
            yield (
                (place, activations, likely)
                for place in places
                for activations in _same_everywhere(len(place.layout) - 1, functions)
            )
    yield (
        (place, activations, likely)
        for likely in (LIKELY, None)
        for place in [*likely_places, *other_places][:8]
        for activations in _mixtures(len(place.layout) - 1)
    )


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


def _same_everywhere(hidden: int, functions: Sequence[Known]) -> Iterator[tuple[Known, ...]]:
    yield from ((known,) * hidden for known in (functions if hidden else functions[:1]))


def _mixtures(hidden: int) -> Iterator[tuple[Known, ...]]:
    yield from (mixture for mixture in product(COMMON, repeat=hidden) if len(set(mixture)) > 1)


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


def readings(arrays: Sequence[Host]) -> Iterator[tuple[Data, list[int], bool]]:
    """Yield every way of reading the data as inputs and targets, the numbers of outputs, and if inputs come first."""
    given = [x for x in arrays if x.dtype.kind in "fiub" and x.ndim]
    numbers = [_matrix(x.astype("float64")) for x in given]
    for i, x in enumerate(numbers):
        deep, apart = given[i].ndim > 2, 1 in given[i].shape[1:] and given[i].ndim > 2
        for in_columns in (given[i].shape[-1] == 1,) if deep else (False, True):
            if x.ndim == 1:
                views = [x[:, None]] if not in_columns else [x[None, :]]
            else:
                views = [x.T if in_columns and not deep else x]
            views += [X[:, part] for X in views for part, ones in (_WITHOUT_FIRST, _WITHOUT_LAST) if _constant(X, ones)]
            for X in views:
                rest = [(j, y) for j, y in enumerate(numbers) if j != i]
                for j, y in rest or [(i, x)]:
                    T = _rows(y, len(X), in_columns and not deep)
                    if T is not None:
                        yield Data(X, T, in_columns, apart), _outputs(T), i <= j


def _matrix(x: Host) -> Host:
    """Return samples that are matrices themselves, (n, k, 1) or images, as rows."""
    return x.reshape(len(x), -1) if x.ndim > 2 else x


_WITHOUT_FIRST, _WITHOUT_LAST = (slice(1, None), 0), (slice(None, -1), -1)


def _constant(X: Host, column: int) -> bool:
    """Whether a column holds ones, put there for the biases."""
    return X.shape[1] > 1 and bool(numpy.all(X[:, column] == 1.0))


def _rows(y: Host, samples: int, in_columns: bool) -> Host | None:
    """Return the targets as rows, shape (m, K) or (m, 1), or None if there is not one a sample."""
    if y.ndim == 1:
        return y[:, None] if len(y) == samples else y[None, :] if samples == 1 else None
    if y.ndim != 2:
        return None
    if in_columns and y.shape[1] == samples:
        return y.T
    if y.shape[0] == samples:
        return y
    return y.T if y.shape[1] == samples else None


def _outputs(T: Host) -> list[int]:
    """Return the numbers of outputs that fit the targets, the likeliest first: labels may miss the last classes."""
    outputs = [T.shape[1]]
    if T.shape[1] == 1 and numpy.array_equal(T, numpy.round(T)) and T.min() >= 0 and T.max() < 2000:
        top = int(T.max())
        outputs = list(dict.fromkeys([top + 1, 1, top, *range(top + 2, top + 12), 10, 100]))
    return [k for k in outputs if k > 0]


def targets(T: Host, units: int) -> list[Host]:
    """Return the targets for a network of `units` outputs: as they are, or one-hot rows for labels."""
    if T.shape[1] == units:
        return [T]
    found = []
    for base in (0, 1):
        labels = T[:, 0].astype(int) - base
        if labels.min() >= 0 and labels.max() < units:
            found.append(numpy.eye(units)[labels])
    return found
