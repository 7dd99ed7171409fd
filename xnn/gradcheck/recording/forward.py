"""The loss, recorded: what it computes, which parameters that depends on, and the true adjoint of each value.

An adjoint is measured, in the user's own loss: a value is nudged where it arises, or where it is used, and the loss
looked at. Nothing need be known of how the loss is computed.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy

from ...source import Location
from ..program.tree import Host
from ..same import identical, mark
from .runs import Handler, Hold, Look, Nudge, Put, Record, Runs

FEWEST = 1000  # evaluations that may be spent on adjoints, however heavy the program is
EQUAL = 1e-9  # relative: slopes of equal adjoints
STEP = 1e-5  # of a nudge, times the value's size where that is more than 1
MANY = 300  # occurrences of a load up to which it is asked where each arose
EACH = 12  # occurrences up to which each is looked at by itself


@dataclass
class Forward:
    """The loss at one point, as nodes: each site is one, and so are all loads of one variable together.

    Attributes
    ----------
    values : dict of int to list of array
        By node, one an occurrence. Sites are their own numbers; groups of loads have negative ones.
    depends : dict of int to frozenset of int
        By node, the leaves of the parameters that its value changes with.
    members : dict of int to tuple of int
        By node, the sites that it is nudged at.
    origins : dict of int to list of (int, int)
        Of what arises at several sites and meets at one, as the states before and in a loop: the site and which of its
        occurrences, by occurrence of the node.
    """

    runs: Runs
    record: Record
    values: dict[int, list[Host]]
    depends: dict[int, frozenset[int]]
    members: dict[int, tuple[int, ...]]
    limit: int  # evaluations that may be spent on adjoints
    origins: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    spent: int = 0
    _whole: dict[int, list[Host] | None] = field(default_factory=dict)
    _slopes: dict[int, float] = field(default_factory=dict)
    _each: dict[tuple[int, int], float] = field(default_factory=dict)

    def lighten(self, most: int) -> None:
        """Spend no more evaluations than lets so many values pass the probe, and a few for each node in any case."""
        self.limit = min(self.limit, max(FEWEST, most // max(1, self.record.time)))

    def place(self, node: int) -> Location:
        """Return where a node stands: the first of its sites."""
        return self.runs.sites[self.members[node][0]].place

    def first(self, node: int) -> int:
        """Return when a node is passed for the first time."""
        return min(self.record.times[site][0] for site in self.members[node])

    def time(self, node: int, k: int) -> int:
        """Return when a node's occurrence k is passed, at the first of its sites."""
        if node in self.origins:
            site, k = self.origins[node][k]
            return self.record.times[site][k]
        return min(self.record.times[site][k] for site in self.members[node])

    def last(self, node: int) -> int:
        """Return when a node is passed for the last time."""
        return max(self.record.times[site][-1] for site in self.members[node])

    def directions(self, node: int, salt: int = 0) -> list[Host]:
        """Return a random direction of all that passes a node: one for all nodes of the same shapes."""
        values = self.values[node]
        key = [salt, len(values), *(n + 1 for v in values[:3] for n in v.shape)]
        rng = numpy.random.default_rng(key)
        return [rng.standard_normal(v.shape) for v in values]

    def slope(self, node: int) -> float:
        """Return the loss's derivative along the node's direction: adjoints that are equal have equal slopes."""
        if node not in self._slopes:
            self._slopes[node] = self.derivative(node, self.directions(node))
        return self._slopes[node]

    def alike(self, node: int) -> list[int]:
        """Return a node and those that are known to have its adjoint: a sum and its terms."""
        slope, shapes = self.slope(node), [v.shape for v in self.values[node]]
        near = (n for n, other in self._slopes.items() if abs(other - slope) <= EQUAL * abs(slope) and n != node)
        return [node, *(n for n in near if [v.shape for v in self.values[n]] == shapes)]

    def slopes(self, node: int) -> dict[int, float]:
        """Return the slope of each occurrence alone; of the first and the last where there are many."""
        count = len(self.values[node])
        return {k: self.slope_of(node, k) for k in (range(count) if count <= EACH else (0, count - 1))}

    def slope_of(self, node: int, k: int) -> float:
        """Return the slope of one occurrence alone."""
        if (node, k) not in self._each:
            self._each[node, k] = self.derivative(node, [*[None] * k, self.directions(node)[k]])
        return self._each[node, k]

    def whole(self, node: int) -> list[Host] | None:
        """Return the whole adjoint of what passes a node, one array an occurrence; None if it costs too much."""
        if node not in self._whole:
            values, slope = self.values[node], self.slope(node)
            shapes = [v.shape for v in values]
            for other, found in self._whole.items():  # many nodes share an adjoint: z and the sum that it is
                same = abs(self._slopes[other] - slope) <= EQUAL * abs(slope)
                if same and found is not None and [v.shape for v in found] == shapes:
                    return found
            if self.spent + 2 * sum(v.size for v in values) > self.limit:
                return None
            found = []
            for k, value in enumerate(values):
                adjoint = numpy.zeros(value.shape)
                for index in range(value.size):
                    u = numpy.zeros(value.shape)
                    u.reshape(-1)[index] = 1.0
                    adjoint.reshape(-1)[index] = self.derivative(node, [*[None] * k, u])
                found.append(adjoint)
            self._whole[node] = found
        return self._whole[node]

    def derivative(self, node: int, directions: Sequence[Host | None], frozen: int | None = None) -> float:
        """Return the loss's derivative along a direction, another node held as it was recorded if asked for."""
        here = [v for v, u in zip(self.values[node], directions, strict=False) if u is not None]
        size = max((float(numpy.max(abs(v), initial=0.0)) for v in here), default=1.0)
        step = STEP * max(1.0, size)
        held = {} if frozen is None else self._at(frozen, self.values[frozen])
        nudged, found = self._at(node, directions), []
        for signed in (step, -step):
            armed: dict[int, Handler] = {site: Nudge(parts, signed) for site, parts in nudged.items()}
            armed |= {site: Put(values) for site, values in held.items()}
            found.append(self.runs.loss(armed))
        self.spent += 2
        return (found[0] - found[1]) / (2.0 * step)

    def direct(self, node: int, thetas: Sequence[Host]) -> list[list[Host]] | None:
        """Return what comes to a node at other parameters, with all that passed it before held as it was recorded.

        One list a point, an array an occurrence; None where other values come, or another number of them.
        """
        held, found = self._at(node, self.values[node]), []
        for theta in thetas:
            armed = {site: Hold(values) for site, values in held.items()}
            self.runs.loss(dict(armed), theta)
            where = self.origins.get(node) or [(next(iter(armed)), k) for k in range(len(self.values[node]))]
            seen = {site: handler.look.seen for site, handler in armed.items()}
            if any(k >= len(seen[site]) for site, k in where):
                return None
            found.append([seen[site][k] for site, k in where])
            if [v.shape for v in found[-1]] != [v.shape for v in self.values[node]]:
                return None
        self.spent += len(thetas)
        return found

    def is_elementwise(self, node: int, other: int) -> bool:
        """Whether each entry of a node's first value changes with the same entry of the other's, and with no more."""
        values, others = self.values[node], self.values[other]
        if [v.shape for v in values] != [v.shape for v in others] or not values[0].size:
            return False
        u, look = numpy.zeros(others[0].shape), Look()
        u.reshape(-1)[0] = 1e-3 * (1.0 + abs(float(others[0].reshape(-1)[0])))
        nudged = self._at(other, [u])
        watched = next(iter(self.members[node]))
        self.runs.loss({**{site: Nudge(parts, 1.0) for site, parts in nudged.items()}, watched: look})
        seen = look.seen
        changed = seen[0] != values[0] if seen and seen[0].shape == values[0].shape else None
        return changed is not None and bool(changed.reshape(-1)[0]) and int(numpy.sum(changed)) == 1

    def _at(self, node: int, parts: Sequence[Host | None]) -> dict[int, list[Host | None]]:
        """Return what to put at each site of a node, by the site's occurrences."""
        if node not in self.origins:
            return {site: list(parts) for site in self.members[node]}
        found: dict[int, list[Host | None]] = {
            site: [None] * len(self.record.values[site]) for site in self.members[node]
        }
        for (site, k), part in zip(self.origins[node], parts, strict=False):
            found[site][k] = part
        return found


def forward_at(runs: Runs, limit: int, rng: numpy.random.Generator) -> Forward:
    """Record the loss, and find what depends on which parameters by nudging each tensor of them."""
    record = runs.record_loss()
    leaves = runs.program.leaves
    depends: dict[int, set[int]] = {site: set() for site in record.values}
    for i, leaf in enumerate(leaves):
        theta = runs.theta.copy()
        part = theta[leaf.slice]
        theta[leaf.slice] = part + 1e-4 * (abs(part) + 0.1) * rng.standard_normal(part.shape)
        moved = runs.record_loss(theta)
        for site, values in record.values.items():
            if not identical(values, moved.values.get(site, [])):
                depends[site].add(i)
    values = {site: found for site, found in record.values.items() if all(v.dtype.kind == "f" for v in found)}
    members: dict[int, tuple[int, ...]] = {site: (site,) for site in values}
    numbers = count(2)  # -1 stands for what has no site
    for group in _groups(runs, values, depends):
        number = -next(numbers)
        values[number], depends[number], members[number] = values[group[0]], depends[group[0]], group
    origins: dict[int, list[tuple[int, int]]] = {}
    for load, found in _gathered(runs, record, values, depends):
        number = -next(numbers)
        values[number], depends[number] = values[load], depends[load]
        members[number], origins[number] = tuple(dict.fromkeys(site for site, _ in found)), found
    where = {node: frozenset(depends[node]) for node in values}
    return Forward(runs, record, values, where, members, limit, origins)


def _gathered(
    runs: Runs, record: Record, values: dict[int, list[Host]], depends: dict[int, set[int]]
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield the loads whose values arose at different sites, the states before a loop and in it, with where each did.

    Moved where it arises, a value moves with all its uses.
    """
    arose: dict[tuple[object, ...], tuple[int, int, int]] = {}
    sites = {site: found for site, found in values.items() if site >= 0}
    for site, found in sites.items():
        for k, (value, time) in enumerate(zip(found, record.times[site], strict=True)):
            key = (value.shape, *mark(value))
            if key not in arose or time < arose[key][0]:
                arose[key] = (time, site, k)
    known: set[tuple[tuple[int, int], ...]] = set()
    for site, found in sites.items():
        load = isinstance(runs.sites[site].node, (ast.Name, ast.Attribute, ast.Subscript))
        if load and depends[site] and 1 < len(found) <= MANY:
            marks = [(value.shape, *mark(value)) for value in found]
            if not all(key in arose for key in marks):
                continue  # a NaN is known nowhere again
            where = [arose[key][1:] for key in marks]
            several = len({at for at, _ in where}) > 1 and len(set(where)) == len(where)
            if several and tuple(where) not in known:
                known.add(tuple(where))
                yield site, where


def _groups(runs: Runs, values: dict[int, list[Host]], depends: dict[int, set[int]]) -> Iterator[tuple[int, ...]]:
    """Yield the loads of one variable that hold the same at every occurrence: together they are all its uses.

    In one function: what a caller hands on is loaded once more by what it calls, and would be moved twice.
    """
    loads: dict[object, list[int]] = {}
    for site, found in values.items():
        if depends[site] and isinstance(runs.sites[site].node, (ast.Name, ast.Attribute, ast.Subscript)):
            where = runs.sites[site]
            key = (where.function, ast.unparse(where.node), len(found), found[0].shape)
            loads.setdefault(key, []).append(site)
    for sites in loads.values():
        while len(sites) > 1:
            alike = [site for site in sites if identical(values[site], values[sites[0]])]
            sites = [site for site in sites if site not in alike]
            if len(alike) > 1:
                yield tuple(alike)
