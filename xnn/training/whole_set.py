"""Metrics of all samples together, which no mean over the samples gives; by scikit-learn's definitions.

Each takes what a metric of one sample takes, outputs and targets, of all samples, and returns one number, an array of
no axes. Outputs are logits: of shape (n, K) for classes, labels of shape (n,) then being their targets, and (n, 1)
where one logit tells two classes apart, or (n, K) for K yes-or-no labels, with targets of 0 and 1 of the same shape.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from array_api_compat import device

from ..backends import Array, namespace
from ..errors import ShapeError
from ..nn import LOSSES

Function = TypeVar("Function", bound=Callable[..., Any])


def whole_set(function: Function) -> Function:
    """Mark a metric of your own as one of all samples together, which returns one number.

    It is called after each epoch, with NumPy's float64 on the host: once with the samples trained on, and once with
    those held out. That takes a forward pass of all of them.

    Examples
    --------
    >>> import xnn
    >>> @xnn.training.whole_set
    ... def worst(outputs, targets):
    ...     return abs(outputs - targets).max()
    >>> X = [[i / 50] for i in range(100)]
    >>> result = xnn.train(X, [2.0 * x for x, in X], metrics=[worst], epochs=3, progress=False)
    >>> len(result.history.validation_metrics["worst"])
    3
    """
    function.whole_set = True  # type: ignore[attr-defined]
    return function


@whole_set
def balanced_accuracy(outputs: Array, targets: Array) -> Array:
    """``mean over the classes c of P(predicted = c | true = c)``: the accuracy if all classes were as frequent.

    Classes that no target has are left out.

    Examples
    --------
    >>> import numpy as np
    >>> float(balanced_accuracy(np.array([[1.0], [2.0], [3.0], [-1.0]]), np.array([[1.0], [1.0], [1.0], [0.0]])))
    1.0
    >>> float(balanced_accuracy(np.array([[1.0], [2.0], [3.0], [1.0]]), np.array([[1.0], [1.0], [1.0], [0.0]])))
    0.5
    """
    xp = namespace(outputs, targets)
    if targets.ndim == 2 and targets.shape[1] > 1:
        raise ShapeError(f"metric 'balanced_accuracy' needs one class a sample, got targets of shape {targets.shape}.")
    predicted, true = _decided("balanced_accuracy", outputs, targets)
    if true.shape[1] == 1:
        predicted, true = (xp.concat([~each, each], axis=1) for each in (predicted, true))
    right, count = _count(true & predicted, outputs), _count(true, outputs)
    present = xp.astype(count > 0, count.dtype)
    return xp.sum(right / xp.clip(count, min=1.0)) / xp.sum(present)


@whole_set
def f1(outputs: Array, targets: Array) -> Array:
    """``2 TP / (2 TP + FP + FN)`` of the second class; of more classes, or labels, the mean of each one's.

    A class that is neither true nor predicted anywhere is left out of the mean, a label counts as 0, as in
    scikit-learn (``average="binary"``, and ``"macro"``).

    Examples
    --------
    >>> import numpy as np
    >>> float(f1(np.array([[1.0], [1.0], [-1.0]]), np.array([[1.0], [0.0], [0.0]])))
    0.6666666666666666
    """
    xp = namespace(outputs, targets)
    predicted, true = _decided("f1", outputs, targets)
    if targets.ndim == 1 and predicted.shape[1] == 2:
        predicted, true = predicted[:, 1:], true[:, 1:]
    both, either = _count(true & predicted, outputs), _count(true, outputs) + _count(predicted, outputs)
    each = 2.0 * both / xp.clip(either, min=1.0)
    if targets.ndim == 2:
        return xp.mean(each)
    if predicted.shape[1] == 1:
        return each[0]
    return xp.sum(each) / xp.sum(xp.astype(either > 0, each.dtype))


@whole_set
def roc_auc(outputs: Array, targets: Array) -> Array:
    """``P(score of a positive > score of a negative) + P(equal) / 2``, the area under the ROC curve.

    Of more than two classes each against the rest, by their probabilities; of these, and of labels, the mean. NaN
    where a class has no sample, or all.

    Examples
    --------
    >>> import numpy as np
    >>> float(roc_auc(np.array([[0.1], [0.4], [0.35], [0.8]]), np.array([[0.0], [0.0], [1.0], [1.0]])))
    0.75

    References
    ----------
    J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
    curve", Radiology 143, 1982.
    """
    xp = namespace(outputs, targets)
    _, true = _decided("roc_auc", outputs, targets)
    if targets.ndim == 1 and outputs.shape[1] == 2:
        outputs, true = outputs[:, 1:] - outputs[:, :1], true[:, 1:]
    elif targets.ndim == 1:
        outputs = LOSSES["softmax_cross_entropy"]().output.forward(outputs)
    columns = (xp.asarray([k], device=device(outputs)) for k in range(outputs.shape[1]))  # a view would be copied twice
    areas = [_area(xp, *(xp.reshape(xp.take(x, k, axis=1), (-1,)) for x in (outputs, true))) for k in columns]
    return xp.mean(xp.stack(areas))


def _area(xp: Any, scores: Array, positive: Array) -> Array:
    """Return the share of pairs that stand in order, from twice the middle ranks, which are whole numbers."""
    order = xp.sort(scores)
    low, high = (xp.searchsorted(order, scores, side=side) for side in ("left", "right"))
    found = xp.astype(positive, low.dtype)
    positives = xp.sum(found)
    twice = xp.sum(found * (low + high + 1)) - positives * (positives + 1)
    pairs = xp.astype(2 * positives * (scores.shape[0] - positives), scores.dtype)
    return xp.where(pairs > 0, xp.astype(twice, scores.dtype) / xp.clip(pairs, min=1.0), float("nan") * pairs)


@whole_set
def rmse(outputs: Array, targets: Array) -> Array:
    """``sqrt(mean over the samples of (y - t)^2)``, and of several outputs their mean.

    Examples
    --------
    >>> import numpy as np
    >>> float(rmse(np.array([[1.0], [5.0]]), np.array([[0.0], [-2.0]])))
    5.0
    """
    xp = namespace(outputs, targets)
    _check_same_shape("rmse", outputs, targets)
    return xp.mean(xp.sqrt(xp.mean((outputs - targets) ** 2, axis=0)))


@whole_set
def r2(outputs: Array, targets: Array) -> Array:
    """``1 - sum (t - y)^2 / sum (t - mean t)^2``, and of several outputs their mean.

    Where targets are all alike, 1 if they are met and else 0, as in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> float(r2(np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]])))
    0.5
    """
    xp = namespace(outputs, targets)
    _check_same_shape("r2", outputs, targets)
    rest = xp.sum((targets - outputs) ** 2, axis=0)
    spread = xp.sum((targets - xp.mean(targets, axis=0, keepdims=True)) ** 2, axis=0)
    alike = spread == 0
    share = rest / xp.where(alike, xp.ones_like(spread), spread)
    return xp.mean(xp.where(alike, xp.astype(rest == 0, rest.dtype), 1.0 - share))


def _decided(name: str, outputs: Array, targets: Array) -> tuple[Array, Array]:
    """Return which class or label is predicted and which is true, as booleans of the outputs' shape."""
    xp = namespace(outputs, targets)
    if targets.ndim == 1:
        if outputs.shape[1] < 2:
            raise ShapeError(f"metric {name!r} needs one output a class, got outputs of shape {tuple(outputs.shape)}.")
        classes = xp.arange(outputs.shape[1], dtype=targets.dtype, device=device(outputs))[None, :]
        predicted = xp.astype(xp.argmax(outputs, axis=1), targets.dtype)
        return predicted[:, None] == classes, targets[:, None] == classes
    _check_same_shape(name, outputs, targets)
    return outputs > 0, targets > 0.5


def _count(which: Array, like: Array) -> Array:
    xp = namespace(like)
    return xp.sum(xp.astype(which, like.dtype), axis=0)


def _check_same_shape(name: str, outputs: Array, targets: Array) -> None:
    if outputs.shape != targets.shape:
        raise ShapeError(
            f"metric {name!r} needs one target for each output, got outputs of shape {tuple(outputs.shape)} "
            f"and targets of shape {tuple(targets.shape)}."
        )


WHOLE_SET: dict[str, Callable[[Array, Array], Array]] = {
    "balanced_accuracy": balanced_accuracy, "f1": f1, "roc_auc": roc_auc, "rmse": rmse, "r2": r2,
}  # fmt: skip
