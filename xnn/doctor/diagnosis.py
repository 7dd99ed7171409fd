"""What the doctor says: the findings, the cause first, what was measured, and what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..findings import Finding
from .course import Course


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
    course : Course
        Of the run, or of the probe that tried to overfit.
    seconds : float
    """

    findings: tuple[Finding, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    course: Course = field(default_factory=Course)
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
    def verdict(self) -> str:
        """The first line."""
        if self.faults:
            more = len(self.faults) - 1
            return "Change this first" + (f"; {more} more below." if more else ".")
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
            "findings": [asdict(finding) for finding in self.findings],
            "checks": dict(self.checks),
            "measured": dict(self.measured),
            "course": self.course.to_dict(),
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        lines = [self.verdict]
        for finding in self.faults:
            lines += ["", str(finding)]
        for finding in self.notes:
            lines += ["", f"note: {finding}"]
        lines += _table("Measured", [(name, say(value)) for name, value in self.measured.items()])
        lines += _table("Left out", list(self.left_out.items()))
        return "\n".join(lines)

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw the course on one page: losses, gradient norms, dead and saturated shares, update-to-weight ratios.

        Parameters
        ----------
        path : str or Path, optional
            A file to write, such as ``"course.png"``.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        BackendError
            If matplotlib is not installed.
        """
        from .plot import draw

        figure = draw(self.course)
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
        from .page import write

        write(self, Path(path))


def say(value: Any) -> str:
    """Say a measured value in a line."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {say(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(say(part) for part in value)
    return str(value)


def _table(title: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    width = max(len(name) for name, _ in rows)
    return ["", title, *(f"    {name.ljust(width)}  {text}" for name, text in rows)]
