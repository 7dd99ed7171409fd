"""What is trained on and what is held out, before anything is fitted."""

from typing import NamedTuple

import numpy as np

from ..errors import OptionError


class Rows(NamedTuple):
    """The rows of a table on either side; None where `training` are all, and `held_out` none of them."""

    training: np.ndarray | None
    held_out: np.ndarray | None


ALL = Rows(None, None)


def split(classes: np.ndarray | None, samples: int, share: float, rng: np.random.Generator) -> Rows:
    """Choose the rows to train on and those held out: `share` of all, and but for rounding of each class.

    One sample of each class at least is trained on: a class that is never met cannot be learnt.
    """
    count = round(share * samples)
    groups = np.zeros(samples, dtype=int) if classes is None else np.unique(classes, return_inverse=True)[1]
    sizes = np.bincount(groups)
    count = min(count, int(np.sum(sizes - 1)))
    if not 0 < count < samples:
        raise OptionError(f"validation={share} of {samples} samples leaves one side empty: give more samples, or None.")
    quotas = share * sizes
    take = np.minimum(np.floor(quotas).astype(int), sizes - 1)
    while rest := count - int(take.sum()):  # what is left over goes to the largest remainders
        open_ = np.flatnonzero(take < sizes - 1)
        take[open_[np.argsort((take - quotas)[open_], kind="stable")[:rest]]] += 1
    order = rng.permutation(samples)
    held = np.zeros(samples, dtype=bool)
    for group, first in enumerate(take):
        held[order[groups[order] == group][:first]] = True
    return Rows(np.flatnonzero(~held), np.flatnonzero(held))
