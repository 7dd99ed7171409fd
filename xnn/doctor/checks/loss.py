"""Is it the loss? Laws that a loss over independent samples obeys, whatever the network.

With samples cut into parts A and B of one size, a loss that treats every sample by itself, be it a sum or a mean, with
or without weight decay, obeys ``L(A) + L(B) = L(A') + L(B')`` for every other cut into halves. A loss that does not
mixes the samples; and if shuffling y alone changes nothing, every output meets every target: a broadcast.
"""

from collections.abc import Iterator, Sequence

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host
from ..examination import Examination
from ..facts import differ
from ..limits import LAWS
from ..subject import Subject


def check(exam: Examination) -> Iterator[Finding]:
    """Yield how the loss breaks the laws."""
    theta = exam.facts.mixing
    if theta is not None and exam.subject.program.before is not None:
        exam.done["forward checks"] = (
            "left out: what is drawn, or kept from call to call, goes by a sample's place among the others"
        )
        return
    if theta is not None:
        yield from _mixture(exam, theta, exam.facts.batch)
        return
    yield from _reduction(exam)
    yield from _silent_class(exam)


def _mixture(exam: Examination, theta: Host, which: Sequence[int]) -> Iterator[Finding]:
    subject = exam.subject
    turns = [[which[i] for i in numpy.roll(range(len(which)), k)] for k in (0, 1, 3)]
    values = numpy.asarray([subject.loss(theta, subject.exchanged(which, turned)) for turned in turns])
    targets = subject.host[1]
    if subject.has_targets and not differ(values):
        outputs = f"({len(targets)}, 1)" if targets.ndim == 1 else f"({len(targets)},)"
        yield Finding(
            "loss-broadcast", "y",
            f"every output is compared with every target: y has shape {targets.shape}, the outputs {outputs}.",
            "write y = y.reshape(-1, 1), of the outputs' shape, before the loss"
            if targets.ndim == 1 else "give y and the outputs one shape: y.reshape(-1), or outputs of shape (n, 1)",
            f"the loss stays {values[0]:.6g} when y alone is shuffled, and is no sum over samples",
        )  # fmt: skip
        return
    if _is_mean_over_batch(subject, theta):
        yield Finding(
            "samples-mixed", "", "a sample's loss depends on the other samples, through a mean over the batch.",
            "right for batch normalisation; else look for a mean or a sum over the samples' axis, 0", note=True,
        )  # fmt: skip
        return
    if _is_sequence(exam, theta, which):
        yield Finding(
            "samples-mixed", "", "a sample's loss depends on its place among the others.",
            "right for the steps of a sequence; else look for a reshape that should be a transpose", note=True,
        )  # fmt: skip
        return
    evidence = "the losses of two halves do not add up to the same for every cut into halves"
    where = _normalised(exam, theta, which)
    if where:
        axis = 1 if subject.in_columns else 0
        yield Finding(
            "samples-mixed", "",
            f"the softmax runs over {where}, not the classes.",
            f"write softmax over axis {1 - axis}: e / e.sum(axis={1 - axis}, keepdims=True)", evidence,
        )  # fmt: skip
        return
    yield Finding(
        "samples-mixed", "", "the output of a sample depends on the other samples.",
        "look for a softmax, a mean or a sum over the samples' axis (0 where samples are rows), or a reshape that "
        "should be a transpose", evidence, 0.98,
    )  # fmt: skip


def _normalised(exam: Examination, theta: Host, which: Sequence[int]) -> str:
    """Say over what a softmax runs wrongly, empty where there is no sign of one.

    A softmax over the samples is 1 for a sample alone, whose cross-entropy is then the decay's alone; one over samples
    and classes is right for a sample alone. In both, each sample's loss grows by log 2 if all are given twice.
    """
    subject, rows = exam.subject, exam.predictions.at(theta, which)
    if not isinstance(rows, str) and rows.shape[1] > 1 and rows.min() >= 0 and not numpy.allclose(rows.sum(axis=1), 1):
        if numpy.allclose(rows.sum(axis=0), 1.0):
            return "the samples"
        if numpy.isclose(rows.sum(), 1.0):
            return "the samples and the classes at once"
    if subject.network is not None and subject.network.head.axis == -2:
        return "the samples"
    one = numpy.asarray([subject.loss(theta, subject.part([i])) for i in which])
    once, twice = (subject.loss(theta, subject.part(part)) for part in (which, [*which, *which]))
    m = len(which)
    mean, total = abs(twice - once - numpy.log(2)) < LAWS, abs(twice - 2 * once - 2 * m * numpy.log(2)) < LAWS * m
    if not (mean or total) or not numpy.all(numpy.isfinite(one)):
        return ""
    return "the samples and the classes at once" if differ(one) else "the samples"


def _is_sequence(exam: Examination, theta: Host, which: Sequence[int]) -> bool:
    """Whether the samples' order matters, as it does to steps in time: the later ones do not change the earlier."""
    subject, order = exam.subject, sorted(which)
    turned = order[::-1]
    if not differ(numpy.asarray([subject.loss(theta, subject.part(part)) for part in (order, turned)])):
        return False
    first = order[: len(order) // 2]
    whole, half = (exam.predictions.at(theta, part) for part in (order, first))
    if isinstance(whole, str) or isinstance(half, str) or not subject.gradient_ok:
        return True
    return bool(numpy.allclose(whole[: len(half)], half, rtol=1e-6, atol=1e-9))


def _is_mean_over_batch(subject: Subject, theta: Host) -> bool:
    """Whether samples meet in their mean or variance alone, as in batch normalisation.

    Then neither their order matters nor whether all are there twice, but for a variance over n - 1.
    """
    assert subject.samples is not None
    which = subject.choose(min(128, subject.samples))
    turned = [*which[1::2], *which[::2]]
    values = numpy.asarray([subject.loss(theta, subject.part(part)) for part in (which, turned, which * 2)])
    once, moved, twice = values
    return not differ(values[:2]) and bool(abs(twice - once) < 0.01 * abs(once)) and bool(numpy.isfinite(moved))


def _reduction(exam: Examination) -> Iterator[Finding]:
    """Judge the loss on samples given twice."""
    facts, m = exam.facts, exam.subject.samples or 1
    if not facts.reduction:
        return
    exam.measured["reduction"] = facts.reduction
    if abs(facts.doubling - 0.5) < 1e-4:
        yield Finding(
            "loss-scale", "", "the loss is divided by the number of samples twice: more samples make it smaller.",
            f"divide by m = {m} once; the learning rate then counts {m} times as much",
            "the samples given twice halve it",
        )  # fmt: skip
    elif abs(facts.doubling - 2.0) < 1e-4:
        yield from _summed(exam.subject, m)


def _summed(subject: Subject, m: int) -> Iterator[Finding]:
    """The loss doubles with the samples: a sum, be it divided by a constant."""
    network = subject.network
    factor = abs(network.factor) if network is not None else 1.0
    features = subject.rows.shape[1] if subject.rows is not None else 0
    outputs = network.layout[-1].W.shape[1] if network is not None else 0
    for half in (1, 2):
        if features > 2 and features not in (m, outputs) and abs(factor * features * half - 1) < 1e-4:
            axis = subject.host[0].shape.index(m) if m in subject.host[0].shape else 0
            yield Finding(
                "loss-scale", "", f"the loss is divided by {features}, the number of features, not of samples.",
                f"divide by m = {m}: m = X.shape[{axis}]",
                f"the samples given twice double it, and it is 1/{features * half} of the sum over them",
            )  # fmt: skip
            return
        if abs(factor * m * half - 1) < 1e-4:
            return  # divided by m, which it has from elsewhere
    mean = any(outputs > 1 and abs(factor * outputs * half - 1) < 1e-4 for half in (1, 2))
    yield Finding(
        "loss-sum", "",
        f"the loss is a sum over the samples{f', of a mean over the {outputs} outputs' if mean else ''}, so a rate for "
        f"it is m = {m} times smaller than for a mean.",
        f"divide by m = {m}, or choose the rate for this number of samples", "the samples given twice double it",
        note=True,
    )  # fmt: skip


def _silent_class(exam: Examination) -> Iterator[Finding]:
    """See whether the loss of a class's samples is the same whatever their inputs: nothing is learnt from them."""
    subject, labels = exam.subject, exam.subject.targets.labels
    if labels is None:
        return
    values = numpy.unique(labels)
    if not 2 <= len(values) <= 20:
        return
    constant: dict[int, float] = {}
    spread: dict[int, Host] = {}
    for label in values:
        which = _unlike(subject, numpy.flatnonzero(labels == label), 4)
        if len(which) < 2:
            return
        losses = numpy.asarray([
            [subject.loss(theta, subject.part([i])) for i in which] for theta in exam.facts.wide
        ])  # fmt: skip
        if not numpy.all(numpy.isfinite(losses)):
            return
        spread[int(label)] = numpy.ptp(losses, axis=1)
        constant[int(label)] = float(losses[0, 0])
    most = max(float(by.max()) for by in spread.values())
    silent = [label for label, by in spread.items() if by.max() <= LAWS * most]
    # Where every unit is dead or saturated no class depends on its inputs: the others must, at most parameters.
    heard = [float(numpy.median(by)) for label, by in spread.items() if label not in silent]
    if not silent or not heard or min(heard) <= 1e-13 * max(map(abs, constant.values())):
        return
    names = " and ".join(str(label) for label in silent)
    value = constant[silent[0]]
    evidence = f"the loss of each of its samples is {value:.4g}, whatever the inputs and the parameters"
    if set(constant) == {0, 1} and silent == [0] and abs(value) > 1e-3:
        yield Finding(
            "labels-range", "y", "y holds 0 and 1, and the loss wants -1 and 1: it ignores the samples of class 0.",
            "write y = 2 * y - 1", evidence,
        )  # fmt: skip
        return
    if min(constant) >= 1 and silent == [max(constant)] and abs(value) < 1e-9:
        yield Finding(
            "labels-range", "y", f"y counts its classes from 1 and the outputs from 0: class {names} has none.",
            "write y - 1", evidence,
        )  # fmt: skip
        return
    one = len(constant) == 2 and silent == [0]
    yield Finding(
        "loss-activation-mismatch", "", f"the loss ignores the samples of class {names}: it is the same for all.",
        "add the other half of the cross-entropy: -(1 - y) * log(1 - p)" if one else
        f"look at how the loss picks the output of class {names}", evidence, facts={"of": "loss"},
    )  # fmt: skip


def _unlike(subject: Subject, which: Host, count: int) -> list[int]:
    """Choose samples whose inputs differ."""
    if subject.rows is None:
        return [int(i) for i in which[:count]]
    firsts = numpy.sort(numpy.unique(subject.rows[which], axis=0, return_index=True)[1])
    return [int(which[i]) for i in firsts[:count]]


def below_zero(exam: Examination) -> Iterator[Finding]:
    """See whether a cross-entropy falls below 0, where no logarithm of a probability takes it."""
    subject = exam.subject
    labels = subject.targets.labels
    if labels is None or subject.samples is None or not exam.facts.batch:
        return
    which = exam.facts.batch
    values = numpy.asarray([subject.loss(theta, subject.part([i])) for theta in exam.facts.points for i in which])
    if not numpy.all(numpy.isfinite(values)) or not values.min() < -1e-6 * max(1.0, float(values.max())):
        return
    evidence = f"over single samples and parameters nearby it goes from {values.min():.4g} to {values.max():.4g}"
    if values.max() <= 1e-9:
        yield Finding(
            "loss-sign", "", "the loss is never above 0: the minus of the cross-entropy is missing.",
            "write loss = -sum(y * log(p)); the gradient of the loss then changes its sign too", evidence, 0.95,
        )  # fmt: skip
    elif set(numpy.unique(labels)) == {-1, 1}:
        yield Finding(
            "labels-range", "y", "y holds -1 and 1, and the loss falls below 0, as one of 0 and 1 then does.",
            "write y = (y + 1) / 2, so that the labels are 0 and 1", evidence, 0.9,
        )  # fmt: skip
    elif exam.facts.crosses or subject.network is None:
        yield Finding(
            "probabilities", "", "the loss of a sample falls below 0: what it takes the logarithm of exceeds 1.",
            "let the outputs be probabilities: softmax over the classes, or one sigmoid", evidence, 0.9,
        )  # fmt: skip
