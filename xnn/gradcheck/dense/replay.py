"""From a wrong gradient to findings: recover the network, replay the bugs, and say which one it was."""

from functools import partial
from typing import NamedTuple

import numpy

from ...findings import Finding
from ..numeric import EPSILON, directions
from ..program.behaviour import Observed
from ..program.calls import Program
from ..program.samples import count_samples, take_samples
from ..same import REPLAYED, same
from .chain import Chain, Located
from .explain import Explainer
from .find import find_network, on, on_all, work_of
from .findings import findings_of
from .losses import BINARY, CROSS
from .measured import TOLERANCE as MEASURED
from .measured import Measured
from .network import Network
from .order import put_in_order
from .probes import Probes, by_layer, probe

REPEATED = 2_000_000  # samples times parameters up to which bugs are replayed with all samples if there is a factor


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
    found = find_network(program, seen, seed)
    if found is None:
        return None
    network, probes = found
    if isinstance(network, Measured):
        tolerance = max(tolerance, MEASURED)
    findings, chains = explain(program, network, probes, tolerance)
    if _has_factor(chains[0]) and work_of(program) <= REPEATED:  # or gradients divides by a number written in it
        whole = on_all(program, seen, network, seed)
        if whole is not None:
            network, probes = whole
            findings, chains = explain(program, network, probes, tolerance)
    other = _other_samples(program, seen, network, seed) if _has_factor(chains[0]) else None
    lost = any(located.bug.code == "unknown" for located in chains[0].bugs)
    if tolerance < REPLAYED and (lost or network.residual > tolerance):
        return Investigation(network, [], set(), 0.0)  # a difference this small is named whole and surely, or not
    samples = count_samples(program.data) or len(network.data.X)
    findings += findings_of(network, chains, other, samples, partial(_factor_on_all, program, seen, network))
    unexplained = {
        program.leaves[index].name
        for located in chains[0].bugs
        if located.bug.code == "unknown"
        for index in _leaves_of(network, located)
    }
    # On a part of the samples a mistake made with the others would not show.
    logarithm = network.head.measure in (CROSS, BINARY) and len(network.data.X) == samples
    excused = 0.0 if findings or chains[0].bugs else float("inf") if logarithm else 1e-2
    return Investigation(network, findings, unexplained, excused)


def _leaves_of(network: Network, located: Located) -> list[int]:
    layer = network.layout[located.layer]
    return {"W": [layer.W_leaf], "b": [layer.b_leaf]}.get(located.bug.part, [layer.W_leaf, layer.b_leaf])


def explain(program: Program, network: Network, probes: Probes, tolerance: float) -> tuple[list[Finding], list[Chain]]:
    """Replay bugs into the network until they reproduce the user's gradients."""
    findings = put_in_order(program.leaves, network, probes)
    given = by_layer(program.leaves, probes.raw, network.layout)
    with numpy.errstate(all="ignore"):
        return findings, Explainer(network, probes.thetas, given, tolerance).explain()


def _factor_on_all(program: Program, seen: Observed, network: Network, located: Located) -> float | None:
    """Return the factor that a gradient has with all samples, or None where it is no factor alone."""
    i = _leaves_of(network, located)[0]
    leaf, g = program.leaves[i], seen.raw[i]
    if g is None or g.size != leaf.size or not numpy.any(g) or network.layout[located.layer].joint:
        return None
    vectors = [g.reshape(-1), numpy.random.default_rng(0).standard_normal(leaf.size)]
    vectors = [u / numpy.linalg.norm(u) for u in vectors]
    n = directions(program.along(program.theta), vectors, leaf.slice, EPSILON * abs(seen.loss), i, rungs=1)
    c, *others = (float(u @ g.reshape(-1)) / value for u, value in zip(vectors, n.value, strict=True))
    return abs(c) if all(same(c, other, 1e-4) for other in others) else None


def _has_factor(chain: Chain) -> bool:
    return any(located.bug.code == "scale" for located in chain.bugs)


def _other_samples(program: Program, seen: Observed, network: Network, seed: int) -> tuple[Network, list[Chain]] | None:
    """Explain once more with another number of samples: it tells m from K and from the number of features."""
    samples = count_samples(program.data)
    if samples is None or samples < 3 or isinstance(network, Measured):
        return None
    used = len(network.data.X)
    few = take_samples(program.data, samples, range(used - 1 if used - 1 > 1 else used))
    smaller = on(program, network, few)
    probes = None if smaller is None else probe(program, seen, few, seed)
    return None if smaller is None or probes is None else (smaller, explain(program, smaller, probes, 1e-5)[1])
