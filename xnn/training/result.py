"""What a run gives: the model, its history, and a summary to read."""

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from ..display.html import table
from ..errors import OptionError
from ..files import as_path
from ..nn import SquaredError
from .checkpoints import describe_whole
from .evaluation import Evaluation
from .history import History
from .model import Model
from .progress import figure
from .showing import curves, page, parameters, sizes
from .storage import write
from .tasks import Regression


@dataclass(frozen=True)
class Result:
    """What :func:`train` returns; ``print(result)`` is its summary.

    Attributes
    ----------
    model : Model
    history : History
        One float an epoch.
    stopped : str or None
        Why training ended before the last epoch.
    kept_epoch : int
        The epoch whose weights the model has: the last, or with `patience` the best; 0 if none was finished.
    steps_beyond : int
        Steps that the weights have made since that epoch, where training ended in the midst of the next.
    samples, validation_samples : int
        Trained on, and held out.
    validation_rows : numpy.ndarray of int, or None
        Which rows of X were held out; None where none were, or data of their own were given.
    chosen : int
        Steps that were made where no epochs were asked for and 20 were too few, else 0.
    ranks : int
        Processes that trained together.
    baseline : dict of str to float
        Each metric of the best constant prediction, for the held-out samples, or where there are none for all.
    given : tuple
        X and y as they were given, which :meth:`resume` goes on with.
    """

    model: Model
    history: History = field(repr=False)
    stopped: str | None
    kept_epoch: int
    steps_beyond: int
    samples: int
    validation_samples: int
    validation_rows: np.ndarray | None = field(default=None, repr=False)
    chosen: int = 0
    ranks: int = 1
    baseline: dict[str, float] = field(default_factory=dict)
    given: tuple[Any, Any] = field(default=(None, None), repr=False, compare=False)

    def resume(self, epochs: int | None = None, **options: Any) -> "Result":
        """Go on with the same data and weights of samples, from where training stands; :meth:`Model.fit` says how.

        Parameters
        ----------
        epochs : int, optional
            How many more; by itself those that are left where training was stopped, which then ends as if it had not
            been.
        **options
            As of :meth:`Model.fit`.
        """
        from .api import go_on_fitting

        run = self.model.run
        if epochs is None and (run is None or run.epoch >= run.epochs):
            raise OptionError("all epochs that were asked for are done: say how many more, resume(epochs=10).")
        if run is not None and run.options is not None:
            options = {"sample_weight": run.options.sample_weight} | options
        return go_on_fitting(self.model, *self.given, epochs, options)

    def evaluate(self, X: Any, y: Any, metrics: Any = None) -> Evaluation:
        """Measure the model on data, beside the best constant prediction for them; :meth:`Model.evaluate` says how."""
        return self.model.evaluate(X, y, metrics)

    def save(self, path: Any) -> None:
        """Write the model and where its training stands to one file, as a checkpoint does.

        :func:`xnn.load` reads a model from it that :meth:`Model.fit` can go on with.
        """
        run, place = self.model.run, self.model.place
        if run is None:
            raise OptionError("this result has no run: save its model.")
        with place.scope():
            description, tensors = describe_whole(run, place)
        write(as_path(path), description, tensors)

    def __str__(self) -> str:
        sentences = [
            f"{name} {training} during the epoch" + (f", held out {validation}" if validation else "")
            for name, training, validation in self._figures()
        ]
        return "\n".join([*self._sentences(), *sentences])

    def _repr_html_(self) -> str:
        sentences = [f"<div>{escape(sentence)}</div>" for sentence in self._sentences()]
        figures = table(self._figures(), ["", "during the epoch", "held out"])
        return page("Result", *sentences, figures, *curves(self.history))

    def _sentences(self) -> list[str]:
        model, history = self.model, self.history
        kind = type(model.task).__name__.lower()
        place = model.place
        lines = [
            f"{sizes(model)} network, {parameters(model):,} parameters, {kind} with {type(model.task.loss).__name__}, "
            f"on {place.backend.name} ({place.backend.device_name(place.device)}, {place.dtype})",
            f"{self.samples:,} samples, {self.validation_samples:,} held out; {_epochs(history.epochs)} "
            f"in {sum(history.seconds):.1f} s",
        ]
        if self.ranks > 1:
            lines.append(f"each batch shared by {self.ranks} ranks")
        if self.chosen:
            lines.append(
                f"{history.epochs} epochs were chosen, {self.chosen:,} steps; the weights are those of the best, epoch "
                f"{self.kept_epoch}"
            )
        if not model.scaling.is_none:
            lines.append("inputs standardized" + self._targets_too())
        if self.baseline:
            told = ", ".join(f"{name.replace('_', ' ')} {figure(name, v)}" for name, v in self.baseline.items())
            lines.append(f"a constant prediction: {told}")
        if self.stopped:
            lines.append(f"stopped early: {self.stopped}")
        if self.steps_beyond:
            since = f"epoch {self.kept_epoch}, whose figures follow" if self.kept_epoch else "the start"
            steps = "1 step" if self.steps_beyond == 1 else f"{self.steps_beyond} steps"
            lines.append(f"the weights are {steps} past {since}")
        return lines

    def _figures(self) -> list[tuple[str, str, str]]:
        """Return the loss and each metric of the epoch that is kept: its name, in training, and held out."""
        history, kept = self.history, self.kept_epoch - 1
        both = [("loss", history.loss, history.validation_loss)]
        both += [(name, values, history.validation_metrics.get(name, [])) for name, values in history.metrics.items()]
        # The former is measured while the weights still move, the latter when they have.
        return [
            (name.replace("_", " "), figure(name, training[kept]), figure(name, held_out[kept]) if held_out else "")
            for name, training, held_out in both
            if training
        ]

    def _targets_too(self) -> str:
        # The loss of standardized targets has a meaning of its own, which its reader should be told.
        if not isinstance(self.model.task, Regression):
            return ""
        return "; targets too" + (
            ": predicting their mean would have a loss of 1"
            if type(self.model.task.loss) is SquaredError and self.model.task.units == 1
            else ", and the loss is that of the standardized ones"
        )


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count} epochs"
