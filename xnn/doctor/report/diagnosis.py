"""What the doctor says: the findings, the cause first, what was measured, and what was left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...display.file import write
from ...display.html import fragment
from ...findings import Finding
from ...source import Fix
from ..run.history import RunHistory
from .page import Content, page, parts
from .plot import draw


@dataclass(frozen=True)
class Diagnosis:
    """Why a network does not learn. Print it; it starts with the one thing to change first.

    Attributes
    ----------
    findings : tuple of Finding
        The cause before what it brings, the more certain before the less; notes last.
    checks : dict of str to str
        Each check, and ``"done"`` or why it was left out.
    measured : dict of str to Any
        Plain numbers: the largest stable rate, what came of overfitting, ...
    history : RunHistory
        Of the run, or of the probe that tried to overfit.
    seconds : float
    """

    findings: tuple[Finding, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    history: RunHistory = field(default_factory=RunHistory)
    seconds: float = field(default=0.0, compare=False)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; notes are no faults."""
        return not self.faults

    @property
    def examined(self) -> bool:
        """Whether there was anything to examine: the functions could be called, or it was seen why not."""
        return self.ok or any(finding.code not in ("raises", "structure") for finding in self.faults)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that are not notes."""
        return tuple(finding for finding in self.findings if not finding.is_note)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that are worth knowing, but no faults."""
        return tuple(finding for finding in self.findings if finding.is_note)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The patches that were proven: each with ``diff``, ``text``, ``file``, ``line``, ``proof`` and ``write()``."""
        return tuple({finding.fix.diff: finding.fix for finding in self.findings if finding.fix is not None}.values())

    @property
    def verdict(self) -> str:
        """The first line."""
        if self.faults:
            more = len(self.faults) - 1
            return "Change this first" + (f"; {more} more below." if more else ".")
        failed = next((finding for finding in self.notes if finding.code == "cannot-overfit"), None)
        if failed is not None:
            return f"No fault was found, and yet {failed.message}"
        return "Nothing is wrong" + (", as far as it was looked at." if self.left_out else ".")

    @property
    def left_out(self) -> dict[str, str]:
        """The checks that were left out, and why."""
        return {
            name: said.removeprefix("left out: ") for name, said in self.checks.items() if said.startswith("left out")
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists and numbers, ready for JSON."""
        return {
            "ok": self.ok,
            "findings": [finding.to_dict() for finding in self.findings],
            "checks": dict(self.checks),
            "measured": dict(self.measured),
            "history": self.history.to_dict(),
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        content = self.content
        lines = [content.verdict]
        for finding in (*content.faults, *content.notes):
            lines += ["", str(finding)]
        return "\n".join([*lines, *_lines(content)])

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.text import Text

        content = self.content
        yield Text(content.verdict, "bold green" if content.ok else "bold red")
        for finding in (*content.faults, *content.notes):
            yield Text()
            yield finding
        yield from map(Text, _lines(content))

    def _repr_html_(self) -> str:
        return fragment(parts(self.content))

    @property
    def content(self) -> Content:
        """What stands in the report, in order."""
        tables = (
            ("Measured", [(name, _said(value)) for name, value in self.measured.items()]),
            ("Left out", list(self.left_out.items())),
        )
        filled = [(title, rows) for title, rows in tables if rows]
        return Content(self.verdict, self.ok, self.faults, self.notes, self.history, filled)

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw the history on one page: losses, gradient norms, dead and saturated shares, update-to-weight ratios.

        Parameters
        ----------
        path : str or Path, optional
            A file to write, such as ``"history.png"``.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        BackendError
            If matplotlib is not installed.
        """
        figure = draw(self.history)
        if path is not None:
            figure.savefig(path, dpi=150)
        return figure

    def save(self, path: str | Path) -> None:
        """Write one page of HTML with the findings and the figures in it, that opens anywhere.

        Parameters
        ----------
        path : str or Path
            Such as ``"report.html"``.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        write(page(self.content), path)


def _lines(content: Content) -> Iterator[str]:
    """Yield the lines of the tables."""
    for title, rows in content.tables:
        width = max(len(name) for name, _ in rows)
        yield ""
        yield title
        yield from (f"    {name.ljust(width)}  {text}" for name, text in rows)


def _said(value: Any) -> str:
    """Say a measured value in a line."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(part) for part in value)
    return str(value)
