"""What all optimizers share: a pure pair (init, update) over any nesting of arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, ClassVar, NamedTuple, TypeVar

from ..backends import Array, backend_or_any, namespace
from ..errors import OptionError, ShapeError
from ..nn.parameters import copied, leaves, rebuild

SETTLE = 128  # steps from one time to the next that what is negligible in an optimizer's state is set to 0

Tree = TypeVar("Tree")
Kind = TypeVar("Kind", bound=type[Any])
Rule = TypeVar("Rule", bound=Callable[..., Any])


class State(NamedTuple):
    """What an optimizer remembers between steps.

    Attributes
    ----------
    step : int
        Updates made so far; an array of shape () inside a compiled step.
    slots : tuple of list of array
        For each of the optimizer's slots, one array a parameter, of its shape.
    """

    step: Any
    slots: tuple[list[Array], ...]


@dataclass(frozen=True)
class Optimizer:
    """A rule that moves each parameter array by its gradient. Subclass it for one of your own.

    A subclass names its slots, the arrays remembered for each parameter, and writes :meth:`rule` for one array.
    """

    slots: ClassVar[tuple[str, ...]] = ()

    def rule(self, p: Array, g: Array, *slots: Array, rate: Any, t: Any) -> tuple[Array, ...]:
        """Return the new `p` and slots. All arrays are owned: ``g *= ...`` may reuse their memory.

        `rate` is the learning rate and `t` the number of this update, from 1; in a compiled step they are arrays
        of shape (), so there is no Python ``if`` on them.
        """
        raise NotImplementedError

    def init(self, params: Any) -> State:
        """Return the state before the first update: all slots zero."""
        arrays = leaves(params)
        return State(0, tuple([backend_or_any(p).zeros_like(p) for p in arrays] for _ in self.slots))

    def update(
        self, params: Tree, gradients: Any, state: State, learning_rate: Any, donate: bool = False
    ) -> tuple[Tree, State]:
        """Return the parameters and the state after one step.

        Parameters
        ----------
        params : list of Dense, or any nesting of lists, tuples and dicts of arrays
        gradients
            Of the same structure and shapes.
        state : State
            From :meth:`init` or the last update.
        learning_rate : float
            Not negative.
        donate : bool
            Whether the memory of all three may be reused for the result, which is faster: they must not be used
            afterwards, and nothing is checked. Without it nothing that was passed in is changed.

        Returns
        -------
        params, state
            Of the structure of those passed in.

        Raises
        ------
        ShapeError
            If the gradients, or the state, have not the parameters' shapes.
        OptionError
            If the learning rate is negative or not finite.
        """
        arrays, slopes, slots = leaves(params), leaves(gradients), state.slots
        if not donate:
            self._check(arrays, slopes, slots, learning_rate)
            arrays, slopes, slots = copied(arrays), copied(slopes), copied(slots)
        t = state.step + 1
        new, slots = backend_or_any(*arrays).update(self, arrays, slopes, slots, learning_rate, t)
        if isinstance(t, int) and t % SETTLE == 0:  # in a compiled step it is none: see settled
            slots = self._settled(slots)
        return rebuild(params, new), State(t, slots)

    def negligible(self, smallest: float) -> tuple[float, ...]:
        """Return for each slot the size below which an entry cannot move a weight, and counts as 0.

        `smallest` is the smallest number that the data type holds in full. Numbers below it are denormal, and
        processors compute with them many times as slowly as with others. The mean of a gradient that has become 0, as
        of a ReLU unit that is never active again, shrinks to them and stays there: 0.9 times the smallest of all is
        rounded to itself. In ``SETTLE`` steps a mean of which 0.9 is kept shrinks by no more than this factor.
        """
        return (smallest * 2.0**20,) * len(self.slots)

    def settled(self, state: State) -> State:
        """Set what is negligible in the slots to 0: :meth:`update` does so itself every 128 steps, if not compiled."""
        return State(state.step, self._settled(state.slots))

    def _settled(self, slots: tuple[list[Array], ...]) -> tuple[list[Array], ...]:
        if not any(slots):
            return slots
        xp = namespace(*slots[0])
        limits = self.negligible(float(xp.finfo(slots[0][0].dtype).smallest_normal))
        return tuple(
            [xp.astype(xp.abs(a) >= limit, a.dtype) * a for a in slot] if limit > 0.0 else slot
            for limit, slot in zip(limits, slots, strict=True)
        )

    def _check(self, arrays: list[Array], slopes: list[Array], slots: Sequence[list[Array]], rate: Any) -> None:
        namespace(*arrays, *slopes)  # refuses a mixture of libraries
        shapes = [tuple(p.shape) for p in arrays]
        if shapes != [tuple(g.shape) for g in slopes]:
            raise ShapeError(
                f"gradients must have the parameters' shapes, {shapes}, "
                f"got {[tuple(g.shape) for g in slopes]}: return one gradient for each parameter."
            )
        if [[tuple(a.shape) for a in slot] for slot in slots] != [shapes] * len(self.slots):
            raise ShapeError(
                f"state must be that of these parameters under {type(self).__name__}, "
                "from init(params) or the last update."
            )
        if isinstance(rate, (int, float)) and not 0.0 <= rate < float("inf"):
            raise OptionError(f"learning_rate must be finite and not negative, got {rate}.")


def without_rate(cls: Kind) -> Kind:
    """Have the settings of an optimizer named, and a learning rate among them refused with where it belongs."""
    made = cls.__init__

    @wraps(made)
    def init(self: Any, *settings: Any, **named: Any) -> None:
        if settings or {"learning_rate", "lr"} & named.keys():
            own = ", ".join(f"{field.name}=" for field in fields(self))
            raise OptionError(
                f"{type(self).__name__} holds no learning rate: give it to xnn.train, learning_rate=0.01, or to update"
                f"{f'; its own settings are given by their names, {own}' if own else ''}."
            )
        made(self, **named)

    cls.__init__ = init
    return cls


def elementwise(kernel: str = "") -> Callable[[Rule], Rule]:
    """Mark a rule that treats each entry by itself: a backend may give it an array in pieces, cut along its first axis.

    `kernel` names the formula where a library may have one pass of its own for exactly it. A subclass that writes
    another rule is not marked, unless it says so itself.
    """

    def mark(rule: Rule) -> Rule:
        vars(rule).update(elementwise=True, kernel=kernel)
        return rule

    return mark


def beside(epsilon: float, smallest: float) -> float:
    """Return the size below which v is negligible in ``sqrt(v) + epsilon``: its root is lost in rounding."""
    limit = min(smallest * 2.0**20, (epsilon * 2.0**-26) ** 2)
    return limit if limit >= smallest else 0.0


def check_share(name: str, value: float) -> None:
    """Raise OptionError unless `value` is in [0, 1), as a share that is kept from step to step must be."""
    if not 0.0 <= value < 1.0:
        raise OptionError(f"{name} must be in [0, 1), got {value}.")


def check_positive(name: str, value: float) -> None:
    """Raise OptionError unless `value` is positive and finite."""
    if not 0.0 < value < float("inf"):
        raise OptionError(f"{name} must be positive, got {value}.")
