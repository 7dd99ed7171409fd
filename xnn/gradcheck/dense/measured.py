"""A dense network whose loss is none of the known ones: all but the end recovered, the end measured.

Whatever the loss is, the gradient of a dense chain is linear in ``delta_L``, its derivative by the last pre-activation.
With a layout, the inputs and the activations assumed, ``n = A delta_L + lambda R`` holds for the numeric gradient n at
every parameter vector: far more equations than unknowns, so the residual says whether the assumption is so, and the
solution is delta_L. From there down every bug can be replayed as in a network that is known whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy

from ..numeric import gradient
from ..program.behaviour import Observed
from ..program.calls import Program, Raised
from ..program.samples import count_samples, sample_arrays, take_samples
from ..program.tree import Host
from .activations import COMMON, FUNCTIONS, Elementwise
from .data import Data, readings
from .layout import Layout, disorder, layouts
from .losses import OWN
from .network import Decay, Network, Trace, forward
from .one_sample import SampleGradient, activations, singles
from .probes import Probes, probe

LARGEST = 1200  # parameters: all are differentiated at each point
UNKNOWNS = 90  # samples times outputs
FITS = 1e-5  # how well the numeric gradients must be reproduced
NUMBERS = 100_000_000  # in the systems solved, about a second's worth
SHARE = 4.0  # of what may be afforded at one time: there is no other way to see such a loss's layers
EACH = 10_000  # what trying one costs beside
COUNT = 4  # points
TOLERANCE = 1e-5  # what is measured is no more exact than that

Where = tuple[int, Layout, Data]  # out of order in so many places; natural ones are in none


@dataclass(frozen=True)
class Measured(Network):
    """A network with its ``delta_L`` at some parameter vectors, shape (P, m, K), in place of a head."""

    thetas: Host
    last: Host

    def deltas(self, traces: Sequence[Trace]) -> list[Host]:
        """Return the derivative of the data part of the loss by every layer's z, at `thetas`."""
        return self.passed_down(traces, self.last)

    def gradient(self, theta: Host) -> Host:
        """Return the right gradient at one of `thetas`."""
        p = int(numpy.argmin(numpy.max(abs(self.thetas - theta), axis=1)))
        traces = self.forward(self.thetas[p : p + 1])
        return self.assembled(theta[None], traces, self.passed_down(traces, self.last[p : p + 1]))[0]


def measure(
    program: Program,
    seen: Observed,
    data: tuple[Any, ...],
    arrays: Sequence[Host],
    seed: int,
    may_be: Callable[[Layout], bool],
) -> tuple[Measured, Probes] | None:
    """Find a dense chain that reproduces the numeric gradients, whatever the loss; with the user's own gradients.

    `arrays` are those of `data`, or those that the functions close over; `may_be` says which layouts are possible.
    """
    if program.structure.size > LARGEST or not arrays:
        return None
    few = _few(program, data)
    arrays = arrays if few is data else sample_arrays(few)
    places = _places(program, arrays, may_be)
    if not places:
        return None
    probes = probe(program, seen, few, seed, COUNT)
    numeric = None if probes is None else _numeric(program, probes.thetas, few)
    if probes is None or numeric is None:
        return None
    numbers = 0
    one = singles(program, probes.thetas[-1], few)
    for layout, reading, functions in _candidates(places, probes.thetas[-1], one):
        unknowns = layout[-1].W.shape[1] * len(reading.X)
        if 2 * unknowns > program.structure.size:
            continue
        found = _fit(layout, reading, functions, probes.thetas, numeric)
        numbers += EACH + unknowns * probes.thetas.size
        if found is not None:
            network, points = found
            return network, replace(probes, thetas=network.thetas, raw=[part[points] for part in probes.raw])
        if numbers > NUMBERS:
            return None
    return None


def _few(program: Program, data: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the data with so few samples that there are far more parameters than derivatives to find."""
    samples = count_samples(data)
    if samples is None:
        return data
    outputs = max((outputs[0] for _, outputs, usual in readings(sample_arrays(data)) if usual), default=1)
    most = max(2, min(UNKNOWNS, program.structure.size // 2) // outputs)
    return data if samples <= most else take_samples(data, samples, range(most))


def _numeric(program: Program, thetas: Host, data: tuple[Any, ...]) -> list[Host] | None:
    if not program.affords(4 * thetas.size, SHARE):
        return None
    try:
        found = [gradient(program.along(theta, data)).value for theta in thetas]
    except Raised:
        return None
    return found if numpy.all(numpy.isfinite(found)) else None


def _places(program: Program, arrays: Sequence[Host], may_be: Callable[[Layout], bool]) -> list[Where]:
    places = [
        (disorder(layout), layout, reading)
        for reading, outputs, _ in readings(arrays)
        for layout in layouts(program.leaves, reading.X.shape[1], outputs)
        if may_be(layout)
    ]
    return sorted(places, key=lambda place: place[0])


def _candidates(
    places: Sequence[Where], theta: Host, one: Sequence[SampleGradient]
) -> Iterator[tuple[Layout, Data, tuple[Elementwise, ...]]]:
    """Yield layouts with the activations that single samples show, then with every one that is known."""
    for _, layout, reading in places if one else ():
        seen = activations(layout, reading, theta, one)
        if seen is not None:
            yield layout, reading, seen
    for natural in (True, False):
        for functions in (COMMON, FUNCTIONS):
            for _, layout, reading in (place for place in places if (place[0] == 0) is natural):
                for known in functions if len(layout) > 1 else functions[:1]:
                    yield layout, reading, (known,) * (len(layout) - 1)


def _fit(
    layout: Layout, data: Data, activations: tuple[Elementwise, ...], thetas: Host, numeric: Sequence[Host]
) -> tuple[Measured, list[int]] | None:
    """Solve for delta_L and the decay at every point, and see whether they reproduce the numeric gradients.

    Where units are dead for some samples, as behind ReLU, the solution is not the only one: of such points none is kept
    unless all are.
    """
    units, m = layout[-1].W.shape[1], len(data.X)
    plain = Network(layout, activations, OWN, 1.0, Decay("", False, 0.0), data, 0.0)

    @cache
    def spanned(p: int) -> Host:
        with numpy.errstate(all="ignore"):
            return _linear_map(plain, thetas[p], forward(layout, activations, None, thetas[p : p + 1], data.X))

    for decay in _possible(layout, spanned(0), thetas[0], numeric[0]):
        found, factors, determined = [], [], []
        for p, (n, theta) in enumerate(zip(numeric, thetas, strict=True)):
            A = spanned(p)
            if not numpy.all(numpy.isfinite(A)):
                break
            columns = A if not decay.kind else numpy.column_stack([A, _decayed(decay, layout, theta)])
            solution, _, rank, _ = numpy.linalg.lstsq(columns, n, rcond=1e-11)
            if 4 * rank > 3 * n.size or numpy.linalg.norm(columns @ solution - n) > FITS * numpy.linalg.norm(n):
                break
            determined.append(bool(rank == columns.shape[1]))
            found.append(solution[: m * units].reshape(m, units))
            factors.append(float(solution[-1]) if decay.kind else 0.0)
        else:
            lam = float(numpy.median(factors))
            if numpy.ptp(factors) <= 1e-3 * abs(lam):
                points = [p for p, sure in enumerate(determined) if sure or not any(determined)]
                last, decay = numpy.asarray(found)[points], decay._replace(factor=lam)
                return Measured(layout, activations, OWN, 1.0, decay, data, 0.0, thetas[points], last), points
    return None


def _possible(layout: Layout, A: Host, theta: Host, n: Host) -> list[Decay]:
    """Return the decays with which `n` at one point may be linear in delta_L: most candidates end here."""
    if not numpy.all(numpy.isfinite(A)):
        return []
    biases = any(layer.b is not None for layer in layout)
    ways = (("", False), ("l2", False), ("l1", False), *((("l2", True),) if biases else ()))
    decays = [Decay(kind, with_biases, 0.0) for kind, with_biases in ways]
    B = numpy.column_stack([n, *(_decayed(decay, layout, theta) for decay in decays[1:])])
    left = (B - A @ numpy.linalg.lstsq(A, B, rcond=1e-11)[0]).T
    found = []
    for decay, r in zip(decays, left, strict=True):
        c = float(left[0] @ r) / (float(r @ r) or 1.0) if decay.kind else 0.0
        if numpy.linalg.norm(left[0] - c * r) <= 10 * FITS * numpy.linalg.norm(n):
            found.append(decay)
    return found


def _linear_map(network: Network, theta: Host, traces: Sequence[Trace]) -> Host:
    """Return the matrix, shape (N, m K), that takes delta_L to the gradient at one point."""
    m, units = traces[-1].z.shape[-2:]
    every = numpy.eye(m * units).reshape(-1, m, units)
    deltas = network.passed_down(traces, every)
    return network.assembled(numpy.zeros((len(every), theta.size)), traces, deltas).T


def _decayed(decay: Decay, layout: Layout, theta: Host) -> Host:
    out = numpy.zeros_like(theta)
    for layer in layout:
        for index in decay.indices(layer):
            out[index] = decay.slope(theta[index])
    return out
