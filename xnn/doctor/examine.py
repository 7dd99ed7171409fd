"""The examination: every check in the order in which one rests on another."""

from collections.abc import Callable, Iterable
from time import monotonic, perf_counter
from typing import Any

import numpy

from ..backends import to_host
from ..findings import NOTES, Finding
from ..gradcheck.check import Check
from ..gradcheck.evidence.probes import spread
from ..gradcheck.program import Program
from .baseline import baseline
from .causes import ordered, without_sign
from .course import Course
from .data import check_data
from .decay import check_decay
from .descent import persons_field
from .diagnosis import Diagnosis
from .fitting import check_fit
from .forward import check_forward
from .inputs import check_scale
from .outputs import check_outputs
from .patient import LARGE, Examination, Patient
from .predictions import Predictions
from .rates import check_step, judge_rate, probe_rates, step_trial, working_data
from .stability import check_stability
from .weights import check_initial_loss, check_weights

SLOW, SOME = 0.02, 256  # a loss that takes longer, in seconds, has its gradient checked on so many samples
# With these nothing else can be had; where the loss can be called, what is wrong with it may be why gradients cannot.
BLOCKS = {"input-not-finite", "labels-shape", "labels-range", "nondeterministic"}
CALLS = {"raises", "structure"}
Tell = Callable[[str], None]


def examine(patient: Patient, tell: Tell) -> Diagnosis:
    """Run every check, `tell` its name before it starts, and put the findings in order."""
    began, exam = perf_counter(), Examination()
    found: list[Finding] = []

    def look(name: str, findings: Callable[[], Iterable[Finding]]) -> None:
        tell(name)
        with numpy.errstate(all="ignore"):
            found.extend(findings())
        exam.done.setdefault(name, "done")

    look("data", lambda: check_data(patient))
    tell("gradient")
    found += _gradient(patient, exam)
    course = Course()
    codes = {finding.code for finding in found}
    if not BLOCKS & codes and not (CALLS & codes and numpy.isnan(patient.loss(patient.theta))):
        predictions = Predictions(patient)
        look("forward checks", lambda: check_forward(patient, exam, predictions))
        look("outputs", lambda: check_outputs(patient, exam, predictions))
        look("stability", lambda: check_stability(patient, predictions))
        base = baseline(patient, None, exam.measured.get("reduction", ""))
        look("start", lambda: [*check_weights(patient, base), *check_initial_loss(patient, base)])
        course = _probes(patient, exam, predictions, base, found, look, tell)
        found += _no_bias(patient)
    return Diagnosis(ordered(found), exam.done, exam.measured, course, perf_counter() - began)


def _probes(
    patient: Patient,
    exam: Examination,
    predictions: Predictions,
    base: float,
    found: list[Finding],
    look: Callable[[str, Callable[[], Iterable[Finding]]], None],
    tell: Tell,
) -> Course:
    """What takes steps with the person's own functions."""
    steps = list(check_step(patient, exam))
    look("step", lambda: steps)
    if patient.functions.step is not None and not steps and _goes_down(exam):
        found[:] = without_sign(found)
    if not numpy.isfinite(patient.loss(patient.theta)) or patient.gradient(patient.theta) is None:
        for name in ("learning rate", "overfit probe"):
            exam.done[name] = "left out: the loss is not finite, or the gradient has not the parameters' shapes"
        return Course()
    right = patient.gradient_ok or not any(not f.is_note and f.code not in NOTES for f in found)
    if right:
        look("scale of the inputs", lambda: check_scale(patient, exam, base))
        look("learning rate", lambda: _rate(patient, exam, base))
        look("weight decay", lambda: check_decay(patient, exam))
    else:
        exam.done["learning rate"] = "left out: the gradient has to be right first"
    tell("overfit probe")
    with numpy.errstate(all="ignore"):
        findings, course = check_fit(patient, exam, predictions, any(not finding.is_note for finding in found))
    found += findings
    return course


def _goes_down(exam: Examination) -> bool:
    before, after = exam.measured.get("loss before and after a step", (0.0, 1.0))
    return bool(after < before and exam.measured.get("cosine of a step and the gradient", 0.0) > 0.9)


def _rate(patient: Patient, exam: Examination, base: float) -> Iterable[Finding]:
    if patient.functions.learning_rate is None:
        exam.done["given learning rate"] = "left out: give learning_rate="
    data, share = working_data(patient)
    field = persons_field(patient, data)
    rates = probe_rates(patient, exam, field, share, patient.theta)
    if patient.functions.step is not None:
        rates = rates._replace(given=step_trial(patient, data) or rates.given)
        shown = exam.measured.get("rate that the step shows")
        if rates.rate is None and shown is not None and exam.measured["cosine of a step and the gradient"] < -0.999:
            rates = rates._replace(rate=shown)
    return list(judge_rate(patient, rates, field, patient.theta, base))


def _gradient(patient: Patient, exam: Examination) -> list[Finding]:
    """Check the gradient; of a slow program on a part of the samples."""
    functions, data = patient.functions, patient.data
    began = monotonic()
    patient.loss(patient.theta)
    if monotonic() - began > SLOW and patient.samples is not None and patient.samples > SOME:
        data = patient.part(patient.choose(SOME))
        exam.done["gradient"] = f"done, on {SOME} of {patient.samples} samples"
    check = Check(Program(functions.loss, functions.gradients, patient.structure.tree, data), None, False, 0)
    patient.report = check.run()
    doubtful = [finding.code for finding in patient.report.findings if not finding.is_note]
    strange = set(doubtful) == {"unknown"}
    if doubtful and (strange or float(spread(patient.program).max()) > LARGE):
        # Where outputs saturate and are clipped, no gradient agrees with the loss: look where they do not.
        calm = Check(_calm(patient, data), None, False, 0)
        report = calm.run()
        if report.tensors and (report.ok or strange):
            check, patient.report = calm, report
    patient.seen, patient.found = check.seen, check.network
    patient.program.careful = check.program.careful
    exam.done.setdefault("gradient", "done" if patient.report.tensors else "left out: the functions cannot be called")
    worst = max((t.relative_error for t in patient.report.tensors.values()), default=float("nan"))
    exam.measured["largest relative error of a gradient"] = worst
    return [finding for finding in patient.report.findings if finding.code not in NOTES]


def _calm(patient: Patient, data: tuple[Any, ...]) -> Program:
    """Return the program with weights and inputs of ordinary size."""
    functions, theta = patient.functions, patient.theta * numpy.minimum(1.0, 0.3 / spread(patient.program))
    X = to_host(data[0])
    size = float(numpy.sqrt(numpy.mean(X.astype("float64") ** 2))) if X.dtype.kind in "fiu" else 0.0
    if size > 10.0 and numpy.isfinite(size):
        data = patient.with_inputs(X / size, data)
    return Program(functions.loss, functions.gradients, patient.structure.at(theta), data)


def _no_bias(patient: Patient) -> list[Finding]:
    network = patient.network
    if network is None or patient.rows is None:
        return []
    without = [layer.W_name for i, layer in enumerate(network.layout) if layer.b is None and not _has_ones(patient, i)]
    if not without:
        return []
    return [
        Finding(
            "no-bias", ", ".join(without), "no biases: the boundary of every unit there goes through the origin.",
            f"add b of shape ({network.layout[-1].W.shape[1]},) to the last layer's z, beginning at 0",
            f"the loss is that of a {network.words} network without them", 0.9, note=True,
        )
    ]  # fmt: skip


def _has_ones(patient: Patient, layer: int) -> bool:
    """Whether an input that is 1 in every sample serves as the first layer's bias."""
    rows = patient.rows
    return layer == 0 and rows is not None and bool(numpy.any(numpy.all(rows == rows[:1], axis=0) & (rows[0] != 0)))
