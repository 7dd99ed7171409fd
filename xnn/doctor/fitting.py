"""Can it learn a handful of samples by heart? With the person's own functions, as Karpathy's recipe asks.

A network whose gradient is right and that cannot, lacks capacity, or sits where there is no gradient to follow; with
fresh weights or with biases it is tried again, to say which.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy

from ..findings import Finding
from ..gradcheck.evidence.network import Network
from ..gradcheck.structure import Host
from .baseline import targets_of
from .course import Course
from .descent import RATE, SECONDS, STEPS, Field, adam
from .overfit import ERROR, Fit, overfit
from .patient import Examination, Patient
from .predictions import Predictions

SAMPLES = 16
SEVERAL = 128  # on which a linear map must show that it learns anything
BIG = 30.0  # size of targets from which on it may be all that is wrong
MANY = 0.2  # share of so few samples to get wrong
HARDLY = 0.5  # of the loss of knowing nothing: what is fitted worse than this is not fitted
NO_BETTER = 0.9  # of the loss of knowing nothing


def check_fit(
    patient: Patient, exam: Examination, predictions: Predictions, settled: bool
) -> tuple[list[Finding], Course]:
    """Try, report what came of it, and if it fails, why: unless the cause is `settled`."""
    name = "overfit probe"
    outputs = _outputs(patient)
    count = int(min(SAMPLES, max(2, patient.theta.size // (2 * outputs))))  # no more than it has parameters for
    fit = overfit(patient, exam, predictions, patient.theta, count, quick=settled)
    if fit is None:
        exam.done[name] = "left out: the gradient cannot be followed, or X and y do not say how many samples there are"
        return [], Course()
    exam.done[name] = "done"
    steps = len(fit.trial.losses) - 1
    exam.measured["overfitting"] = {
        "samples": len(fit.which), "error": fit.error, "steps": steps, "by": fit.trial.optimizer,
        "rate": fit.trial.rate,
        "loss before": fit.trial.first, "loss after": float(fit.trial.losses[-1]),
    }  # fmt: skip
    if settled or not patient.gradient_ok:
        return [], fit.course
    if fit.error > ERROR and (why := list(_why_not(patient, exam, predictions, fit, count))):
        return why, fit.course
    many = SEVERAL if patient.network is not None and _is_linear(patient.network) else SAMPLES
    if count < min(many, patient.samples or 0):
        whole = overfit(patient, exam, predictions, patient.theta, many)
        if whole is not None and (_learnt_nothing(patient, whole) or _too_small(patient, whole)):
            return list(_why_not(patient, exam, predictions, whole, many)), whole.course
    return [], fit.course


def _outputs(patient: Patient) -> int:
    if patient.network is not None:
        return patient.network.layout[-1].W.shape[1]
    rows = patient.targets.rows
    return max(1, patient.targets.classes, 1 if rows is None else rows.shape[1])


def _is_linear(network: Network) -> bool:
    return all(known.name == "identity" for known in network.activations)


def _learnt_nothing(patient: Patient, fit: Fit) -> bool:
    least = float(numpy.nanmin(fit.trial.losses))
    if numpy.isfinite(fit.base) and fit.base > 0:
        return least > NO_BETTER * fit.base
    return least > NO_BETTER * fit.trial.first


def _too_small(patient: Patient, fit: Fit) -> bool:
    """Whether a network with hidden layers is far from telling so few samples' classes apart."""
    network = patient.network
    return network is not None and not _is_linear(network) and patient.targets.labels is not None and fit.error > MANY


def _why_not(patient: Patient, exam: Examination, predictions: Predictions, fit: Fit, count: int) -> Iterator[Finding]:
    least = float(numpy.nanmin(fit.trial.losses))
    fitted = numpy.isfinite(fit.base) and fit.base > 0 and least < HARDLY * fit.base and not _too_small(patient, fit)
    flat = _learnt_nothing(patient, fit)
    if fitted or (patient.network is None and not flat):
        return  # it learns, and what keeps it from 0 (a decay, noise) cannot be told
    rows = patient.targets.rows
    size = 0.0 if rows is None or patient.targets.labels is not None else float(numpy.sqrt(numpy.mean(rows * rows)))
    if size > BIG:
        yield Finding(
            "labels-range", "y", f"the targets are about {size:.3g} in size: the outputs take very long to get there.",
            f"learn (y - {rows.mean():.3g}) / {rows.std():.3g} instead, and undo it in predict",  # type: ignore[union-attr]
            f"{len(fit.trial.losses) - 1} steps of {fit.trial.optimizer} still leave {fit.error:.0%} of the variance",
            0.85,
        )  # fmt: skip
        return
    again = overfit(patient, exam, predictions, _fresh(patient), count)
    for seed in () if flat else (6, 7, 8):  # a small network depends on its start: several must fail
        if again is None or again.error <= ERROR:
            break
        again = overfit(patient, exam, predictions, _fresh(patient, seed), count)
    if not flat and again is not None and again.error <= ERROR:
        return
    g = patient.gradient(patient.theta)
    norm = float("nan") if g is None else float(numpy.linalg.norm(g))
    seen = (
        f"{len(fit.which)} samples, {len(fit.trial.losses) - 1} steps of {fit.trial.optimizer} with rate "
        f"{fit.trial.rate:.2g}: the loss "
        f"goes from {fit.trial.first:.4g} to {float(fit.trial.losses[-1]):.4g}"
    )
    if again is not None and again.error <= ERROR:
        yield Finding(
            "plateau", "", f"these parameters lie in a flat place, where the gradient's norm is {norm:.2g}: {seen}.",
            "begin with fresh weights: rng.normal(size=shape) * sqrt(2 / inputs), biases 0",
            f"from fresh weights the same functions fit the same samples in {len(again.trial.losses) - 1} steps", 0.9,
        )  # fmt: skip
        return
    network = patient.network
    if network is not None and any(layer.b is None for layer in network.layout) and _with_biases(patient, fit):
        yield Finding(
            "no-bias", "", "without biases the network cannot fit its data; with them it can.",
            f"add b of shape ({network.layout[0].W.shape[1]},) to the first layer, and so on, beginning at 0",
            f"{seen}; with biases the same network fits them", 0.95,
        )  # fmt: skip
        return
    linear = network is not None and _is_linear(network)
    yield Finding(
        "cannot-overfit", "", f"it cannot learn even {len(fit.which)} samples by heart: {fit.error:.0%} error."
        + (" Without an activation between them its layers are one linear map." if linear else ""),
        f"add a hidden layer of {max(16, 2 * len(fit.which))} units, with ReLU or tanh behind it"
        if linear else
        f"give it more units, {max(32, 2 * len(fit.which))} a layer, and look at what is between X and the loss",
        seen, 0.9,
    )  # fmt: skip


def _fresh(patient: Patient, seed: int = 5) -> Host:
    rng = numpy.random.default_rng(seed)
    theta = numpy.zeros_like(patient.theta)
    if patient.network is not None:
        for layer in patient.network.layout:
            theta[layer.W] = rng.normal(size=layer.W.shape) * (1.5 / layer.W.shape[0]) ** 0.5
        return theta
    for leaf in patient.program.leaves:
        if len(leaf.shape) > 1 and leaf.size > max(leaf.shape):
            theta[leaf.slice] = (
                rng.normal(size=leaf.size) * (2.0 * max(leaf.shape) / leaf.size / min(leaf.shape)) ** 0.5
            )
        elif len(leaf.shape) > 1:
            theta[leaf.slice] = patient.theta[leaf.slice]
    return theta


def _with_biases(patient: Patient, fit: Fit) -> bool:
    """Whether the recovered network, given a bias in every layer, fits the same samples."""
    network = patient.network
    assert network is not None
    T, rows = targets_of(patient, network.layout[-1].W.shape[1]), patient.rows
    if T is None or rows is None or rows.shape[1] != network.layout[0].W.shape[0]:
        return False
    size, layers = patient.theta.size, []
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
    theta = numpy.concatenate([_fresh(patient), numpy.zeros(size - patient.theta.size)])
    trial = adam(Field(grown.value, grown.gradient), theta, RATE, STEPS, SECONDS, ERROR * abs(fit.base))
    return float(numpy.nanmin(trial.losses)) < 0.2 * fit.trial.last
