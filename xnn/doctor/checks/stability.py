"""Does the loss stay finite? At the parameters that were given, and with bigger inputs."""

from collections.abc import Iterator
from typing import Any

import numpy

from ...findings import Finding
from ...gradcheck.parts import Raised, sample_arrays
from ...quiet import quiet
from ..examination import Examination
from ..limits import STRETCH_NEAR, STRETCHES
from ..predictions import Predictions
from ..subject import Subject
from .scale import is_bytes

BIG = 10.0
STEADY = (
    "subtract the row maximum before exp, and keep log away from 0: log(p + 1e-12), or the cross-entropy of the logits"
)
LESS = (0.3, 0.1, 0.03, 0.01, 0.001)


def check(exam: Examination) -> Iterator[Finding]:
    """Yield why the loss is not finite, or when it would no longer be."""
    subject, predictions = exam.subject, exam.predictions
    X = subject.rows
    if X is None or subject.samples is None or not numpy.all(numpy.isfinite(X)):
        return
    if not numpy.isfinite(subject.loss(subject.theta)):
        yield from _lost(subject, predictions)
        return
    for factor in STRETCHES:
        try:
            with quiet():
                value = subject.program.loss_at(subject.theta, stretched(subject, factor))
        except Raised:
            return  # the inputs are indices, say
        if not numpy.isfinite(value):
            yield Finding(
                "unstable", "", f"the loss is {value} once the inputs are {factor:g} times as large.",
                STEADY,
                f"finite at the inputs as given, and {value} at {factor:g} times them", 0.9, note=factor > STRETCH_NEAR,
                facts={"stretch": factor},
            )  # fmt: skip
            return


def stretched(subject: Subject, factor: float) -> tuple[Any, ...]:
    """Return some of the data, the inputs `factor` times as large."""
    assert subject.samples is not None
    data = subject.part(subject.choose(min(64, subject.samples)))
    return subject.with_inputs(sample_arrays(data)[0].astype("float64") * factor, data)


def _lost(subject: Subject, predictions: Predictions) -> Iterator[Finding]:
    """Say why the loss is not finite: the inputs' size, the weights', or neither."""
    X, value = subject.rows, subject.loss(subject.theta)
    assert X is not None
    answers = predictions.at(subject.theta) if predictions.own else ""
    if not isinstance(answers, str) and numpy.all(numpy.isfinite(answers)) and answers.min() < 0:
        yield Finding(
            "loss-activation-mismatch", "", f"the loss takes the logarithm of outputs as low as {answers.min():.3g}.",
            "end with a sigmoid or softmax where the loss is a cross-entropy", f"the loss is {value}", 0.95,
        )  # fmt: skip
        return
    size, own = float(numpy.sqrt(numpy.mean(X.astype(float) ** 2))), subject.host[0]
    inputs = next((f for f in LESS if numpy.isfinite(subject.loss(subject.theta, subject.with_inputs(own * f)))), None)
    weights = next((f for f in LESS if numpy.isfinite(subject.loss(subject.theta * f))), None)
    if size > BIG and inputs is not None:
        scale = "255" if is_bytes(X) else f"{float(f'{size:.1g}'):g}"
        yield Finding(
            "input-scale", "X", f"the inputs are about {size:.0f} in size, too much for the exp or log in the loss: it "
            f"is {value}.",
            f"write X / {scale}, or (X - X.mean()) / X.std(); and subtract the row maximum before exp",
            f"with inputs of {inputs:g} times the size it is finite", 0.97,
        )  # fmt: skip
    elif weights is not None and weights <= 0.3 and _gain(subject) > BIG:
        yield Finding(
            "init-scale", "", f"the weights are too big for the exp or log in the loss: it is {value}.",
            f"draw them {1 / weights:.0f} times smaller; sqrt(1 / inputs) is a good deviation",
            f"with weights of {weights:g} times the size the loss is finite", 0.95,
        )  # fmt: skip
    else:
        yield Finding(
            "unstable", "", f"the loss is {value} at these parameters.",
            STEADY,
            f"{'with inputs' if inputs else 'with weights'} of {inputs or weights:g} times the size it is finite"
            if inputs or weights else "smaller inputs or weights do not help", 0.9,
        )  # fmt: skip


def _gain(subject: Subject) -> float:
    """Return the largest size of a weight array times the root of its inputs, at least."""
    sizes = [0.0]
    for i in subject.matrices:
        leaf = subject.program.leaves[i]
        W = leaf.cut(subject.theta)
        sizes.append(float(numpy.sqrt(numpy.mean(W * W)) * max(leaf.shape) ** 0.5))
    return max(sizes)
