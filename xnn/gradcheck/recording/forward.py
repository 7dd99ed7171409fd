"""The loss, recorded: what it computes, which parameters that depends on, and the true adjoint of each value.

An adjoint is measured, in the user's own loss: a value is nudged where it arises, or where it is used, and the loss
looked at. Nothing need be known of how the loss is computed.
"""

from dataclasses import dataclass, field

import numpy

from ..program.tree import Host
from .runs import Nudge, Record, Runs

STEP = 1e-5  # of a nudge, times the value's size where that is more than 1


@dataclass
class Forward:
    """The loss at one point.

    Attributes
    ----------
    record : Record
    depends : dict of int to frozenset of int
        By site, the leaves of the parameters that its value changes with.
    """

    runs: Runs
    record: Record
    depends: dict[int, frozenset[int]]
    limit: int  # evaluations that may be spent on adjoints
    spent: int = 0
    _whole: dict[int, list[Host] | None] = field(default_factory=dict)
    _slopes: dict[int, float] = field(default_factory=dict)

    def floats(self, site: int) -> list[Host] | None:
        """Return a site's values where they are real numbers, one an occurrence."""
        values = self.record.values.get(site)
        return values if values and all(v.dtype.kind == "f" for v in values) else None

    def size(self, site: int) -> int:
        """Count the numbers that passed a site."""
        return sum(v.size for v in self.record.values[site])

    def slope(self, site: int) -> float:
        """Return the loss's derivative along a random direction of all that passes a site.

        Two sites of one shape get one direction: adjoints that are equal have equal slopes.
        """
        if site not in self._slopes:
            values = self.record.values[site]
            key = [len(values), *(n + 1 for v in values[:3] for n in v.shape)]
            rng = numpy.random.default_rng(key)
            self._slopes[site] = self._derivative(site, [rng.standard_normal(v.shape) for v in values])
        return self._slopes[site]

    def whole(self, site: int) -> list[Host] | None:
        """Return the whole adjoint of what passes a site, one array an occurrence; None if it costs too much."""
        if site not in self._whole:
            values = self.record.values[site]
            count = 2 * self.size(site)
            if self.spent + count > self.limit:
                return None
            found = []
            for k, value in enumerate(values):
                adjoint = numpy.zeros(value.shape)
                for index in numpy.ndindex(value.shape):
                    u = numpy.zeros(value.shape)
                    u[index] = 1.0
                    adjoint[index] = self._derivative(site, [None] * k + [u])
                found.append(adjoint)
            self._whole[site] = found
        return self._whole[site]

    def _derivative(self, site: int, directions: list[Host | None]) -> float:
        values = self.record.values[site]
        here = [v for v, u in zip(values, directions, strict=False) if u is not None]
        size = max((float(numpy.max(abs(v), initial=0.0)) for v in here), default=1.0)
        step = STEP * max(1.0, size)
        self.spent += 2
        above = self.runs.loss({site: Nudge(directions, step)})
        below = self.runs.loss({site: Nudge(directions, -step)})
        return (above - below) / (2.0 * step)


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
            others = moved.values.get(site, [])
            if len(others) != len(values) or any(
                a.shape != b.shape or not numpy.array_equal(a, b, equal_nan=True)
                for a, b in zip(values, others, strict=True)
            ):
                depends[site].add(i)
    return Forward(runs, record, {site: frozenset(found) for site, found in depends.items()}, limit)
