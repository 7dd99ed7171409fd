"""Where a value stops being finite: the one that the loss, or a gradient, is not finite for."""

from collections.abc import Iterator

import numpy

from ...gradcheck.parts import Raised
from .followed import Data, Followed, Recorded, Value

TRIES = 8


def where_infinite(followed: Followed, data: Data, number: bool = True) -> Value | None:
    """Return where NaN or infinity arises.

    An ``exp(-z)`` that overflows harms no sigmoid, whose ``1 / (1 + inf)`` is 0; the logarithm of that 0 does harm. So
    of the values that are not finite though all that they are computed of is, the last is returned that makes the
    result finite by being so itself, else the first. Where the function returns no `number`, the first.
    """
    births = sorted(_first_not_finite(followed.at(data=data)), key=lambda value: value.time)
    for value in reversed(births[:TRIES]) if number and len(births) > 1 else ():
        try:
            if numpy.isfinite(followed.without(value.site, data)):
                return value
        except Raised:
            continue
    return births[0] if births else None


def _first_not_finite(run: Recorded) -> Iterator[Value]:
    """Yield a value a site, its first that is not finite, if all that went into it is finite."""
    times = run.record.times
    lost = sorted(
        time
        for site, hosts in run.record.values.items()
        for time, host in zip(times[site], hosts, strict=True)
        if not numpy.all(numpy.isfinite(host))
    )
    met = set[int]()
    for value in run.computed():
        if value.site.number in met or numpy.all(numpy.isfinite(value.host)):
            continue
        met.add(value.site.number)
        began = min((time for time, _ in run.parts(value)), default=value.time)
        if not any(began <= time < value.time for time in lost):
            yield value
