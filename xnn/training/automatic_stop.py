"""Where no epochs are asked for: when a run has learnt enough, and whether it has in the end."""

from collections.abc import Sequence
from math import isfinite, isnan
from statistics import mean

from .callbacks import Callback
from .guard import guessing
from .run import Run

LEARNT = 0.02  # of the loss of guessing: what is left where a classifier has learnt enough
UNLEARNT = 0.4  # of it, in the midst of learning
FALLS = 0.03  # of the loss, from a quarter of the epochs to the next
FEWEST = 20  # epochs of which a course can be told
NOTHING = 1e-9  # a loss of guessing below which there is nothing to learn


class AutomaticStop(Callback):
    """Ends a run of which no epochs were asked for when, from an epoch on, hardly anything is left to learn.

    A run of more than those epochs keeps the best weights.
    """

    every_step = False

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self._guessing = float("nan")

    def on_start(self, run: Run) -> None:
        """Find what guessing costs, and have the best weights kept where the run is a long one."""
        classes = type(run.recipe.loss).__name__.endswith("CrossEntropy")
        self._guessing = guessing(run) if classes else float("nan")
        run.keep_best = run.keep_best or run.epochs > self.epochs

    def on_epoch(self, run: Run) -> None:
        """Let this be the last epoch, if it is."""
        if run.epoch >= self.epochs and run.history.loss[-1] <= LEARNT * self._guessing:
            run.epochs = run.epoch
            if run.epoch == self.epochs:  # as if so many had been asked for
                run.best, run.keep_best = None, False


def still_learning(losses: Sequence[float], held_out: Sequence[float], alike: float) -> bool:
    """Whether a run ended in the midst of learning.

    Its loss is not far below that of a constant prediction, and fell until the end; so did that of held-out samples.
    """
    if len(losses) < FEWEST or isnan(alike) or alike < NOTHING or not isfinite(losses[-1]):
        return False
    return losses[-1] > UNLEARNT * alike and all(_falls(course) for course in (losses, held_out) if course)


def _falls(losses: Sequence[float]) -> bool:
    quarter = max(2, len(losses) // 4)
    before, last = mean(losses[-2 * quarter : -quarter]), mean(losses[-quarter:])
    return before - last > FALLS * abs(last)
