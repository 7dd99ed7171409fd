"""The history of a run: what is kept of each step that was recorded, as plain floats."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy

from ...gradcheck.parts import Host

Pairs = list[tuple[int, float]]
Series = dict[str, Pairs]


@dataclass
class RunHistory:
    """Losses, and for each tensor or layer what was seen of it, each value with its step.

    Attributes
    ----------
    loss, validation_loss : list of (step, value)
    gradient_norm, weight_norm, update_ratio : dict of tensor to list of (step, value)
        Euclidean norms; the ratio is that of a step's change to the tensor before it.
    dead, saturated : dict of layer to list of (step, share)
    batch : list of (step, samples)
        Of each recorded loss whose batch is known.
    turn : list of (step, cosine)
        Between a gradient and the one before.
    descent : list of (step, cosine)
        Between a change of the parameters and the gradient that it was made with: negative goes down.
    stiffness : list of (step, value)
        Curvature along a change times the rate that it shows: steps overshoot beyond 1 and diverge beyond 2.
    matrices : list of str
        The layers' weights among the tensors, in order.
    title : str
        What the history is of.
    """

    loss: Pairs = field(default_factory=list)
    validation_loss: Pairs = field(default_factory=list)
    gradient_norm: Series = field(default_factory=dict)
    weight_norm: Series = field(default_factory=dict)
    update_ratio: Series = field(default_factory=dict)
    dead: Series = field(default_factory=dict)
    saturated: Series = field(default_factory=dict)
    batch: Pairs = field(default_factory=list)
    turn: Pairs = field(default_factory=list)
    descent: Pairs = field(default_factory=list)
    stiffness: Pairs = field(default_factory=list)
    matrices: list[str] = field(default_factory=list)
    title: str = "The run"

    def add(self, series: Series, name: str, step: int, value: float) -> None:
        """Append one value."""
        series.setdefault(name, []).append((step, float(value)))

    def add_change(self, step: int, names: Sequence[str], now: Sequence[Host], before: Sequence[Host]) -> None:
        """Take in how far each tensor moved."""
        for name, after, then in zip(names, now, before, strict=True):
            size = float(numpy.linalg.norm(then))
            if size > 0 and after.shape == then.shape:
                self.add(self.update_ratio, name, step, float(numpy.linalg.norm(after - then)) / size)

    def add_norms(self, series: Series, step: int, names: Sequence[str], parts: Sequence[Host]) -> None:
        """Take in the size of each tensor."""
        for name, part in zip(names, parts, strict=True):
            self.add(series, name, step, float(numpy.linalg.norm(part)))

    @property
    def losses(self) -> Host:
        """The recorded losses alone; of batches of several sizes those of the usual one, since a sum grows with it."""
        sizes = dict(self.batch)
        if len(set(sizes.values())) < 2:
            return values(self.loss)
        found, counts = numpy.unique(list(sizes.values()), return_counts=True)
        usual = float(found[numpy.argmax(counts)])
        return values([(step, value) for step, value in self.loss if sizes.get(step, usual) == usual])

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists and numbers."""
        return {name: value for name, value in vars(self).items() if value}


def weight_names(names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> list[str]:
    """Return which tensors are layers' weights: two axes, and no bias written as a row or a column."""
    found: list[str] = []
    before: tuple[int, ...] = ()
    for name, shape in zip(names, shapes, strict=True):
        single = len(before) == 2 and shape == (before[1], 1) and before[0] != before[1]  # behind (in, k) comes (k, 1)
        if len(shape) == 2 and (min(shape) > 1 or single):
            found.append(name)
            before = shape
    return found


def values(pairs: Sequence[tuple[int, float]]) -> Host:
    """Return the values of one series."""
    return numpy.asarray([value for _, value in pairs], dtype="float64")


def total(series: Series) -> Host:
    """Return the norm over all tensors, step by step."""
    found = [values(pairs) for pairs in series.values()]
    n = min((len(x) for x in found), default=0)
    return numpy.sqrt(numpy.sum([x[-n:] ** 2 for x in found], axis=0)) if n else numpy.zeros(0)
