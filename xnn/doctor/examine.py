"""The examination: every check of the table whose needs are met, and the findings in order."""

from collections.abc import Callable
from time import perf_counter

from .checks import examined
from .examination import Examination
from .fixes.fixed import fixed
from .places.table import placed
from .report.causes import ordered
from .report.diagnosis import Diagnosis
from .subject import Subject


def examine(subject: Subject, tell: Callable[[str], None]) -> Diagnosis:
    """Run the checks, `tell` the name of each before it starts, and put the findings in order."""
    began, exam = perf_counter(), Examination(subject)
    for _ in examined(exam, tell):
        pass
    findings = fixed(exam, placed(exam, ordered(exam.found)))
    return Diagnosis(findings, exam.done, exam.measured, exam.history, perf_counter() - began)
