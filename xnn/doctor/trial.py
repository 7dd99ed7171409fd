"""Short runs with the user's own functions, at parameters of the doctor's choosing: what probes are made of.

Budgets are counts, never seconds: what a call costs is the number of lines of Python that it runs and of products that
its arithmetic takes, which is the same on every machine and beside any load.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy

from ..gradcheck.parts import Host
from ..optimizers import Adam
from ..quiet import quiet
from .subject import Subject

Watch = Callable[[int, float, Host, Host, Host], None]  # step, loss, parameters before and after, gradient


class Field(NamedTuple):
    """A loss and its gradient over parameter vectors, on some data, and what a call of both costs."""

    loss: Callable[[Host], float]
    gradient: Callable[[Host], Host | None]
    cost: float = 1.0

    def affords(self, budget: float, most: int, least: int = 1) -> int:
        """Return how many steps a budget pays for, between `least` and `most`."""
        return int(max(least, min(most, budget / self.cost)))


class Trial(NamedTuple):
    """One short run.

    Attributes
    ----------
    losses : array
        Before each step, and after the last.
    theta : array, shape (N,)
        Where it ended; the last finite point.
    rate : float
    optimizer : str
    """

    losses: Host
    theta: Host
    rate: float
    optimizer: str = "gradient descent"

    @property
    def steps(self) -> int:
        """The number of steps made."""
        return len(self.losses) - 1

    @property
    def first(self) -> float:
        """The loss before the first step."""
        return float(self.losses[0])

    @property
    def last(self) -> float:
        """The median of the last losses; infinite if one is not finite."""
        tail = self.losses[-min(5, len(self.losses)) :]
        return float(numpy.median(tail)) if numpy.all(numpy.isfinite(self.losses)) else float("inf")

    @property
    def fell(self) -> float:
        """By which share of the first loss it fell; negative if it rose."""
        return (self.first - self.last) / (abs(self.first) or 1.0)

    @property
    def falls(self) -> bool:
        """Whether it was still falling when it ended: the last fifth lowered the loss by 2%."""
        tail = self.losses[-max(2, len(self.losses) // 5) :]
        return bool(tail[-1] < tail[0] - 0.02 * abs(tail[0]))


def user_field(subject: Subject, data: tuple[Any, ...]) -> Field:
    """Return the user's own functions on `data`; at their own parameters, where each trial starts, they run once."""
    start: dict[Any, Any] = {}

    def once(function: Callable[..., Any]) -> Callable[[Host], Any]:
        def at(theta: Host) -> Any:
            if theta is not subject.theta:
                return function(theta, data)
            if function not in start:
                start[function] = function(theta, data)
            return start[function]

        return at

    return Field(once(subject.loss), once(subject.gradient), subject.cost(data))


def working_data(subject: Subject, budget: float, evaluations: int) -> tuple[tuple[Any, ...], float]:
    """Return data on which so many evaluations are within the budget, and the share of all samples that they are."""
    whole = subject.cost(subject.data) * evaluations
    if subject.samples is None or whole <= budget:
        return subject.data, 1.0
    count = max(32, int(subject.samples * budget / whole))
    if count >= subject.samples:
        return subject.data, 1.0
    return subject.part(subject.choose(count)), count / subject.samples


def descend(
    field: Field, theta: Host, rate: float, steps: int, enough: float = -numpy.inf, watch: Watch | None = None
) -> Trial:
    """Take plain steps against the gradient, until the loss is `enough` or less."""

    def move(theta: Host, g: Host) -> Host:
        return theta - rate * g

    return _run(field, theta, rate, steps, move, "gradient descent", enough, watch)


def adam(field: Field, theta: Host, rate: float, steps: int, enough: float, watch: Watch | None = None) -> Trial:
    """Take Adam's steps, until the loss is `enough` or less."""
    rule = Adam()
    state = rule.init([theta])

    def move(theta: Host, g: Host) -> Host:
        nonlocal state
        (new,), state = rule.update([theta], [g], state, rate)
        return new

    return _run(field, theta, rate, steps, move, "Adam", enough, watch)


def _run(
    field: Field,
    theta: Host,
    rate: float,
    steps: int,
    move: Callable[[Host, Host], Host],
    name: str,
    enough: float,
    watch: Watch | None,
) -> Trial:
    losses = [field.loss(theta)]
    with quiet():
        for step in range(steps):
            g = field.gradient(theta)
            if g is None or not numpy.all(numpy.isfinite(g)):
                break
            after = move(theta, g)
            losses.append(field.loss(after))
            if watch is not None:
                watch(step + 1, losses[-1], theta, after, g)
            if not numpy.isfinite(losses[-1]):
                break
            theta = after
            if losses[-1] <= enough or losses[-1] > 1e6 * max(abs(losses[0]), 1e-3):
                break
    return Trial(numpy.asarray(losses), theta, rate, name)


def curvature(field: Field, theta: Host, close: float = 0.0, iterations: int = 12) -> float:
    """Return the largest curvature by power iteration on differences of gradients; NaN where it is unavailable.

    It ends early where an iteration changes it by a share of `close` or less.
    ``H v = (g(theta + e v) - g(theta - e v)) / 2e``; the largest rate that plain steps bear is ``2 / lambda_max``.
    """
    v = numpy.random.default_rng(0).standard_normal(theta.size)
    size = float(numpy.linalg.norm(theta)) / theta.size**0.5 + 1e-2
    found = float("nan")
    for _ in range(iterations):
        v /= float(numpy.linalg.norm(v)) or 1.0
        e = 1e-4 * size * theta.size**0.5
        ahead, behind = field.gradient(theta + e * v), field.gradient(theta - e * v)
        if ahead is None or behind is None or not numpy.all(numpy.isfinite(ahead - behind)):
            return float("nan")
        Hv = (ahead - behind) / (2.0 * e)
        before, found = found, float(v @ Hv)
        if not numpy.any(Hv):
            return 0.0
        if abs(found - before) < close * abs(found):
            break
        v = Hv
    return abs(found)
