"""Parts of the user's own under a name: as options by that name, and in files."""

from typing import Any

from ..errors import OptionError
from ..nn import ACTIVATIONS, LOSSES, Activation, Loss
from ..optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule

_TABLES: dict[type, dict[str, Any]] = {
    Activation: ACTIVATIONS, Loss: LOSSES, Optimizer: OPTIMIZERS, Schedule: SCHEDULES,
}  # fmt: skip


def register(name: Any, part: Any) -> None:
    """Give a class of your own a name, by which options and files know it.

    Parameters
    ----------
    name : str
    part : type
        A subclass of Activation, Loss, Optimizer or Schedule; a dataclass, if it has options. A file keeps the name and
        the options, so that it must be registered where the file is loaded too.

    Raises
    ------
    OptionError
        If it is none of these, or the name is taken.

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
    if table.get(name, part) is not part:
        raise OptionError(f"{name!r} is {table[name].__name__} already: give another name.")
    if "__init__" in vars(part) and "__dataclass_fields__" not in vars(part):
        raise OptionError(f"{part.__name__} must be a dataclass, so that a file can keep its options.")
    table[name] = part
