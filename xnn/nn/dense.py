"""The fully connected layer, and beneath it its derivatives."""

from ..backends import Array, affine, matmul, namespace
from .parameters import Dense


def dense(x: Array, layer: Dense) -> Array:
    """``z = x W + b``.

    Parameters
    ----------
    x : array, shape (n, in)
    layer : Dense
        W of shape (in, out), b of shape (out,) or None.

    Returns
    -------
    array, shape (n, out)

    Examples
    --------
    >>> import numpy as np
    >>> dense(np.array([[1., 2.]]), Dense(np.array([[3.], [4.]]), np.array([0.5])))
    array([[11.5]])
    """
    return matmul(x, layer.W) if layer.b is None else affine(x, layer.W, layer.b)


def dense_backward(dz: Array, x: Array, layer: Dense) -> Dense:
    """``dW = x^T dz`` and ``db = sum over samples of dz``, of the shapes of W and b."""
    dW = matmul(x.T, dz)
    return Dense(dW, None if layer.b is None else namespace(dz).sum(dz, axis=0))


def dense_backward_input(dz: Array, layer: Dense) -> Array:
    """``dx = dz W^T``, shape (n, in); the first layer of a network has no use for it."""
    return matmul(dz, layer.W.T)
