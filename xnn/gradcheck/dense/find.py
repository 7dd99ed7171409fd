"""The user's network and their gradients of it: on which of their data it is looked for, and where else it holds."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy

from ..numeric import gradient
from ..program.behaviour import Observed
from ..program.calls import Program, Raised
from ..program.samples import count_samples, sample_arrays, take_samples
from ..program.tree import Host
from .data import readings, targets
from .measured import Measured, measure
from .network import Network
from .probes import Probes, probe
from .search import Search

FEW = 24  # samples that are enough to tell bugs apart
WORK = 20_000  # samples times parameters up to which the network is recovered from all nevertheless
EXPLAINED = 100_000  # ... and up to which the bugs are replayed with all


def find_network(program: Program, seen: Observed, seed: int) -> tuple[Network, Probes] | None:
    """Return the user's network and their gradients of it: from its loss, or else measured at its end."""
    data, arrays = _data(program)
    here, *nearer = _searches(program, data, arrays, seed)
    network = here.likely()
    measured = measure(program, seen, data, arrays, seed, here.may_be) if network is None else None
    if measured is not None:
        like = measured[0]
        network = _any(search.like(like) for search in (here, *nearer))
        if network is None:
            return measured
    if network is None:
        network = _any(search.likely() for search in nearer) or here.rest()
    if network is None:
        return None
    probes = probe(program, seen, data, seed)
    whole = on_all(program, seen, network, seed) if probes is None or work_of(program) <= EXPLAINED else None
    return whole or (None if probes is None else (network, probes))


def on_all(program: Program, seen: Observed, network: Network, seed: int) -> tuple[Network, Probes] | None:
    """Return a network that was recovered from some of the samples on all, with the user's gradients there."""
    if len(network.data.X) == (count_samples(program.data) or len(network.data.X)) or isinstance(network, Measured):
        return None
    whole = on(program, network, program.data)
    probes = None if whole is None else probe(program, seen, program.data, seed)
    return None if whole is None or probes is None else (whole, probes)


def on(program: Program, network: Network, data: tuple[Any, ...]) -> Network | None:
    """Return the same network on other data, where the factors of loss and decay may have followed the number m."""
    used, count = len(network.data.X), count_samples(data) or 1
    try:
        value = program.loss_at(program.theta, data)
    except Raised:
        return None
    for read, _, _ in readings(sample_arrays(data)):
        if read.X.shape != (count, network.data.X.shape[1]) or read.in_columns != network.data.in_columns:
            continue
        for T in targets(read.T, network.data.T.shape[1]) if read.T.shape[1] in (1, network.data.T.shape[1]) else ():
            other = replace(network, data=read._replace(T=T))
            plain = replace(other, factor=1.0, decay=network.decay._replace(factor=0.0)).value(program.theta)
            decay = network.decay.value(program.theta, network.layout) if network.decay.kind else 0.0
            for lam in {network.decay.factor, network.decay.factor * used / count}:
                c = (value - lam * decay) / plain
                if any(abs(c - network.factor * r) <= 1e-5 * abs(c) for r in (1.0, used / count)):
                    return replace(other, factor=c, decay=network.decay._replace(factor=lam))
    return None


def work_of(program: Program) -> int:
    """Return the number of samples times that of parameters."""
    return (count_samples(program.data) or 0) * program.structure.size


def _any(found: Iterator[Network | None]) -> Network | None:
    return next((network for network in found if network is not None), None)


def _data(program: Program) -> tuple[tuple[Any, ...], list[Host]]:
    """Return data with few samples and the arrays in it; those that the functions close over if none are given."""
    arrays = sample_arrays(program.data)
    if not any(x.ndim for x in arrays):
        return program.data, closed_over(program.loss)
    samples = count_samples(program.data)
    if samples is None or samples <= 2 * FEW or samples * program.structure.size <= WORK:
        return program.data, arrays
    few = take_samples(program.data, samples, [i * samples // FEW for i in range(FEW)])  # of every class, if sorted
    try:
        if numpy.isfinite(program.loss_at(program.theta, few)):
            return few, sample_arrays(few)
    except Raised:
        pass
    return program.data, arrays


def closed_over(function: Callable[..., Any]) -> list[Host]:
    """Return the arrays among the variables that a function uses from outside, or that its object has."""
    outside: dict[str, Any] = {}
    if isinstance(function, partial):
        outside |= {str(i): value for i, value in enumerate(function.args)} | function.keywords
        function = function.func
    if inspect.ismethod(function):
        outside |= getattr(function.__self__, "__dict__", {})
    try:
        variables = inspect.getclosurevars(function)
        outside |= {**variables.globals, **variables.nonlocals}
    except TypeError:  # not written in Python
        pass
    return sample_arrays(tuple(outside.values()))


def _searches(program: Program, data: tuple[Any, ...], arrays: Sequence[Host], seed: int) -> Iterator[Search]:
    """Yield a search at the parameters, and one where outputs do not saturate: an epsilon or a clip hides the loss."""

    def loss(theta: Host) -> float:
        try:
            return program.loss_at(theta, data)
        except Raised:
            return float("nan")

    yield Search(program.leaves, program.theta, loss, arrays, seed, _first_sample(program, data))
    smaller = program.theta * numpy.minimum(1.0, 0.3 / program.spread)
    if numpy.any(smaller != program.theta):
        yield Search(program.leaves, smaller, loss, arrays, seed)


def _first_sample(program: Program, data: tuple[Any, ...]) -> Host | None:
    """Return the numeric gradient of the first sample's loss alone, where all parameters are one long vector."""
    samples = count_samples(data)
    shape = program.leaves[0].shape
    unrolled = len(program.leaves) == 1 and max(shape, default=0) == program.structure.size
    if samples is None or not unrolled or not program.affords(4 * program.structure.size):
        return None
    try:
        found = gradient(program.along(program.theta, take_samples(data, samples, [0])))
    except Raised:
        return None
    return found.value if numpy.all(numpy.isfinite(found.error)) and not numpy.any(found.kink) else None
