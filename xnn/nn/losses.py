"""Losses: each per-sample formula with its derivative directly beneath, and one reduction for all.

Outputs have shape (n, K): n samples, K units. The per-sample loss is summed over the K units; a loss is then the
*mean over the samples* (``SumOfSquares`` alone says in its name that it is the sum), with sample weights
``(1/n) sum_i w_i loss_i``. What ``gradient`` returns is the derivative of exactly that number.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from array_api_compat import device

from ..backends import Array, Namespace, fused, namespace
from ..errors import LabelError, OptionError, ShapeError
from .activations import Activation, Identity, Sigmoid, Softmax
from .checks import check_array, check_finite, check_labels, check_outputs, check_weights

__all__ = [
    "LOSSES",
    "AbsoluteError",
    "BinaryCrossEntropy",
    "Huber",
    "Loss",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "SumOfSquares",
]


@dataclass(frozen=True)
class Loss:
    """A per-sample loss, its derivative, and how samples are joined. Subclass it for one of your own.

    A subclass writes :meth:`forward` and :meth:`backward`. The user calls the loss and :meth:`gradient`, which
    check what they are given; a training loop, whose data were checked once, calls :meth:`value_and_gradient`.
    """

    average: ClassVar[bool] = True
    output: ClassVar[Activation] = Identity()  # turns the network's outputs into predictions

    def forward(self, outputs: Array, targets: Array) -> tuple[Array, Any]:
        """Return the loss of each sample, shape (n,), and what :meth:`backward` needs."""
        raise NotImplementedError

    def backward(self, saved: Any) -> Array:
        """Return the derivative of each sample's loss by its own outputs, shape (n, K)."""
        raise NotImplementedError

    def check(self, outputs: Array, targets: Array, weights: Array | None = None) -> None:
        """Raise an error, with what to do, where the arrays do not fit each other or are not finite.

        Parameters
        ----------
        outputs : array, shape (n, K)
        targets : array, shape (n, K); also (n,) for class labels
        weights : array, shape (n,), optional

        Raises
        ------
        ShapeError, DtypeError, LabelError, NotFiniteError, MixedArraysError
        """
        check_array(outputs, "outputs")
        check_array(targets, "targets")
        if weights is not None:
            check_array(weights, "weights")
        namespace(outputs, targets, weights)  # refuses a mixture of libraries
        check_outputs(outputs)
        self.check_targets(outputs.shape[1], outputs.shape[0], targets)
        check_weights(weights, outputs.shape[0])

    def check_targets(self, units: int, samples: int, targets: Array) -> None:
        """Raise unless `targets` fit `samples` rows of `units` outputs."""
        if targets.shape != (samples, units):
            column = targets.shape == (samples,) and units == 1
            hint = f"reshape them to ({samples}, 1)" if column else "give one target for each output"
            raise ShapeError(
                f"targets must have the shape of the outputs, ({samples}, {units}), got {tuple(targets.shape)}; "
                f"they are never broadcast: {hint}."
            )
        check_finite(targets, "targets")

    def __call__(self, outputs: Array, targets: Array, weights: Array | None = None) -> Array:
        """Return the loss, an array of shape ().

        Parameters
        ----------
        outputs : array, shape (n, K)
            What the network gives; logits for a cross-entropy.
        targets : array, shape (n, K); also (n,) for class labels
        weights : array, shape (n,), optional
            Sample weights, 1 if not given.

        Returns
        -------
        array, shape ()

        Raises
        ------
        ShapeError, DtypeError, LabelError, NotFiniteError, MixedArraysError
        """
        self.check(outputs, targets, weights)
        return self._reduce(self.forward(outputs, targets)[0], weights)

    def gradient(self, outputs: Array, targets: Array, weights: Array | None = None) -> Array:
        """Return the derivative of the loss by `outputs`, shape (n, K); parameters as for calling the loss."""
        self.check(outputs, targets, weights)
        return self.value_and_gradient(outputs, targets, weights)[1]

    def value_and_gradient(self, outputs: Array, targets: Array, weights: Array | None = None) -> tuple[Array, Array]:
        """Return loss and gradient, trusting the arrays: one pass, no check, no synchronisation."""
        per_sample, saved = self.forward(outputs, targets)
        gradient = self.backward(saved)
        if weights is not None:
            xp = namespace(weights)
            gradient = gradient * xp.astype(weights, gradient.dtype)[:, None]
        return self._reduce(per_sample, weights), gradient * self.share(outputs.shape[0])

    def share(self, samples: int) -> float:
        """Return the factor on each sample's loss: 1/n, or 1 where the loss is a sum."""
        return 1.0 / samples if self.average else 1.0

    def _reduce(self, per_sample: Array, weights: Array | None) -> Array:
        xp = namespace(per_sample)
        weighted = per_sample if weights is None else per_sample * xp.astype(weights, per_sample.dtype)
        return xp.sum(weighted) * self.share(per_sample.shape[0])


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    """``-sum_k t_k log softmax(z)_k``: the loss of one class out of K, from logits ``z``.

    The targets are labels 0 ... K-1, shape (n,), or a distribution a row, one-hot for instance, shape (n, K).

    Parameters
    ----------
    label_smoothing : float
        ``t`` becomes ``(1 - s) t + s / K``.
    class_weights : tuple of float, optional
        One factor a class on ``t``.

    References
    ----------
    Label smoothing: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016, section 7.

    Examples
    --------
    Two classes that are equally likely cost log 2:

    >>> import numpy as np
    >>> loss = SoftmaxCrossEntropy()
    >>> round(float(loss(np.zeros((3, 2)), np.array([0, 1, 1]))), 4)
    0.6931
    >>> loss.gradient(np.zeros((1, 2)), np.array([0]))
    array([[-0.5,  0.5]])
    """

    label_smoothing: float = 0.0
    class_weights: tuple[float, ...] | None = None
    output: ClassVar[Activation] = Softmax()

    def __post_init__(self) -> None:
        if not 0.0 <= self.label_smoothing < 1.0:
            raise OptionError(f"label_smoothing must be in [0, 1), got {self.label_smoothing}.")
        if self.class_weights is not None and any(not 0.0 <= w < float("inf") for w in self.class_weights):
            raise OptionError(f"class_weights must be finite and not negative, got {self.class_weights}.")

    def forward(self, outputs: Array, targets: Array) -> tuple[Array, Any]:
        """``sum_k t_k log sum_j e^s_j - sum_k t_k s_k`` with ``s = z - max z``, which cannot overflow."""
        xp = namespace(outputs)
        t = self._distribution(xp, outputs, targets)
        s, e = fused(_shifted, outputs, xp.max(outputs, axis=-1, keepdims=True))
        total = xp.sum(e, axis=-1)
        inner = xp.vecdot(t, s, axis=-1)
        if self.class_weights is None:  # the t_k sum to 1
            return fused(_log_less, total, inner), (e, total, t)
        return xp.log(total) * xp.sum(t, axis=-1) - inner, (e, total, t)

    def backward(self, saved: Any) -> Array:
        """``softmax(z) sum_k t_k - t``, where ``sum_k t_k = 1`` without class weights."""
        e, total, t = saved
        if self.class_weights is not None:
            e = e * namespace(t).sum(t, axis=-1, keepdims=True)
        return fused(_softmax_less, e, total[:, None], t)

    def _distribution(self, xp: Namespace, outputs: Array, targets: Array) -> Array:
        classes = outputs.shape[-1]
        if targets.ndim == 1:
            every = xp.arange(classes, dtype=xp.int32, device=device(targets))  # bytes would wrap around at 256
            t = fused(_one_hot, targets[:, None], every, outputs[:1, :1])
        else:
            t = xp.astype(targets, outputs.dtype)
        if self.label_smoothing:
            t = t * (1.0 - self.label_smoothing) + self.label_smoothing / classes
        if self.class_weights is not None:
            t = t * xp.asarray(self.class_weights, dtype=outputs.dtype, device=device(outputs))
        return t

    def check_targets(self, units: int, samples: int, targets: Array) -> None:
        """Raise unless `targets` are labels in range, or rows that sum to 1."""
        xp = namespace(targets)
        if self.class_weights is not None and len(self.class_weights) != units:
            raise ShapeError(f"class_weights must have one entry a class, {units}, got {len(self.class_weights)}.")
        if units < 2:
            raise ShapeError("softmax over one unit is always 1: use two outputs, or BinaryCrossEntropy for one.")
        if targets.shape == (samples,):
            check_labels(targets, units)
            return
        if targets.shape != (samples, units):
            raise ShapeError(
                f"targets must be labels of shape ({samples},) or rows of shape ({samples}, {units}), "
                f"got {tuple(targets.shape)}: give one label or one row for each output row."
            )
        check_finite(targets, "targets")
        t = targets if xp.isdtype(targets.dtype, "real floating") else xp.astype(targets, xp.float32)
        if bool(xp.any(xp.abs(xp.sum(t, axis=1) - 1.0) > 1e-4)) or bool(xp.any(t < 0)):
            raise LabelError(
                "each row of the targets must be a distribution over the classes, entries in [0, 1] that sum to 1: "
                "give labels or one-hot rows."
            )


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """``-t log s(z) - (1 - t) log(1 - s(z))`` with the sigmoid ``s``, from logits ``z``, summed over the units.

    The targets are in [0, 1], of the outputs' shape: each unit answers a yes-or-no question of its own.

    Examples
    --------
    >>> import numpy as np
    >>> loss = BinaryCrossEntropy()
    >>> round(float(loss(np.zeros((2, 1)), np.array([[0.], [1.]]))), 4)
    0.6931
    >>> loss.gradient(np.zeros((1, 1)), np.array([[1.]]))
    array([[-0.5]])
    """

    output: ClassVar[Activation] = Sigmoid()

    def forward(self, outputs: Array, targets: Array) -> tuple[Array, Any]:
        """``max(z, 0) - t z + log(1 + e^-|z|)``, which cannot overflow."""
        xp = namespace(outputs)
        z, t = outputs, xp.astype(targets, outputs.dtype)
        return xp.sum(xp.clip(z, min=0) - t * z + xp.log1p(xp.exp(-xp.abs(z))), axis=-1), (z, t)

    def backward(self, saved: Any) -> Array:
        """``s(z) - t``."""
        z, t = saved
        return self.output.forward(z) - t

    def check_targets(self, units: int, samples: int, targets: Array) -> None:
        """Raise unless `targets` have the outputs' shape and lie in [0, 1]."""
        super().check_targets(units, samples, targets)
        xp = namespace(targets)
        if not xp.isdtype(targets.dtype, "bool") and (bool(xp.any(targets < 0)) or bool(xp.any(targets > 1))):
            raise LabelError("targets of the binary cross-entropy must lie in [0, 1]: give 0 for no and 1 for yes.")


@dataclass(frozen=True)
class SquaredError(Loss):
    """``sum_k (y_k - t_k)^2``, averaged over the samples. Without a factor 1/2.

    Examples
    --------
    >>> import numpy as np
    >>> loss = SquaredError()
    >>> float(loss(np.array([[1., 2.], [3., 4.]]), np.array([[1., 2.], [0., 0.]])))
    12.5
    >>> loss.gradient(np.array([[3.]]), np.array([[1.]]))
    array([[4.]])
    """

    def forward(self, outputs: Array, targets: Array) -> tuple[Array, Any]:
        """``sum_k r_k^2`` with ``r = y - t``."""
        xp = namespace(outputs)
        r = outputs - xp.astype(targets, outputs.dtype)
        return xp.sum(r * r, axis=-1), r

    def backward(self, saved: Any) -> Array:
        """``2 r``."""
        return 2.0 * saved


@dataclass(frozen=True)
class SumOfSquares(SquaredError):
    """``sum_k (y_k - t_k)^2``, summed over the samples too: its gradient grows with the batch.

    Examples
    --------
    >>> import numpy as np
    >>> float(SumOfSquares()(np.array([[1., 2.], [3., 4.]]), np.array([[1., 2.], [0., 0.]])))
    25.0
    """

    average: ClassVar[bool] = False


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """``sum_k |y_k - t_k|``, averaged over the samples.

    Examples
    --------
    >>> import numpy as np
    >>> loss = AbsoluteError()
    >>> float(loss(np.array([[1.], [5.]]), np.array([[1.], [2.]])))
    1.5
    """

    def forward(self, outputs: Array, targets: Array) -> tuple[Array, Any]:
        """``sum_k |r_k|`` with ``r = y - t``."""
        xp = namespace(outputs)
        r = outputs - xp.astype(targets, outputs.dtype)
        return xp.sum(xp.abs(r), axis=-1), r

    def backward(self, saved: Any) -> Array:
        """``sign r``; 0 where ``r = 0``."""
        return namespace(saved).sign(saved)


@dataclass(frozen=True)
class Huber(Loss):
    """``sum_k`` of ``r^2 / 2`` where ``|r| <= delta``, ``delta (|r| - delta / 2)`` beyond, ``r = y - t``.

    Parameters
    ----------
    delta : float
        Where the parabola becomes a line.

    References
    ----------
    Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.

    Examples
    --------
    >>> import numpy as np
    >>> loss = Huber(delta=1.0)
    >>> float(loss(np.array([[0.5], [3.0]]), np.zeros((2, 1))))
    1.3125
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.delta < float("inf"):
            raise OptionError(f"delta must be positive, got {self.delta}.")

    def forward(self, outputs: Array, targets: Array) -> tuple[Array, Any]:
        """``sum_k c_k (|r_k| - c_k / 2)`` with ``c = min(|r|, delta)``."""
        xp = namespace(outputs)
        r = outputs - xp.astype(targets, outputs.dtype)
        size = xp.abs(r)
        c = xp.clip(size, max=self.delta)
        return xp.sum(c * (size - 0.5 * c), axis=-1), r

    def backward(self, saved: Any) -> Array:
        """``r`` clipped to ``[-delta, delta]``."""
        return namespace(saved).clip(saved, min=-self.delta, max=self.delta)


def _shifted(z: Array, top: Array) -> tuple[Array, Array]:
    """``s = z - max z`` and ``e^s``."""
    s = z - top
    return s, namespace(s).exp(s)


def _log_less(total: Array, inner: Array) -> Array:
    """``log total - inner``."""
    return namespace(total).log(total) - inner


def _softmax_less(e: Array, total: Array, t: Array) -> Array:
    """``softmax(z) - t``."""
    return e / total - t


def _one_hot(labels: Array, every: Array, like: Array) -> Array:
    """1 where the label is that of the column, 0 elsewhere, of the type of `like`, which has one entry."""
    xp = namespace(labels)
    return xp.astype(xp.astype(labels, every.dtype) == every, like.dtype)


LOSSES: dict[str, type[Loss]] = {
    "softmax_cross_entropy": SoftmaxCrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
    "squared_error": SquaredError,
    "sum_of_squares": SumOfSquares,
    "absolute_error": AbsoluteError,
    "huber": Huber,
}
