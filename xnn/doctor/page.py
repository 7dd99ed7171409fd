"""A diagnosis as one page of HTML, with everything in it: light or dark as the reader's screen is."""

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..display.html import document, heading, heading2, table
from .course import Course
from .plot import DARK, LIGHT, Theme, draw

if TYPE_CHECKING:
    from .diagnosis import Diagnosis


def page(diagnosis: "Diagnosis") -> str:
    """Return the page: each finding in the whole function that it stands in, and the figures."""
    course = diagnosis.course
    figure = [heading2(course.title), _figure(course)] if any((course.loss, course.gradient_norm)) else []
    return document("Diagnosis", parts(diagnosis, function=True, figure=figure))


def parts(diagnosis: "Diagnosis", function: bool = False, figure: Sequence[str] = ()) -> list[str]:
    """Return the parts of a page, or of a notebook's output."""
    from .diagnosis import say

    measured = [(name, say(value)) for name, value in diagnosis.measured.items()]
    made = [heading(diagnosis.verdict, diagnosis.ok), *(fault.to_html(function) for fault in diagnosis.faults)]
    if diagnosis.notes:
        made += [heading2("Notes"), *(note.to_html(function) for note in diagnosis.notes)]
    made += figure
    for title, rows in (("Measured", measured), ("Left out", list(diagnosis.left_out.items()))):
        made += [heading2(title), table(rows)] if rows else []
    return made


def _figure(course: Course) -> str:
    """Return the figure in both themes; the reader's screen chooses."""
    dark, light = (_data(course, theme) for theme in (DARK, LIGHT))
    return (
        f'<picture><source srcset="{dark}" media="(prefers-color-scheme: dark)">'
        f'<img src="{light}" alt="losses, norms of the gradients, changes of the weights, shares of dead and saturated '
        'units against the steps"></picture>'
    )


def _data(course: Course, theme: Theme) -> str:
    figure, buffer = draw(course, theme), io.BytesIO()
    figure.set_facecolor("none")
    figure.savefig(buffer, format="png", dpi=110, transparent=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
