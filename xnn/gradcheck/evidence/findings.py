"""From explanations to findings: the same bug in several layers is one, and a factor is read from two numbers m."""

from collections.abc import Sequence
from dataclasses import replace

from ...findings import Finding
from .chain import Chain, Located
from .flow import SMOOTH
from .network import Network
from .words import Numbers, factor_readings, say


def findings_of(
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
