"""A few of the samples, on which the same gradients are wrong: what is looked for there is looked for in less time."""

from collections.abc import Collection

from ..program.behaviour import Observed, gradient_at
from ..program.calls import Program, Raised
from ..program.grown import sizes
from ..program.samples import count_samples, take_samples

MANY = 16  # samples from which on fewer are looked at
FEW = range(7, 13)  # how many: a number that no other size has


def on_fewer(program: Program, seen: Observed) -> Program | None:
    """Return the program on a few of its samples, None where these are few, or are not told from other sizes."""
    samples = count_samples(program.data)
    if samples is None or samples < MANY or seen.per_call:
        return None
    few = next((k for k in FEW if k not in sizes(program)), None)
    if few is None:
        return None
    chosen = [i * samples // few for i in range(few)]  # of every class, where they are sorted
    smaller = program.on(take_samples(program.data, samples, chosen))
    try:
        smaller.loss_at(program.theta)
        return None if gradient_at(smaller, seen, program.theta) is None else smaller
    except Raised:
        return None


def alike(off: Collection[float], wrong: Collection[int]) -> bool:
    """Whether just those tensors are wrong that are on all samples."""
    return {i for i, much in enumerate(off) if much > 1.0} == set(wrong)
