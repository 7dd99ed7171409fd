"""A diagnosis as one page of HTML, with everything in it: light or dark as the reader's screen is."""

import base64
import io
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FileError
from ..findings import Finding
from .course import Course
from .plot import DARK, LIGHT, Theme, draw

if TYPE_CHECKING:
    from .diagnosis import Diagnosis

STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --back: #ffffff; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa;
  --bad: #b42318; --good: #1a7f37; --note: #8a6d00; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --back: #0d1117; --soft: #9198a1; --line: #30363d;
  --card: #161b22; --bad: #ff7b72; --good: #3fb950; --note: #e3b341; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 62rem;
  margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.bad { color: var(--bad); } .good { color: var(--good); }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px;
  padding: .8rem 1rem; margin: .8rem 0; overflow-wrap: anywhere; }
article.first { font-size: 1.1rem; } article.note { border-left-color: var(--note); }
article p { margin: .3rem 0; } code { font: .92em ui-monospace, monospace; font-weight: 600; }
.label { color: var(--soft); font-size: .85em; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
td { border-top: 1px solid var(--line); padding: .3rem .8rem .3rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; color: var(--soft); }
@media (max-width: 40rem) { td:first-child { white-space: normal; } }
img { width: 100%; height: auto; }
"""


def write(diagnosis: "Diagnosis", path: Path) -> None:
    """Write the page to `path`."""
    text = page(diagnosis)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def page(diagnosis: "Diagnosis") -> str:
    """Return the page."""
    from .diagnosis import say

    faults, notes = diagnosis.faults, diagnosis.notes
    body = [f'<h1 class="{"bad" if faults else "good"}">{escape(diagnosis.verdict)}</h1>']
    body += [_card(finding, "first" if i == 0 else "") for i, finding in enumerate(faults)]
    if notes:
        body += ["<h2>Notes</h2>", *[_card(finding, "note") for finding in notes]]
    if any((diagnosis.course.loss, diagnosis.course.gradient_norm)):
        body += [f"<h2>{escape(diagnosis.course.title)}</h2>", _figure(diagnosis.course)]
    if diagnosis.measured:
        body += ["<h2>Measured</h2>", _table([(name, say(value)) for name, value in diagnosis.measured.items()])]
    if diagnosis.left_out:
        body += ["<h2>Left out</h2>", _table(list(diagnosis.left_out.items()))]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Diagnosis</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _card(finding: Finding, kind: str) -> str:
    where = f' <span class="soft">in {escape(finding.parameter)}</span>' if finding.parameter else ""
    rows = [f"<p><code>{escape(finding.code)}</code>{where}</p>", f"<p>{escape(finding.message)}</p>"]
    for label, text in (("mend", finding.advice), ("seen", finding.evidence)):
        if text:
            rows.append(f'<p><span class="label">{label}</span> {escape(text)}</p>')
    return f'<article class="{kind}">{"".join(rows)}</article>'


def _table(rows: list[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{escape(name)}</td><td>{escape(text)}</td></tr>" for name, text in rows)
    return f"<table>{cells}</table>"


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
