"""The part of the doctor that is always on: whether a run learns at all, by the losses of its epochs alone."""

from collections.abc import Callable, Sequence
from math import isfinite, isnan
from statistics import median

ENOUGH = 5  # epochs after which something must have happened
LEAST = 3  # epochs, where a run has no more
SHORT = 100  # steps of which nothing can be expected
TWICE = 2.0
NOTHING = 0.01  # share of the first epoch's loss
BASELINE_STUCK = 0.97  # of the constant-prediction baseline
OVERSHOT = 2.0  # times the entropy of the classes: no network that knows nothing is so wrong
ABSURD = 1.0  # a rate of which few steps tell enough: otherwise they say more of weights and inputs than of the rate
USUAL = 0.01  # a rate that is worth trying for any optimizer, in place of one of 3 or of 1e30


class NotLearningWarning(UserWarning):
    """A training run does not learn; the message says how that shows and what to try."""


def not_learning(
    losses: Sequence[float], rate: float, epochs: int, steps: int, guessing: Callable[[], float], classes: bool = False
) -> str | None:
    """Say in one sentence that a run is not learning, or return None.

    Parameters
    ----------
    losses : sequence of float
        The mean loss of each epoch so far.
    rate : float
        The learning rate.
    epochs : int
        How many there will be.
    steps : int
        Made so far.
    guessing : callable
        Returns the constant-prediction baseline, NaN if unknown; called when it matters.
    classes : bool
        Whether the loss is a cross-entropy: a network that knows nothing then begins near that baseline.
    """
    epoch, last = len(losses), losses[-1]
    if not isfinite(last):
        return f"the loss is {last} since epoch {epoch}: training diverges, try learning_rate={_lower(rate):g}"
    best = min(losses)
    few = min(5, epoch // 2)
    if epoch >= LEAST and steps >= SHORT and median(losses[-few:]) > TWICE * median(losses[:few]) > 0:
        return (
            f"the loss has risen from {losses[0]:.4g} to {last:.4g} by epoch {epoch}: training diverges, "
            f"try learning_rate={_lower(rate):g}"
        )
    if classes and epoch >= 2 and (steps >= SHORT or rate >= ABSURD) and min(losses[-2:]) > OVERSHOT * guessing():
        return (
            f"the loss is {last:.4g} after {epoch} epochs, where a constant prediction gives {guessing():.4g}: "
            f"the steps overshoot, try learning_rate={_lower(rate):g}"
        )
    if steps < SHORT or epoch < min(max(ENOUGH, epochs // 4), max(LEAST, epochs)):
        return None
    still = losses[0] - best <= NOTHING * abs(losses[0])
    if not still and (epoch < epochs or losses[-2] - last > NOTHING * abs(last)):  # it fell, and does or may fall on
        return None
    alike = guessing()
    if not still if isnan(alike) else min(best if still else last, median(losses[-few:])) < BASELINE_STUCK * alike:
        return None
    beside = "" if isnan(alike) else f" ({alike:.4g} is what a constant prediction gives)"
    return (
        f"the loss is {last:.4g} after {epoch} epochs and began at {losses[0]:.4g}{beside}: this run is not learning, "
        "give callbacks=[xnn.Doctor()] to see why"
    )


def _lower(rate: float) -> float:
    """Return a rate to try instead: a tenth, or a usual one where a tenth is still out of all proportion."""
    return rate / 10 if rate <= 10 * USUAL else USUAL
