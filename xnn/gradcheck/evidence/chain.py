"""Explanations as chains of bugs, from the last layer down: what each costs, and which are kept.

A bug costs 1, the same bug in another layer a quarter (a habit is one mistake), a tensor that nothing reproduces 3.
"""

from typing import NamedTuple

from ..structure import Host
from .tensor import UNKNOWN_COST, Bug, same

AGAIN = 0.25
BEAM = 30
SLACK = 1.05


class Located(NamedTuple):
    """A bug and the layer, counted from 0, that it is in."""

    layer: int
    bug: Bug


class Chain(NamedTuple):
    """An explanation: bugs from the last layer down, and the delta at the layer reached."""

    cost: float
    bugs: tuple[Located, ...]
    delta: Host


def extend(chain: Chain, layer: int, bugs: tuple[Bug, ...]) -> Chain:
    """Add bugs to a chain, at what they cost."""
    cost = chain.cost
    known = list(chain.bugs)
    for bug in bugs:
        habit = any(alike(bug, other.bug) and bug.part == other.bug.part for other in known)
        cost += UNKNOWN_COST if bug.code == "unknown" else AGAIN if habit else 1.0
        known.append(Located(layer, bug))
    return chain._replace(cost=cost, bugs=tuple(known))


def prune(chains: list[Chain], last: bool = False) -> list[Chain]:
    """Keep the cheapest, and of those with one delta (where it still matters) and the same codes the first."""
    chains = sorted(chains, key=lambda chain: chain.cost)
    kept: list[Chain] = []
    for chain in chains:
        if chain.cost > chains[0].cost + SLACK or len(kept) >= BEAM:
            break
        codes = [(b.layer, b.bug.code, b.bug.part) for b in chain.bugs]
        if not any(
            codes == [(b.layer, b.bug.code, b.bug.part) for b in other.bugs]
            and (last or same(chain.delta, other.delta, 1e-9))
            for other in kept
        ):
            kept.append(chain)
    return kept


def alike(a: Bug, b: Bug) -> bool:
    """Whether two bugs are the same mistake, but for where it was made."""
    same_factor = abs(a.factor - b.factor) <= 1e-5 * abs(a.factor)
    return a.code == b.code and a.detail == b.detail and same_factor
