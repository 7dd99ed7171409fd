"""Is the gradient right? Checked at the user's parameters, and where short runs ended."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy

from ...findings import NOTES, Finding
from ...gradcheck.parts import Checked, Host, Program, check_program
from ..examination import Examination
from ..limits import WEIGHTS_CALM, WEIGHTS_LARGE
from ..subject import Subject


def check(exam: Examination) -> Iterator[Finding]:
    """Yield what the gradient checker finds."""
    subject = exam.subject
    program, subject.checked = _where_it_tells(subject)
    report = subject.checked.report
    subject.program.careful, subject.program.before = program.careful, program.before
    exam.done["gradient"] = f"done{report.samples and f', on {report.samples}'}"
    if not report.tensors:
        exam.done["gradient"] = "left out: the functions cannot be called"
    worst = max((t.relative_error for t in report.tensors.values()), default=float("nan"))
    exam.measured["largest relative error of a gradient"] = worst
    yield from (finding for finding in report.findings if finding.code not in NOTES)


def _where_it_tells(subject: Subject) -> tuple[Program, Checked]:
    """Return the program that is checked, and the check: with small weights where those given tell nothing.

    Where outputs saturate and are clipped, no gradient agrees with the loss.
    """

    @cache
    def calm() -> tuple[Program, Checked] | None:
        program = _at_ordinary_size(subject)
        checked = None if program is None else check_program(program)
        return None if program is None or checked is None or not checked.report.tensors else (program, checked)

    large = float(subject.program.spread.max()) > WEIGHTS_LARGE
    if large and not agrees(subject, subject.theta, subject.data) and (found := calm()) and found[1].report.ok:
        return found
    program = _program(subject, subject.structure.tree, subject.data)
    checked = check_program(program)
    doubtful = {finding.code for finding in checked.report.findings if not finding.is_note}
    strange = bool(doubtful) and doubtful <= {"unknown", "loss-mismatch"}
    if doubtful and (strange or large) and (found := calm()) and (found[1].report.ok or strange):
        return found
    return program, checked


def elsewhere(exam: Examination) -> Iterator[Finding]:
    """Yield what is wrong with the gradient where short runs ended: at the start some of its terms may vanish."""
    subject = exam.subject
    faults = {finding.code for finding in exam.found if not finding.is_note}
    if not subject.gradient_ok or faults - {"learning-rate-high", "learning-rate-low"}:
        return
    data, first = subject.data, subject.loss(subject.theta)
    for theta in exam.ends:
        if not subject.loss(theta) < first or agrees(subject, theta, data):
            continue
        program = _program(subject, subject.structure.at(theta), data)
        report = check_program(program).report
        found = [finding for finding in report.findings if not finding.is_note]
        if not report.ok and report.tensors and found:
            yield from (replace(f, evidence=f"{f.evidence}; after some steps, not at the start") for f in found)
            return


def agrees(subject: Subject, theta: Host, data: tuple[Any, ...]) -> bool:
    """Whether the gradient agrees with the loss along a direction of each tensor; true where it is unknown."""
    g, rng = subject.gradient(theta, data), numpy.random.default_rng(6)
    if g is None or not numpy.all(numpy.isfinite(g)):
        return True
    for leaf in subject.program.leaves:
        u = numpy.zeros_like(theta)
        u[leaf.slice] = rng.standard_normal(leaf.size)
        u *= 1e-5 * max(1.0, float(numpy.linalg.norm(theta[leaf.slice]))) / (float(numpy.linalg.norm(u)) or 1.0)
        numeric = (subject.loss(theta + u, data) - subject.loss(theta - u, data)) / 2.0
        allowed = 1e-3 * float(numpy.linalg.norm(g[leaf.slice]) * numpy.linalg.norm(u)) + 1e-12
        if numpy.isfinite(numeric) and abs(numeric - float(g @ u)) > allowed:
            return False
    return True


def _at_ordinary_size(subject: Subject) -> Program | None:
    """Return the program with weights and inputs of ordinary size; None where they are of that size already."""
    theta = subject.theta * numpy.minimum(1.0, 0.3 / subject.program.spread)
    data = subject.data
    X = subject.host[0]
    size = float(numpy.sqrt(numpy.mean(X.astype("float64") ** 2))) if X.size and X.dtype.kind in "fiu" else 0.0
    if size > 10.0 and numpy.isfinite(size):
        data = subject.with_inputs(X / size, data)
    if data is subject.data and float(subject.program.spread.max()) <= WEIGHTS_CALM:
        return None
    return _program(subject, subject.structure.at(theta), data)


def _program(subject: Subject, params: Any, data: tuple[Any, ...]) -> Program:
    own = subject.program
    return Program(own.loss, own.gradients, params, data, before=own.before)
