"""The part of the doctor that is always on: whether a run learns at all, by the losses of its epochs alone."""

from collections.abc import Callable, Sequence
from math import isfinite, isnan
from statistics import median

ENOUGH = 5  # epochs after which something must have happened
LEAST = 3  # epochs, where a run has no more
SHORT = 100  # steps of which nothing can be expected
TWICE = 2.0
NOTHING = 0.01  # share of the first epoch's loss
KNOWS_NOTHING = 0.97  # of the loss of guessing


class NotLearningWarning(UserWarning):
    """A training run does not learn; the message says how that shows and what to try."""


def not_learning(
    losses: Sequence[float], rate: float, epochs: int, steps: int, guessing: Callable[[], float]
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
        Returns the loss of the best answer that is the same for every sample, NaN if unknown; called when it matters.
    """
    epoch, last = len(losses), losses[-1]
    if not isfinite(last):
        return f"the loss is {last} since epoch {epoch}: training diverges, try learning_rate={rate / 10:g}"
    best = min(losses)
    few = min(5, epoch // 2)
    if epoch >= LEAST and steps >= SHORT and median(losses[-few:]) > TWICE * median(losses[:few]) > 0:
        return (
            f"the loss has risen from {losses[0]:.4g} to {last:.4g} by epoch {epoch}: training diverges, "
            f"try learning_rate={rate / 10:g}"
        )
    if steps < SHORT or epoch < min(max(ENOUGH, epochs // 4), max(LEAST, epochs)):
        return None
    still = losses[0] - best <= NOTHING * abs(losses[0])
    if not still and (epoch < epochs or losses[-2] - last > NOTHING * abs(last)):  # it fell, and does or may fall on
        return None
    alike = guessing()
    if not still if isnan(alike) else best < KNOWS_NOTHING * alike:
        return None
    beside = "" if isnan(alike) else f" ({alike:.4g} is what guessing alike for all gives)"
    return (
        f"the loss is {last:.4g} after {epoch} epochs and began at {losses[0]:.4g}{beside}: this run is not learning, "
        "give callbacks=[xnn.Doctor()] to see why"
    )
