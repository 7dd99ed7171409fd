"""Is it the loss? Laws that a loss over independent samples obeys, whatever the network.

With samples cut into parts A and B of one size, a loss that treats every sample by itself, be it a sum or a mean, with
or without weight decay, obeys ``L(A) + L(B) = L(A') + L(B')`` for every other cut into halves. A loss that does not
mixes the samples; and if shuffling y alone changes nothing, every output meets every target: a broadcast.
"""

from collections.abc import Iterator, Sequence

import numpy

from ..findings import Finding
from ..gradcheck.structure import Host
from .patient import Examination, Patient
from .predictions import Predictions

SHARE = 0.3  # how far off the parameters are where the laws are tried as well: at the person's own all may be alike
AGREES = 1e-6
POINTS = 3


def check_forward(patient: Patient, exam: Examination, predictions: Predictions | None) -> Iterator[Finding]:
    """Yield how the loss breaks the laws."""
    name = "forward checks"
    if patient.samples is None:
        exam.done[name] = "left out: X and y do not say how many samples there are"
        return
    if patient.samples < 4:
        exam.done[name] = "left out: they need four samples"
        return
    count = min(16, patient.samples // 2 * 2)
    which = patient.choose(count)
    count = len(which) // 2 * 2
    if count < 4 or not numpy.isfinite(patient.loss(patient.theta, patient.part(which[: count // 2]))):
        exam.done[name] = "left out: the loss cannot be had of a part of the samples"
        return
    exam.done[name] = "done"
    which = which[:count]
    points = [patient.near(SHARE * k, seed=k) for k in range(POINTS)]
    mixed = [_mixes(patient, theta, which) for theta in points]
    if any(mixed):
        yield from _mixture(patient, points[mixed.index(True)], which, predictions)
    else:
        yield from _reduction(patient, points, which, exam)


def _mixes(patient: Patient, theta: Host, which: Sequence[int]) -> bool:
    """Whether the sum over two halves depends on the cut, for the loss and for its square (a root of a mean)."""
    half = len(which) // 2
    rng = numpy.random.default_rng(1)
    values = []
    for _ in range(8):
        order = [which[i] for i in rng.permutation(len(which))]
        values.append([patient.loss(theta, patient.part(part)) for part in (order[:half], order[half:])])
    found = numpy.asarray(values)
    if not numpy.all(numpy.isfinite(found)):
        return False
    return all(_differ(numpy.sum(found**power, axis=1)) for power in (1, 2))


def _mixture(patient: Patient, theta: Host, which: Sequence[int], predictions: Predictions | None) -> Iterator[Finding]:
    X, y = patient.part(which)
    shuffled = [patient.part([which[i] for i in numpy.roll(range(len(which)), k)])[1] for k in (1, 3)]
    values = numpy.asarray([patient.loss(theta, (X, other)) for other in (y, *shuffled)])
    targets = patient.host[1]
    if not _differ(values):
        outputs = f"({len(targets)}, 1)" if targets.ndim == 1 else f"({len(targets)},)"
        yield Finding(
            "loss-broadcast", "y",
            f"every output is compared with every target: y has shape {targets.shape}, the outputs {outputs}.",
            "write y = y.reshape(-1, 1), of the outputs' shape, before the loss"
            if targets.ndim == 1 else "give y and the outputs one shape: y.reshape(-1), or outputs of shape (n, 1)",
            f"the loss stays {values[0]:.6g} when y alone is shuffled, and is no sum over samples",
        )  # fmt: skip
        return
    if _is_mean_over_batch(patient, theta):
        yield Finding(
            "samples-mixed", "", "a sample's loss depends on the other samples, through a mean over the batch.",
            "right for batch normalisation; else look for a mean or a sum over the samples' axis, 0", note=True,
        )  # fmt: skip
        return
    seen = "the losses of two halves do not add up to the same for every cut into halves"
    axis = 0
    if predictions is not None and predictions.sums_over_samples(theta, which):
        message = "the softmax runs over the samples, not the classes: the probabilities of each class sum to 1."
    elif patient.network is not None and patient.network.head.axis == -2:
        axis = 1 if patient.network.data.in_columns else 0
        message = "the softmax runs over the samples, not the classes."
    else:
        message = "the output of a sample depends on the other samples."
        yield Finding(
            "samples-mixed", "", message,
            "look for a softmax, a mean or a sum over the samples' axis (0 where samples are rows), or a reshape that "
            "should be a transpose", seen, 0.98,
        )  # fmt: skip
        return
    yield Finding(
        "samples-mixed", "", message,
        f"write softmax over axis {1 - axis}: e / e.sum(axis={1 - axis}, keepdims=True)", seen,
    )  # fmt: skip


def _is_mean_over_batch(patient: Patient, theta: Host) -> bool:
    """Whether samples meet in their mean or variance alone, as in batch normalisation.

    Then neither their order matters nor whether all are there twice, but for a variance over n - 1.
    """
    assert patient.samples is not None
    which = patient.choose(min(128, patient.samples))
    turned = [*which[1::2], *which[::2]]
    values = numpy.asarray([patient.loss(theta, patient.part(part)) for part in (which, turned, which * 2)])
    once, moved, twice = values
    return not _differ(values[:2]) and bool(abs(twice - once) < 0.01 * abs(once)) and bool(numpy.isfinite(moved))


def _reduction(patient: Patient, points: Sequence[Host], which: Sequence[int], exam: Examination) -> Iterator[Finding]:
    """Compare the loss on samples with that on the samples given twice, decay cancelling in a difference."""
    half = len(which) // 2
    ratios = []
    for theta in points:
        a, b = which[:half], which[half:]
        once = patient.loss(theta, patient.part(a)) - patient.loss(theta, patient.part(b))
        twice = [patient.loss(theta, patient.part([i for i in part for _ in (0, 1)])) for part in (a, b)]
        if abs(once) > 1e-9 * abs(twice[0]):
            ratios.append((twice[0] - twice[1]) / once)
    if not ratios or not numpy.all(numpy.isfinite(ratios)):
        return
    ratio = float(numpy.median(ratios))
    m = patient.samples or 1
    exam.measured["reduction"] = {1.0: "mean", 2.0: "sum", 0.5: "mean divided by m again"}.get(round(ratio, 4), "other")
    if abs(ratio - 0.5) < 1e-4:
        yield Finding(
            "loss-scale", "", "the loss is divided by the number of samples twice: more samples make it smaller.",
            f"divide by m = {m} once; the learning rate then counts {m} times as much",
            "the samples given twice halve it",
        )  # fmt: skip
    elif abs(ratio - 2.0) < 1e-4:
        yield from _summed(patient, m)


def _summed(patient: Patient, m: int) -> Iterator[Finding]:
    """The loss doubles with the samples: a sum, be it divided by a constant."""
    network = patient.network
    factor = abs(network.factor) if network is not None else 1.0
    features = patient.rows.shape[1] if patient.rows is not None else 0
    outputs = network.layout[-1].W.shape[1] if network is not None else 0
    for half in (1, 2):
        for what, n in (("features", features), ("outputs", outputs)):
            if n > 2 and n != m and abs(factor * n * half - 1) < 1e-4:
                yield Finding(
                    "loss-scale", "", f"the loss is divided by {n}, the number of {what}, not of samples.",
                    f"divide by m = {m}: m = X.shape[{_sample_axis(patient)}]",
                    "the samples given twice double it, and it is "
                    f"1/{n * half} of the sum over them",
                )  # fmt: skip
                return
        if abs(factor * m * half - 1) < 1e-4:
            return  # divided by m, which it has from elsewhere
    yield Finding(
        "loss-sum", "",
        f"the loss is a sum over the samples, so a rate for it is m = {m} times smaller than for a mean.",
        f"divide by m = {m}, or choose the rate for this number of samples", "the samples given twice double it",
        note=True,
    )  # fmt: skip


def _sample_axis(patient: Patient) -> int:
    X = patient.host[0]
    return X.shape.index(patient.samples) if patient.samples in X.shape else 0


def _differ(values: Host) -> bool:
    """Whether they are not all the same, but for rounding."""
    if not numpy.all(numpy.isfinite(values)):
        return True
    return bool(numpy.ptp(values) > AGREES * numpy.max(numpy.abs(values)))
