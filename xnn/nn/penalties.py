"""Penalties on the size of the weights, each above its derivative. Biases are left out unless told otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..backends import Array, namespace
from ..errors import OptionError
from .parameters import Dense


def l1(W: Array) -> Array:
    """``sum |W|``, shape ()."""
    xp = namespace(W)
    return xp.sum(xp.abs(W))


def l1_gradient(W: Array) -> Array:
    """``sign W``; 0 where ``W = 0``."""
    return namespace(W).sign(W)


def l2(W: Array) -> Array:
    """``sum W^2 / 2``, shape (): the half makes the derivative plain `W`."""
    return 0.5 * namespace(W).sum(W * W)


def l2_gradient(W: Array) -> Array:
    """``W``."""
    return W


@dataclass(frozen=True)
class Penalty:
    """``l1 sum |W| + l2 sum W^2 / 2`` over all layers, added to the loss.

    Parameters
    ----------
    l1, l2 : float
        The factors; 0 leaves a part out.
    biases : bool
        Whether biases count too.

    Examples
    --------
    >>> import numpy as np
    >>> params = [Dense(np.array([[3.0]]), np.array([1.0]))]
    >>> penalty = Penalty(l2=0.1)
    >>> round(float(penalty(params)), 6)
    0.45
    >>> penalty.add_gradient(params, [Dense(np.array([[0.0]]), np.array([0.0]))])
    [Dense(W=array([[0.3]]), b=array([0.]))]
    """

    l1: float = 0.0
    l2: float = 0.0
    biases: bool = False

    def __post_init__(self) -> None:
        for name in ("l1", "l2"):
            if not 0.0 <= getattr(self, name) < float("inf"):
                raise OptionError(f"{name} must be finite and not negative, got {getattr(self, name)}.")

    def __bool__(self) -> bool:
        """Whether it adds anything."""
        return self.l1 > 0 or self.l2 > 0

    def __call__(self, params: Sequence[Dense]) -> Array:
        """Return the penalty, an array of shape () (or the number 0.0 where both factors are 0)."""
        return sum((self._value(w) for layer in params for w in self._penalized(layer)), start=0.0)

    def add_gradient(self, params: Sequence[Dense], gradients: Sequence[Dense]) -> list[Dense]:
        """Return `gradients` plus the derivative of the penalty."""
        return [
            Dense(g.W + self._gradient(p.W), g.b + self._gradient(p.b) if self.biases and p.b is not None else g.b)
            for p, g in zip(params, gradients, strict=True)
        ]

    def _penalized(self, layer: Dense) -> Sequence[Array]:
        return [w for w in (layer if self.biases else layer[:1]) if w is not None]

    def _value(self, w: Array) -> Array:
        return (self.l1 * l1(w) if self.l1 else 0.0) + (self.l2 * l2(w) if self.l2 else 0.0)

    def _gradient(self, w: Array) -> Array:
        return (self.l1 * l1_gradient(w) if self.l1 else 0.0) + (self.l2 * l2_gradient(w) if self.l2 else 0.0)
