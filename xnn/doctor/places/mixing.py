"""Where samples meet: the first value in which a change of one sample reaches the others' parts, or all meet all."""

import numpy

from ...gradcheck.parts import Host
from ..subject import Subject
from .followed import Followed, Recorded, Value

COUNTS = (7, 11, 13, 17, 5, 19, 23, 3)  # samples: as many as no other axis is long
CHANGES = 3  # samples changed, one at a time: only one of them holds a maximum over all
ROUNDING = 1e-9


def few(subject: Subject) -> list[int]:
    """Choose samples, if possible as many as no array of the user's has anything else of."""
    shapes = [*(leaf.shape for leaf in subject.program.leaves), *(item.shape for item in subject.host)]
    lengths = {n for shape in shapes for n in shape} - {subject.samples}
    for count in COUNTS:
        if count not in lengths and count <= (subject.samples or 0):
            which = subject.choose(count)
            if len(which) == count:
                return which
    return subject.choose(4)


def where_mixed(subject: Subject, followed: Followed, theta: Host) -> Value | None:
    """Return the first value of which other samples' parts change with a sample, whichever sample it is."""
    which = few(subject)
    spare = [i for i in subject.choose(len(which) + CHANGES) if i not in which] or which[::-1]
    base = followed.at(theta, subject.part(which))
    reached: dict[int, int] | None = None
    for turn in range(min(CHANGES, len(which))):
        other = [spare[turn % len(spare)] if i == turn else sample for i, sample in enumerate(which)]
        now = _reached(base, followed.at(theta, subject.part(other)), turn, len(which))
        reached = now if reached is None else {site: k for site, k in reached.items() if site in now}
    times = {site: base.record.times[site][k] for site, k in (reached or {}).items()}
    return base.first(lambda value: times.get(value.site.number) == value.time)


def _reached(base: Recorded, moved: Recorded, sample: int, count: int) -> dict[int, int]:
    """Return the sites where a change of `sample` reached others, and at which occurrence it first did."""
    found: dict[int, int] = {}
    for site, before in base.record.values.items():
        after = moved.record.values.get(site, [])
        if [x.shape for x in before] != [x.shape for x in after]:
            continue
        differ = [_differ(a, b) for a, b in zip(before, after, strict=True)]
        if len(before) % count == 0:  # a loop over the samples
            changed = numpy.flatnonzero([numpy.any(much) for much in differ])
            outer, inner = (changed[of != sample] for of in (changed // (len(before) // count), changed % count))
            if outer.size and inner.size:
                found[site] = int(min(outer[0], inner[0]))
        elif (k := next((k for k, much in enumerate(differ) if _beyond(much, sample, count)), None)) is not None:
            found[site] = k
    return found


def _beyond(differ: Host, sample: int, count: int) -> bool:
    """Whether entries of other samples differ, along whichever axis the samples may be."""
    axes = [axis for axis, n in enumerate(differ.shape) if n == count]
    return bool(axes) and all(numpy.any(numpy.delete(differ, sample, axis)) for axis in axes)


def _differ(a: Host, b: Host) -> Host:
    size = float(numpy.max(abs(a), initial=0.0, where=numpy.isfinite(a))) if a.dtype.kind == "f" else 0.0
    return ~numpy.isclose(a, b, rtol=0.0, atol=ROUNDING * size, equal_nan=True)


def where_broadcast(subject: Subject, followed: Followed, theta: Host) -> Value | None:
    """Return the first value in which every sample's output meets every target."""
    which = few(subject)
    turned = subject.exchanged(which, [*which[1:], which[0]])
    base, moved = (followed.at(theta, data) for data in (subject.part(which), turned))

    def meets_all(value: Value) -> bool:
        now = moved.record.values.get(value.site.number, [])
        return (
            value.host.shape.count(len(which)) > 1
            and value.k < len(now)
            and now[value.k].shape == value.host.shape
            and bool(numpy.any(_differ(value.host, now[value.k])))
        )

    return base.first(meets_all)
