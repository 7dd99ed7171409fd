"""How well a model does on data, beside what a constant prediction would reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..display.html import table
from ..errors import OptionError
from ..nn.tables import look_up
from .inputs import check_order, targets
from .metrics import METRICS
from .options import metrics_given
from .progress import figure
from .tasks import Classification, MultiLabel, Regression, Task

if TYPE_CHECKING:
    from .model import Model

HostMetric = Callable[[np.ndarray, np.ndarray], float]
_FOR_CLASSES = ("accuracy", "balanced_accuracy", "f1", "roc_auc", "log_loss")
_BY_ITSELF = {Classification: _FOR_CLASSES, MultiLabel: ("accuracy", "f1", "roc_auc", "log_loss"),
              Regression: ("r2", "rmse", "absolute_error")}  # fmt: skip
_NO_CLASSES, _NO_NUMBERS = ("rmse", "r2"), ("balanced_accuracy", "f1", "roc_auc", "log_loss")
_LEAST = 1e-12  # of a share whose logarithm is taken


@dataclass(frozen=True)
class Evaluation:
    """What :meth:`xnn.Model.evaluate` returns; ``print(evaluation)`` is a table, ``evaluation["roc_auc"]`` one figure.

    Attributes
    ----------
    samples : int
    scores : dict of str to float
        Each metric on these samples.
    baseline : dict of str to float
        The same of the best constant prediction for these samples: the shares of the classes as probabilities, or the
        mean of the numbers. A model that does not do better has learnt nothing.
    """

    samples: int
    scores: dict[str, float]
    baseline: dict[str, float]

    def __getitem__(self, metric: str) -> float:
        return self.scores[metric]

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what the table says: metric, score, baseline."""
        said = {name: figure(name, value) for name, value in self.baseline.items()}
        return [(n.replace("_", " "), figure(n, value), said.get(n, "")) for n, value in self.scores.items()]

    def __str__(self) -> str:
        rows = [(f"{self.samples:,} samples", "score", "constant prediction"), *self.rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        from .showing import page

        return page("Evaluation", table(self.rows(), [f"{self.samples:,} samples", "score", "constant prediction"]))


def evaluate(model: "Model", X: Any, y: Any, metrics: Sequence[Any] | None = None) -> Evaluation:
    """Measure a model; :meth:`xnn.Model.evaluate` says how."""
    asked = _BY_ITSELF[type(model.task)] if metrics is None else metrics_given("metrics", metrics)
    measured = {_called(each): on_host(each, model.task) for each in asked}
    outputs = model.outputs(X).astype(np.float64)
    check_order(X, y)
    encoded = model.task.encode(targets(y, len(outputs)))
    scores = {name: metric(outputs, encoded) for name, metric in measured.items()}
    return Evaluation(len(outputs), scores, baseline(model.task, [e for e in asked if isinstance(e, str)], encoded))


def baseline(task: Task, names: Sequence[str], encoded: np.ndarray) -> dict[str, float]:
    """Return the metrics of the best constant prediction for these targets."""
    if isinstance(task, Regression):
        constant = encoded.mean(axis=0)
    elif encoded.ndim == 1:
        constant = np.log(np.maximum(np.bincount(encoded, minlength=task.units) / len(encoded), _LEAST))
    else:
        share = np.clip(encoded.mean(axis=0, dtype=np.float64), _LEAST, 1 - _LEAST)
        constant = np.log(share) - np.log1p(-share)
    outputs = np.broadcast_to(constant.astype(np.float64), (len(encoded), task.units))
    return {name: on_host(name, task)(outputs, encoded) for name in names}


def on_host(metric: Any, task: Task) -> HostMetric:
    """Return a metric as a function of outputs and encoded targets on the host; in regression it is in y's units.

    Raises
    ------
    OptionError
        If it is for the other kind of task.
    """
    check_for(metric, task)
    function = (task.metrics.get(metric) or look_up("metric", metric, METRICS)) if isinstance(metric, str) else metric
    whole, scaling = hasattr(function, "whole_set"), task.scaling if isinstance(task, Regression) else None

    def measured(outputs: np.ndarray, encoded: np.ndarray) -> float:
        wanted = encoded.astype(np.float64) if encoded.dtype.kind == "f" else encoded
        if scaling is not None:
            outputs, wanted = scaling.undo(outputs), scaling.undo(wanted)
        found = function(outputs, wanted)
        return float(found if whole else np.mean(found))

    return measured


def check_for(metric: Any, task: Task) -> None:
    """Raise OptionError if a metric of xnn's own is for another kind of task."""
    numbers = isinstance(task, Regression)
    if isinstance(metric, str) and metric in (_NO_NUMBERS if numbers else _NO_CLASSES):
        kind, other = ("regression", "classes") if numbers else ("classification", "numbers")
        known = ", ".join(_BY_ITSELF[type(task)])
        raise OptionError(f"metric {metric!r} is one of {other}, and this is {kind}: take one of {known}.")


def _called(metric: Any) -> str:
    return metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)
