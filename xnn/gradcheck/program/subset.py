"""Few samples for many: where loss and gradients are a sum or a mean over samples, shown by a few calls, not believed.

With parts A and B of few samples and the rest C, ``F(S) = |S|^p L(S)`` is a sum over the samples of S plus a constant
R (weight decay) only if ``F(all) = F(A and B) + F(C) - R`` with ``R = F(A) + F(B) - F(A and B)``: p = 0 is a sum, p = 1
a mean. A skipped sample, a factor of the batch's size or samples that are mixed show in its not being so.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy

from ..same import REPLAYED, norm
from .behaviour import Observed, gradient_at
from .calls import Program, Raised
from .samples import count_samples, take_samples
from .tree import Host

FEW = 16
WORTH = 1_000_000  # samples times parameters from which on it is worth it
POWERS = (1, 0)  # a mean, a sum
NOTHING = 1e-4  # of the largest gradient: what is smaller may be rounding alone


class Subset(NamedTuple):
    """The program on a few of its samples, and whether its gradients follow from theirs as the loss does."""

    program: Program
    gradients: bool


def on_subset(program: Program, seen: Observed, theta: Host) -> Subset | None:
    """Return the program on a few of its samples, if its loss at `theta` follows from theirs."""
    samples = count_samples(program.data)
    if samples is None or samples < 4 * FEW or samples * program.structure.size < WORTH:
        return None
    chosen = [i * samples // FEW for i in range(FEW)]  # of every class, where they are sorted
    parts = [chosen[::2], chosen[1::2], chosen, sorted(set(range(samples)) - set(chosen))]
    data = [take_samples(program.data, samples, part) for part in parts]
    sizes = [samples, *(len(part) for part in parts)]

    def power(values: Callable[[tuple[Any, ...]], list[Host] | None]) -> int | None:
        found = [values(of) for of in (program.data, *data)]
        return next((p for p in POWERS if _add_up(found, sizes, p)), None)

    def loss(of: tuple[Any, ...]) -> list[Host]:
        return [numpy.asarray([program.loss_at(theta, of)])]

    def gradients(of: tuple[Any, ...]) -> list[Host] | None:
        raw = gradient_at(program, seen, theta, of)
        return None if raw is None else [part for part in raw if part is not None]

    try:
        p = power(loss)
        return None if p is None else Subset(program.on(data[2]), power(gradients) == p)
    except Raised:
        return None


def _add_up(values: Sequence[list[Host] | None], sizes: Sequence[int], p: int) -> bool:
    """Whether each tensor of the whole is what its parts make."""
    if any(parts is None or [x.shape for x in parts] != [x.shape for x in values[0] or []] for parts in values):
        return False
    scaled = [[n**p * x for x in parts or []] for parts, n in zip(values, sizes, strict=True)]
    size = max(norm(x) for x in scaled[0])
    for whole, first, second, both, rest in zip(*scaled, strict=True):
        off = norm(whole - (both + rest - (first + second - both)))
        if not off <= REPLAYED * max(norm(whole), NOTHING * size):
            return False
    return True
