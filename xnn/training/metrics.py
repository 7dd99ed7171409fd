"""Metrics: functions of the network's outputs and the targets, one number a sample; their mean is reported.

Those of all samples together, which are no mean, are in :mod:`xnn.training.whole_set`.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from array_api_compat import device

from ..backends import Array, Place, namespace
from ..errors import ShapeError
from .scaling import Scaling
from .whole_set import WHOLE_SET

Metric: TypeAlias = Callable[[Array, Array], Array]


def accuracy(outputs: Array, targets: Array) -> Array:
    """1 where the class is right, else 0; shape (n,), the outputs' data type.

    For labels (n,) or one-hot rows against K outputs, the class is the largest output.

    Examples
    --------
    >>> import numpy as np
    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    array([1., 0.])
    """
    xp = namespace(outputs, targets)
    if outputs.shape[1] < 2:
        raise ShapeError(f"metric 'accuracy' needs one output a class, got outputs of shape {tuple(outputs.shape)}.")
    if targets.ndim == 1:
        return xp.astype(xp.argmax(outputs, axis=1) == targets, outputs.dtype)
    return xp.astype(xp.argmax(outputs, axis=1) == xp.argmax(targets, axis=1), outputs.dtype)


def binary_accuracy(outputs: Array, targets: Array) -> Array:
    """Share of a sample's units whose logit is on the right side of 0; shape (n,).

    Examples
    --------
    >>> import numpy as np
    >>> binary_accuracy(np.array([[2.0], [1.0]]), np.array([[1.0], [0.0]]))
    array([1., 0.])
    """
    xp = namespace(outputs, targets)
    _check_same_shape("binary_accuracy", outputs, targets)
    return xp.mean(xp.astype((outputs > 0) == (targets > 0.5), outputs.dtype), axis=1)


def absolute_error(outputs: Array, targets: Array) -> Array:
    """``mean over the outputs of |y - t|``; shape (n,).

    Examples
    --------
    >>> import numpy as np
    >>> absolute_error(np.array([[1.0, 3.0]]), np.array([[0.0, 0.0]]))
    array([2.])
    """
    xp = namespace(outputs, targets)
    _check_same_shape("absolute_error", outputs, targets)
    return xp.mean(xp.abs(outputs - targets), axis=1)


def log_loss(outputs: Array, targets: Array) -> Array:
    """``-log p(true class)``, of labels the mean of theirs; shape (n,). Outputs are logits, so that nothing is clipped.

    Of two classes with one logit z, and t of 0 or 1: ``log(1 + e^z) - t z``.

    Examples
    --------
    >>> import numpy as np
    >>> log_loss(np.array([[0.0], [0.0]]), np.array([[1.0], [0.0]])).round(4)
    array([0.6931, 0.6931])
    """
    xp = namespace(outputs, targets)
    if targets.ndim == 1:
        if outputs.shape[1] < 2:
            raise ShapeError(f"metric 'log_loss' needs one output a class, got shape {tuple(outputs.shape)}.")
        highest = xp.max(outputs, axis=1, keepdims=True)
        total = xp.log(xp.sum(xp.exp(outputs - highest), axis=1)) + highest[:, 0]
        classes = xp.arange(outputs.shape[1], dtype=targets.dtype, device=device(outputs))
        chosen = xp.astype(targets[:, None] == classes[None, :], outputs.dtype)
        return total - xp.sum(chosen * outputs, axis=1)
    _check_same_shape("log_loss", outputs, targets)
    softplus = xp.clip(outputs, min=0) + xp.log1p(xp.exp(-xp.abs(outputs)))
    return xp.mean(softplus - targets * outputs, axis=1)


def in_units(metric: Metric, scaling: Scaling, place: Place) -> Metric:
    """Return the metric of outputs and targets in y's own units, where a network learns standardized targets."""
    difference = metric is absolute_error  # in which the shift cancels: adding it would but cost digits
    with place.scope():
        shift, scale = place.floats(scaling.shift * (not difference)), place.floats(scaling.scale)

    @wraps(metric)
    def measured(outputs: Array, targets: Array) -> Array:
        return metric(outputs * scale + shift, targets * scale + shift)

    return measured


def _check_same_shape(name: str, outputs: Array, targets: Array) -> None:
    if outputs.shape != targets.shape:
        raise ShapeError(
            f"metric {name!r} needs one target for each output, got outputs of shape {tuple(outputs.shape)} "
            f"and targets of shape {tuple(targets.shape)}."
        )


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "binary_accuracy": binary_accuracy,
    "absolute_error": absolute_error,
    "log_loss": log_loss,
    **WHOLE_SET,
}
