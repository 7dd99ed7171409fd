"""The fix of a finding: the first change with which the doctor does not find it again, and finds nothing new."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy

from ...findings import Finding
from ...source import Fix, fix_of
from ..checks import examined
from ..checks.gradient import agrees
from ..checks.stability import stretched
from ..examination import Examination
from ..limits import OFF
from ..subject import Subject
from .editable import Editable
from .table import TABLE

MOST = 12  # changes that are tried for a finding
LATER = 3  # findings for which any are


def fixed(exam: Examination, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the first that can be fixed by one change with its patch.

    One alone: a patch is of the file as it was examined, and what is left is to be seen once it is applied.
    """
    possible = [f for f in findings if not f.is_note and f.code in TABLE and f.fix is None][:LATER]
    if not possible:
        return tuple(findings)
    editable = Editable(exam.subject)
    for finding in possible:
        patch = _patch(exam, finding, editable)
        if patch is not None:
            return tuple(replace(f, fix=patch) if f is finding else f for f in findings)
    return tuple(findings)


def _patch(exam: Examination, finding: Finding, editable: Editable) -> Fix | None:
    tried = set[str]()
    for candidate in islice(TABLE[finding.code](exam, finding, editable), MOST):
        if candidate.in_functions and not editable.whole:
            return None  # what cannot be followed would run unchanged
        try:
            patch = fix_of(candidate.file, candidate.changes)
            if patch.text in tried:
                continue
            tried.add(patch.text)
            with editable.changed(candidate) as subject:
                proof = _proof(exam, finding, subject)
        except Exception:  # a changed program may do anything; one that cannot be written down is of no use
            continue
        if proof:
            return replace(patch, proof=proof)
    return None


def _proof(exam: Examination, finding: Finding, subject: Subject) -> str:
    """Say how a changed program does, empty where it is not right: the fault is left, or there is a new one."""
    there = {(f.code, f.parameter) for f in exam.found if not f.is_note} - {(finding.code, finding.parameter)}
    checked = exam.subject.checked
    wrong = checked is not None and any((f.code, f.parameter) in there for f in checked.report.findings)
    if not _promises(finding, subject, wrong) or _is_left(exam, finding, subject):
        return ""
    again = Examination(subject)
    for _ in examined(again):
        if any((f.code, f.parameter) not in there for f in again.found if not f.is_note):
            return ""
    left = len({f.code for f in again.found if not f.is_note})
    rest = f"{left} of the other findings still" if left else "nothing else"
    count = sum(said.startswith("done") for said in again.done.values())
    return f"diagnosed again with it, by {count} checks: {finding.code} is not found, and {rest}"


def _is_left(exam: Examination, finding: Finding, subject: Subject) -> bool:
    """Whether the check that raised a finding raises it again, without the checks before it: most do it alone."""
    with numpy.errstate(all="ignore"):
        return any(
            f.code == finding.code and f.parameter == finding.parameter and not f.is_note
            for f in exam.raised[finding.code](Examination(subject))
        )


def _promises(finding: Finding, subject: Subject, wrong: bool) -> bool:
    """Whether a change is worth a diagnosis: all is finite where it was not, and the gradient is the loss's own."""
    data = subject.data
    if "stretch" in finding.facts:
        data = stretched(subject, finding.facts["stretch"])
        g = subject.gradient(subject.theta, data)
        if g is None or not numpy.all(numpy.isfinite([subject.loss(subject.theta, data), float(g @ g)])):
            return False
    return wrong or agrees(subject, subject.near(OFF, 1), subject.data)
