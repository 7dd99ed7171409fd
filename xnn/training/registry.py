"""Parts of the user's own under a name: as options by that name, and in files."""

from typing import Any

import numpy as np

from ..arguments import flag
from ..errors import OptionError
from ..nn import ACTIVATIONS, LOSSES, Activation, Loss
from ..optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule

_TABLES: dict[type, dict[str, Any]] = {
    Activation: ACTIVATIONS, Loss: LOSSES, Optimizer: OPTIMIZERS, Schedule: SCHEDULES,
}  # fmt: skip


def register(name: Any, part: Any, *, check: bool = True) -> None:
    """Give a class of your own a name, by which options and files know it.

    The derivative of an activation or a loss is compared with the numeric one first, in NumPy's float64 and with the
    options that its class gives by itself, and a wrong one refused.

    Parameters
    ----------
    name : str
    part : type
        A subclass of Activation, Loss, Optimizer or Schedule; a dataclass, if it has options. A file keeps the name and
        the options, so that it must be registered where the file is loaded too. One of the same name, of the same
        module, takes the place of the former, as when a notebook's cell is run again.
    check : bool
        False for what is not meant to have its own derivative, such as a straight-through estimator. What does not run
        on NumPy arrays, or has options without a default, is not checked either way.

    Raises
    ------
    OptionError
        If it is none of these, the name is taken, or its derivative is wrong.

    Examples
    --------
    >>> import xnn
    >>> class Cube(xnn.nn.Activation):
    ...     def forward(self, z):
    ...         return z**3
    ...     def backward(self, dy, z, y):
    ...         return 3 * z**2 * dy
    >>> xnn.training.register("cube", Cube)
    >>> xnn.train(*xnn.datasets.xor(), activation="cube", epochs=1, progress=False).model.mlp.activation.forward(2)
    8
    """
    table = next((t for base, t in _TABLES.items() if isinstance(part, type) and issubclass(part, base)), None)
    if table is None:
        raise OptionError(
            f"what is registered must be a class, an Activation, a Loss, an Optimizer or a Schedule, got {part!r}."
        )
    if not isinstance(name, str) or not name:
        raise OptionError(f"a name is text, got {name!r}.")
    if not _same(table.get(name, part), part):
        raise OptionError(f"{name!r} is {table[name].__name__} already: give another name.")
    if "__init__" in vars(part) and "__dataclass_fields__" not in vars(part):
        raise OptionError(f"{part.__name__} must be a dataclass, so that a file can keep its options.")
    if flag("check", check) and issubclass(part, (Activation, Loss)):
        _check_derivative(part)
    table[name] = part


def _same(one: Any, other: Any) -> bool:
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def _check_derivative(part: type[Activation | Loss]) -> None:
    """Raise OptionError if ``backward`` is not the derivative of ``forward``."""
    from ..gradcheck import check_layer  # a tenth of a second, needed only here

    rng = np.random.default_rng(0)
    z, e = 2.0 * rng.standard_normal((6, 5)), np.exp(rng.standard_normal((6, 5)))
    targets = e / e.sum(axis=1, keepdims=True)  # what a loss may want: numbers, in [0, 1], that sum to 1
    try:
        made = part()
        if isinstance(made, Activation):
            y = made.forward(z)
            made.backward(np.ones_like(z), z, y)
        else:
            made.backward(made.forward(z, targets)[1])
    except Exception:  # whatever a user's own class does with what it was not made for
        return

    def forward(z: Any) -> Any:
        if isinstance(made, Loss):
            return made.forward(z, targets)
        y = made.forward(z)
        return y, (z, y)

    def backward(dy: Any, saved: Any) -> Any:
        return made.backward(saved) * dy[:, None] if isinstance(made, Loss) else made.backward(dy, *saved)

    report = check_layer(forward, backward, z)
    if not report.ok and report.tensors:
        raise OptionError(
            f"{part.__name__}.backward is not the derivative of {part.__name__}.forward, by a relative error of "
            f"{max(each.relative_error for each in report.tensors.values()):.2g}: correct it, where xnn.check_layer "
            "helps, or give check=False if it is meant to be another."
        )
