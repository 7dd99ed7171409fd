"""What the estimators for scikit-learn share: data taken in, training begun or gone on with, predictions given back."""

from dataclasses import fields
from typing import Any, Self, cast

import numpy as np

try:
    from sklearn import get_config
    from sklearn.base import BaseEstimator
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError(
        "xnn.interop.sklearn needs scikit-learn 1.6 or newer: pip install --upgrade scikit-learn"
    ) from error

from ..backends import backend_of, place_like, to_host
from ..errors import DataError, OptionError
from ..training import History, Model, Result, train
from ..training.inputs import sample_factors
from ..training.options import Options
from .packed import pack, unpack

# Options that may become others as training goes on, and those that `xnn.train(init=model)` takes from the model.
FREE = (
    "learning_rate", "batch_size", "l1", "l2", "penalize_biases", "clip_norm", "clip_value", "validation", "patience",
)  # fmt: skip
WATCHING = ("callbacks", "progress", "doctor")
PART: dict[str, Any] = {"epochs": 1, "validation": None, "doctor": "off"}  # it would tell of a run that ended early
OF_THE_MODEL = ("hidden", "activation", "output", "loss", "dropout", "bias", "scale", "task", "dtype", "feature_names")


class Perceptron(BaseEstimator):  # pyright: ignore[reportUntypedBaseClass]
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
            self._given = library_of(X)
        regression = self._task == "regression"
        return validate_data(  # pyright: ignore[reportReturnType]
            self, on_host(X), on_host(y), reset=anew, multi_output=True, y_numeric=regression
        )

    def _options(self, X: Any, y: np.ndarray) -> dict[str, Any]:
        """Return the options of :func:`xnn.train` for these data, but for their weights."""
        known = {field.name for field in fields(Options)} - {"class_weight"} | set(WATCHING)
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
            now = Options(**{name: value for name, value in options.items() if name not in WATCHING})
            for name in {field.name for field in fields(Options)} & set(self.get_params(deep=False)):
                free = name in (*FREE, "epochs", "backend", "device", "class_weight") or getattr(self, name) == "auto"
                if not free and getattr(now, name) != getattr(run.options, name):
                    raise OptionError(
                        f"{name} was {getattr(run.options, name)!r} when training began, and cannot become "
                        f"{options[name]!r} as it goes on: set it back, or train anew with warm_start=False."
                    )
        free = (*FREE, *WATCHING, "epochs", "sample_weight")
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
        return back(self._predictions(self._here(X, "predict")), X)

    def _predictions(self, host: np.ndarray) -> np.ndarray:
        return self.model_.predict(host)

    def _here(self, X: Any, method: str) -> np.ndarray:
        """Return X on the host, checked as scikit-learn does; with its array API dispatch it must be where it was."""
        check_is_fitted(self)
        dispatched = get_config()["array_api_dispatch"]  # pyright: ignore[reportCallIssue]
        if dispatched and library_of(X) != self._given:
            raise DataError(
                f"{type(self).__name__}.{method}() must use the same namespace and device as fit, "
                f"{' on '.join(self._given)}, got {' on '.join(library_of(X))}: move X there."
            )
        return validate_data(self, on_host(X), reset=False)  # pyright: ignore[reportReturnType]

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


def keep(estimator: BaseEstimator, parameters: dict[str, Any]) -> None:
    """Do what scikit-learn asks of ``__init__``: keep each parameter as it is, under its name."""
    vars(estimator).update({name: value for name, value in parameters.items() if name != "self"})


def library_of(X: Any) -> tuple[str, str]:
    """Return the names of the backend and the device where X is; NumPy's where it is no array."""
    place = place_like(X)
    return place.backend.name, place.backend.device_name(place.device)


def on_host(x: Any) -> Any:
    """Return an array of another library as NumPy's, and all else as it is: scikit-learn reads that itself."""
    backend = backend_of(x)
    return x if backend is None or backend.name == "numpy" else to_host(x)


def back(host: np.ndarray, X: Any) -> Any:
    """Return predictions as an array of X's library, where X is; text is NumPy's."""
    place = place_like(X)
    return host if place.backend.name == "numpy" or host.dtype.kind == "U" else place.asarray(host)


def plain(labels: Any) -> np.ndarray:
    """Give text that data frames hold as objects its own data type."""
    labels = np.asarray(labels)
    return np.asarray(labels.tolist()) if labels.dtype.kind == "O" else labels
