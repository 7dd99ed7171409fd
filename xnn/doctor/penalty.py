"""The weight decay in the user's loss, where the network was recovered: how much it is, and the loss without it."""

from collections.abc import Sequence
from typing import Any

import numpy

from ..gradcheck.parts import Host
from .subject import Subject
from .trial import Field, user_field


def decay_factor(subject: Subject, which: Sequence[int], reduction: str) -> float:
    """Return lambda in ``loss = data + lambda R`` on the samples `which`; people divide it by m, or do not."""
    network = subject.network
    if network is None or not network.decay.kind:
        return 0.0
    traces, T = subject.traces(subject.theta, which), subject.targets_of(network.layout[-1].W.shape[1])
    R = network.decay.value(subject.theta, network.layout)
    if traces is None or T is None or R == 0.0:
        return network.decay.factor
    few = len(network.data.X)
    c = network.factor * (1.0 if reduction == "sum" else few / len(which))
    left = subject.loss(subject.theta, subject.part(which)) - c * float(
        network.head.value(traces[-1].z, T[list(which)])[0]
    )
    factors = (network.decay.factor, network.decay.factor * few / len(which))
    return min(factors, key=lambda factor: abs(factor * R - left))


def without_decay(subject: Subject, data: tuple[Any, ...], factor: float, keep: float = 0.0) -> Field:
    """Return the user's loss and gradient less the decay, but for a part `keep` of it."""
    field, network = user_field(subject, data), subject.network
    if network is None or factor == 0.0:
        return field
    less, decay, layout = factor * (1.0 - keep), network.decay, network.layout

    def loss(theta: Host) -> float:
        return field.loss(theta) - less * float(decay.value(theta, layout))

    def gradient(theta: Host) -> Host | None:
        g = field.gradient(theta)
        if g is None:
            return None
        g = g.copy()
        for layer in layout:
            for index in decay.indices(layer):
                numpy.add.at(g, index, -less * decay.slope(theta[index]))
        return g

    return Field(loss, gradient, field.cost)
