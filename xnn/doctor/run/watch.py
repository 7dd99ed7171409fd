"""The tests of a run, in one table: each looks at the history and returns a finding or nothing."""

from collections.abc import Callable, Iterator

from ...findings import Finding
from ..limits import RECORDS
from .history import RunHistory
from .layers import dead, decay, exploding, saturated, vanishing
from .losses import ascending, diverging, not_finite, oscillating, overfitting, plateau
from .overshoot import proven_rate
from .smoothed import SmoothedLoss

TESTS: tuple[Callable[[RunHistory, SmoothedLoss], Finding | None], ...] = (
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


def watch(history: RunHistory) -> Iterator[Finding]:
    """Yield what every test says."""
    losses = history.losses
    lost = not_finite(history)
    if lost is not None:
        yield proven_rate(history) or lost
        return
    if len(losses) < RECORDS:
        return
    smoothed = SmoothedLoss(losses)
    for test in TESTS:
        finding = test(history, smoothed)
        if finding is not None:
            yield finding
