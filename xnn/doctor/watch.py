"""The tests of a run, in one table: each looks at the course and returns a finding or nothing."""

from collections.abc import Callable, Iterator

from ..findings import Finding
from .course import Course
from .levels import LEAST, Levels
from .overshoot import proven_rate
from .watch_layers import dead, decay, exploding, saturated, vanishing
from .watch_loss import ascending, diverging, not_finite, oscillating, overfitting, plateau

TESTS: tuple[Callable[[Course, Levels], Finding | None], ...] = (
    ascending,
    diverging,
    oscillating,
    exploding,
    vanishing,
    dead,
    saturated,
    plateau,
    overfitting,
    decay,
)


def watch(course: Course) -> Iterator[Finding]:
    """Yield what every test says."""
    losses = course.losses
    lost = not_finite(course)
    if lost is not None:
        yield proven_rate(course) or lost
        return
    if len(losses) < LEAST:
        return
    levels = Levels(losses)
    for test in TESTS:
        finding = test(course, levels)
        if finding is not None:
            yield finding
