"""A training step that is many: an update a sample, each with the gradient at other parameters."""

import copy

import numpy

from .program.calls import Program
from .program.samples import count_samples, take_samples
from .program.tree import Host
from .same import CALLS, same
from .step import FromUpdates

MOST = 200  # samples that are followed one by one


def many_updates(program: Program) -> int | None:
    """Return how many updates a step makes, where it makes one for each sample; None for one, or what cannot be told.

    It does if its end is where steps with one sample after the other lead, and not where they lead all at once.
    """
    step, samples = program.gradients, count_samples(program.data)
    if not isinstance(step, FromUpdates) or step.rate is None or samples is None or not 2 <= samples <= MOST:
        return None

    def end(theta: Host, data: tuple[object, ...]) -> Host:
        structure = copy.copy(program.structure)
        with structure.place.scope():
            moved = step.moved(structure, data, theta)
        return theta - numpy.concatenate([part.reshape(-1) for part in moved])

    try:
        whole = end(program.theta, program.fresh_data())
        theta, together = program.theta, numpy.zeros_like(program.theta)
        for i in range(samples):
            one = take_samples(program.fresh_data(), samples, [i])
            together += end(program.theta, one) - program.theta
            theta = end(theta, one)
    except Exception:  # one sample may not be what the step takes
        return None
    moved = whole - program.theta
    apart = same(theta - program.theta, moved, CALLS) and not same(together, moved, CALLS)
    return samples if apart else None
