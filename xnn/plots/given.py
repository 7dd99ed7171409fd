"""What pictures are given: models of many kinds, and data as host memory."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..backends import to_host
from ..errors import OptionError, ShapeError


def model_in(given: Any) -> Any:
    """Return the model of a result of training, and anything else as it is."""
    return given.model if hasattr(given, "history") and hasattr(given, "model") else given


def predicting(given: Any) -> Callable[[Any], np.ndarray]:
    """Return what predicts: a model's ``predict``, or a function of X."""
    model = model_in(given)
    predict = getattr(model, "predict", model)
    if not callable(predict):
        raise OptionError(f"model must have predict, or be a function of X that predicts, got {given!r}.")
    return lambda X: to_host(predict(X), "what the model predicts")


def classes_of(given: Any) -> np.ndarray | None:
    """Return the classes of xnn's models and of scikit-learn's, None where the model has none."""
    model = model_in(given)
    found = getattr(model, "classes", None)
    return getattr(model, "classes_", None) if found is None else found


def names_of(X: Any, given: Any, count: int) -> list[str]:
    """Return the features' names: the data frame's, the model's, or ``feature 0``, ``feature 1``, ..."""
    names = getattr(X, "columns", None)
    if names is None:
        names = getattr(model_in(given), "feature_names", None)
    return [f"feature {i}" for i in range(count)] if names is None else [str(name) for name in names]


def labels(values: np.ndarray, name: str, n: int) -> np.ndarray:
    """Return one class a sample, (n,), from (n,) or (n, 1)."""
    found = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if found.shape != (n,):
        raise ShapeError(f"{name} must have one class a sample, shape ({n},), got shape {values.shape}.")
    return found


def check_count(name: str, value: Any, least: int) -> None:
    """Raise OptionError unless `value` is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise OptionError(f"{name} must be a whole number of at least {least}, got {value!r}.")
