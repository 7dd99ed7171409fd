"""``xnn.train`` as scikit-learn's estimators; ``estimator.model_`` is the xnn model."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal, Self, cast

import numpy as np

try:
    from sklearn import get_config
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.metrics import accuracy_score, r2_score
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data
except ImportError as error:
    raise ImportError(
        "xnn.interop.sklearn needs scikit-learn 1.6 or newer: pip install --upgrade 'xnn-by-hand[sklearn]'"
    ) from error

from ..backends import backend_of, place_like, resolve, to_host
from ..errors import DataError, OptionError
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
from ..training import History, Model, Result, train
from ..training.inputs import Samples, sample_factors, sample_weights
from ..training.metrics import Metric
from ..training.options import Options
from ..training.train import untrained
from .packed import pack, unpack

__all__ = ["MLPClassifier", "MLPRegressor"]

# Options that may become others as training goes on, and those that `xnn.train(init=model)` takes from the model.
_FREE = (
    "learning_rate", "batch_size", "l1", "l2", "penalize_biases", "clip_norm", "clip_value", "validation", "patience",
)  # fmt: skip
_WATCHING = ("callbacks", "progress", "doctor")
_PART: dict[str, Any] = {"epochs": 1, "validation": None, "doctor": "off"}  # it would tell of a run that ended early
_OF_THE_MODEL = ("hidden", "activation", "output", "loss", "dropout", "bias", "scale", "task", "dtype", "feature_names")


class _Perceptron(BaseEstimator):  # pyright: ignore[reportUntypedBaseClass]
    """What classifier and regressor share."""

    _task: str
    epochs: int | None
    backend: str | None
    device: str | None
    dtype: str
    warm_start: bool
    random_state: Any
    model_: Model
    history_: History
    n_iter_: int

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train.

        Parameters
        ----------
        X : shape (samples, features)
            An array of any backend, a list or a data frame. Training computes where X is, unless `backend` says where.
        y : shape (samples,) or (samples, outputs)
        sample_weight : shape (samples,), optional
            A sample of weight 2 counts as two of them, one of weight 0 as none; only their ratios matter.

        Returns
        -------
        self

        Raises
        ------
        XnnError
            A subclass that is also a ValueError, TypeError or RuntimeError, with a sentence that says what to do.
        """
        if self.warm_start and self.epochs is None:
            raise OptionError("warm_start goes on for as many epochs as are asked for, which none are: give epochs=20.")
        goes_on = self.warm_start and hasattr(self, "model_")
        host, targets = self._taken(X, y, anew=not goes_on)
        options: dict[str, Any] = self._options(X, targets) | {"sample_weight": self._weights(targets, sample_weight)}
        further = self._further if goes_on else train
        return self._learnt(further(host, targets, **options))

    def _taken(self, X: Any, y: Any, anew: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return X and y on the host, checked as scikit-learn does."""
        if anew:
            self._given = _library(X)
        regression = self._task == "regression"
        return validate_data(  # pyright: ignore[reportReturnType]
            self, _host(X), _host(y), reset=anew, multi_output=True, y_numeric=regression
        )

    def _options(self, X: Any, y: np.ndarray) -> dict[str, Any]:
        """Return the options of :func:`xnn.train` for these data, but for their weights."""
        known = {field.name for field in fields(Options)} - {"class_weight"} | set(_WATCHING)
        options = {name: value for name, value in self.get_params(deep=False).items() if name in known}
        if self.dtype == "auto":
            options["dtype"] = "float32" if str(getattr(X, "dtype", "")).endswith("float32") else "float64"
        if self.backend is None:
            place = place_like(X, self.device)
            options |= {"backend": place.backend.name, "device": place.backend.device_name(place.device)}
        seed = self.random_state
        if seed is None or isinstance(seed, np.random.RandomState):
            seed = int(check_random_state(seed).randint(np.iinfo(np.int32).max))
        names = getattr(self, "feature_names_in_", None)
        return options | {
            "seed": seed, "task": self._task, "feature_names": None if names is None else names.tolist(),
        }  # fmt: skip

    def _weights(self, y: np.ndarray, sample_weight: Any) -> np.ndarray | None:
        """Return a factor a sample; their mean is 1, so that the loss is a weighted mean."""
        factors = sample_factors(sample_weight, len(y))
        return None if factors is None else factors * (len(y) / factors.sum())

    def _further(self, host: np.ndarray, y: np.ndarray, **options: Any) -> Result:
        """Go on with the model's run, whose network and optimizer must not have become others since."""
        run = self.model_.run
        if run is not None and run.options is not None:
            now = Options(**{name: value for name, value in options.items() if name not in _WATCHING})
            for name in {field.name for field in fields(Options)} & set(self.get_params(deep=False)):
                free = name in (*_FREE, "epochs", "backend", "device", "class_weight") or getattr(self, name) == "auto"
                if not free and getattr(now, name) != getattr(run.options, name):
                    raise OptionError(
                        f"{name} was {getattr(run.options, name)!r} when training began, and cannot become "
                        f"{options[name]!r} as it goes on: set it back, or train anew with warm_start=False."
                    )
        free = (*_FREE, *_WATCHING, "epochs", "sample_weight")
        return self.model_.fit(host, y, **{name: options[name] for name in free})

    def _learnt(self, result: Result) -> Self:
        self.model_, self.history_, self.n_iter_ = result.model, result.history, result.history.epochs
        return self

    def predict(self, X: Any) -> Any:
        """Predict the class, or the numbers, of each sample: an array of X's library, where X is.

        Parameters
        ----------
        X : shape (samples, features)

        Returns
        -------
        array, shape (samples,) or (samples, outputs)
        """
        return _back(self._predictions(self._here(X, "predict")), X)

    def _predictions(self, host: np.ndarray) -> np.ndarray:
        return self.model_.predict(host)

    def _here(self, X: Any, method: str) -> np.ndarray:
        """Return X on the host, checked as scikit-learn does; with its array API dispatch it must be where it was."""
        check_is_fitted(self)
        dispatched = get_config()["array_api_dispatch"]  # pyright: ignore[reportCallIssue]
        if dispatched and _library(X) != self._given:
            raise DataError(
                f"{type(self).__name__}.{method}() must use the same namespace and device as fit, "
                f"{' on '.join(self._given)}, got {' on '.join(_library(X))}: move X there."
            )
        return validate_data(self, _host(X), reset=False)  # pyright: ignore[reportReturnType]

    def __getstate__(self) -> dict[str, Any]:
        """Have pickles hold plain values and host arrays, from which training goes on where it stood."""
        state = dict(cast("dict[str, Any]", super().__getstate__()))
        return state | {"model_": pack(state["model_"])} if "model_" in state else state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state | {"model_": unpack(state["model_"])} if "model_" in state else state)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.array_api_support = True
        return tags


class MLPClassifier(ClassifierMixin, _Perceptron):  # pyright: ignore[reportUntypedBaseClass]
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
        Whether :meth:`fit` goes on from where the last one ended, with the optimizer's state and all: two fits of 10
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
    >>> bool(cross_val_score(MLPClassifier(hidden=16, epochs=50, batch_size=16), X, y, cv=3).mean() > 0.9)
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
        _keep(self, locals())

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch more, on these samples; all of them, whatever `validation` says.

        Parameters
        ----------
        X, y, sample_weight
            As of :meth:`fit`. The scaling is that of the first call's X.
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
        every = np.unique(_plain(_host(classes))) if first else self.classes_
        weights = self._weights(targets, sample_weight, every)
        options: dict[str, Any] = self._options(X, targets) | _PART
        if not first:
            return self._learnt(self._further(host, targets, sample_weight=weights, **options))
        asked = Options(**{name: value for name, value in options.items() if name not in _WATCHING})
        samples = Samples(host, np.eye(len(every)) if targets.ndim == 2 else every, weights, asked.feature_names)
        start = untrained(samples, asked, resolve(asked.backend or "numpy", asked.device, asked.dtype))
        left = {name: value for name, value in options.items() if name not in _OF_THE_MODEL}
        return self._learnt(train(host, targets, init=start, sample_weight=weights, **left))

    def _taken(self, X: Any, y: Any, anew: bool) -> tuple[np.ndarray, np.ndarray]:
        host, labels = super()._taken(X, y, anew)
        check_classification_targets(labels)
        if type_of_target(labels) != "multilabel-indicator":
            labels = _plain(column_or_1d(labels, warn=True))
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
        return _back(self.model_.predict_proba(host), X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of samples, by their weights, of which the class, or every label, is predicted rightly."""
        found = self._predictions(self._here(X, "score"))
        return float(accuracy_score(_host(y), found, sample_weight=_host(sample_weight)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class MLPRegressor(RegressorMixin, _Perceptron):  # pyright: ignore[reportUntypedBaseClass]
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
        _keep(self, locals())

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch more, on these samples; all of them, whatever `validation` says.

        Parameters
        ----------
        X, y, sample_weight
            As of :meth:`fit`. The scaling is that of the first call's X and y.

        Returns
        -------
        self
        """
        first = not hasattr(self, "model_")
        host, targets = self._taken(X, y, anew=first)
        options: dict[str, Any] = (
            self._options(X, targets) | _PART | {"sample_weight": self._weights(targets, sample_weight)}
        )
        return self._learnt((train if first else self._further)(host, targets, **options))

    def _predictions(self, host: np.ndarray) -> np.ndarray:
        return super()._predictions(host).astype(self.model_.place.dtype)  # the digits that there are

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R^2, averaged over the outputs, the samples counted by their weights."""
        found = self._predictions(self._here(X, "score"))
        return float(r2_score(_host(y), found, sample_weight=_host(sample_weight)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _keep(estimator: BaseEstimator, parameters: dict[str, Any]) -> None:
    """Do what scikit-learn asks of ``__init__``: keep each parameter as it is, under its name."""
    vars(estimator).update({name: value for name, value in parameters.items() if name != "self"})


def _library(X: Any) -> tuple[str, str]:
    """Return the names of the backend and the device where X is; NumPy's where it is no array."""
    place = place_like(X)
    return place.backend.name, place.backend.device_name(place.device)


def _host(x: Any) -> Any:
    """Return an array of another library as NumPy's, and all else as it is: scikit-learn reads that itself."""
    backend = backend_of(x)
    return x if backend is None or backend.name == "numpy" else to_host(x)


def _back(host: np.ndarray, X: Any) -> Any:
    """Return predictions as an array of X's library, where X is; text is NumPy's."""
    place = place_like(X)
    return host if place.backend.name == "numpy" or host.dtype.kind == "U" else place.asarray(host)


def _plain(labels: Any) -> np.ndarray:
    """Give text that data frames hold as objects its own data type."""
    labels = np.asarray(labels)
    return np.asarray(labels.tolist()) if labels.dtype.kind == "O" else labels
