"""The examination: every check in the order in which one rests on another."""

from collections.abc import Callable, Iterable
from time import monotonic, perf_counter
from typing import Any

import numpy

from ..backends import to_host
from ..findings import NOTES, Finding
from ..gradcheck.check import Check
from ..gradcheck.dense.probes import spread
from ..gradcheck.program.calls import Program
from .checks.data import check_data
from .checks.decay import check_decay
from .checks.fit import check_fit
from .checks.loss import check_forward
from .checks.outputs import check_outputs
from .checks.rate import check_step, judge_rate, probe_rates, step_trial, working_data
from .checks.scale import check_scale
from .checks.stability import check_stability
from .checks.start import check_initial_loss, check_weights
from .facts import baseline
from .predictions import Predictions
from .report.causes import ordered, without_sign
from .report.diagnosis import Diagnosis
from .run.history import RunHistory
from .subject import LARGE, Examination, Subject
from .trial import user_field

SLOW, SOME = 0.02, 256  # a loss that takes longer, in seconds, has its gradient checked on so many samples
# With these nothing else can be had; where the loss can be called, what is wrong with it may be why gradients cannot.
BLOCKS = {"input-not-finite", "labels-shape", "labels-range", "nondeterministic"}
CALLS = {"raises", "structure"}
Tell = Callable[[str], None]


def examine(subject: Subject, tell: Tell) -> Diagnosis:
    """Run every check, `tell` its name before it starts, and put the findings in order."""
    began, exam = perf_counter(), Examination()
    found: list[Finding] = []

    def look(name: str, findings: Callable[[], Iterable[Finding]]) -> None:
        tell(name)
        with numpy.errstate(all="ignore"):
            found.extend(findings())
        exam.done.setdefault(name, "done")

    look("data", lambda: check_data(subject))
    tell("gradient")
    found += _gradient(subject, exam)
    history = RunHistory()
    codes = {finding.code for finding in found}
    if not BLOCKS & codes and not (CALLS & codes and numpy.isnan(subject.loss(subject.theta))):
        predictions = Predictions(subject)
        look("forward checks", lambda: check_forward(subject, exam, predictions))
        look("outputs", lambda: check_outputs(subject, exam, predictions))
        look("stability", lambda: check_stability(subject, predictions))
        base = baseline(subject, None, exam.measured.get("reduction", ""))
        look("start", lambda: [*check_weights(subject, base), *check_initial_loss(subject, base)])
        history = _probes(subject, exam, predictions, base, found, look, tell)
        found += _no_bias(subject)
    return Diagnosis(ordered(found), exam.done, exam.measured, history, perf_counter() - began)


def _probes(
    subject: Subject,
    exam: Examination,
    predictions: Predictions,
    base: float,
    found: list[Finding],
    look: Callable[[str, Callable[[], Iterable[Finding]]], None],
    tell: Tell,
) -> RunHistory:
    """What takes steps with the user's own functions."""
    steps = list(check_step(subject, exam))
    look("step", lambda: steps)
    if subject.functions.step is not None and not steps and _goes_down(exam):
        found[:] = without_sign(found)
    if not numpy.isfinite(subject.loss(subject.theta)) or subject.gradient(subject.theta) is None:
        for name in ("learning rate", "overfit probe"):
            exam.done[name] = "left out: the loss is not finite, or the gradient has not the parameters' shapes"
        return RunHistory()
    right = subject.gradient_ok or not any(not f.is_note and f.code not in NOTES for f in found)
    if right:
        look("scale of the inputs", lambda: check_scale(subject, exam, base))
        look("learning rate", lambda: _rate(subject, exam, base))
        look("weight decay", lambda: check_decay(subject, exam))
    else:
        exam.done["learning rate"] = "left out: the gradient has to be right first"
    tell("overfit probe")
    with numpy.errstate(all="ignore"):
        findings, history = check_fit(subject, exam, predictions, any(not finding.is_note for finding in found))
    found += findings
    return history


def _goes_down(exam: Examination) -> bool:
    before, after = exam.measured.get("loss before and after a step", (0.0, 1.0))
    return bool(after < before and exam.measured.get("cosine of a step and the gradient", 0.0) > 0.9)


def _rate(subject: Subject, exam: Examination, base: float) -> Iterable[Finding]:
    if subject.functions.learning_rate is None:
        exam.done["given learning rate"] = "left out: give learning_rate="
    data, share = working_data(subject)
    field = user_field(subject, data)
    rates = probe_rates(subject, exam, field, share, subject.theta)
    if subject.functions.step is not None:
        rates = rates._replace(given=step_trial(subject, data) or rates.given)
        shown = exam.measured.get("rate that the step shows")
        if rates.rate is None and shown is not None and exam.measured["cosine of a step and the gradient"] < -0.999:
            rates = rates._replace(rate=shown)
    return list(judge_rate(subject, rates, field, subject.theta, base))


def _gradient(subject: Subject, exam: Examination) -> list[Finding]:
    """Check the gradient; of a slow program on a part of the samples."""
    functions, data = subject.functions, subject.data
    began = monotonic()
    subject.loss(subject.theta)
    if monotonic() - began > SLOW and subject.samples is not None and subject.samples > SOME:
        data = subject.part(subject.choose(SOME))
        exam.done["gradient"] = f"done, on {SOME} of {subject.samples} samples"
    check = Check(Program(functions.loss, functions.gradients, subject.structure.tree, data), None, False, 0)
    subject.report = check.run()
    doubtful = [finding.code for finding in subject.report.findings if not finding.is_note]
    strange = set(doubtful) == {"unknown"}
    if doubtful and (strange or float(spread(subject.program).max()) > LARGE):
        # Where outputs saturate and are clipped, no gradient agrees with the loss: look where they do not.
        calm = Check(_calm(subject, data), None, False, 0)
        report = calm.run()
        if report.tensors and (report.ok or strange):
            check, subject.report = calm, report
    subject.seen, subject.found = check.seen, check.network
    subject.program.careful = check.program.careful
    exam.done.setdefault("gradient", "done" if subject.report.tensors else "left out: the functions cannot be called")
    worst = max((t.relative_error for t in subject.report.tensors.values()), default=float("nan"))
    exam.measured["largest relative error of a gradient"] = worst
    return [finding for finding in subject.report.findings if finding.code not in NOTES]


def _calm(subject: Subject, data: tuple[Any, ...]) -> Program:
    """Return the program with weights and inputs of ordinary size."""
    functions, theta = subject.functions, subject.theta * numpy.minimum(1.0, 0.3 / spread(subject.program))
    X = to_host(data[0])
    size = float(numpy.sqrt(numpy.mean(X.astype("float64") ** 2))) if X.dtype.kind in "fiu" else 0.0
    if size > 10.0 and numpy.isfinite(size):
        data = subject.with_inputs(X / size, data)
    return Program(functions.loss, functions.gradients, subject.structure.at(theta), data)


def _no_bias(subject: Subject) -> list[Finding]:
    network = subject.network
    if network is None or subject.rows is None:
        return []
    without = [layer.W_name for i, layer in enumerate(network.layout) if layer.b is None and not _has_ones(subject, i)]
    if not without:
        return []
    return [
        Finding(
            "no-bias", ", ".join(without), "no biases: the boundary of every unit there goes through the origin.",
            f"add b of shape ({network.layout[-1].W.shape[1]},) to the last layer's z, beginning at 0",
            f"the loss is that of a {network.words} network without them", 0.9, note=True,
        )
    ]  # fmt: skip


def _has_ones(subject: Subject, layer: int) -> bool:
    """Whether an input that is 1 in every sample serves as the first layer's bias."""
    rows = subject.rows
    return layer == 0 and rows is not None and bool(numpy.any(numpy.all(rows == rows[:1], axis=0) & (rows[0] != 0)))
