"""Does the loss stay a number? At the parameters that were given, and with bigger inputs."""

from collections.abc import Iterator

import numpy

from ..backends import to_host
from ..findings import Finding
from ..gradcheck.program import Raised
from .patient import Patient, quiet
from .predictions import Predictions

FACTORS = (3.0, 10.0, 30.0, 100.0, 1000.0)
NEAR = 3.0  # failing at so many times the inputs is a fault already
BIG = 10.0
STEADY = (
    "subtract the row maximum before exp, and keep log away from 0: log(p + 1e-12), or the cross-entropy of the logits"
)
LESS = (0.3, 0.1, 0.03, 0.01, 0.001)


def check_stability(patient: Patient, predictions: Predictions) -> Iterator[Finding]:
    """Yield why the loss is not finite, or when it would no longer be."""
    X = patient.rows
    if X is None or patient.samples is None or not numpy.all(numpy.isfinite(X)):
        return
    if not numpy.isfinite(patient.loss(patient.theta)):
        yield from _lost(patient, predictions)
        return
    which = patient.choose(min(64, patient.samples))
    data = patient.part(which)
    inputs = to_host(data[0]).astype("float64")
    for factor in FACTORS:
        try:
            with quiet():
                value = patient.program.loss_at(patient.theta, patient.with_inputs(inputs * factor, data))
        except Raised:
            return  # the inputs are indices, say
        if not numpy.isfinite(value):
            yield Finding(
                "unstable", "", f"the loss is {value} once the inputs are {factor:g} times as large.",
                STEADY,
                f"finite at the inputs as given, and {value} at {factor:g} times them", 0.9, note=factor > NEAR,
            )  # fmt: skip
            return


def _lost(patient: Patient, predictions: Predictions) -> Iterator[Finding]:
    """Say why the loss is not finite: the inputs' size, the weights', or neither."""
    X, value = patient.rows, patient.loss(patient.theta)
    assert X is not None
    answers = predictions.at(patient.theta) if predictions.own else ""
    if not isinstance(answers, str) and numpy.all(numpy.isfinite(answers)) and answers.min() < 0:
        yield Finding(
            "loss-activation-mismatch", "", f"the loss takes the logarithm of outputs as low as {answers.min():.3g}.",
            "end with a sigmoid or softmax where the loss is a cross-entropy", f"the loss is {value}", 0.95,
        )  # fmt: skip
        return
    size, own = float(numpy.sqrt(numpy.mean(X.astype(float) ** 2))), patient.host[0]
    inputs = next((f for f in LESS if numpy.isfinite(patient.loss(patient.theta, patient.with_inputs(own * f)))), None)
    weights = next((f for f in LESS if numpy.isfinite(patient.loss(patient.theta * f))), None)
    if size > BIG and inputs is not None:
        scale = f"{size:.0f}" if not 100 < X.max() <= 255 else "255"
        yield Finding(
            "input-scale", "X", f"the inputs are about {size:.0f} in size, too much for the exp or log in the loss: it "
            f"is {value}.",
            f"write X / {scale}, or (X - X.mean()) / X.std(); and subtract the row maximum before exp",
            f"with inputs of {inputs:g} times the size it is finite", 0.97,
        )  # fmt: skip
    elif weights is not None and weights <= 0.3 and _gain(patient) > BIG:
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
            if inputs or weights else "smaller inputs or weights do not mend it", 0.9,
        )  # fmt: skip


def _gain(patient: Patient) -> float:
    """Return the largest size of a weight array times the root of its inputs, at least."""
    sizes = [0.0]
    for i in patient.matrices:
        leaf = patient.program.leaves[i]
        W = leaf.cut(patient.theta)
        sizes.append(float(numpy.sqrt(numpy.mean(W * W)) * max(leaf.shape) ** 0.5))
    return max(sizes)
