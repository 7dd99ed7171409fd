"""A run as a value: all that decides how it goes on, and nothing else."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..backends import Array
from ..nn import copied
from ..optimizers import State
from .history import History

if TYPE_CHECKING:
    from .batches import Data
    from .model import Model
    from .options import Options
    from .step import Tally
    from .team import Team


@dataclass(frozen=True)
class Best:
    """The weights at the end of the best epoch so far."""

    loss: float
    epoch: int
    params: Any


class Run:
    """A training run: where it stands, and as callbacks see it.

    Attributes
    ----------
    params : list of Dense
        The weights now, on the device; their memory is reused by the next step.
    state : xnn.optimizers.State
        What the optimizer remembers; its memory is reused too.
    shuffle, noise : numpy.random.Generator
        Of the order of the samples, and of dropout.
    plateau : Any
        The schedule's state.
    history : History
    epoch, epochs : int
        Epochs finished, and asked for.
    steps : int
        Steps an epoch.
    step : int
        Steps made in all.
    done : int
        Steps made of the epoch that is not finished.
    loss : array, shape ()
        Of the last batch, on the device.
    best : Best or None
        The best epoch so far, where `keep_best` is set: what the model gets in the end.
    stopped : str or None
        Why training ended before the last epoch.
    signal : int or None
        The number of the signal that ended it.
    recipe, data : Any
        What a step is made of, and the training samples, as long as it goes; for whoever looks into the network.
    validation : Data or None
        What is measured after each epoch, as long as it goes.
    batch_size : int
        Samples of a step.
    samples, held_out : int
        Trained on, and for validation.
    chosen : bool
        Whether no epochs were asked for, so that xnn chose them.
    team : Team or None
        The processes that train together, each with its share of every batch; None where there is one.
    """

    def __init__(
        self, params: Any, state: State, shuffle: np.random.Generator, noise: np.random.Generator, plateau: Any
    ) -> None:
        self.params, self.state = params, state
        self.shuffle, self.noise = shuffle, noise
        self.plateau = plateau
        self.history = History()
        self.epoch = self.epochs = self.step = self.steps = self.done = 0
        self.order: dict[str, Any] | None = None  # of `shuffle`, before it shuffled for the epoch that is not finished
        self.tally: Tally | None = None  # of that epoch
        self.best: Best | None = None
        self.keep_best = False
        self.stopped: str | None = None
        self.signal: int | None = None
        # What it goes with. Of it, the value of the run is independent.
        self.loss: Array = None
        self.team: Team | None = None
        self.agreed = False  # of the team, to stop
        self.recipe: Any = None
        self.data: Any = None
        self.validation: Data | None = None
        self.samples = self.held_out = self.batch_size = 0
        self.chosen = False
        self.whole_set: dict[str, Any] = {}  # metrics of all samples together, on the host
        self.baseline: dict[str, float] = {}  # what a constant prediction reaches, of the held-out samples or all
        self.options: Options | None = None
        self.network: Callable[..., Model] | None = None

    @property
    def model(self) -> "Model":
        """A model with the weights of now, copied: it may be kept, saved and asked to predict."""
        assert self.network is not None
        return self.network(copied(self.params))

    @property
    def kept_epoch(self) -> int:
        """The epoch whose weights the model gets in the end: the best, or the last finished one."""
        return self.epoch if self.best is None else self.best.epoch

    @property
    def kept_params(self) -> Any:
        """The weights that the model gets in the end."""
        return self.params if self.best is None else self.best.params

    @property
    def steps_beyond(self) -> int:
        """Steps that these weights have made since that epoch ended."""
        return self.done if self.best is None else 0

    @property
    def watched_loss(self) -> float:
        """The last validation loss, or without validation data the last loss."""
        return (self.history.validation_loss or self.history.loss)[-1]

    @property
    def ends(self) -> bool:
        """Whether training ends here: of several processes, when all know that one of them wants to stop."""
        return self.stopped is not None if self.team is None else self.agreed

    def stop(self, why: str) -> None:
        """End training after this step."""
        self.stopped = self.stopped or why

    def note_best(self) -> None:
        """Keep the weights of the epoch just finished, if it is the best so far."""
        if self.keep_best and self.watched_loss < (np.inf if self.best is None else self.best.loss):
            self.best = Best(self.watched_loss, self.epoch, copied(self.params))

    def fresh(self) -> "Run":
        """Return a run that goes on from here, with memory of its own, asked for no further epochs so far."""
        run = Run(
            copied(self.params),
            State(int(self.state.step), copied(self.state.slots)),
            deepcopy(self.shuffle),
            deepcopy(self.noise),
            self.plateau,
        )
        run.history = deepcopy(self.history)
        run.epoch = run.epochs = self.epoch
        run.step, run.steps, run.done, run.samples = self.step, self.steps, self.done, self.samples
        run.order, run.best, run.options = self.order, self.best, self.options
        run.baseline, run.chosen = self.baseline, self.chosen
        run.tally = self.tally and self.tally.copied()
        return run

    def restart_epoch(self) -> None:
        """Forget the steps of an epoch that was not finished, but for what they taught: its samples are others now."""
        self.done, self.order, self.tally = 0, None, None

    def release_data(self) -> None:
        """Hold on to no data: whoever keeps a run or its model keeps no table."""
        self.data = self.validation = self.recipe = self.loss = self.team = None
        self.whole_set = {}
