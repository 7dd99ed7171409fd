"""The weight decay in somebody's loss, where the network was recovered: how much it is, and the loss without it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy

from ..findings import Finding
from ..gradcheck.structure import Host
from .baseline import baseline, targets_of
from .descent import RATE, SECONDS, STEPS, Field, adam, persons_field
from .patient import Examination, Patient


def decay_factor(patient: Patient, which: Sequence[int], reduction: str) -> float:
    """Return lambda in ``loss = data + lambda R`` on the samples `which`; people divide it by m, or do not."""
    network = patient.network
    if network is None or not network.decay.kind:
        return 0.0
    traces, T = patient.traces(patient.theta, which), targets_of(patient, network.layout[-1].W.shape[1])
    R = network.decay.value(patient.theta, network.layout)
    if traces is None or T is None or R == 0.0:
        return network.decay.factor
    few = len(network.data.X)
    c = network.factor * (1.0 if reduction == "sum" else few / len(which))
    left = patient.loss(patient.theta, patient.part(which)) - c * float(
        network.head.value(traces[-1].z, T[list(which)])[0]
    )
    factors = (network.decay.factor, network.decay.factor * few / len(which))
    return min(factors, key=lambda factor: abs(factor * R - left))


def without_decay(patient: Patient, data: tuple[Any, ...], factor: float, keep: float = 0.0) -> Field:
    """Return the person's loss and gradient less the decay, but for a part `keep` of it."""
    field, network = persons_field(patient, data), patient.network
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

    return Field(loss, gradient)


def check_decay(patient: Patient, exam: Examination) -> Iterator[Finding]:
    """Does the decay win over the data? Trained with it, then with less of it."""
    network, samples = patient.network, patient.samples
    if network is None or not network.decay.kind or samples is None or not patient.gradient_ok:
        return
    which = patient.choose(min(samples, 256))
    reduction = exam.measured.get("reduction", "")
    factor, base = decay_factor(patient, which, reduction), baseline(patient, which, reduction)
    if not factor > 0 or not numpy.isfinite(base) or base <= 0:
        return
    data = patient.part(which)
    bare = without_decay(patient, data, factor)

    def reached(keep: float) -> float:
        field = persons_field(patient, data) if keep == 1 else without_decay(patient, data, factor, keep)
        trial = adam(field, patient.theta, RATE, STEPS // 2, SECONDS, -numpy.inf)
        return bare.loss(trial.theta) / base

    own = reached(1.0)
    if own < 0.97:
        return
    for less in (0.1, 0.01, 0.001, 1e-4):
        found = reached(less)
        if found < 0.7 * own:
            yield Finding(
                "decay-dominates", "",
                f"the weight decay outweighs the data: the best it allows is {own:.0%} of the loss of knowing nothing.",
                f"multiply its coefficient by {less:g}: the data's loss then falls to {found:.0%} of that",
                f"lambda = {factor:.3g} on {len(which)} samples; trained with it and with less of it", 0.95,
                note=samples < 10,
            )  # fmt: skip
            return
