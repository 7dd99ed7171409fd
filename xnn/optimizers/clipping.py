"""Gradients kept from growing too large."""

from typing import TypeVar

from ..backends import Array, namespace
from ..nn.parameters import leaves, rebuild
from .base import check_positive

Tree = TypeVar("Tree")


def global_norm(tree: object) -> Array:
    """``sqrt(sum of the squares of all entries of all arrays)``, shape ().

    Examples
    --------
    >>> import numpy as np
    >>> float(global_norm([np.array([3.0]), np.array([[4.0]])]))
    5.0
    """
    arrays = leaves(tree)
    xp = namespace(*arrays)
    return xp.sqrt(sum((xp.sum(a * a) for a in arrays[1:]), start=xp.sum(arrays[0] * arrays[0])))


def clip_by_norm(gradients: Tree, max_norm: float) -> Tree:
    """Scale all gradients by one factor so that their global norm is at most `max_norm`; the direction stays.

    References
    ----------
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.

    Examples
    --------
    >>> import numpy as np
    >>> clip_by_norm([np.array([3.0]), np.array([4.0])], max_norm=1.0)
    [array([0.6]), array([0.8])]
    """
    check_positive("max_norm", max_norm)
    norm = global_norm(gradients)
    scale = max_norm / namespace(norm).clip(norm, min=max_norm)
    return rebuild(gradients, [g * scale for g in leaves(gradients)])


def clip_by_value(gradients: Tree, max_value: float) -> Tree:
    """Clip every entry to ``[-max_value, max_value]``.

    Examples
    --------
    >>> import numpy as np
    >>> clip_by_value([np.array([-3.0, 0.5])], max_value=1.0)
    [array([-1. ,  0.5])]
    """
    check_positive("max_value", max_value)
    return rebuild(gradients, [namespace(g).clip(g, min=-max_value, max=max_value) for g in leaves(gradients)])
