"""Is it what comes out? Probabilities that are none, targets beyond reach, an accuracy that counts wrong."""

from collections.abc import Iterator

import numpy

from ...backends import to_host
from ...findings import Finding
from ...gradcheck.parts import CROSS, Host
from ...quiet import quiet
from ..examination import Examination
from ..limits import OFF, SPREADS
from ..predictions import Predictions
from ..subject import Subject
from . import one_target
from .loss import below_zero


def check(exam: Examination) -> Iterator[Finding]:
    """Yield what is wrong with the outputs."""
    subject, predictions = exam.subject, exam.predictions
    if subject.functions.predict is None:
        exam.done["predictions"] = "left out: give predict=" + (
            "" if subject.network is None else "; those of the network recovered from the loss were looked at"
        )
    elif predictions.fault:
        exam.done["predictions"] = f"left out: {predictions.fault}"
        yield Finding("raises", "predict", f"{predictions.fault}.", "let predict(params, X) return one row a sample")
    else:
        exam.done["predictions"] = "done"
    yield from _probabilities(subject, predictions)
    yield from below_zero(exam)
    yield from one_target.check(exam)
    yield from _unmoved(exam)
    yield from _reach(exam)
    yield from _accuracy(subject, exam, predictions)


def _probabilities(subject: Subject, predictions: Predictions) -> Iterator[Finding]:
    """Rows that the loss takes for probabilities must sum to 1."""
    targets = subject.targets
    if targets.labels is None or not predictions.own:
        return
    theta = subject.near(OFF, 1)
    rows = predictions.at(theta)
    if isinstance(rows, str) or rows.shape[1] < 2 or not numpy.all(numpy.isfinite(rows)):
        return
    if rows.shape[1] < targets.classes or predictions.kind == "classes":
        return
    sums = rows.sum(axis=1)
    if numpy.allclose(sums, 1.0, atol=1e-4) and rows.min() >= -1e-9:
        return
    base = 1 if targets.labels.min() == 1 and targets.labels.max() == rows.shape[1] else 0
    chosen = rows[numpy.arange(len(rows)), targets.labels - base]
    with quiet():
        cross = float(-numpy.sum(numpy.log(chosen)))
    value = subject.loss(theta)
    used = numpy.isfinite(cross) and any(
        abs(value * k - cross) <= 1e-5 * abs(cross) for k in (1, len(rows), len(rows) * rows.shape[1])
    )
    if used:
        yield Finding(
            "probabilities", "",
            f"the predicted probabilities of a sample sum to {sums.min():.3g} to {sums.max():.3g}, not to 1.",
            "write e / e.sum(axis=1, keepdims=True), with e = exp(z - z.max(axis=1, keepdims=True))",
            f"they lie between {rows.min():.3g} and {rows.max():.3g}", 0.97,
        )  # fmt: skip


def _unmoved(exam: Examination) -> Iterator[Finding]:
    """See whether an output stays what it is, whatever the inputs and the parameters."""
    predictions = exam.predictions
    if not predictions.own or predictions.kind == "classes":
        return
    answers = [predictions.at(theta) for theta in exam.facts.wide]
    sound = [x for x in answers if not isinstance(x, str) and numpy.all(numpy.isfinite(x))]
    if len(sound) < len(answers) or len({x.shape for x in sound}) > 1 or sound[0].shape[1] < 2:
        return
    reach = numpy.ptp(numpy.concatenate(sound), axis=0)
    still = numpy.flatnonzero(reach <= 1e-9 * reach.max())
    if still.size and still.size < len(reach):
        yield Finding(
            "detached", "",
            f"output {still[0]} is {sound[0][0, still[0]]:.4g} for every sample, whatever the parameters.",
            f"connect output {still[0]} to the last layer: its column of the weights is never used",
            f"the other outputs move by up to {reach.max():.3g} between samples and parameters nearby", 0.95,
        )  # fmt: skip


def _reach(exam: Examination) -> Iterator[Finding]:
    """Targets that no parameters can reach."""
    subject, predictions = exam.subject, exam.predictions
    rows = subject.targets.rows
    if rows is None or not numpy.all(numpy.isfinite(rows)):
        return
    network = subject.network
    if network is not None and network.head.output is None and network.layout[-1].W.shape[1] == 1:
        yield _one_unit()
        return
    # Both ways: with few parameters all outputs may be at one end of their range.
    far = [theta for i, share in enumerate(SPREADS) for theta in _both_ways(subject, share, i)]
    answers = [predictions.at(theta) for theta in far]
    sound = [x for x in answers if not isinstance(x, str)]
    sound = [x[numpy.all(numpy.isfinite(x), axis=1)] for x in sound]
    sound = [x for x in sound if x.size]
    if not sound or (predictions.own and predictions.kind == "classes"):
        yield from _flat_loss(subject)
        return
    outputs = numpy.concatenate(sound)
    if outputs.shape[1] == 1 and numpy.all(outputs == 1.0):
        yield _one_unit()
        return
    if network is not None and network.head.measure is CROSS and network.head.output is not None and len(outputs.T) > 1:
        yield Finding(
            "loss-activation-mismatch", "",
            f"the loss is -log p of the true class alone, and the outputs are {network.head.output.name}s: nothing "
            "keeps the others down.",
            "write softmax for the outputs, or add -(1 - y) log(1 - p) to the loss",
            f"the loss is that of a {network.words} network",
        )  # fmt: skip
        return
    yield from _bounds(exam, outputs, rows)
    yield from _flat_loss(subject)


def _both_ways(subject: Subject, share: float, seed: int) -> tuple[Host, Host]:
    ahead = subject.near(share, seed)
    return ahead, 2.0 * subject.theta - ahead


RANGES = {
    "1 + exp(-z)": (1.0, float("inf")), "sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, float("inf")),
}  # fmt: skip


def _bounds(exam: Examination, outputs: Host, rows: Host) -> Iterator[Finding]:
    subject = exam.subject
    if rows.shape[1] != outputs.shape[1]:
        return  # labels
    network = subject.network
    known = None if network is None else network.head.output.name if network.head.output else "softmax"
    low, high = float(outputs.min()), float(outputs.max())
    for name, (floor, ceiling) in RANGES.items():
        within = low >= floor - 1e-9 and high <= ceiling + 1e-9
        beyond = float(numpy.mean((rows < floor - 1e-9) | (rows > ceiling + 1e-9)))
        # Random outputs that happen to stay within prove nothing: they must come up to the bound.
        touches = low < floor + 0.05 and (high > ceiling - 0.05 or (ceiling == float("inf") and high > floor + 0.5))
        proven = within and touches if known is None else known == name
        if proven and beyond > 0.02:
            bound = f"{floor:g} or more" if ceiling == float("inf") else f"between {floor:g} and {ceiling:g}"
            yield Finding(
                "loss-activation-mismatch", "",
                f"the outputs are {bound}, as {name}'s are, and the targets between {rows.min():g} and {rows.max():g}.",
                _within(exam, name, ceiling, rows),
                f"{beyond:.0%} of the targets are out of reach, whatever the parameters", 0.97,
            )  # fmt: skip
            return


def _within(exam: Examination, name: str, ceiling: float, rows: Host) -> str:
    """Say how outputs and targets meet: a cross-entropy needs probabilities, squares any numbers."""
    targets = exam.subject.targets
    if name == "1 + exp(-z)":
        return "write 1 / (1 + exp(-z)): without the parentheses 1 / 1 + exp(-z) is 1 + exp(-z)"
    if exam.facts.crosses and targets.labels is not None:
        if targets.classes > 2:
            return f"give the last layer {targets.classes} outputs, with softmax over them"
        least, size = rows.min(), numpy.ptp(rows)
        return (
            "write y = (y + 1) / 2, so that the labels are 0 and 1"
            if least == -1
            else f"write y = (y - {least:g}) / {size:g}"
        )
    scaled = "" if ceiling == float("inf") else f", or scale y: (y - {rows.min():g}) / {numpy.ptp(rows):g}"
    return f"leave the last layer linear{scaled}"


def _flat_loss(subject: Subject) -> Iterator[Finding]:
    """A cross-entropy that is bounded away from 0: softmax of what lies between 0 and 1 already."""
    labels, classes = subject.targets.labels, subject.targets.classes
    if labels is None or subject.network is not None or subject.samples is None:
        return
    which = subject.choose(min(16, subject.samples))
    values = []
    for share in (*SPREADS, 100.0):
        theta = subject.near(share, 7)
        values += [subject.loss(theta, subject.part([i])) for i in which]
    found = numpy.asarray(values)
    found = found[numpy.isfinite(found)]
    if len(found) < len(values) // 2:
        return
    if numpy.all(numpy.abs(found) < 1e-6) and subject.loss(subject.theta) < 1e-6:
        yield _one_unit()
        return
    least, most = numpy.log1p((classes - 1) / numpy.e), numpy.log(numpy.e + classes - 1)
    most = max(most, numpy.log(1 + (classes - 1) * numpy.e))
    if classes > 2 and found.min() > least - 1e-6 and found.min() < least + 0.02 and found.max() < most + 1e-6:
        yield Finding(
            "loss-activation-mismatch", "",
            f"softmax is applied to numbers that lie between 0 and 1 already: the loss never falls below {least:.3g}.",
            "apply softmax once, to the last layer's z without an activation",
            f"over far-off parameters the loss of a sample stays between {found.min():.4g} and {found.max():.4g}", 0.95,
        )  # fmt: skip


def _one_unit() -> Finding:
    return Finding(
        "loss-activation-mismatch", "", "a softmax over one unit is always 1: the network answers the same for all.",
        "write sigmoid for the one output, with binary cross-entropy; or give it 2 outputs",
        "the predictions are 1 whatever the parameters",
    )  # fmt: skip


def _accuracy(subject: Subject, exam: Examination, predictions: Predictions) -> Iterator[Finding]:
    """Count again, at parameters where the answers differ."""
    function, name = subject.functions.accuracy, "accuracy"
    if function is None:
        exam.done[name] = "left out: give accuracy="
        return
    if subject.targets.labels is None:
        exam.done[name] = "left out: y holds no classes"
        return
    pairs = []
    structure = subject.structure
    with structure.place.scope():
        first = structure.at(subject.theta)  # twice the same: an object may go on counting
    for k in (0, *range(6)):
        theta = subject.near(OFF * k, k)
        with quiet(), structure.place.scope():
            try:
                params = structure.at(theta) if k else first
                subject.redraw()
                said = numpy.asarray(to_host(function(params, *subject.program.fresh_data())))
            except Exception as error:
                exam.done[name] = f"left out: accuracy raises {type(error).__name__}: {error}"
                yield Finding(
                    "raises", "accuracy", f"accuracy raises {type(error).__name__}: {error}.",
                    "let accuracy(params, X, y) return the share of samples that are classified rightly",
                )  # fmt: skip
                return
        right = predictions.accuracy(theta)
        if said.size == 1 and numpy.isfinite(right):
            pairs.append((float(said.reshape(())), right))
    if not pairs:
        exam.done[name] = "left out: there are no predictions to count again"
        return
    exam.done[name] = "done"
    if pairs[0][0] != pairs[1][0] and pairs[0][1] == pairs[1][1]:
        yield Finding(
            "accuracy-wrong", "accuracy",
            f"accuracy says {pairs[0][0]:.4g} and then {pairs[1][0]:.4g} of the same predictions.",
            "set its counter to 0 where it begins to count", "two calls at the same parameters", 0.95,
        )  # fmt: skip
        return
    percent = max(abs(a - b) for a, b in pairs) > max(abs(a - 100 * b) for a, b in pairs)
    off = [(a, 100 * b if percent else b) for a, b in pairs]
    said, right = max(off, key=lambda pair: abs(pair[0] - pair[1]))
    rounding = max(0.5 / (subject.samples or 1), 0.006)  # people print two digits
    if abs(said - right) > rounding * (100 if percent else 1):
        why = "(n, 1) == (n,) compares all with all" if said < right or said > 1 else "it counts other samples"
        yield Finding(
            "accuracy-wrong", "accuracy", f"accuracy says {said:.4g} where {right:.4g} of the predictions are right.",
            "write numpy.mean(predicted.reshape(-1) == y.reshape(-1)), over all samples",
            f"counted again over {subject.samples} samples; perhaps {why}", 0.9,
        )  # fmt: skip
