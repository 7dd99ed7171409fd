"""Is the gradient right? Checked at the user's parameters, of a costly program on a part of the samples."""

from collections.abc import Iterator
from typing import Any

import numpy

from ...backends import to_host
from ...findings import NOTES, Finding
from ...gradcheck.parts import Program, check_program, spread
from ..examination import Examination
from ..limits import BUDGET_RATE
from ..subject import LARGE, Subject

SOME = 256  # samples on which a costly program is checked
EVALUATIONS = 60  # that are to be within the budget


def check(exam: Examination) -> Iterator[Finding]:
    """Yield what the gradient checker finds."""
    subject = exam.subject
    functions, data, samples = subject.functions, subject.data, subject.samples
    if samples is not None and samples > SOME and subject.cost(data) * EVALUATIONS > BUDGET_RATE:
        data = subject.part(subject.choose(SOME))
        exam.done["gradient"] = f"done, on {SOME} of {samples} samples"
    program = Program(functions.loss, functions.gradients, subject.structure.tree, data)
    subject.checked = check_program(program)
    doubtful = [finding.code for finding in subject.checked.report.findings if not finding.is_note]
    strange = set(doubtful) == {"unknown"}
    if doubtful and (strange or float(spread(subject.program).max()) > LARGE):
        # Where outputs saturate and are clipped, no gradient agrees with the loss: look where they do not.
        program = _calm(subject, data)
        calm = check_program(program)
        if calm.report.tensors and (calm.report.ok or strange):
            subject.checked = calm
    report = subject.checked.report
    subject.program.careful = program.careful
    exam.done.setdefault("gradient", "done" if report.tensors else "left out: the functions cannot be called")
    worst = max((t.relative_error for t in report.tensors.values()), default=float("nan"))
    exam.measured["largest relative error of a gradient"] = worst
    yield from (finding for finding in report.findings if finding.code not in NOTES)


def _calm(subject: Subject, data: tuple[Any, ...]) -> Program:
    """Return the program with weights and inputs of ordinary size."""
    functions, theta = subject.functions, subject.theta * numpy.minimum(1.0, 0.3 / spread(subject.program))
    X = to_host(data[0])
    size = float(numpy.sqrt(numpy.mean(X.astype("float64") ** 2))) if X.dtype.kind in "fiu" else 0.0
    if size > 10.0 and numpy.isfinite(size):
        data = subject.with_inputs(X / size, data)
    return Program(functions.loss, functions.gradients, subject.structure.at(theta), data)
