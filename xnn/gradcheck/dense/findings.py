"""From explanations to findings: the same bug in several layers is one, and a factor is read from two numbers m."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ...findings import Finding
from ..bugs.catalogue import finding
from ..bugs.explanation import Bug
from ..bugs.factors import Factor, readings, times
from ..bugs.tensor import shape_words
from ..same import NUMERIC, REPLAYED, same
from .activations import FALLING
from .chain import Chain, Located
from .network import Network
from .words import words_of

SIZES = ("the number of outputs", "the number of features", "the layer's number of units", "its number of inputs")


def findings_of(
    network: Network,
    chains: Sequence[Chain],
    other: tuple[Network, list[Chain]] | None,
    samples: int,
    on_all: Callable[[Located], float | None],
) -> list[Finding]:
    """Turn the cheapest explanations into findings; those that differ between explanations share their certainty.

    `other` explains another number of samples, `on_all` returns a factor with all of the `samples`: both tell what it
    comes from.
    """

    def said(group: Sequence[Located], residual: float) -> Finding:
        seen = _factors(network, group[0], other)
        if group[0].bug.code == "scale" and len(network.data.X) < samples:
            whole = on_all(group[0])
            seen = seen if whole is None else [seen[0]._replace(value=whole, m=samples), *seen]
        return _finding(network, group, seen, samples, residual)

    by_key: dict[tuple[str, str], Finding] = {}
    counts: dict[tuple[str, str], int] = {}
    for chain in chains:
        keys = set()
        for group in _grouped(chain.bugs):
            found = said(group, chain.residual)
            key = (found.code, found.parameter)
            by_key.setdefault(key, found)
            keys.add(key)
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    for name in [name for code, name in by_key if code == "bias-wrong-axis"]:
        by_key.pop(("transposed", name), None)  # with as many samples as units a row came where a column belongs
    findings = [replace(found, certainty=round(0.99 * counts[key] / len(chains), 3)) for key, found in by_key.items()]
    return sorted(findings, key=lambda finding: -finding.certainty)


def _grouped(bugs: Sequence[Located]) -> list[list[Located]]:
    """Put the same bug in several layers together."""
    groups: list[list[Located]] = []
    for located in bugs:
        if located.bug.code == "unknown":
            continue
        for group in groups:
            a, b = group[0].bug, located.bug
            everywhere = b.multiplies != 1.0  # one factor everywhere is one mistake, however it comes about
            if a.is_like(b, REPLAYED) and (a.part == b.part or everywhere):
                group.append(located)
                break
        else:
            groups.append([located])
    return groups


def _finding(
    network: Network, group: Sequence[Located], factors: Sequence[Factor], samples: int, residual: float
) -> Finding:
    first = group[0]
    names = list(dict.fromkeys(name for located in group for name in _names(network, located)))
    several = len({_names(network, located) for located in group}) > 1
    last = len(network.layout) - 1
    if first.bug.multiplies != 1.0:
        flows = any(located.layer == last and located.bug.part == "delta" for located in group)
        reached = {located.layer for located in group if located.bug.part in ("layer", "delta")}
        lowest = max((located.layer for located in group if located.bug.part == "delta"), default=-1)
        if flows or reached | set(range(lowest + 1)) == set(range(last + 1)):  # all tensors have it
            first, names, several = Located(last, first.bug._replace(part="delta")), [], False
    bug = first.bug
    if bug.code == "zero" and bug.part == "b" and network.layout[first.layer].joint:
        bug = bug._replace(code="skipped", case="bias")  # of the array that holds the weights too, it is a part
    if bug.code in ("sign", "derivative-wrong") and network.function(first.layer) is FALLING:
        bug = bug._replace(case="falling")
    layers = list(dict.fromkeys(located.layer for located in group)) if names else [last]
    words = words_of(network, layers, bug) | shape_words(bug)
    facts = bug.facts
    if bug.code == "scale":
        factor, m = factors[0].value, factors[0].m
        said = readings(factors)
        if bug.part == "b" and same(factor * m, 1.0, NUMERIC):
            said += ", or the mean over the samples is taken of a delta that holds 1/m already"
        on = f", on {m} samples" if m == samples else f", on {m} of the {samples} samples"
        words |= {"times": times(factor), "on": on, "readings": said}
        facts |= {"factor": factor, "samples": m}
    if several:
        words["what"] = f"the gradient of {', '.join(names)}"
    evidence = f"replayed into a {network.words} network, it reproduces the gradient to {residual:.0e}"
    return finding(bug.row, names, words, evidence, **facts)


def _names(network: Network, located: Located) -> tuple[str, ...]:
    layer = network.layout[located.layer]
    if located.bug.part == "b":
        return (layer.b_name,)
    if located.bug.part == "layer" and not layer.joint:
        return (layer.W_name, layer.b_name)
    return (layer.W_name,)


def _factors(network: Network, located: Located, other: tuple[Network, list[Chain]] | None) -> list[Factor]:
    """Return a factor with each number of samples that it was seen with."""

    def factor(bug: Bug, net: Network) -> Factor:
        inputs, units = net.layout[located.layer].W.shape
        counts = (net.data.T.shape[1], net.data.X.shape[1], units, inputs)
        return Factor(bug.factor, len(net.data.X), dict(zip(SIZES, counts, strict=True)))

    def is_twin(twin: Located) -> bool:
        same_place = twin.layer == located.layer and twin.bug.part == located.bug.part
        return same_place and twin.bug.code == "scale"

    found = [factor(located.bug, network)]
    if other is not None:
        found += [factor(twin.bug, other[0]) for chain in other[1][:1] for twin in chain.bugs if is_twin(twin)]
    return found
