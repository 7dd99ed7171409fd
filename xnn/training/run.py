"""A run as its callbacks see it."""

from typing import Any

from ..backends import Array
from .history import History


class Run:
    """A training run as callbacks see it.

    Attributes
    ----------
    params : list of Dense
        The weights now, on the device; their memory is reused by the next step.
    history : History
    epoch, epochs : int
        Epochs finished, and asked for.
    steps : int
        Steps an epoch.
    step : int
        Steps made in all.
    loss : array, shape ()
        Of the last batch, on the device.
    kept_epoch : int
        The last finished epoch that `params` have learnt from.
    put_back : bool
        Whether `params` are those of the end of that epoch, put back after later steps.
    stopped : str or None
        Why training ended before the last epoch.
    recipe, data : Any
        What a step is made of, and the training samples; for whoever looks into the network.
    held_out : int
        Validation samples.
    """

    def __init__(self, params: Any, epochs: int, steps: int) -> None:
        self.params = params
        self.history = History()
        self.epoch = 0
        self.epochs = epochs
        self.steps = steps
        self.step = 0
        self.loss: Array = None
        self.kept_epoch = 0
        self.put_back = False
        self.stopped: str | None = None
        self.recipe: Any = None
        self.data: Any = None
        self.held_out = 0

    @property
    def watched_loss(self) -> float:
        """The last validation loss, or without validation data the last loss."""
        return (self.history.validation_loss or self.history.loss)[-1]

    @property
    def steps_beyond(self) -> int:
        """Steps that `params` have made since `kept_epoch` ended."""
        return 0 if self.put_back else self.step - self.epoch * self.steps

    def stop(self, why: str) -> None:
        """End training after this step."""
        self.stopped = self.stopped or why
