"""What is measured of a program, once each, when first asked for: the numbers that the checks judge."""

from collections.abc import Sequence
from functools import cached_property

import numpy

from ..gradcheck.parts import BINARY, CROSS, SQUARED, Host
from .limits import LAWS, OFF
from .predictions import Predictions
from .subject import Subject

POINTS = 3


class Facts:
    """The facts about a program.

    Attributes
    ----------
    subject : Subject
    predictions : Predictions
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.predictions = Predictions(subject)

    # --- the loss as a function of the samples

    @cached_property
    def batch(self) -> list[int]:
        """An even number of samples, 16 at most, on which the loss's laws are tried; empty where there are not four."""
        samples = self.subject.samples or 0
        which = self.subject.choose(min(16, samples // 2 * 2)) if samples >= 4 else []
        which = which[: len(which) // 2 * 2]
        half = self.subject.part(which[: len(which) // 2]) if len(which) >= 4 else None
        return which if half is not None and numpy.isfinite(self.subject.loss(self.subject.theta, half)) else []

    @cached_property
    def points(self) -> list[Host]:
        """The user's parameters and some near them: at the user's own, all units may be alike."""
        return [self.subject.near(OFF * k, seed=k) for k in range(POINTS)]

    @cached_property
    def wide(self) -> list[Host]:
        """The same, and ever smaller ones, where nothing saturates whatever the inputs' size."""
        return [*self.points, *(size * self.points[1] for size in (0.1, 0.01, 1e-3))]

    @cached_property
    def mixing(self) -> Host | None:
        """Parameters at which a sample's loss depends on the samples beside it, None where it never does.

        Over two halves of the samples, a loss of independent samples has one sum for every cut, be it a sum or a mean,
        with or without decay; a root of a mean has it for its square.
        """
        which = self.batch
        half, rng = len(which) // 2, numpy.random.default_rng(1)
        for theta in self.points if which else ():
            found = []
            for _ in range(8):
                order = [which[i] for i in rng.permutation(len(which))]
                found.append(
                    [self.subject.loss(theta, self.subject.part(part)) for part in (order[:half], order[half:])]
                )
            values = numpy.asarray(found)
            if numpy.all(numpy.isfinite(values)) and all(differ(numpy.sum(values**power, axis=1)) for power in (1, 2)):
                return theta
        return None

    @cached_property
    def doubling(self) -> float:
        """How many times as much is the loss on the samples given twice, decay cancelling: 1 a mean, 2 a sum."""
        which, subject = self.batch, self.subject
        a, b = which[: len(which) // 2], which[len(which) // 2 :]
        ratios = []
        for theta in self.points if which and self.mixing is None else ():
            once = subject.loss(theta, subject.part(a)) - subject.loss(theta, subject.part(b))
            twice = [subject.loss(theta, subject.part([i for i in part for _ in (0, 1)])) for part in (a, b)]
            if abs(once) > 1e-9 * abs(twice[0]):
                ratios.append((twice[0] - twice[1]) / once)
        return float(numpy.median(ratios)) if ratios and numpy.all(numpy.isfinite(ratios)) else float("nan")

    @property
    def reduction(self) -> str:
        """``"mean"``, ``"sum"``, ``"mean divided by m again"``, ``"other"``, or ``""`` where it is unknown."""
        if not numpy.isfinite(self.doubling):
            return ""
        return {1.0: "mean", 2.0: "sum", 0.5: "mean divided by m again"}.get(round(self.doubling, 4), "other")

    # --- what the loss is compared with

    @cached_property
    def baseline(self) -> float:
        """The constant-prediction baseline of all samples."""
        return self.baseline_of(None)

    def baseline_of(self, which: Sequence[int] | None) -> float:
        """Return the lowest loss that one answer for all of the samples `which` has, decay left out; NaN if unknown.

        Cross-entropy: the entropy of the classes' frequencies. Squares: the targets' variance, summed over the outputs.
        """
        subject, network, targets, samples = (
            self.subject,
            self.subject.network,
            self.subject.targets,
            self.subject.samples,
        )
        if network is None:
            if targets.labels is None or self.reduction not in ("mean", "sum") or samples is None or not self.crosses:
                return float("nan")
            chance = targets.chance if which is None else targets._replace(labels=targets.labels[list(which)]).chance
            return chance * (1 if self.reduction == "mean" else samples if which is None else len(which))
        T = subject.targets_of(network.layout[-1].W.shape[1])
        if T is None or samples is None:
            return float("nan")
        T = T if which is None else T[list(which)]
        share, measure = numpy.mean(T, axis=0), network.head.sharp.measure
        with numpy.errstate(all="ignore"):
            if measure is CROSS:
                each = -numpy.nansum(share * numpy.log(share))
            elif measure is BINARY:
                each = -numpy.nansum(share * numpy.log(share)) - numpy.nansum((1 - share) * numpy.log(1 - share))
            elif measure is SQUARED:
                each = numpy.sum(numpy.var(T, axis=0))
            else:
                return float("nan")
        # The factor before the sum was fitted on a few samples: a mean's is 1 / their number.
        few = len(network.data.X)
        mean = abs(network.factor) * few if self.reduction != "sum" else abs(network.factor) * len(T)
        return float(each * mean)

    @cached_property
    def crosses(self) -> bool:
        """Whether the loss is a cross-entropy; where nothing says what it is, a loss of classes counts as one."""
        network = self.subject.network
        if network is not None:
            return network.head.sharp.measure in (CROSS, BINARY)
        return self.subject.targets.labels is not None


def differ(values: Host) -> bool:
    """Whether they are not all the same, but for rounding."""
    if not numpy.all(numpy.isfinite(values)):
        return True
    return bool(numpy.ptp(values) > LAWS * numpy.max(numpy.abs(values)))
