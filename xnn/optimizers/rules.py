"""The update rules: p is a parameter array, g its gradient, the other letters the slots.

The rules own their arrays, and rebind: ``g *= g`` and ``axpby``, which is a x + b y, work in place where the library
can, and make a new array where it cannot, as in JAX. A pass over big arrays costs more than the arithmetic, and a new
array more than a pass.
"""

from dataclasses import dataclass
from math import log
from typing import Any, ClassVar

from ..backends import Array, axpby, namespace
from ..errors import OptionError
from .base import Optimizer, beside, check_positive, check_share, elementwise, without_rate


@without_rate
@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """``p <- p - rate g``: gradient descent, stochastic where g comes from a batch.

    Examples
    --------
    >>> import numpy as np
    >>> sgd = SGD()
    >>> p = [np.array([1.0])]
    >>> p, state = sgd.update(p, [np.array([0.5])], sgd.init(p), learning_rate=0.1)
    >>> p, state.step
    ([array([0.95])], 1)
    """

    @elementwise("sgd")
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``p <- p - rate g``."""
        return (axpby(-rate, g, 1.0, p),)


@without_rate
@dataclass(frozen=True, kw_only=True)
class Momentum(Optimizer):
    """``v <- beta v + g; p <- p - rate v``; averaging, ``v <- beta v + (1 - beta) g``.

    Parameters
    ----------
    beta : float
        Share of the velocity kept.
    average : bool
        Whether v is an average of gradients, so that `beta` leaves the length of a step as it is. The classic form
        steps up to ``1 / (1 - beta)`` times as far.

    References
    ----------
    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """

    beta: float = 0.9
    average: bool = False
    slots: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        check_share("beta", self.beta)

    @elementwise()
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``v <- beta v + g; p <- p - rate v``."""
        v = axpby(1.0 - self.beta if self.average else 1.0, g, self.beta, *slots)
        return axpby(-rate, v, 1.0, p), v


@without_rate
@dataclass(frozen=True, kw_only=True)
class Nesterov(Optimizer):
    """``v <- beta v + g; p <- p - rate (g + beta v)``: the gradient, and where the velocity will lead.

    References
    ----------
    Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, in the form
    that takes g at p.
    """

    beta: float = 0.9
    slots: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        check_share("beta", self.beta)

    @elementwise()
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``v <- beta v + g; p <- p - rate (g + beta v)``."""
        v = axpby(1.0, g, self.beta, *slots)
        g = axpby(self.beta, v, 1.0, g)
        return axpby(-rate, g, 1.0, p), v


@without_rate
@dataclass(frozen=True, kw_only=True)
class AdaGrad(Optimizer):
    """``v <- v + g^2; p <- p - rate g / (sqrt v + epsilon)``.

    References
    ----------
    Duchi, Hazan and Singer, "Adaptive subgradient methods", JMLR 12, 2011.
    """

    epsilon: float = 1e-10
    slots: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        check_positive("epsilon", self.epsilon)

    def negligible(self, smallest: float) -> tuple[float, ...]:
        """Where the root of v is lost beside epsilon."""
        return (beside(self.epsilon, smallest),)

    @elementwise()
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``v <- v + g^2; p <- p - rate g / (sqrt v + epsilon)``."""
        (v,) = slots
        v += g * g
        g /= namespace(p).sqrt(v) + self.epsilon
        return axpby(-rate, g, 1.0, p), v


@without_rate
@dataclass(frozen=True, kw_only=True)
class RMSProp(Optimizer):
    """``v <- decay v + (1 - decay) g^2; p <- p - rate g / (sqrt v + epsilon)``.

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5: RMSProp", Neural Networks for Machine Learning, 2012.
    """

    decay: float = 0.9
    epsilon: float = 1e-8
    slots: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        check_share("decay", self.decay)
        check_positive("epsilon", self.epsilon)

    def negligible(self, smallest: float) -> tuple[float, ...]:
        """Where the root of v is lost beside epsilon."""
        return (beside(self.epsilon, smallest),)

    @elementwise()
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``v <- decay v + (1 - decay) g^2; p <- p - rate g / (sqrt v + epsilon)``."""
        v = axpby(1.0 - self.decay, g * g, self.decay, *slots)
        g /= namespace(p).sqrt(v) + self.epsilon
        return axpby(-rate, g, 1.0, p), v


@without_rate
@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """``p <- p - rate m' / (sqrt v' + epsilon)`` with running means m of g and v of g^2, freed of their start at 0.

    Parameters
    ----------
    beta1, beta2 : float
        Shares of m and v kept.
    epsilon : float
        Keeps the division finite.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.

    Examples
    --------
    The first step has the length of the learning rate, whatever the gradient's scale:

    >>> import numpy as np
    >>> adam = Adam()
    >>> p = [np.array([1.0, 1.0])]
    >>> p, _ = adam.update(p, [np.array([1e-3, 1e3])], adam.init(p), learning_rate=0.1)
    >>> p[0].round(4)
    array([0.9, 0.9])
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    slots: ClassVar[tuple[str, ...]] = ("m", "v")

    def __post_init__(self) -> None:
        check_share("beta1", self.beta1)
        check_share("beta2", self.beta2)
        check_positive("epsilon", self.epsilon)

    def negligible(self, smallest: float) -> tuple[float, ...]:
        """Of m what moves no weight, of v where its root is lost beside epsilon."""
        return (*super().negligible(smallest)[:1], beside(self.epsilon, smallest))

    @elementwise("adam")
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``m' = m / (1 - beta1^t)``, ``v' = v / (1 - beta2^t)``, ``p <- p - rate m' / (sqrt v' + epsilon)``."""
        m, v = slots
        m = axpby(1.0 - self.beta1, g, self.beta1, m)
        g *= g
        v = axpby(1.0 - self.beta2, g, self.beta2, v)
        # The corrections are numbers: on the numbers' side of the formula they cost no pass over the arrays.
        root = _one_minus_power(self.beta2, t) ** 0.5
        denominator = namespace(p).sqrt(v)
        denominator += self.epsilon * root
        length = rate * root / _one_minus_power(self.beta1, t)
        return axpby(-length, m / denominator, 1.0, p), m, v


def _one_minus_power(beta: float, t: Any) -> Any:
    """``1 - beta^t``; by expm1 where t is an array, since float32 would leave 1 - 0.999 four digits."""
    if beta == 0.0:
        return 1.0  # t counts from 1
    if isinstance(t, int):
        return 1.0 - beta**t
    return -namespace(t).expm1(t * log(beta))


@without_rate
@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam, and apart from it ``p <- p - rate weight_decay p``.

    Parameters
    ----------
    beta1, beta2, epsilon : float
        As for :class:`Adam`.
    weight_decay : float
        The decay's rate, times the learning rate.
    biases : bool
        Whether biases, that is vectors, decay too.

    References
    ----------
    Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.
    """

    weight_decay: float = 0.01
    biases: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 <= self.weight_decay < float("inf"):
            raise OptionError(f"weight_decay must not be negative, got {self.weight_decay}.")

    @elementwise()
    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """``p <- (1 - rate weight_decay) p``, then Adam's step."""
        if self.biases or p.ndim > 1:
            p *= 1.0 - rate * self.weight_decay
        return super().rule(p, g, *slots, rate=rate, t=t)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}
