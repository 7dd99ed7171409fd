"""What a formula must not be given, refused with a sentence that says what to do.

These read values, which synchronises with a device and cannot be compiled: they stand at the doors, never in a step.
"""

from math import prod
from typing import Any

from ..backends import Array, namespace
from ..errors import DataError, DtypeError, LabelError, MixedArraysError, NotFiniteError, ShapeError

_ENTRIES = 2**20  # looked at in one go


def check_array(x: Array, name: str) -> None:
    """Raise MixedArraysError unless `x` is an array of some library."""
    try:
        namespace(x)
    except MixedArraysError:
        raise MixedArraysError(
            f"{name} must be an array of NumPy, CuPy, PyTorch, JAX or another Array API library, "
            f"got {type(x).__name__}: convert it first, for example with numpy.asarray."
        ) from None


def check_finite(x: Array, name: str, rows: Any = None) -> None:
    """Raise NotFiniteError if `x` holds NaN or infinity, with how many and the first row.

    `rows` are the numbers of its rows where `x` is a part of something.
    """
    xp = namespace(x)
    if not xp.isdtype(x.dtype, ("real floating", "complex floating")) or 0 in x.shape:
        return
    # Not of the sum, which may overflow, and of inf - inf warns; in parts, or a table takes a quarter of itself more.
    n = x.shape[0] if x.ndim else 0
    size = max(1, _ENTRIES * n // prod(x.shape))
    parts = (x[i : min(i + size, n), ...] for i in range(0, n, size)) if n else (x,)
    if all(bool(xp.all(xp.isfinite(part))) for part in parts):
        return
    wrong = xp.astype(~xp.isfinite(x), xp.int32)
    row = int(xp.argmax(xp.reshape(wrong, (-1,)))) // max(1, prod(x.shape[1:]))
    row = row if rows is None else int(rows[row])
    raise NotFiniteError(
        f"{name} must be finite, but {int(xp.sum(wrong))} of {prod(x.shape)} entries are NaN or infinite, "
        f"the first in row {row}: remove or fill them in first."
    )


def check_floats(x: Array, name: str) -> None:
    """Raise DtypeError unless `x` is real floating-point."""
    if not namespace(x).isdtype(x.dtype, "real floating"):
        raise DtypeError(f"{name} must be real floating-point, got {x.dtype}: convert with astype first.")


def check_outputs(outputs: Array) -> None:
    """Raise unless `outputs` are finite floats of shape (n, K) with n, K >= 1."""
    if outputs.ndim != 2:
        raise ShapeError(f"outputs must have shape (samples, units), got {tuple(outputs.shape)}.")
    if 0 in outputs.shape:
        raise DataError(f"the batch is empty: outputs have shape {tuple(outputs.shape)}; give at least one sample.")
    check_floats(outputs, "outputs")
    check_finite(outputs, "outputs")


def check_weights(weights: Array, samples: int, name: str = "weights") -> None:
    """Raise unless `weights` are None, or finite, not negative, of shape (samples,) and not all zero."""
    if weights is None:
        return
    xp = namespace(weights)
    if weights.shape != (samples,):
        raise ShapeError(f"{name} must have one entry a sample, shape ({samples},), got {tuple(weights.shape)}.")
    check_finite(weights, name)
    if xp.isdtype(weights.dtype, "bool"):
        weights = xp.astype(weights, xp.int8)
    if bool(xp.any(weights < 0)) or not bool(xp.any(weights > 0)):
        raise DataError(f"{name} must not be negative, nor all zero: give a sample you want left out the weight 0.")


def check_labels(labels: Array, classes: int) -> None:
    """Raise unless `labels`, shape (n,), are whole numbers 0 ... classes - 1."""
    xp = namespace(labels)
    if not xp.isdtype(labels.dtype, "integral"):
        raise DtypeError(
            f"class labels of shape (n,) must be integers, got {labels.dtype}: convert them with astype, "
            "or give a distribution over the classes a row, shape (n, classes)."
        )
    low, high = int(xp.min(labels)), int(xp.max(labels))
    if low < 0 or high >= classes:
        raise LabelError(
            f"labels must lie in 0 ... {classes - 1} for {classes} outputs, got {low} ... {high}: "
            "number the classes from 0, or make as many outputs as classes."
        )
