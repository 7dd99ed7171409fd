"""The examination: every check of the table whose needs are met, and the findings in order."""

from collections.abc import Callable
from time import perf_counter

import numpy

from .checks import TABLE
from .examination import Examination
from .places.table import placed
from .report.causes import ordered
from .report.diagnosis import Diagnosis
from .subject import Subject


def examine(subject: Subject, tell: Callable[[str], None]) -> Diagnosis:
    """Run the checks, `tell` the name of each before it starts, and put the findings in order."""
    began, exam = perf_counter(), Examination(subject)
    for check in TABLE:
        tell(check.name)
        with numpy.errstate(all="ignore"):
            missing = next((why for need in check.needs if (why := need(exam))), "")
            if missing:
                exam.done[check.name] = f"left out: {missing}"
                continue
            exam.found.extend(check.run(exam))
        exam.done.setdefault(check.name, "done")
    findings = placed(exam, ordered(exam.found))
    return Diagnosis(findings, exam.done, exam.measured, exam.history, perf_counter() - began)
