"""What may watch a run and end it."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from ..arguments import whole
from ..errors import OptionError, UnknownNameError
from .run import Run


class Callback:
    """Watches a run. Subclass it and override what you need; a plain function is called after each epoch.

    Every method is given the ``Run``: ``run.history``, ``run.epoch``, ``run.model``, which may be kept, saved and
    asked to predict, ``run.params`` (copy them if you keep them: the next step reuses their memory), and
    ``run.stop("why")``, which ends training after this step. An error ends it too, as the cause of a
    :class:`xnn.errors.CallbackError` whose ``result`` is what was trained until then.

    Attributes
    ----------
    every_step : bool
        Whether :meth:`on_step` wants every step. Where no callback does, JAX makes many steps in one compiled call, and
        ``on_step`` is called after those.
    """

    every_step: ClassVar[bool] = True

    def on_start(self, run: Run) -> None:
        """Before the first step."""

    def on_step(self, run: Run) -> None:
        """After each step; ``run.loss`` is the batch's loss, an array on the device."""

    def on_epoch(self, run: Run) -> None:
        """After each epoch, when the history has its figures."""

    def on_end(self, run: Run) -> None:
        """After the last step, also where training was stopped or an error ends it."""


class AfterEpoch(Callback):
    """Calls a function with the run after each epoch."""

    def __init__(self, function: Callable[[Run], Any]) -> None:
        self.function = function

    def on_epoch(self, run: Run) -> None:
        """Call it."""
        self.function(run)


class EarlyStopping(Callback):
    """Stops when the validation loss (without validation data, the loss) has not fallen for `patience` epochs.

    The model gets the weights of the best epoch. Which that is, the run itself knows: ``run.best``.
    """

    def __init__(self, patience: int) -> None:
        self.patience = whole("patience", patience)

    def on_start(self, run: Run) -> None:
        """Have the best weights kept."""
        run.keep_best = True

    def on_epoch(self, run: Run) -> None:
        """Count the epochs since the best."""
        if run.epoch - run.kept_epoch >= self.patience:
            run.stop(f"no better loss for {self.patience} epochs; the weights are those of epoch {run.kept_epoch}")


def as_callbacks(callbacks: Any) -> list[Callback]:
    """Turn plain functions into callbacks.

    Raises
    ------
    OptionError
        If one is neither a Callback nor a function.
    UnknownNameError
        If one waits for what never happens.
    """
    if isinstance(callbacks, str) or not isinstance(callbacks, Iterable) or getattr(callbacks, "shape", None) == ():
        raise OptionError(f"callbacks must be a list of xnn.Callback objects and functions, got {callbacks!r}.")
    found = []
    for callback in callbacks:
        if isinstance(callback, Callback):
            _check_events(callback)
            found.append(callback)
        elif callable(callback) and not isinstance(callback, type):
            found.append(AfterEpoch(callback))
        else:
            raise OptionError(f"callbacks must be xnn.Callback objects or functions of the run, got {callback!r}.")
    return found


def _check_events(callback: Callback) -> None:
    """Raise UnknownNameError where a method is called as an event is, and never would be called."""
    known = [name for name in dir(Callback) if name.startswith("on_")]
    for name in dir(type(callback)):
        if name.startswith("on_") and name not in known:
            raise UnknownNameError(f"event of the callback {type(callback).__name__}:", name, known)
