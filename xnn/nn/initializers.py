"""Initial weights, drawn on the host from a NumPy random generator, so that every backend is given the same.

An initializer is any ``f(rng, (fan_in, fan_out))`` that returns weights of that shape; those here return float64.
Biases start at 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

from numpy.random import Generator

from ..backends import Array, namespace
from ..errors import OptionError

Shape: TypeAlias = tuple[int, int]
Initializer: TypeAlias = Callable[[Generator, Shape], Array]


@dataclass(frozen=True)
class GlorotUniform:
    """Uniform in ``+- sqrt(6 / (in + out))``: variance ``2 / (in + out)``, for tanh and sigmoid layers.

    References
    ----------
    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
    """

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        limit = sqrt(6 / (shape[0] + shape[1]))
        return rng.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class GlorotNormal:
    """Normal with variance ``2 / (in + out)``; reference as for :class:`GlorotUniform`."""

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return rng.normal(0.0, sqrt(2 / (shape[0] + shape[1])), shape)


@dataclass(frozen=True)
class HeUniform:
    """Uniform in ``+- sqrt(6 / in)``: variance ``2 / in``, for ReLU layers.

    References
    ----------
    He et al., "Delving deep into rectifiers", ICCV 2015.
    """

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        limit = sqrt(6 / shape[0])
        return rng.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class HeNormal:
    """Normal with variance ``2 / in``; reference as for :class:`HeUniform`."""

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return rng.normal(0.0, sqrt(2 / shape[0]), shape)


@dataclass(frozen=True)
class HeFanMax:
    """Normal with variance ``2 / max(in, out)``: ReLU layers let neither activations nor gradients grow.

    He's variance is ``2 / in`` where activations shall keep their size on the way forward, and ``2 / out`` where
    gradients shall on the way back (sections 2.2); this is the smaller one. It differs from :class:`HeNormal` in layers
    that widen alone: of few features, the network begins as a smoother function.

    References
    ----------
    As for :class:`HeUniform`.
    """

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return rng.normal(0.0, sqrt(2 / max(shape)), shape)


@dataclass(frozen=True)
class LeCunUniform:
    """Uniform in ``+- sqrt(3 / in)``: variance ``1 / in``.

    References
    ----------
    LeCun et al., "Efficient BackProp", in Neural Networks: Tricks of the Trade, 1998, section 4.6.
    """

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        limit = sqrt(3 / shape[0])
        return rng.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class LeCunNormal:
    """Normal with variance ``1 / in``; reference as for :class:`LeCunUniform`."""

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return rng.normal(0.0, sqrt(1 / shape[0]), shape)


@dataclass(frozen=True)
class Zeros:
    """All zero: fine for a single layer; hidden units that start equal stay equal."""

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return 0.0 * rng.random(shape)


@dataclass(frozen=True)
class Orthogonal:
    """A random matrix with orthonormal rows or columns, whichever are fewer, times `gain`.

    References
    ----------
    Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks", ICLR 2014.
    """

    gain: float = 1.0

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """The Q of a normal matrix's QR, its columns' signs set by R's diagonal so that it is uniform."""
        tall = (max(shape), min(shape))
        normal = rng.normal(size=tall)
        xp = namespace(normal)
        q, r = xp.linalg.qr(normal)
        q = q * xp.sign(xp.linalg.diagonal(r))
        return self.gain * (q if shape == tall else q.T)


@dataclass(frozen=True)
class Uniform:
    """Uniform in ``[low, high)``."""

    low: float = -0.05
    high: float = 0.05

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise OptionError(f"low must not exceed high, got {self.low} and {self.high}.")

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return rng.uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class Normal:
    """Normal with mean 0 and standard deviation `std`."""

    std: float = 0.05

    def __post_init__(self) -> None:
        if not self.std >= 0.0:
            raise OptionError(f"std must not be negative, got {self.std}.")

    def __call__(self, rng: Generator, shape: Shape) -> Array:
        """Draw the weights."""
        return rng.normal(0.0, self.std, shape)


INITIALIZERS: dict[str, Callable[..., Initializer]] = {
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "he_fan_max": HeFanMax,
    "lecun_uniform": LeCunUniform,
    "lecun_normal": LeCunNormal,
    "orthogonal": Orthogonal,
    "uniform": Uniform,
    "normal": Normal,
    "zeros": Zeros,
}
