"""Is it the data? NaNs, inputs that say nothing, labels that do not fit."""

from collections.abc import Iterator

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host
from ..examination import Examination
from ..limits import COMMON_CLASS, CONSTANT_FEATURES, CONSTANT_UP_TO
from ..subject import Subject


def check(exam: Examination) -> Iterator[Finding]:
    """Yield what is wrong with X and y as they stand."""
    subject = exam.subject
    X, y = subject.host
    yield from _finite("X", X)
    if subject.has_targets:
        yield from _finite("y", y)
    if subject.samples is None:
        yield from _lengths(X, y)
        return
    if subject.rows is not None:
        yield from _constant(subject.rows)
    yield from _labels(subject)


def _finite(name: str, x: Host) -> Iterator[Finding]:
    if x.dtype.kind != "f" or bool(numpy.all(numpy.isfinite(x))):
        return
    off = ~numpy.isfinite(numpy.atleast_1d(x))
    first = [int(i) for i in numpy.argwhere(off)[0]]
    columns = numpy.flatnonzero(numpy.any(off.reshape(len(off), -1), axis=0))
    yield Finding(
        "input-not-finite", name, f"{int(off.sum())} of the {x.size} values in {name} are NaN or infinite.",
        "fill them in or leave their rows out: X[~numpy.isfinite(X).all(axis=1)] shows which",
        f"the first at {first}, {len(columns)} of {off.size // len(off)} columns have one",
    )  # fmt: skip


def _lengths(X: Host, y: Host) -> Iterator[Finding]:
    if X.ndim and y.ndim and not set(X.shape) & set(y.shape) and min(X.size, y.size) > 1:
        yield Finding(
            "labels-shape", "y", f"X has shape {X.shape} and y {y.shape}: no axis of theirs has the same length.",
            f"give one target a sample: y of shape ({X.shape[0]},) or ({X.shape[0]}, outputs)",
        )  # fmt: skip


def _constant(X: Host) -> Iterator[Finding]:
    if len(X) < 2 or not numpy.all(numpy.isfinite(X)):
        return
    varies = numpy.ptp(X.astype(float), axis=0) > CONSTANT_UP_TO * numpy.max(numpy.abs(X), axis=0)
    still = int((~varies).sum())
    if still < CONSTANT_FEATURES * X.shape[1] and not (X.shape[1] <= 4 and still == X.shape[1] - 1 and still > 1):
        idle = numpy.flatnonzero(~varies & ~numpy.isin(X[0], (0.0, 1.0)))
        if idle.size:
            yield Finding(
                "input-constant", "X", f"column {idle[0]} of X is {X[0, idle[0]]:g} in every sample.",
                f"leave it out, or set it to 1 if it is to serve as a bias: {idle.size} such columns", note=True,
            )  # fmt: skip
        return
    yield Finding(
        "input-constant", "X", f"{still} of the {X.shape[1]} features are the same in every sample.",
        "look at what loads and scales X: there is next to nothing to tell the samples apart by",
        f"the first sample begins {numpy.round(X[0, :4], 4).tolist()}, the second {numpy.round(X[1, :4], 4).tolist()}",
    )  # fmt: skip


def _labels(subject: Subject) -> Iterator[Finding]:
    targets, samples = subject.targets, subject.samples
    rows, labels = targets.rows, targets.labels
    if rows is None or samples is None:
        return
    outputs = _outputs(subject)
    if targets.one_hot:
        sums = rows.sum(axis=1)
        off = numpy.flatnonzero(sums != 1)
        if off.size and subject.network is not None and subject.network.head.output is None:
            yield Finding(
                "labels-one-hot", "y", f"{off.size} of {samples} rows of y do not hold exactly one 1.",
                "write y = numpy.eye(classes)[labels]",
                f"row {off[0]} sums to {sums[off[0]]:g}; softmax gives probabilities that sum to 1",
            )  # fmt: skip
        elif numpy.any(sums == 0) and (unused := numpy.flatnonzero(numpy.all(rows == 0, axis=0))).size:
            yield Finding(
                "labels-one-hot", "y",
                f"{int(numpy.sum(sums == 0))} rows of y are all 0, and output {unused[0]} is never wanted: the classes "
                "are counted from 1 where the outputs are from 0.", "write y = numpy.eye(classes)[labels - 1]",
                f"{unused.size} of {rows.shape[1]} columns of y hold no 1",
            )  # fmt: skip
        elif rows.shape[1] > 1 and rows.shape[1] <= samples and numpy.all(rows[:, 1:] == 0):
            yield Finding("labels-one-hot", "y", "every row of y is the first class.", "check how y is built")
    if labels is not None and not targets.one_hot:
        top, least = int(labels.max()), int(labels.min())
        if outputs is not None and outputs > 1 and top >= outputs and not (least >= 1 and top == outputs):
            yield Finding(
                "labels-range", "y", f"y has the class {top}, and the network {outputs} outputs, 0 to {outputs - 1}.",
                f"give the last layer {top + 1} units, or number the classes from 0 to {outputs - 1}",
            )  # fmt: skip
        elif least >= 1 and outputs is not None and top == outputs > 1 and not _works(subject):
            yield Finding(
                "labels-range", "y", f"y counts its classes from 1 to {top}; the outputs are numbered from 0.",
                "write y - 1",
            )  # fmt: skip
        elif least < 0 and (outputs or 0) > 1:
            yield Finding(
                "labels-range", "y", f"y has the class {least}: as an index it means the last output, silently.",
                f"number the classes from 0 to {(outputs or 2) - 1}",
            )  # fmt: skip
    if labels is not None and samples >= 20:
        values, counts = numpy.unique(labels, return_counts=True)
        share = counts.max() / samples
        if len(values) == 1:
            yield Finding(
                "class-imbalance", "y", f"every sample is of class {values[0]}: there is nothing to tell apart.",
                "check how y is read",
            )  # fmt: skip
        elif share >= COMMON_CLASS:
            rare = values[counts.argmin()]
            yield Finding(
                "class-imbalance", "y",
                f"{share:.1%} of the samples are of class {values[counts.argmax()]}: always saying so is as accurate.",
                f"weigh class {rare} by {counts.max() / counts.min():.0f}, or draw it that much more often; "
                "judge by the accuracy within each class",
                f"{counts.min()} of {samples} samples are of class {rare}", certainty=0.8,
            )  # fmt: skip


def _outputs(subject: Subject) -> int | None:
    """Return the number of outputs: of the network if it is known, else of the last array of parameters."""
    if subject.network is not None:
        return subject.network.layout[-1].W.shape[1]
    leaves = [leaf for leaf in subject.program.leaves if leaf.size]
    last, inputs = leaves[-1], subject.rows.shape[1] if subject.rows is not None else 0
    if len(leaves) < 2 or len(last.shape) > 2:
        return None
    before = set(leaves[-2].shape)
    if len(last.shape) < 2 or min(last.shape) == 1:  # a bias, if the weights before have as many units
        return last.size if last.size in before else None
    shared = [n for n in last.shape if n in before or (n == inputs and len(leaves) == 1)]
    return last.size // shared[0] if len(shared) == 1 else None


def _works(subject: Subject) -> bool:
    """Whether the loss can be computed at all."""
    return bool(numpy.isfinite(subject.loss(subject.theta)))
