"""What is known of a program that somebody wrote: whether it is sick, of what, and how it is handed over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Edit = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """One program, a file `<name>.py` beside the list of cases.

    `check` and `diagnose` are all codes that are true of it, the best first: `check` is empty where the gradient is
    right for the loss that was handed over, both are empty for a healthy program. Each text of `cause` occurs exactly
    once in the file and lies on a line of the cause. `edits` are (old, new), each `old` exactly once in the file, after
    which the program is right. `learns(module)` trains as the author does and tells whether it learnt; None where there
    is nothing to train. `always_learns` marks a sick program that learns all the same, though its gradient is wrong.

    `ask(module)` gives the keyword arguments as a colleague would pass them today:

    - `loss`, `gradients`, `params`, `data`: as for `xnn.check_gradients`. `params` may be an instance, a list of layer
      objects, a module; `loss` and `gradients` are then the class's functions, or methods bound to that instance,
      which are called with the data alone.
    - `loss_and_gradients` instead of both: one function that returns the two.
    - `forward`, `backward`, `inputs`: of one layer, as for `xnn.check_layer`.
    - `predict`, `accuracy`, `step`, `learning_rate`: as for `xnn.diagnose`, left out where the author has none.
    - `up_to_factor`: where no loss was written and the one given is the colleague's guess.
    - `reseed`: called before each evaluation, where the program draws.

    `from_step` marks a program without a gradient function, whose `gradients` is made by `xnn.gradients_from_step`.
    `ask_diagnose` is what `diagnose` is given where it differs, such as all samples for one.

    `many_updates` marks one whose step is an epoch of updates, which is the gradient of nothing: no verdict on the
    gradient is right but that. `only` names the one front end that the program is meant for, where it is not both.
    """

    name: str
    style: str
    ask: Callable[[Any], dict[str, Any]]
    check: tuple[str, ...] = ()
    diagnose: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()
    says: str = ""
    edits: tuple[Edit, ...] = ()
    learns: Callable[[Any], bool] | None = None
    always_learns: bool = False
    from_step: bool = False
    many_updates: bool = False
    only: str = ""
    ask_diagnose: Callable[[Any], dict[str, Any]] | None = None

    @property
    def sick(self) -> bool:
        return bool(self.check or self.diagnose)

    def lines(self, text: str) -> set[int]:
        """The lines of the cause, counted from 1, in the text of the file."""
        return {text[: text.index(cause)].count("\n") + 1 for cause in self.cause}


def over_samples(loss, gradients):
    """What a colleague writes around functions of one sample: their means over X and y."""

    def mean(trees):
        if isinstance(trees[0], dict):
            return {k: mean([tree[k] for tree in trees]) for k in trees[0]}
        if isinstance(trees[0], (list, tuple)):
            return [mean(list(entries)) for entries in zip(*trees, strict=True)]
        return sum(trees) / len(trees)

    return {
        "loss": lambda p, *data: np.mean([loss(p, *row) for row in zip(*data, strict=True)]),
        "gradients": lambda p, *data: mean([gradients(p, *row) for row in zip(*data, strict=True)]),
    }
