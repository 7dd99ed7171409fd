"""Explanations as chains of bugs, from the last layer down: what each costs, and which are kept.

A bug costs 1, the same bug in another layer a quarter (a habit is one mistake), a tensor that nothing reproduces 3.
"""

from typing import NamedTuple

from ..bugs.explanation import UNKNOWN_COST, Bug
from ..program.tree import Host
from ..same import CALLS, same

AGAIN = 0.25
BEAM = 30
SLACK = 1.05


class Located(NamedTuple):
    """A bug and the layer, counted from 0, that it is in."""

    layer: int
    bug: Bug


class Chain(NamedTuple):
    """An explanation: bugs from the last layer down, the delta at the layer reached, and what is left unexplained."""

    cost: float
    bugs: tuple[Located, ...]
    delta: Host
    residual: float = 0.0  # the largest of a tensor's, as a share of its gradient


def extend(chain: Chain, layer: int, bugs: tuple[Bug, ...], residual: float = 0.0) -> Chain:
    """Add bugs to a chain, at what they cost, and what they leave over."""
    cost = chain.cost
    known = list(chain.bugs)
    for bug in bugs:
        habit = any(bug.is_like(other.bug) and bug.part == other.bug.part for other in known)
        cost += UNKNOWN_COST if bug.code == "unknown" else AGAIN if habit else 1.0
        known.append(Located(layer, bug))
    return chain._replace(cost=cost, bugs=tuple(known), residual=max(chain.residual, residual))


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
            and (last or same(chain.delta, other.delta, CALLS))
            for other in kept
        ):
            kept.append(chain)
    return kept
