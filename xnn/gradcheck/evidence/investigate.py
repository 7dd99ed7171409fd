"""From a wrong gradient to findings: recover the network, replay the bugs, and say which one it was."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy

from ...findings import Finding
from ..behaviour import Observed
from ..numeric import gradient
from ..program import Program, Raised
from ..sampling import count_samples, sample_arrays, take_samples
from ..structure import Host
from .explain import Chain, Explainer, Located
from .flow import SMOOTH
from .heads import BINARY, CROSS
from .measured import TOLERANCE as MEASURED
from .measured import Measured, measure
from .network import Network
from .order import mend_order
from .probes import Probes, by_layer, probe, spread
from .readings import readings, targets
from .recover import Search
from .tensor import TOLERANCE
from .words import Numbers, factor_readings, say

FEW = 24  # samples that are enough to tell bugs apart
WORK = 20_000  # samples times parameters up to which the network is recovered from all nevertheless
EXPLAINED = 100_000  # ... and up to which the bugs are replayed with all
REPEATED = 2_000_000  # ... and up to which they are where a factor was found


class Investigation(NamedTuple):
    """What the replay says: the network, findings, tensors that nothing reproduces, and up to where all is right.

    A gradient that is exactly the recovered network's differs from its loss only by what the loss clips: `excused` is
    the relative error that this may make, any where a logarithm saturates, 0 where there are bugs.
    """

    network: Network
    findings: list[Finding]
    unexplained: set[str]
    excused: float


def investigate(program: Program, seen: Observed, seed: int, tolerance: float) -> Investigation | None:
    """Name the bugs of a network that can be recovered from its loss, or return None where none has this loss."""
    found = _network(program, seen, seed)
    if found is None:
        return None
    network, probes = found
    if isinstance(network, Measured):
        tolerance = max(tolerance, MEASURED)
    findings, chains = explain(program, network, probes, tolerance)
    if _has_factor(chains[0]) and _size(program) <= REPEATED:  # or gradients divides by a number written in it
        whole = _on_all(program, seen, network, seed)
        if whole is not None:
            network, probes = whole
            findings, chains = explain(program, network, probes, tolerance)
    other = _other_samples(program, seen, network, seed) if _has_factor(chains[0]) else None
    if tolerance < TOLERANCE and any(located.bug.code == "unknown" for located in chains[0].bugs):
        return Investigation(network, [], set(), 0.0)  # a difference this small is named whole or not at all
    findings += _findings(program, network, chains, other, tolerance)
    unexplained = {
        program.leaves[index].name
        for located in chains[0].bugs
        if located.bug.code == "unknown"
        for index in _leaves_of(network, located)
    }
    # On a part of the samples a mistake made with the others would not show.
    logarithm = network.head.measure in (CROSS, BINARY) and len(network.data.X) == (
        count_samples(program.data) or len(network.data.X)
    )
    excused = 0.0 if findings or chains[0].bugs else float("inf") if logarithm else 1e-2
    return Investigation(network, findings, unexplained, excused)


def _network(program: Program, seen: Observed, seed: int) -> tuple[Network, Probes] | None:
    """Return the person's network and their gradients of it: from its loss, or else measured at its end."""
    data, arrays = _data(program)
    here, *nearer = _searches(program, data, arrays, seed)
    network = here.likely()
    measured = measure(program, seen, data, arrays, seed) if network is None else None
    if measured is not None:
        like = measured[0]
        network = _first(search.like(like) for search in (here, *nearer))
        if network is None:
            return measured
    if network is None:
        network = _first(search.likely() for search in nearer) or here.rest()
    if network is None:
        return None
    probes = probe(program, seen, data, seed)
    whole = _on_all(program, seen, network, seed) if probes is None or _size(program) <= EXPLAINED else None
    return whole or (None if probes is None else (network, probes))


def _on_all(program: Program, seen: Observed, network: Network, seed: int) -> tuple[Network, Probes] | None:
    """Return a network that was recovered from some of the samples on all, with the person's gradients there."""
    if len(network.data.X) == (count_samples(program.data) or len(network.data.X)) or isinstance(network, Measured):
        return None
    whole = _on(program, network, program.data)
    probes = None if whole is None else probe(program, seen, program.data, seed)
    return None if whole is None or probes is None else (whole, probes)


def _size(program: Program) -> int:
    return (count_samples(program.data) or 0) * program.structure.size


def _first(found: Iterator[Network | None]) -> Network | None:
    return next((network for network in found if network is not None), None)


def _leaves_of(network: Network, located: Located) -> list[int]:
    layer = network.layout[located.layer]
    return {"W": [layer.W_leaf], "b": [layer.b_leaf]}.get(located.bug.part, [layer.W_leaf, layer.b_leaf])


def explain(program: Program, network: Network, probes: Probes, tolerance: float) -> tuple[list[Finding], list[Chain]]:
    """Replay bugs into the network until they reproduce the person's gradients."""
    findings = mend_order(program.leaves, network, probes)
    given = by_layer(program.leaves, probes.raw, network.layout)
    with numpy.errstate(all="ignore"):
        return findings, Explainer(network, probes.thetas, given, tolerance).explain()


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
    smaller = program.theta * numpy.minimum(1.0, 0.3 / spread(program))
    if numpy.any(smaller != program.theta):
        yield Search(program.leaves, smaller, loss, arrays, seed)


def _first_sample(program: Program, data: tuple[Any, ...]) -> Host | None:
    """Return the numeric gradient of the first sample's loss alone, where all parameters are one long vector."""
    samples = count_samples(data)
    shape = program.leaves[0].shape
    unrolled = len(program.leaves) == 1 and max(shape, default=0) == program.structure.size
    if samples is None or not unrolled or program.structure.size > 3000:
        return None
    try:
        found = gradient(program.along(program.theta, take_samples(data, samples, [0])))
    except Raised:
        return None
    return found.value if numpy.all(numpy.isfinite(found.error)) and not numpy.any(found.kink) else None


def _has_factor(chain: Chain) -> bool:
    return any(located.bug.code == "scale" for located in chain.bugs)


def _other_samples(program: Program, seen: Observed, network: Network, seed: int) -> tuple[Network, list[Chain]] | None:
    """Explain once more with another number of samples: it tells m from K and from the number of features."""
    samples = count_samples(program.data)
    if samples is None or samples < 3 or isinstance(network, Measured):
        return None
    used = len(network.data.X)
    few = take_samples(program.data, samples, range(used - 1 if used - 1 > 1 else used))
    smaller = _on(program, network, few)
    probes = None if smaller is None else probe(program, seen, few, seed)
    return None if smaller is None or probes is None else (smaller, explain(program, smaller, probes, 1e-5)[1])


def _on(program: Program, network: Network, data: tuple[Any, ...]) -> Network | None:
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


def _findings(
    program: Program,
    network: Network,
    chains: Sequence[Chain],
    other: tuple[Network, list[Chain]] | None,
    tolerance: float,
) -> list[Finding]:
    """Turn the cheapest explanations into findings; those that differ between explanations share their certainty."""
    by_key: dict[tuple[str, str], Finding] = {}
    counts: dict[tuple[str, str], int] = {}
    for chain in chains:
        keys = set()
        for group in _grouped(chain.bugs):
            finding = _finding(network, group, other, tolerance)
            key = (finding.code, finding.parameter)
            by_key.setdefault(key, finding)
            keys.add(key)
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    found = []
    for name in [name for code, name in by_key if code == "bias-wrong-axis"]:
        by_key.pop(("transposed", name), None)  # with as many samples as units a row came where a column belongs
    for key, finding in by_key.items():
        found.append(replace(finding, certainty=round(0.99 * counts[key] / len(chains), 3)))
    return sorted(found, key=lambda finding: -finding.certainty)


def _grouped(bugs: Sequence[Located]) -> list[list[Located]]:
    """Put the same bug in several layers together."""
    groups: list[list[Located]] = []
    for located in bugs:
        if located.bug.code == "unknown":
            continue
        for group in groups:
            a, b = group[0].bug, located.bug
            factor = b.code in ("sign", "scale")  # one factor everywhere is one mistake, however it comes about
            alike = a.code == b.code and a.detail == b.detail and (a.part == b.part or factor)
            if alike and abs(a.factor - b.factor) <= 1e-6 * abs(a.factor):
                group.append(located)
                break
        else:
            groups.append([located])
    return groups


def _finding(
    network: Network, group: Sequence[Located], other: tuple[Network, list[Chain]] | None, tolerance: float
) -> Finding:
    first = group[0]
    names = list(dict.fromkeys(_name(network, located) for located in group))
    last = len(network.layout) - 1
    if first.bug.code in ("sign", "scale"):
        flows = any(located.layer == last and located.bug.part == "delta" for located in group)
        reached = {located.layer for located in group if located.bug.part in ("layer", "delta")}
        lowest = max((located.layer for located in group if located.bug.part == "delta"), default=-1)
        if flows or reached | set(range(lowest + 1)) == set(range(last + 1)):  # all tensors have it
            first, names = Located(last, first.bug._replace(part="delta")), [""]
    factors = factor_readings(_factors(network, group[0], other)) if first.bug.code == "scale" else []
    code = first.bug.code
    if code == "zero" and first.bug.part == "b" and network.layout[first.layer].joint:
        code = "skipped"  # of the array that holds the weights too, it is a part
    message, advice = say(network, first.layer, first.bug, factors)
    if len(names) > 1:
        message = f"{message[:-1]}; so in {', '.join(names)}."
    reached = SMOOTH if first.bug.detail.startswith("another function") else tolerance
    evidence = f"replayed into a {network.words} network, it reproduces the gradient to {reached:.0e}"
    return Finding(code, ", ".join(names), message, advice, evidence)


def _name(network: Network, located: Located) -> str:
    layer = network.layout[located.layer]
    if located.bug.part == "b":
        return layer.b_name
    if located.bug.part == "layer" and not layer.joint:
        return f"{layer.W_name}, {layer.b_name}"
    return layer.W_name


def _factors(
    network: Network, located: Located, other: tuple[Network, list[Chain]] | None
) -> list[tuple[float, Numbers]]:
    def numbers(net: Network) -> Numbers:
        W = net.layout[located.layer].W
        return Numbers(len(net.data.X), net.data.T.shape[1], net.data.X.shape[1], W.shape[1], W.shape[0])

    found = [(located.bug.factor, numbers(network))]
    if other is not None:
        twins = [twin for chain in other[1][:1] for twin in chain.bugs if twin.bug.code == "scale"]
        there = numbers(other[0])
        found += [
            (twin.bug.factor, there)
            for twin in twins
            if twin.layer == located.layer and twin.bug.part == located.bug.part
        ]
    return found
