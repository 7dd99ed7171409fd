"""``xnn.train`` as scikit-learn's estimators; ``estimator.model_`` is the xnn model."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np

from .estimator import OF_THE_MODEL, PART, WATCHING, Perceptron, back, keep, on_host, plain  # isort: skip  # says what to install

from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from ..backends import resolve, to_host
from ..errors import OptionError
from ..names import (
    ActivationName,
    DtypeName,
    InitializerName,
    LossName,
    OptimizerName,
    ProgressName,
    ScaleName,
    ScheduleName,
)
from ..nn import Activation, Initializer, Loss
from ..optimizers import Optimizer, Schedule
from ..training import Result, train
from ..training.inputs import Samples, sample_factors, sample_weights
from ..training.metrics import Metric
from ..training.options import Options
from ..training.train import untrained_model

__all__ = ["MLPClassifier", "MLPRegressor"]


class MLPClassifier(ClassifierMixin, Perceptron):  # pyright: ignore[reportUntypedBaseClass]
    """A multilayer perceptron for classes, trained by :func:`xnn.train`.

    The parameters are those of :func:`xnn.train`, with its defaults but for what scikit-learn does otherwise: nothing
    is held out (``validation=None``; its tools do that themselves), no progress is shown, `dtype` is that of X, and
    what is `seed` there is `random_state` here.

    Parameters
    ----------
    hidden, activation, output, loss, optimizer, learning_rate, schedule, epochs, batch_size, l1, l2, penalize_biases, \
dropout, bias, initializer, clip_norm, clip_value, scale, patience, metrics, callbacks, doctor, backend, device
        As of :func:`xnn.train`.
    class_weight : dict of class to factor, or "balanced", optional
    validation : float, (X, y) or None
    progress : {"auto", "bar", "lines"} or bool
    dtype : {"auto", "float32", "float64"}
        "auto": float32 where X is of that, else float64, as scikit-learn computes; float32 is faster.
    warm_start : bool
        Whether ``fit`` goes on from where the last one ended, with the optimizer's state and all: two fits of 10
        epochs are one of 20, bit for bit. It needs `epochs`.
    random_state : int, RandomState or None

    Attributes
    ----------
    model_ : xnn.Model
        ``model_.save(path)`` keeps it in a file.
    history_ : xnn.History
    n_iter_ : int
        Epochs in all.
    classes_ : numpy.ndarray, shape (classes,)
        Of rows of labels, 0 and 1, the numbers of the columns.
    n_features_in_ : int
    feature_names_in_ : numpy.ndarray of str
        Where X was a data frame.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import cross_val_score
    >>> from xnn.interop.sklearn import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> bool(cross_val_score(MLPClassifier(hidden=16, epochs=100, batch_size=16), X, y, cv=3).mean() > 0.9)
    True
    """

    _task = "classification"
    class_weight: Any
    classes_: np.ndarray

    def __init__(
        self,
        hidden: int | Sequence[int] = (128, 64),
        *,
        activation: ActivationName | Activation = "relu",
        output: ActivationName | Activation = "identity",
        loss: LossName | Loss | Literal["auto"] = "auto",
        optimizer: OptimizerName | Optimizer = "adam",
        learning_rate: float = 1e-3,
        schedule: ScheduleName | Schedule | None = None,
        epochs: int | None = None,
        batch_size: int | None = 128,
        l1: float = 0.0,
        l2: float = 0.0,
        penalize_biases: bool = False,
        dropout: float = 0.0,
        bias: bool = True,
        initializer: InitializerName | Initializer | Literal["auto"] = "auto",
        clip_norm: float | None = None,
        clip_value: float | None = None,
        scale: ScaleName | None = "auto",
        class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
        validation: float | tuple[Any, Any] | None = None,
        patience: int | None = None,
        metrics: Sequence[str | Metric] | None = None,
        callbacks: Sequence[Any] = (),
        progress: ProgressName | bool = False,
        doctor: Literal["on", "off"] = "on",
        backend: str | None = None,
        device: str | None = None,
        dtype: DtypeName | Literal["auto"] = "auto",
        warm_start: bool = False,
        random_state: Any = 0,
    ) -> None:
        keep(self, locals())

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch more, on these samples; all of them, whatever `validation` says.

        Parameters
        ----------
        X, y, sample_weight
            As of ``fit``. The scaling is that of the first call's X.
        classes : shape (classes,)
            All that there are, in the first call: its y may not hold them all.

        Returns
        -------
        self
        """
        first = not hasattr(self, "model_")
        if first and classes is None:
            raise OptionError("classes must be given in the first call of partial_fit: its y may not hold them all.")
        if not first and classes is not None and set(to_host(classes).tolist()) != set(self.classes_.tolist()):
            raise OptionError(f"classes are {self.classes_.tolist()} since the first call, got {list(classes)}.")
        if isinstance(self.class_weight, str):
            raise OptionError("class_weight='balanced' needs all samples at once: give partial_fit a dict.")
        host, targets = self._taken(X, y, anew=first)
        every = np.unique(plain(on_host(classes))) if first else self.classes_
        weights = self._weights(targets, sample_weight, every)
        options: dict[str, Any] = self._options(X, targets) | PART
        if not first:
            return self._learnt(self._further(host, targets, sample_weight=weights, **options))
        asked = Options(**{name: value for name, value in options.items() if name not in WATCHING})
        samples = Samples(host, np.eye(len(every)) if targets.ndim == 2 else every, weights, asked.feature_names)
        start = untrained_model(samples, asked, resolve(asked.backend or "numpy", asked.device, asked.dtype))
        left = {name: value for name, value in options.items() if name not in OF_THE_MODEL}
        return self._learnt(train(host, targets, init=start, sample_weight=weights, **left))

    def _taken(self, X: Any, y: Any, anew: bool) -> tuple[np.ndarray, np.ndarray]:
        host, labels = super()._taken(X, y, anew)
        check_classification_targets(labels)
        if type_of_target(labels) != "multilabel-indicator":
            labels = plain(column_or_1d(labels, warn=True))
        return host, labels

    def _options(self, X: Any, y: np.ndarray) -> dict[str, Any]:
        options = super()._options(X, y)
        several = y.ndim == 2 and isinstance(options["loss"], str) and options["loss"] == "auto"
        return options | {"loss": "binary_cross_entropy"} if several else options

    def _weights(self, y: np.ndarray, sample_weight: Any, classes: Any = None) -> np.ndarray | None:
        table = self.class_weight
        if isinstance(table, dict) and classes is not None:  # of which y may hold a part
            table = {key: value for key, value in table.items() if key in y or key not in classes}
        factors = sample_weights(sample_factors(sample_weight, len(y)), table, y if y.ndim == 1 else None)
        return super()._weights(y, factors)

    def _learnt(self, result: Result) -> Self:
        classes = result.model.classes
        self.classes_ = np.arange(result.model.task.units) if classes is None else classes
        return super()._learnt(result)

    def predict_proba(self, X: Any) -> Any:
        """Predict the probability of each class: an array of X's library, where X is, shape (samples, classes)."""
        host = self._here(X, "predict_proba")
        found = self.model_.predict_proba(host)
        if self.model_.classes is None:
            # Of several labels scikit-learn wants what lies between 0 and 1, to which rounding brings large logits.
            limits = np.finfo(found.dtype)
            found = found.clip(limits.tiny, 1 - limits.epsneg)
        return back(found, X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of samples, by their weights, of which the class, or every label, is predicted rightly."""
        found = self._predictions(self._here(X, "score"))
        return float(accuracy_score(on_host(y), found, sample_weight=on_host(sample_weight)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class MLPRegressor(RegressorMixin, Perceptron):  # pyright: ignore[reportUntypedBaseClass]
    """A multilayer perceptron for numbers, one a sample or several, trained by :func:`xnn.train`.

    Parameters
    ----------
    hidden, activation, output, loss, ...
        As of :class:`MLPClassifier`, but for `class_weight`.

    Attributes
    ----------
    model_, history_, n_iter_, n_features_in_, feature_names_in_
        As of :class:`MLPClassifier`.

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from xnn.interop.sklearn import MLPRegressor
    >>> X, Y = make_regression(n_samples=200, n_features=3, n_targets=2, random_state=0)
    >>> regressor = MLPRegressor(hidden=16, activation="tanh", learning_rate=0.01, epochs=100).fit(X, Y)
    >>> regressor.predict(X).shape, regressor.score(X, Y) > 0.95
    ((200, 2), True)
    """

    _task = "regression"

    def __init__(
        self,
        hidden: int | Sequence[int] = (128, 64),
        *,
        activation: ActivationName | Activation = "relu",
        output: ActivationName | Activation = "identity",
        loss: LossName | Loss | Literal["auto"] = "auto",
        optimizer: OptimizerName | Optimizer = "adam",
        learning_rate: float = 1e-3,
        schedule: ScheduleName | Schedule | None = None,
        epochs: int | None = None,
        batch_size: int | None = 128,
        l1: float = 0.0,
        l2: float = 0.0,
        penalize_biases: bool = False,
        dropout: float = 0.0,
        bias: bool = True,
        initializer: InitializerName | Initializer | Literal["auto"] = "auto",
        clip_norm: float | None = None,
        clip_value: float | None = None,
        scale: ScaleName | None = "auto",
        validation: float | tuple[Any, Any] | None = None,
        patience: int | None = None,
        metrics: Sequence[str | Metric] | None = None,
        callbacks: Sequence[Any] = (),
        progress: ProgressName | bool = False,
        doctor: Literal["on", "off"] = "on",
        backend: str | None = None,
        device: str | None = None,
        dtype: DtypeName | Literal["auto"] = "auto",
        warm_start: bool = False,
        random_state: Any = 0,
    ) -> None:
        keep(self, locals())

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch more, on these samples; all of them, whatever `validation` says.

        Parameters
        ----------
        X, y, sample_weight
            As of ``fit``. The scaling is that of the first call's X and y.

        Returns
        -------
        self
        """
        first = not hasattr(self, "model_")
        host, targets = self._taken(X, y, anew=first)
        options: dict[str, Any] = (
            self._options(X, targets) | PART | {"sample_weight": self._weights(targets, sample_weight)}
        )
        return self._learnt((train if first else self._further)(host, targets, **options))

    def _predictions(self, host: np.ndarray) -> np.ndarray:
        return super()._predictions(host).astype(self.model_.place.dtype)  # the digits that there are

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R^2, averaged over the outputs, the samples counted by their weights."""
        found = self._predictions(self._here(X, "score"))
        return float(r2_score(on_host(y), found, sample_weight=on_host(sample_weight)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
