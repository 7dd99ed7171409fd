"""Runs of the user's two functions, instrumented: to be recorded, nudged at a site, or given another value there."""

import copy
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy

from ...backends import backend_of, place_like, unwrap
from ...source import Site, Tracked, Unavailable
from ..program.behaviour import Observed, gradient_at
from ..program.calls import Program
from ..program.tree import Host

OCCURRENCES = 5000  # values kept of one site
NUMBERS = 2_000_000  # numbers kept of one run

Handler = Callable[[Any], Any]


@dataclass
class Record:
    """What one run computed.

    Attributes
    ----------
    values : dict of int to list of array
        By site, one an occurrence, in order.
    times : dict of int to list of int
        When: counted in sites that were passed.
    complete : bool
        Whether all was kept.
    """

    values: dict[int, list[Host]] = field(default_factory=dict)
    times: dict[int, list[int]] = field(default_factory=dict)
    complete: bool = True
    time: int = 0
    numbers: int = 0

    def __call__(self, number: int, value: Any) -> Any:
        """Keep one value, as the probe's ``every``."""
        self.time += 1
        host = kept(value)
        if host is None:
            return value
        of_site = self.values.setdefault(number, [])
        if len(of_site) >= OCCURRENCES or self.numbers > NUMBERS:
            self.complete = False
        else:
            self.numbers += host.size
            of_site.append(host)
            self.times.setdefault(number, []).append(self.time)
        return value


class Runs:
    """One program's two functions, followed.

    Raises
    ------
    Unavailable
        If they cannot be instrumented.
    """

    def __init__(self, program: Program, seen: Observed, theta: Host) -> None:
        self.seen, self.tracked = seen, Tracked(unwrap)
        self.program = copy.copy(program)
        self.program.loss = self._entry(program.loss)
        self.program.gradients = self._entry(program.gradients)
        self.careful, self.program.careful = program.careful, True  # what is edited may write to the data
        self.theta = theta
        self.evaluations = 0
        with program.structure.place.scope():
            self._tree, self._data = program.structure.at(theta), program.fresh_data()

    def _entry(self, function: Any) -> Any:
        """Follow a function; of one of the checker's own around the user's, that."""
        if not hasattr(function, "around"):
            return self.tracked.entry(function)
        outer, around = copy.copy(function), function.around
        outer.around = tuple(map(self._entry, around)) if isinstance(around, tuple) else self._entry(around)
        return outer

    @property
    def sites(self) -> list[Site]:
        """All sites that were met."""
        return self.tracked.sites

    def loss(self, armed: Mapping[int, Handler] | None = None, theta: Host | None = None) -> float:
        """Return the loss; `armed` are the probe's handlers."""
        self.evaluations += 1
        program = self.program
        with self._armed(armed), program.structure.place.eager():
            if self.careful or theta is not None:
                return program.loss_at(self.theta if theta is None else theta)
            with program.structure.place.scope():
                return program.number(self._tree, self._data)

    def gradients(
        self, armed: Mapping[int, Handler] | None = None, theta: Host | None = None
    ) -> list[Host | None] | None:
        """Return the gradients as they come, one a leaf; None where the run raises."""
        self.evaluations += 1
        with self._armed(armed), self.program.structure.place.eager():
            try:
                return gradient_at(self.program, self.seen, self.theta if theta is None else theta)
            except Exception:  # what stands at a site now may be of any shape
                return None

    def arguments(self) -> tuple[Any, tuple[Any, ...]]:
        """Return parameters and data for calls that share them."""
        with self.program.structure.place.scope():
            return self.program.structure.at(self.theta), self.program.fresh_data()

    def call_gradients(self, params: Any, data: tuple[Any, ...], every: Callable[[int, Any], Any]) -> None:
        """Call `gradients` on arguments of the caller's; each value passes ``every(number, value)``."""
        with self._every(every), self.program.structure.place.eager():
            self.program.call_gradients(lambda: (params, data))

    def call_loss(self, params: Any, data: tuple[Any, ...], every: Callable[[int, Any], Any]) -> None:
        """Call the loss on arguments of the caller's; each value passes ``every(number, value)``."""
        with self._every(every), self.program.structure.place.eager(), self.program.structure.place.scope():
            self.program.number(params, data)

    def record_loss(self, theta: Host | None = None) -> Record:
        """Record the loss."""
        record = Record()
        with self._every(record), self.program.structure.place.eager():
            self.program.loss_at(self.theta if theta is None else theta)
        return record

    def record_gradients(self, armed: Mapping[int, Handler] | None = None) -> tuple[Record, list[Host | None] | None]:
        """Record the gradients."""
        record = Record()
        with self._every(record):
            return record, self.gradients(armed)

    def edited(self, changes: Sequence[tuple[Any, Any]]) -> list[Host | None] | None:
        """Return the gradients of the program with nodes exchanged; None where that cannot be run."""
        try:
            with self.tracked.edited(list(changes)):
                return self.gradients()
        except Unavailable:
            return None

    def edited_loss(self, changes: Sequence[tuple[Any, Any]]) -> float:
        """Return the loss of the program with nodes exchanged; NaN where that cannot be run."""
        return next(self.edited_losses(changes, [self.theta]), float("nan"))

    def edited_losses(self, changes: Sequence[tuple[Any, Any]], thetas: Sequence[Host]) -> Iterator[float]:
        """Yield the losses of the program with nodes exchanged, up to the first that cannot be run."""
        try:
            with self.tracked.edited(list(changes)), self.program.structure.place.eager():
                for theta in thetas:
                    self.evaluations += 1
                    yield self.program.loss_at(theta)
        except Exception:
            return

    @contextmanager
    def _every(self, every: Callable[[int, Any], Any]) -> Generator[None]:
        self.tracked.probe.every = every
        try:
            yield
        finally:
            self.tracked.probe.every = None

    @contextmanager
    def _armed(self, armed: Mapping[int, Handler] | None) -> Generator[None]:
        self.tracked.probe.armed = dict(armed or {})
        try:
            yield
        finally:
            self.tracked.probe.armed = {}


class Nudge:
    """Add ``step * directions[k]`` to a site's value at its occurrence k."""

    def __init__(self, directions: Sequence[Host | None], step: float) -> None:
        self.directions, self.step, self.k = directions, step, 0

    def __call__(self, value: Any) -> Any:
        """Return what goes on instead of `value`."""
        k, self.k = self.k, self.k + 1
        if k >= len(self.directions) or (u := self.directions[k]) is None:
            return value
        return value + like(value, self.step * u)


class Look:
    """Keep what passes a site, and hand it on."""

    def __init__(self) -> None:
        self.seen: list[Host] = []

    def __call__(self, value: Any) -> Any:
        """Return `value`."""
        host = kept(value)
        self.seen += [] if host is None else [host]
        return value


class Put:
    """Put other values in a site's place, one an occurrence; None leaves what is there."""

    def __init__(self, values: Sequence[Host | None]) -> None:
        self.values, self.k = values, 0

    def __call__(self, value: Any) -> Any:
        """Return what goes on instead of `value`."""
        k, self.k = self.k, self.k + 1
        if k >= len(self.values) or (new := self.values[k]) is None:
            return value
        return like(value, new)


class Hold(Put):
    """Put other values in a site's place, and keep what came there."""

    def __init__(self, values: Sequence[Host | None]) -> None:
        super().__init__(values)
        self.look = Look()

    def __call__(self, value: Any) -> Any:
        """Return what goes on instead of `value`."""
        return super().__call__(self.look(value))


def like(value: Any, host: Host) -> Any:
    """Return a copy of `host` as an array of the library of `value`, or as a float where that is a number."""
    host = host.copy()  # what takes it may change it in place
    if isinstance(value, numpy.ndarray):
        return host
    if isinstance(value, (float, int)):
        return float(host.reshape(-1)[0]) if host.size == 1 else host
    if isinstance(value, numpy.generic):
        return host[()] if host.ndim == 0 else host
    return place_like(value, dtype="float64").floats(host)


def kept(value: Any) -> Host | None:
    """Return a copy of a value as host memory, or None where it is neither an array nor a number."""
    kind = type(value)
    if kind is numpy.ndarray:
        return value.copy() if value.dtype.kind in "fiub" else None
    if kind in (float, int, bool) or isinstance(value, numpy.generic):
        host = numpy.asarray(value)
        return host if host.dtype.kind in "fiub" else None
    if isinstance(value, numpy.ndarray):
        return numpy.array(value) if value.dtype.kind in "fiub" else None
    if not hasattr(value, "dtype") or isinstance(value, (type, ModuleType)) or (library := backend_of(value)) is None:
        return None
    try:
        host = numpy.array(library.to_host(value))
        return host if host.dtype.kind in "fiub" else None
    except Exception:  # it is being traced: a number of no value yet
        return None
