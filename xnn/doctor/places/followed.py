"""One of the user's functions, recorded on data of the doctor's choosing: each value, in the order of computation."""

import ast
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, NamedTuple

import numpy

from ...gradcheck.parts import Host, Observed
from ...gradcheck.recording.runs import Record, Runs, kept, like
from ...quiet import quiet
from ...source import Location, Site
from ..subject import Subject

Data = tuple[Any, ...]


class Value(NamedTuple):
    """What passed a site at one time; the k-th that did."""

    time: int
    site: Site
    k: int
    host: Host


class Recorded:
    """One run.

    Attributes
    ----------
    record : Record
    sites : list of Site
    """

    def __init__(self, record: Record, sites: list[Site]) -> None:
        self.record, self.sites = record, sites

    def first(self, shows: Callable[[Value], bool]) -> Value | None:
        """Return the first value that was computed and has a property.

        What passes a site again and again, as in a loop over the samples, is one value as well, stacked.
        """
        return next(filter(shows, sorted([*self.computed(), *self._stacked()], key=lambda value: value.time)), None)

    def computed(self) -> Iterator[Value]:
        """Yield what was computed, site by site: a load of a name computes nothing."""
        for number, hosts in self.record.values.items():
            site, times = self.sites[number], self.record.times[number]
            if not isinstance(site.node, (ast.Name, ast.Attribute)):
                yield from (Value(time, site, k, host) for k, (time, host) in enumerate(zip(times, hosts, strict=True)))

    def parts(self, value: Value) -> list[tuple[int, Host]]:
        """Return what a value was computed of, as far as it stands within it, each with its time."""
        inside = {getattr(node, "site", None) for node in ast.walk(value.site.node)} - {value.site.number}
        times, values = self.record.times, self.record.values
        last = ((site, sum(time < value.time for time in times[site]) - 1) for site in inside if site in times)
        return [(times[site][k], values[site][k]) for site, k in last if k >= 0]

    def _stacked(self) -> Iterator[Value]:
        for value in self.computed():
            hosts = self.record.values[value.site.number]
            if value.k == 0 and len(hosts) > 1 and len({host.shape for host in hosts}) == 1:
                yield value._replace(host=numpy.stack(hosts))


class Followed:
    """A function of the user's, called as ``function(params, *data)``.

    Raises
    ------
    Unavailable
        If it has no source.
    """

    def __init__(self, subject: Subject, function: Callable[..., Any]) -> None:
        program = copy(subject.program)
        program.loss = program.gradients = function
        program.careful = True  # other values may be put into what it is lent
        self.theta, self.data = subject.theta, subject.data
        self.runs = Runs(program, Observed(), subject.theta)

    def at(self, theta: Host | None = None, data: Data | None = None) -> Recorded:
        """Record a run; one that raises, up to there."""
        self._go_to(theta, data)
        with quiet():
            record, _ = self.runs.record_gradients()
        return Recorded(record, self.runs.sites)

    def number(self, theta: Host, data: Data) -> float:
        """Return the number that comes out."""
        self._go_to(theta, data)
        with quiet():
            return self.runs.loss()

    def without(self, site: Site, data: Data) -> float:
        """Return the number that comes out where all that passes a site is made finite."""

        def finite(value: Any) -> Any:
            host = kept(value)
            return value if host is None else like(value, numpy.where(numpy.isfinite(host), host, 1.0))

        self._go_to(None, data)
        with quiet():
            return self.runs.loss({site.number: finite})

    def _go_to(self, theta: Host | None, data: Data | None) -> None:
        self.runs.theta = self.theta if theta is None else theta
        self.runs.program = self.runs.program.on(self.data if data is None else data)


def place_of(value: Value | None) -> Location | None:
    """Return where a value was computed."""
    return None if value is None else value.site.place
