"""Can it overfit a small batch? With the user's own functions, as Karpathy's recipe asks.

A network whose gradient is right and that cannot, lacks capacity, or sits where there is no gradient to follow; with
fresh weights or with biases it is tried again, to say which.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy

from ...findings import Finding
from ...gradcheck.parts import Host, Network
from ..examination import Examination
from ..limits import (
    ADAM_RATE,
    BASELINE_STUCK,
    BUDGET_FIT,
    FIT_ERROR,
    FIT_HARDLY,
    FIT_LINEAR,
    FIT_MANY,
    FIT_SAMPLES,
    OFFSET,
    STEPS_FIT,
    TARGETS_BIG,
)
from ..overfit import Fit, overfit
from ..subject import Subject
from ..trial import Field, adam

FEWEST = 2  # samples, however few parameters there are


def check(exam: Examination) -> Iterator[Finding]:
    """Try, report what came of it, and if it fails, why: unless a cause was found already."""
    subject, settled = exam.subject, exam.settled
    outputs = _outputs(subject)
    enough = subject.theta.size // (2 * outputs)  # no more than it has parameters for
    count = int(min(FIT_SAMPLES, max(FEWEST, enough)))
    # Where a cause was found, the probe only shows how far it comes nevertheless.
    fit = overfit(exam, subject.theta, count, quick=settled, budget=BUDGET_FIT / 3 if settled else BUDGET_FIT)
    if fit is None:
        exam.done["overfit probe"] = "left out: X and y do not say how many samples there are"
        return
    exam.history = fit.history
    exam.measured["overfitting"] = {
        "samples": len(fit.which), "error": fit.error, "steps": fit.trial.steps, "by": fit.trial.optimizer,
        "rate": fit.trial.rate,
        "loss before": fit.trial.first, "loss after": float(fit.trial.losses[-1]),
    }  # fmt: skip
    if settled or not subject.gradient_ok:
        return
    if fit.error > FIT_ERROR:
        why = list(_why_not(exam, fit, count))
        yield from why
        if why:
            return
    many = FIT_LINEAR if subject.network is not None and _is_linear(subject.network) else FIT_SAMPLES
    if count < min(many, subject.samples or 0):
        whole = overfit(exam, subject.theta, many, budget=BUDGET_FIT / 3)
        if whole is not None and (_learnt_nothing(whole) or _too_small(subject, whole)):
            exam.history = whole.history
            why = list(_why_not(exam, whole, many))
            yield from why
            if why:
                return
    if fit.error > FIT_ERROR:
        yield _not_explained(fit)


def _not_explained(fit: Fit) -> Finding:
    """A probe that failed is no clean bill, even where nothing says why."""
    few = " as far as this costly program could be tried" if fit.starved else ""
    return Finding(
        "cannot-overfit", "", f"{len(fit.which)} samples were not learnt{few}: {fit.error:.0%} error remains.",
        "train on these few samples alone for longer; if their loss stays, look at what is between X and the loss",
        f"{fit.trial.steps} steps of {fit.trial.optimizer} with rate {fit.trial.rate:.2g}: the loss goes from "
        f"{fit.trial.first:.4g} to {float(fit.trial.losses[-1]):.4g}", 0.5, note=True,
    )  # fmt: skip


def _outputs(subject: Subject) -> int:
    if subject.network is not None:
        return subject.network.layout[-1].W.shape[1]
    rows = subject.targets.rows
    return max(1, subject.targets.classes, 1 if rows is None else rows.shape[1])


def _is_linear(network: Network) -> bool:
    return all(known.name == "identity" for known in network.activations)


def _learnt_nothing(fit: Fit) -> bool:
    least = float(numpy.nanmin(fit.trial.losses))
    if numpy.isfinite(fit.base) and fit.base > 0:
        return least > BASELINE_STUCK * fit.base
    return least > BASELINE_STUCK * fit.trial.first


def _too_small(subject: Subject, fit: Fit) -> bool:
    """Whether a network with hidden layers is far from telling so few samples' classes apart."""
    network = subject.network
    return (
        network is not None and not _is_linear(network) and subject.targets.labels is not None and fit.error > FIT_MANY
    )


def _why_not(exam: Examination, fit: Fit, count: int) -> Iterator[Finding]:
    subject, least = exam.subject, float(numpy.nanmin(fit.trial.losses))
    fitted = (
        numpy.isfinite(fit.base) and fit.base > 0 and least < FIT_HARDLY * fit.base and not _too_small(subject, fit)
    )
    flat = _learnt_nothing(fit)
    if fitted or fit.starved or (subject.network is None and not flat):
        return  # it learns, and what keeps it from 0 (a decay, noise) cannot be told
    rows = subject.targets.rows
    size = 0.0 if rows is None or subject.targets.labels is not None else float(numpy.sqrt(numpy.mean(rows * rows)))
    if size > TARGETS_BIG:
        yield Finding(
            "labels-range", "y", f"the targets are about {size:.3g} in size: the outputs take very long to get there.",
            f"learn (y - {rows.mean():.3g}) / {rows.std():.3g} instead, and undo it in predict",  # type: ignore[union-attr]
            f"{fit.trial.steps} steps of {fit.trial.optimizer} still leave {fit.error:.0%} of the variance",
            0.85,
        )  # fmt: skip
        return
    again = overfit(exam, _fresh(subject), count, budget=BUDGET_FIT / 3)
    for seed in () if flat else (6, 7, 8):  # a small network depends on its start: several must fail
        if again is None or again.error <= FIT_ERROR:
            break
        again = overfit(exam, _fresh(subject, seed), count, budget=BUDGET_FIT / 3)
    if not flat and again is not None and again.error <= FIT_ERROR:
        return
    g = subject.gradient(subject.theta)
    norm = float("nan") if g is None else float(numpy.linalg.norm(g))
    seen = (
        f"{len(fit.which)} samples, {fit.trial.steps} steps of {fit.trial.optimizer} with rate "
        f"{fit.trial.rate:.2g}: the loss "
        f"goes from {fit.trial.first:.4g} to {float(fit.trial.losses[-1]):.4g}"
    )
    if again is not None and again.error <= FIT_ERROR:
        yield Finding(
            "plateau", "", f"these parameters lie in a flat place, where the gradient's norm is {norm:.2g}: {seen}.",
            "begin with fresh weights: rng.normal(size=shape) * sqrt(2 / inputs), biases 0",
            f"from fresh weights the same functions fit the same samples in {again.trial.steps} steps", 0.9,
        )  # fmt: skip
        return
    network = subject.network
    if network is not None and any(layer.b is None for layer in network.layout) and _with_biases(subject, fit):
        yield Finding(
            "no-bias", "", "without biases the network cannot fit its data; with them it can.",
            f"add b of shape ({network.layout[0].W.shape[1]},) to the first layer, and so on, beginning at 0",
            f"{seen}; with biases the same network fits them", 0.95,
        )  # fmt: skip
        return
    if len(fit.which) == FEWEST and subject.theta.size < FEWEST * _outputs(subject):
        return  # no line through the origin meets two points
    linear = network is not None and _is_linear(network)
    yield Finding(
        "cannot-overfit", "", f"it cannot overfit even {len(fit.which)} samples: {fit.error:.0%} error."
        + (" Without an activation between them its layers are one linear map." if linear else ""),
        f"add a hidden layer of {max(16, 2 * len(fit.which))} units, with ReLU or tanh behind it"
        if linear else
        f"give it more units, {max(32, 2 * len(fit.which))} a layer, and look at what is between X and the loss",
        seen, 0.9,
    )  # fmt: skip


def _fresh(subject: Subject, seed: int = 5) -> Host:
    rng = numpy.random.default_rng(seed)
    theta = numpy.zeros_like(subject.theta)
    if subject.network is not None:
        for layer in subject.network.layout:
            theta[layer.W] = rng.normal(size=layer.W.shape) * (1.5 / layer.W.shape[0]) ** 0.5
        return theta
    for leaf in subject.program.leaves:
        if len(leaf.shape) > 1 and leaf.size > max(leaf.shape):
            theta[leaf.slice] = (
                rng.normal(size=leaf.size) * (2.0 * max(leaf.shape) / leaf.size / min(leaf.shape)) ** 0.5
            )
        elif len(leaf.shape) > 1:
            theta[leaf.slice] = subject.theta[leaf.slice]
    return theta


def _offset_explains(rows: Host, T: Host) -> bool:
    """Whether an offset takes much of what a linear map of the inputs leaves over of all targets."""
    X = rows.astype(float)
    left = [T - A @ numpy.linalg.lstsq(A, T)[0] for A in (X, numpy.column_stack([X, numpy.ones(len(X))]))]
    without, with_it = (float(numpy.sum(rest**2)) for rest in left)
    return with_it < OFFSET * without


def _with_biases(subject: Subject, fit: Fit) -> bool:
    """Whether the recovered network, given a bias in every layer, fits the same samples."""
    network = subject.network
    assert network is not None
    T, rows = subject.targets_of(network.layout[-1].W.shape[1]), subject.rows
    if T is None or rows is None or rows.shape[1] != network.layout[0].W.shape[0]:
        return False
    if _is_linear(network) and subject.targets.labels is None and not _offset_explains(rows, T):
        return False  # two samples lie on some line
    size, layers = subject.theta.size, []
    for layer in network.layout:
        if layer.b is None:
            layer = replace(layer, b=numpy.arange(size, size + layer.W.shape[1]), b_name="bias", b_leaf=-1)
            size += layer.W.shape[1]
        layers.append(layer)
    data = network.data._replace(X=rows[fit.which].astype(float), T=T[fit.which])
    factor = network.factor * len(network.data.X) / len(fit.which)
    grown: Network = replace(
        network, layout=tuple(layers), data=data, factor=factor, head=network.head.sharp,
        decay=network.decay._replace(factor=0.0),
    )  # fmt: skip
    theta = numpy.concatenate([_fresh(subject), numpy.zeros(size - subject.theta.size)])
    trial = adam(Field(grown.value, grown.gradient), theta, ADAM_RATE, STEPS_FIT, FIT_ERROR * abs(fit.base))
    return float(numpy.nanmin(trial.losses)) < 0.2 * fit.trial.last
