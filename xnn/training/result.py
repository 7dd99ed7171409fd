"""What a run gives: the model, its history, and a summary to read."""

from dataclasses import dataclass

from ..nn import SquaredError
from .history import History
from .model import Model
from .progress import figure
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
    """

    model: Model
    history: History
    stopped: str | None
    kept_epoch: int
    steps_beyond: int
    samples: int
    validation_samples: int

    def __str__(self) -> str:
        model, history = self.model, self.history
        weights = sum(array.size for layer in model.host_params() for array in layer if array is not None)
        kind = type(model.task).__name__.lower()
        sizes = "-".join(map(str, model.mlp.sizes))
        place = model.place
        lines = [
            f"{sizes} network, {weights:,} parameters, {kind} with {type(model.task.loss).__name__}, "
            f"on {place.backend.name} ({place.backend.device_name(place.device)}, {place.dtype})",
            f"{self.samples:,} samples, {self.validation_samples:,} held out; {history.epochs} epochs "
            f"in {sum(history.seconds):.1f} s",
        ]
        if not model.scaling.is_none:
            lines.append("inputs standardized" + self._targets_too())
        if self.stopped:
            lines.append(f"stopped early: {self.stopped}")
        if self.steps_beyond:
            since = f"epoch {self.kept_epoch}, whose figures follow" if self.kept_epoch else "the start"
            steps = "1 step" if self.steps_beyond == 1 else f"{self.steps_beyond} steps"
            lines.append(f"the weights are {steps} past {since}")
        for name, training, validation in [("loss", history.loss, history.validation_loss)] + [
            (name, values, history.validation_metrics.get(name, [])) for name, values in history.metrics.items()
        ]:
            if training:
                kept = self.kept_epoch - 1
                # The former is measured while the weights still move, the latter when they have.
                held_out = f", held out {figure(name, validation[kept])}" if validation else ""
                lines.append(f"{name.replace('_', ' ')} {figure(name, training[kept])} during the epoch{held_out}")
        return "\n".join(lines)

    def _targets_too(self) -> str:
        # The loss of standardized targets has a meaning of its own, which its reader should be told.
        if not isinstance(self.model.task, Regression):
            return ""
        return "; targets too" + (
            ": predicting their mean would have a loss of 1"
            if type(self.model.task.loss) is SquaredError and self.model.task.units == 1
            else ", and the loss is that of the standardized ones"
        )
