"""Activations: each formula with its derivative directly beneath.

Forward takes the pre-activation ``z`` and returns the output ``y``. Backward takes ``dy``, the derivative of the
loss by ``y``, with the ``z`` and ``y`` of the forward pass, and returns ``dz``. All are elementwise over arrays of
any shape but :class:`Softmax`, which works along the last axis. Data type and device are those of ``z``.
"""

from dataclasses import dataclass
from math import pi, sqrt
from typing import ClassVar

from ..backends import Array, heaviside, namespace
from .special import normal_cdf, normal_pdf

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "Activation",
    "GELUTanh",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


@dataclass(frozen=True)
class Activation:
    """A function between layers, with its derivative. Subclass it for one of your own."""

    elementwise: ClassVar[bool] = True  # each entry of y is computed from the same entry of z, so in one pass
    initializer: ClassVar[str] = "glorot_uniform"  # what keeps the variance level through layers of it

    def forward(self, z: Array) -> Array:
        """Return the output ``y`` for the pre-activation ``z``."""
        raise NotImplementedError

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """Return ``dz``, from ``dy`` and the forward pass's ``z`` and ``y``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Identity(Activation):
    """``y = z``: the output layer of regression, and of a loss that takes logits.

    Examples
    --------
    >>> import numpy as np
    >>> Identity().forward(np.array([-1., 2.]))
    array([-1.,  2.])
    """

    elementwise: ClassVar[bool] = False  # nothing is computed

    def forward(self, z: Array) -> Array:
        """``y = z``."""
        return z

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy``."""
        return dy


@dataclass(frozen=True)
class ReLU(Activation):
    """``y = max(z, 0)``, the rectified linear unit; its slope at 0 is taken as 0.

    References
    ----------
    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.

    Examples
    --------
    >>> import numpy as np
    >>> ReLU().forward(np.array([-1., 2.]))
    array([0., 2.])
    """

    initializer: ClassVar[str] = "he_fan_max"

    def forward(self, z: Array) -> Array:
        """``y = max(z, 0)``."""
        return namespace(z).clip(z, min=0)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy [z > 0]``."""
        return dy * heaviside(y)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """``y = z`` where ``z > 0``, ``slope z`` elsewhere.

    Parameters
    ----------
    slope : float
        The slope for negative ``z``.

    References
    ----------
    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.

    Examples
    --------
    >>> import numpy as np
    >>> LeakyReLU(slope=0.1).forward(np.array([-1., 2.]))
    array([-0.1,  2. ])
    """

    slope: float = 0.01
    initializer: ClassVar[str] = "he_fan_max"

    def forward(self, z: Array) -> Array:
        """``y = max(z, 0) + slope min(z, 0)``."""
        xp = namespace(z)
        return xp.clip(z, min=0) + self.slope * xp.clip(z, max=0)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy (1 if z > 0 else slope)``."""
        return dy * (self.slope + (1.0 - self.slope) * heaviside(z))


@dataclass(frozen=True)
class ELU(Activation):
    """``y = z`` where ``z > 0``, ``alpha (e^z - 1)`` elsewhere: the exponential linear unit.

    Parameters
    ----------
    alpha : float
        The output tends to ``-alpha`` for very negative ``z``.

    References
    ----------
    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units",
    ICLR 2016.

    Examples
    --------
    >>> import numpy as np
    >>> ELU().forward(np.array([-1., 2.])).round(3)
    array([-0.632,  2.   ])
    """

    alpha: float = 1.0
    initializer: ClassVar[str] = "he_fan_max"

    def forward(self, z: Array) -> Array:
        """``y = max(z, 0) + alpha (e^min(z, 0) - 1)``."""
        xp = namespace(z)
        return xp.clip(z, min=0) + self.alpha * xp.expm1(xp.clip(z, max=0))

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy (1 if z > 0 else alpha e^z)``."""
        xp = namespace(z)
        positive = heaviside(z)
        return dy * (positive + (1.0 - positive) * self.alpha * xp.exp(xp.clip(z, max=0)))


@dataclass(frozen=True)
class Softplus(Activation):
    """``y = log(1 + e^z)``: ReLU's smooth stand-in. Its derivative is the sigmoid, not itself.

    References
    ----------
    Dugas et al., "Incorporating second-order functional knowledge for better option pricing", NIPS 2000.

    Examples
    --------
    >>> import numpy as np
    >>> Softplus().forward(np.array([-1000., 0., 10.])).round(3)
    array([ 0.   ,  0.693, 10.   ])
    """

    def forward(self, z: Array) -> Array:
        """``y = max(z, 0) + log(1 + e^-|z|)``, which cannot overflow."""
        xp = namespace(z)
        return xp.clip(z, min=0) + xp.log1p(xp.exp(-xp.abs(z)))

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy s(z)`` with the sigmoid ``s``."""
        return dy * _sigmoid(z)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """``y = 1 / (1 + e^-z)``, the logistic function.

    Examples
    --------
    >>> import numpy as np
    >>> Sigmoid().forward(np.array([-1000., 0., 1000.]))
    array([0. , 0.5, 1. ])
    """

    def forward(self, z: Array) -> Array:
        """``y = tanh(z / 2) / 2 + 1 / 2``, the same function without overflow."""
        return _sigmoid(z)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy y (1 - y)``: in terms of the output, once."""
        return dy * y * (1.0 - y)


@dataclass(frozen=True)
class Tanh(Activation):
    """``y = tanh(z)``.

    Examples
    --------
    >>> import numpy as np
    >>> Tanh().forward(np.array([-1000., 0., 1000.]))
    array([-1.,  0.,  1.])
    """

    def forward(self, z: Array) -> Array:
        """``y = tanh(z)``."""
        return namespace(z).tanh(z)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy (1 - y^2)``."""
        return dy * (1.0 - y * y)


@dataclass(frozen=True)
class SiLU(Activation):
    """``y = z s(z)`` with the sigmoid ``s``; also called swish.

    References
    ----------
    Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units", Neural Networks 107, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> SiLU().forward(np.array([-1., 0., 1.])).round(3)
    array([-0.269,  0.   ,  0.731])
    """

    initializer: ClassVar[str] = "he_fan_max"

    def forward(self, z: Array) -> Array:
        """``y = z s(z)``."""
        return z * _sigmoid(z)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy (s + y (1 - s))`` with ``s = s(z)``."""
        s = _sigmoid(z)
        return dy * (s + y * (1.0 - s))


@dataclass(frozen=True)
class GELU(Activation):
    """``y = z P(Z <= z)`` for a standard normal ``Z``: the Gaussian error linear unit, exact.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian error linear units", arXiv:1606.08415.

    Examples
    --------
    >>> import numpy as np
    >>> GELU().forward(np.array([-1., 0., 1.])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """

    initializer: ClassVar[str] = "he_fan_max"

    def forward(self, z: Array) -> Array:
        """``y = z Phi(z)`` with the normal distribution function ``Phi``."""
        return z * normal_cdf(z)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy (Phi(z) + z phi(z))`` with the normal density ``phi``."""
        return dy * (normal_cdf(z) + z * normal_pdf(z))


@dataclass(frozen=True)
class GELUTanh(Activation):
    """``y = z (1 + tanh u) / 2`` with ``u = sqrt(2/pi) (z + 0.044715 z^3)``: GELU to 5e-4, and cheaper.

    References
    ----------
    Hendrycks and Gimpel, "Gaussian error linear units", arXiv:1606.08415.

    Examples
    --------
    >>> import numpy as np
    >>> GELUTanh().forward(np.array([-1., 0., 1.])).round(4)
    array([-0.1588,  0.    ,  0.8412])
    """

    initializer: ClassVar[str] = "he_fan_max"
    _C: ClassVar[float] = sqrt(2.0 / pi)
    _A: ClassVar[float] = 0.044715

    def forward(self, z: Array) -> Array:
        """``y = z (1 + tanh u) / 2``."""
        return 0.5 * z * (1.0 + self._tanh(z))

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = dy ((1 + t) / 2 + z (1 - t^2) u' / 2)``, ``t = tanh u``, ``u' = sqrt(2/pi) (1 + 0.134145 z^2)``."""
        t = self._tanh(z)
        slope = self._C * (1.0 + 3.0 * self._A * z * z)
        return dy * (0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * slope)

    def _tanh(self, z: Array) -> Array:
        return namespace(z).tanh(self._C * z * (1.0 + self._A * z * z))


@dataclass(frozen=True)
class Softmax(Activation):
    """``y_k = e^z_k / sum_j e^z_j`` along the last axis, the units' axis: each row sums to 1.

    As an output for a loss of probabilities. With cross-entropy leave it out: that loss takes logits.

    Examples
    --------
    >>> import numpy as np
    >>> Softmax().forward(np.array([[1000., 1000.], [0., 1000.]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """

    elementwise: ClassVar[bool] = False

    def forward(self, z: Array) -> Array:
        """``y_k = e^(z_k - max z) / sum_j e^(z_j - max z)``, which cannot overflow."""
        xp = namespace(z)
        e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
        return e / xp.sum(e, axis=-1, keepdims=True)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """``dz = (diag(y) - y y^T) dy = y (dy - sum_k dy_k y_k)``: the whole Jacobian, not its diagonal."""
        return y * (dy - namespace(z).sum(dy * y, axis=-1, keepdims=True))


def _sigmoid(z: Array) -> Array:
    return 0.5 * namespace(z).tanh(0.5 * z) + 0.5


ACTIVATIONS: dict[str, type[Activation]] = {
    "identity": Identity,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "softplus": Softplus,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "silu": SiLU,
    "gelu": GELU,
    "gelu_tanh": GELUTanh,
    "softmax": Softmax,
}
