"""Weight decay where no epochs are asked for, and few samples are passed over many times."""

from math import exp

from ..backends import backend_or_any
from ..nn import Dense
from ..optimizers import Adam
from .callbacks import Callback
from .run import Run

DECAY = 1.0  # of the weights, times the learning rate, a step


class Decay(Callback):
    """Shrinks the weights, from an epoch on, as AdamW does at each step, but once an epoch.

    Adam moves a weight by nearly the learning rate however small its gradient is, and so fits noise to the end. Where
    the user asked for another optimizer, a penalty or dropout, the weights are left to that.
    """

    every_step = False

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def on_epoch(self, run: Run) -> None:
        """Shrink them, if there is another epoch."""
        recipe = run.recipe
        is_free = type(recipe.optimizer) is Adam and not recipe.penalty and not recipe.mlp.dropout
        if is_free and self.epochs <= run.epoch < run.epochs:
            factor = exp(-DECAY * run.history.learning_rate[-1] * run.steps)
            run.params = [Dense(backend_or_any(W).scaled(W, factor), b) for W, b in run.params]
