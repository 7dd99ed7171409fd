"""A diagnosis as one page of HTML, with everything in it: light or dark as the reader's screen is."""

import base64
import io
from collections.abc import Sequence
from typing import NamedTuple

from ...display.html import document, heading, heading2, table
from ...findings import Finding
from ..run.history import RunHistory
from .plot import DARK, LIGHT, Theme, draw

Table = list[tuple[str, str]]


class Content(NamedTuple):
    """What stands in a report, whatever it is written as."""

    verdict: str
    ok: bool
    faults: Sequence[Finding]
    notes: Sequence[Finding]
    history: RunHistory
    tables: Sequence[tuple[str, Table]]


def page(content: Content) -> str:
    """Return the page: each finding in the whole function that it stands in, and the figures."""
    history = content.history
    figure = [heading2(history.title), _figure(history)] if history.loss or history.gradient_norm else []
    return document("Diagnosis", parts(content, function=True, figure=figure))


def parts(content: Content, function: bool = False, figure: Sequence[str] = ()) -> list[str]:
    """Return the parts of a page, or of a notebook's output."""
    made = [heading(content.verdict, content.ok), *(fault.to_html(function) for fault in content.faults)]
    if content.notes:
        made += [heading2("Notes"), *(note.to_html(function) for note in content.notes)]
    made += figure
    for title, rows in content.tables:
        made += [heading2(title), table(rows)]
    return made


def _figure(history: RunHistory) -> str:
    """Return the figure in both themes; the reader's screen chooses."""
    dark, light = (_data(history, theme) for theme in (DARK, LIGHT))
    return (
        f'<picture><source srcset="{dark}" media="(prefers-color-scheme: dark)">'
        f'<img src="{light}" alt="losses, norms of the gradients, changes of the weights, shares of dead and saturated '
        'units against the steps"></picture>'
    )


def _data(history: RunHistory, theme: Theme) -> str:
    figure, buffer = draw(history, theme), io.BytesIO()
    figure.set_facecolor("none")
    figure.savefig(buffer, format="png", dpi=110, transparent=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
