"""What is to be learnt: classes or numbers, decided from y, and the way from y to targets and back."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..errors import DataError, DtypeError, LabelError, OptionError, ShapeError
from ..nn import LOSSES, BinaryCrossEntropy, Loss, SoftmaxCrossEntropy
from ..nn.checks import check_finite
from ..nn.tables import named
from .metrics import Metric, accuracy, binary_accuracy
from .scaling import Scaling

TASKS = ("auto", "classification", "regression")
CROSS_ENTROPIES = (SoftmaxCrossEntropy, BinaryCrossEntropy)


@dataclass(frozen=True)
class Classification:
    """One class out of two or more. Two classes and a binary cross-entropy share one unit, the logit of the second.

    Attributes
    ----------
    classes : numpy.ndarray, shape (C,)
        What y holds, sorted: numbers, booleans or strings.
    loss : Loss
    """

    classes: np.ndarray
    loss: Loss
    metrics: dict[str, Metric] = field(init=False)

    def __post_init__(self) -> None:
        found = accuracy if self.units > 1 else binary_accuracy
        object.__setattr__(self, "metrics", {"accuracy": found})

    @property
    def units(self) -> int:
        """Outputs of the network."""
        return 1 if isinstance(self.loss, BinaryCrossEntropy) else len(self.classes)

    def encode(self, y: np.ndarray, name: str = "y") -> np.ndarray:
        """Number the classes from 0: labels of shape (n,), or 0.0 and 1.0 of shape (n, 1) for one unit."""
        if y.ndim != 1:
            hint = f": use {_labels_in(y)}" if y.ndim == 2 else ""
            raise ShapeError(f"{name} must have shape (samples,), one class a sample, got {y.shape}{hint}.")
        if y.dtype.kind in ("U" if self.classes.dtype.kind == "U" else "biuf"):
            labels = np.searchsorted(self.classes, y).clip(max=len(self.classes) - 1)
            unknown = self.classes[labels] != y
        else:  # text and numbers have no order
            labels, unknown = np.zeros(len(y), dtype=np.int64), np.ones(len(y), dtype=bool)
        if unknown.any():
            first = int(np.argmax(unknown))
            raise LabelError(
                f"{name} holds {y.tolist()[first]!r} in row {first}, which is none of the classes trained on: "
                f"{_some(self.classes)}."
            )
        return labels if self.units > 1 else labels[:, None].astype(np.float32)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probability of each class, shape (n, C)."""
        if self.units > 1:
            return self.loss.output.forward(outputs)
        return np.concatenate([_sigmoid(-outputs), _sigmoid(outputs)], axis=1)

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the most probable class of each sample, shape (n,)."""
        best = np.argmax(outputs, axis=1) if self.units > 1 else (outputs[:, 0] > 0).astype(int)
        return self.classes[best]

    def score(self, predictions: np.ndarray, y: np.ndarray) -> float:
        """Return the accuracy: the share of samples classified rightly."""
        self.encode(y)
        return float(np.mean(predictions == y))


@dataclass(frozen=True)
class MultiLabel:
    """Several yes-or-no questions a sample: y of shape (n, K), 0 or 1, and a binary cross-entropy."""

    units: int
    loss: Loss
    metrics: dict[str, Metric] = field(init=False, default_factory=lambda: {"accuracy": binary_accuracy})

    def encode(self, y: np.ndarray, name: str = "y") -> np.ndarray:
        """Check that y is (n, K) in [0, 1], and return it."""
        _check_numbers(y, name)
        self.loss.check_targets(self.units, len(y), y)
        return y

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Return the probability of each yes, shape (n, K)."""
        return _sigmoid(outputs)

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return 1 for yes and 0 for no, shape (n, K)."""
        return (outputs > 0).astype(np.int64)

    def score(self, predictions: np.ndarray, y: np.ndarray) -> float:
        """Return the share of answers that are right."""
        return float(np.mean(predictions == self.encode(y)))


@dataclass(frozen=True)
class Regression:
    """One number a sample, y of shape (n,), or several, (n, K).

    Attributes
    ----------
    units : int
    flat : bool
        Whether y, and so the predictions, have shape (n,).
    loss : Loss
    scaling : Scaling
        Of the targets; the network learns ``(y - shift) / scale``.
    """

    units: int
    flat: bool
    loss: Loss
    scaling: Scaling
    metrics: dict[str, Metric] = field(init=False, default_factory=dict)

    def encode(self, y: np.ndarray, name: str = "y") -> np.ndarray:
        """Return the scaled targets, shape (n, K)."""
        expected = "(samples,)" if self.flat else f"(samples, {self.units})"
        if y.ndim != (1 if self.flat else 2) or (not self.flat and y.shape[1] != self.units):
            raise ShapeError(f"{name} must have shape {expected}, as in training, got {y.shape}.")
        _check_numbers(y, name)
        check_finite(y, name)
        return self.scaling.apply(y[:, None] if self.flat else y)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Regression has none."""
        raise OptionError("predict_proba needs a classifier: this model was trained for regression, use predict.")

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the numbers in y's own units, shape (n,) or (n, K) as y had."""
        values = self.scaling.undo(self.loss.output.forward(outputs))
        return values[:, 0] if self.flat else values

    def score(self, predictions: np.ndarray, y: np.ndarray) -> float:
        """Return R^2, ``1 - sum (y - p)^2 / sum (y - mean y)^2``, averaged over the outputs."""
        self.encode(y)
        rest = np.sum((y - predictions) ** 2, axis=0, dtype=np.float64)
        spread = np.sum((y - y.mean(axis=0)) ** 2, axis=0, dtype=np.float64)
        if np.any(spread == 0):
            raise DataError("R^2 needs targets that differ: y is constant; score on more samples.")
        return float(np.mean(1.0 - rest / spread))


Task = Classification | MultiLabel | Regression


class Kind(NamedTuple):
    """What y is, decided from all of it, before it is split: nothing in it is fitted."""

    name: str  # "classification", "multilabel" or "regression"
    loss: Loss

    def groups(self, y: np.ndarray) -> np.ndarray | None:
        """Return y where its entries are classes, of which each is to be on both sides of a split."""
        return y if self.name == "classification" else None

    def fit(self, y: np.ndarray, rows: np.ndarray | None, scale: Any, weights: np.ndarray | None = None) -> "Task":
        """Find the classes, or the scaling of the targets, in the rows that are trained on."""
        if self.name == "classification":
            classes = np.unique(y if rows is None else y[rows])
            # As wide as the longest of them, so that a file can be held to it.
            return Classification(np.array(classes.tolist()) if classes.dtype.kind == "U" else classes, self.loss)
        if self.name == "multilabel":
            return MultiLabel(y.shape[1], self.loss)
        columns = y[:, None] if y.ndim == 1 else y
        scaling = Scaling.fit(columns, None if scale is None else "standard", rows, "y", weights)
        return Regression(columns.shape[1], y.ndim == 1, self.loss, scaling)


def decide(y: np.ndarray, task: Any, loss: str | Loss) -> Kind:
    """Decide what is to be learnt.

    Classes: y of shape (n,) with strings, booleans or integers; rows of 0 and 1 are several labels if the loss is a
    binary cross-entropy. Numbers: y of floats, or any loss that is no cross-entropy.

    Raises
    ------
    OptionError
        If `task` and `loss` contradict each other, or y could be meant either way.
    DataError, DtypeError, NotFiniteError
        If y cannot be a target.
    """
    if not isinstance(task, str) or task not in TASKS:
        raise OptionError(f"task must be one of {', '.join(TASKS)}, got {task!r}.")
    if y.ndim not in (1, 2) or (y.ndim == 2 and y.shape[1] == 0):
        raise ShapeError(f"y must have shape (samples,) or (samples, outputs), got {y.shape}.")
    if y.dtype.kind not in "biufU":
        got = " and ".join(sorted({type(entry).__name__ for entry in y.flat})) if y.dtype.kind == "O" else y.dtype
        raise DtypeError(f"y must hold numbers, booleans or strings, got {got}: convert it with astype.")
    check_finite(y, "y")
    found = None if isinstance(loss, str) and loss == "auto" else named("loss", loss, LOSSES)
    if task == "auto":
        task = _decide(y, found)
    if task == "regression":
        if isinstance(found, CROSS_ENTROPIES):
            raise OptionError(
                f"{type(found).__name__} is a loss for classes: use task='classification' or loss='auto'."
            )
        _check_numbers(y, "y")
        return Kind("regression", found or LOSSES["squared_error"]())
    if found is not None and not isinstance(found, CROSS_ENTROPIES):
        raise OptionError(
            f"classification needs a cross-entropy, got the loss {type(found).__name__}: "
            "leave loss='auto', or give y as numbers with task='regression'."
        )
    if y.ndim == 2:
        _check_labels(y, found)
        return Kind("multilabel", found or BinaryCrossEntropy())
    classes = np.unique(y)
    if len(classes) < 2:
        raise DataError(f"y holds one class only, {classes[0].item()!r}: give samples of at least two classes.")
    if found is None:
        found = BinaryCrossEntropy() if len(classes) == 2 else SoftmaxCrossEntropy()
    if isinstance(found, BinaryCrossEntropy) and len(classes) > 2:
        raise OptionError(f"binary_cross_entropy tells two classes apart, y holds {len(classes)}: use loss='auto'.")
    return Kind("classification", found)


def _decide(y: np.ndarray, loss: Loss | None) -> str:
    if loss is not None:
        return "classification" if isinstance(loss, CROSS_ENTROPIES) else "regression"
    if y.ndim == 2 and y.shape[1] == 1 and (y.dtype.kind != "f" or bool(np.all((y == 0.0) | (y == 1.0)))):
        numbers = "" if y.dtype.kind == "U" else ", or say task='regression' if they are quantities"
        raise OptionError(f"y has shape {y.shape}: give class labels as y.squeeze(), of shape {y.shape[:1]}{numbers}.")
    if y.ndim == 2:
        if y.dtype.kind in "biuU" or bool(np.all((y == 0.0) | (y == 1.0)) or np.all(y.sum(axis=1) == 1.0)):
            raise OptionError(
                f"y of shape {y.shape} could be one-hot classes, several labels or numbers: give class labels of "
                "shape (samples,), y.argmax(axis=1) of one-hot rows, or say loss='binary_cross_entropy', or "
                "task='regression'."
            )
        return "regression"
    values = np.unique(y)
    if y.dtype.kind == "U":
        # Where text hardly ever comes back it is no class, but a name, a date, or a price with commas in it.
        if len(values) == len(y) > 2 or len(values) > max(10, len(y) / 2):
            raise DataError(
                f"y holds {len(values)} different texts in {len(y)} samples, such as {values[0].item()!r}, which are "
                "hardly classes: give another target or numbers, or say task='classification' if they are."
            )
        return "classification"
    if y.dtype.kind == "b":
        return "classification"
    whole = bool(np.all(values == np.round(values)))
    few = len(values) <= max(2, min(100, len(y) // 3))
    if y.dtype.kind in "iu" and few:
        return "classification"
    # Where most values come once, they cannot be classes.
    if len(values) > len(y) / 2 or (y.dtype.kind == "f" and not (whole and few)):
        return "regression"
    raise OptionError(
        f"y holds {len(values)} different whole numbers as {y.dtype} in {len(y)} samples, which could be classes or "
        "quantities: say task='classification' or task='regression'."
    )


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """``1 / (1 + e^-z)`` with every digit of small ones, whose logarithms are asked for; training's form is faster."""
    e = np.exp(-np.abs(z))
    return np.where(z > 0, np.ones_like(z), e) / (1.0 + e)


def _check_labels(y: np.ndarray, loss: Loss | None) -> None:
    """Raise unless rows of y may be several labels."""
    if not isinstance(loss, BinaryCrossEntropy):
        several = "" if y.shape[1] == 1 else ", or loss='binary_cross_entropy' for several labels a sample"
        raise ShapeError(
            f"y must have shape (samples,), one class label a sample, got {y.shape}: use {_labels_in(y)}{several}."
        )
    loss.check_targets(y.shape[1], len(y), y)


def _labels_in(y: np.ndarray) -> str:
    """Return how to get one class label a sample from a y of two axes."""
    return "y.squeeze()" if y.shape[1] == 1 else "y.argmax(axis=1) for one-hot rows"


def _check_numbers(y: np.ndarray, name: str) -> None:
    if y.dtype.kind not in "biuf":
        got = "strings" if y.dtype.kind == "U" else y.dtype
        raise DtypeError(f"{name} must hold numbers, got {got}: convert it with astype(float).")


def _some(classes: np.ndarray) -> str:
    shown = ", ".join(repr(value.item()) for value in classes[:10])
    return shown if len(classes) <= 10 else f"{shown}, ... ({len(classes)} in all)"
