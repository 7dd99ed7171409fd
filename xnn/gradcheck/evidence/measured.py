"""A dense network whose loss is none of the known ones: all but the end recovered, the end measured.

Whatever the loss is, the gradient of a dense chain is linear in ``delta_L``, its derivative by the last pre-activation.
With a layout, the inputs and the activations assumed, ``n = A delta_L + lambda R`` holds for the numeric gradient n at
every parameter vector: far more equations than unknowns, so the residual says whether the assumption is so, and the
solution is delta_L. From there down every bug can be replayed as in a network that is known whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy

from ..behaviour import Observed
from ..numeric import gradient, noise_of
from ..program import Program, Raised
from ..sampling import count_samples, sample_arrays, take_samples
from ..structure import Host
from .heads import OWN
from .known import COMMON, KNOWN, Known
from .layout import Layout, disorder, layouts
from .network import Decay, Network, Trace, forward
from .probes import Probes, probe
from .readings import Data, readings
from .single import Single, activations, singles

LARGEST = 1200  # parameters: all are differentiated at each point
UNKNOWNS = 90  # samples times outputs
FITS = 1e-5  # how well the numeric gradients must be reproduced
NUMBERS = 100_000_000  # in the systems solved, some seconds' worth
SECONDS = 4.0  # that differentiating numerically may take, on a slow loss
COUNT = 4  # points
TOLERANCE = 1e-5  # what is measured is no more exact than that


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
    program: Program, seen: Observed, data: tuple[Any, ...], arrays: Sequence[Host], seed: int
) -> tuple[Measured, Probes] | None:
    """Find a dense chain that reproduces the numeric gradients, whatever the loss; with the person's own gradients.

    `arrays` are those of `data`, or those that the functions close over.
    """
    if program.structure.size > LARGEST or not arrays:
        return None
    few = _few(program, data)
    arrays = arrays if few is data else sample_arrays(few)
    probes = probe(program, seen, few, seed, COUNT)
    numeric = None if probes is None else _numeric(program, probes.thetas, few)
    if probes is None or numeric is None:
        return None
    numbers = 0
    one = singles(program, probes.thetas[-1], few)
    for layout, reading, functions in _candidates(program, arrays, probes.thetas[-1], one):
        unknowns = layout[-1].W.shape[1] * len(reading.X)
        if 2 * unknowns > program.structure.size:
            continue
        found = _fit(layout, reading, functions, probes.thetas, numeric)
        numbers += unknowns * probes.thetas.size
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
    found = []
    try:
        for theta in thetas:
            at = program.along(theta, data)
            began = perf_counter()
            noise = noise_of(at, numpy.random.default_rng(0))
            if (perf_counter() - began) / 12 * 4 * len(thetas) * theta.size > SECONDS:
                return None
            found.append(gradient(at, noise).value)
    except Raised:
        return None
    return found if numpy.all(numpy.isfinite(found)) else None


def _candidates(
    program: Program, arrays: Sequence[Host], theta: Host, one: Sequence[Single]
) -> Iterator[tuple[Layout, Data, tuple[Known, ...]]]:
    """Yield layouts with the activations that single samples show, then with every one that is known."""
    places = [
        (disorder(layout), layout, reading)
        for reading, outputs, _ in readings(arrays)
        for layout in layouts(program.leaves, reading.X.shape[1], outputs)
    ]
    places.sort(key=lambda place: place[0])
    for _, layout, reading in places if one else ():
        seen = activations(layout, reading, theta, one)
        if seen is not None:
            yield layout, reading, seen
    for natural in (True, False):
        for functions in (COMMON, KNOWN):
            for _, layout, reading in (place for place in places if (place[0] == 0) is natural):
                for known in functions if len(layout) > 1 else functions[:1]:
                    yield layout, reading, (known,) * (len(layout) - 1)


def _fit(
    layout: Layout, data: Data, activations: tuple[Known, ...], thetas: Host, numeric: Sequence[Host]
) -> tuple[Measured, list[int]] | None:
    """Solve for delta_L and the decay at every point, and see whether they reproduce the numeric gradients.

    Where units are dead for some samples, as behind ReLU, the solution is not the only one: of such points none is kept
    unless all are.
    """
    units, m = layout[-1].W.shape[1], len(data.X)
    with numpy.errstate(all="ignore"):
        traces = forward(layout, activations, None, thetas, data.X)
    plain = Network(layout, activations, OWN, 1.0, Decay("", False, 0.0), data, 0.0)
    spanned = [_linear_map(plain, theta, [_at(trace, p) for trace in traces]) for p, theta in enumerate(thetas)]
    if not numpy.all(numpy.isfinite(spanned)):
        return None
    biases = any(layer.b is not None for layer in layout)
    for kind, with_biases in (("", False), ("l2", False), ("l1", False), *((("l2", True),) if biases else ())):
        decay = Decay(kind, with_biases, 0.0)
        found, factors, determined = [], [], []
        for A, n, theta in zip(spanned, numeric, thetas, strict=True):
            columns = A if not kind else numpy.column_stack([A, _decayed(decay, layout, theta)])
            solution, _, rank, _ = numpy.linalg.lstsq(columns, n, rcond=1e-11)
            if 4 * rank > 3 * n.size or numpy.linalg.norm(columns @ solution - n) > FITS * numpy.linalg.norm(n):
                break
            determined.append(bool(rank == columns.shape[1]))
            found.append(solution[: m * units].reshape(m, units))
            factors.append(float(solution[-1]) if kind else 0.0)
        else:
            lam = float(numpy.median(factors))
            if numpy.ptp(factors) <= 1e-3 * abs(lam):
                points = [p for p, sure in enumerate(determined) if sure or not any(determined)]
                last, decay = numpy.asarray(found)[points], decay._replace(factor=lam)
                return Measured(layout, activations, OWN, 1.0, decay, data, 0.0, thetas[points], last), points
    return None


def _linear_map(network: Network, theta: Host, traces: Sequence[Trace]) -> Host:
    """Return the matrix, shape (N, m K), that takes delta_L to the gradient at one point."""
    m, units = traces[-1].z.shape[-2:]
    every = numpy.eye(m * units).reshape(-1, m, units)
    deltas = network.passed_down(traces, every)
    return network.assembled(numpy.zeros((len(every), theta.size)), traces, deltas).T


def _at(trace: Trace, p: int) -> Trace:
    return Trace(*(None if part is None else part[p : p + 1] for part in trace))  # type: ignore[arg-type]


def _decayed(decay: Decay, layout: Layout, theta: Host) -> Host:
    out = numpy.zeros_like(theta)
    for layer in layout:
        for index in decay.indices(layer):
            out[index] = decay.slope(theta[index])
    return out
