"""The doctor's part that is always on in :func:`train`: one sentence, once, when a run does not learn."""

import sys
import warnings
from math import isfinite, nan

import numpy as np

from ..backends import to_host
from ..doctor.run.guard import NotLearningWarning, not_learning
from ..nn import LOSSES
from .callbacks import Callback
from .run import Run

_ROWS = 4096
_ENTROPIES = (LOSSES["softmax_cross_entropy"], LOSSES["binary_cross_entropy"])


class Guard(Callback):
    """Looks at each epoch's loss, and at nothing between: a step costs what it costs without it."""

    def __init__(self) -> None:
        self._warned = False

    def on_epoch(self, run: Run) -> None:
        """Warn, the first time that there is a reason to."""
        history, epoch = run.history, run.epoch
        # At epochs 1, 2, 4, 8, ... and the last: with one step an epoch, more would cost too much.
        rarely = epoch & (epoch - 1) and epoch < run.epochs and isfinite(history.loss[-1])
        if self._warned or rarely:
            return
        classes = type(run.recipe.loss) in _ENTROPIES
        rate = history.learning_rate[0]
        # With hardly any weight on all classes but one, guessing costs next to nothing, and to cost more is no fault.
        weighted = run.data.weights is not None
        baseline = (lambda: nan) if weighted else (lambda: guessing(run))
        sentence = not_learning(history.loss, rate, run.epochs, run.step, baseline, classes)
        if sentence is None and epoch >= run.epochs and not weighted:
            sentence = _unfinished(run)
        if sentence is not None:
            self._warned = True
            warnings.warn(f"{sentence}.", NotLearningWarning, stacklevel=outside())


def outside() -> int:
    """Return how many calls away the user's own code is."""
    frame, level = sys._getframe(1), 1  # pyright: ignore[reportPrivateUsage]
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("xnn."):
        frame, level = frame.f_back, level + 1
    return level


def _unfinished(run: Run) -> str | None:
    from .automatic_stop import still_learning

    losses = run.history.loss
    if len(losses) < 2 or not still_learning(losses, run.history.validation_loss, guessing(run)):
        return None
    return (
        f"the loss is {losses[-1]:.4g} and still falls after {len(losses)} epochs, which are {run.step} steps: this "
        f"run has not converged, give more epochs, such as epochs={4 * len(losses)}, or a larger learning_rate"
    )


def guessing(run: Run) -> float:
    """Return the loss of a constant prediction: the entropy of the classes, or the targets' variance."""
    if run.recipe.penalty:
        return float("nan")
    rows = min(_ROWS, run.data.samples)
    targets, name = to_host(run.data.targets[:rows, ...]), type(run.recipe.loss)
    given = run.data.weights
    weights = np.ones(rows) if given is None else to_host(given[:rows]).astype(np.float64)
    if not weights.any():
        return float("nan")
    if name is LOSSES["softmax_cross_entropy"] and targets.ndim == 1:
        share = np.bincount(targets, weights) / weights.sum()
        share = share[share > 0]
        return float(-np.mean(weights) * np.sum(share * np.log(share)))
    mean = np.average(targets, axis=0, weights=weights)
    if name is LOSSES["binary_cross_entropy"]:
        share = np.clip(mean, 1e-12, 1 - 1e-12)
        return float(-np.mean(weights) * np.sum(share * np.log(share) + (1 - share) * np.log(1 - share)))
    if name is LOSSES["squared_error"]:
        return float(np.sum(weights @ (targets - mean) ** 2) / rows)
    return float("nan")
