"""What a check found: the verdict for each tensor, and the bugs by name."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy

from ..display.file import write
from ..display.html import document, fragment, heading, heading2, table
from ..display.line import cells, clean
from ..errors import XnnError
from ..findings import Finding
from ..source import Fix
from .program.tree import Host


class GradientError(XnnError, AssertionError):
    """A gradient is wrong; the message is the report."""


@dataclass(frozen=True)
class TensorReport:
    """One tensor's gradient against the numeric one.

    Attributes
    ----------
    ok : bool
    shape : tuple of int
    relative_error : float
        ``||g - n|| / max(||g||, ||n||)``; an estimate of it where only random directions were looked at.
    tolerance : float
        What `relative_error` had to stay below.
    worst_index : tuple of int or None
        The entry that differs most; None where single entries were not looked at.
    analytic, numeric : array or None
        The user's gradient (None if it is not available), and the numeric one, NaN where it was not computed.
    checked, total : int
        How many entries were compared, all at once by random directions included, of how many.
    """

    ok: bool
    shape: tuple[int, ...]
    relative_error: float
    tolerance: float
    worst_index: tuple[int, ...] | None
    analytic: Host | None
    numeric: Host | None
    checked: int
    total: int

    @property
    def is_conclusive(self) -> bool:
        """Whether the numeric gradient is exact enough for `ok` to mean something."""
        return self.total == 0 or not self.ok or (self.checked > 0 and self.tolerance < 1.0)

    def to_row(self) -> dict[str, Any]:
        """Return the verdict and what it rests on, without the gradients themselves."""
        names = ("ok", "shape", "relative_error", "tolerance", "worst_index", "checked", "total")
        return {name: getattr(self, name) for name in names}

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers."""
        plain = asdict(self)
        for name in ("analytic", "numeric"):
            plain[name] = None if plain[name] is None else plain[name].tolist()
        return plain


@dataclass(frozen=True)
class GradientReport:
    """The verdict on a gradient. Print it.

    Attributes
    ----------
    ok : bool
        Whether all tensors agree and nothing wrong was found.
    tensors : dict of str to TensorReport
        In the order of the parameters.
    findings : tuple of Finding
        The most certain first.
    loss : float
        The loss at the parameters that were given.
    evaluations : int
        How often the loss was called.
    samples : str
        On which samples tensors were compared, in words; empty for all.
    """

    tensors: Mapping[str, TensorReport]
    findings: tuple[Finding, ...] = ()
    loss: float = float("nan")
    evaluations: int = 0
    samples: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def ok(self) -> bool:
        """Whether all is right."""
        return all(t.ok for t in self.tensors.values()) and all(finding.is_note for finding in self.findings)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The patches that were proven: each with ``diff``, ``text``, ``file``, ``line``, ``proof`` and ``write()``."""
        return tuple({finding.fix.diff: finding.fix for finding in self.findings if finding.fix is not None}.values())

    def raise_if_wrong(self) -> None:
        """Raise GradientError, with the report as its message, unless :attr:`ok`: for a test."""
        if not self.ok:
            raise GradientError(str(self))

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists and numbers, ready for JSON."""
        return {
            "ok": self.ok,
            "loss": self.loss,
            "evaluations": self.evaluations,
            "samples": self.samples,
            "tensors": {name: tensor.to_dict() for name, tensor in self.tensors.items()},
            "findings": [finding.to_dict() for finding in self.findings],
        }

    @property
    def verdict(self) -> str:
        """The first line: right or wrong, and where."""
        if not self.tensors and self.ok:
            return "The gradient was not checked. Read the notes."
        if self.ok:
            unclear = [name for name, tensor in self.tensors.items() if not tensor.is_conclusive]
            if unclear and len(unclear) == len(self.tensors):
                return "Nothing wrong was found, but no gradient could be told from rounding. Read the notes."
            untold = f", as far as can be told: {', '.join(unclear)} cannot" if unclear else ""
            return f"The gradient is right{untold}." + (" Read the notes." if self.findings else "")
        wrong = [name for name, tensor in self.tensors.items() if not tensor.ok]
        if not self.tensors or not wrong:
            return (
                "The gradient could not be checked." if not self.tensors else "Something is wrong beside the numbers."
            )
        others = sum(tensor.ok and tensor.is_conclusive for tensor in self.tensors.values())
        return f"The gradient is WRONG in {', '.join(wrong)}" + (f"; right in {others} more." if others else ".")

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells of the table, a row a tensor."""
        for name, t in self.tensors.items():
            shape = "x".join(str(n) for n in t.shape) or "scalar"
            worst = "" if t.ok or t.worst_index is None else str(list(t.worst_index))
            error = "-" if numpy.isnan(t.relative_error) else f"{t.relative_error:.1e}"
            yield (
                clean(name),
                shape,
                ("right" if t.is_conclusive else "unclear") if t.ok else "WRONG",
                error,
                f"{t.tolerance:.0e}",
                worst,
                f"{t.checked}/{t.total}",
            )

    def __str__(self) -> str:
        lines = [clean(self.verdict), *([f"Compared on {self.samples}."] if self.samples else [])]
        for finding in self.findings:
            lines += ["", str(finding)]
        rows = [HEADER, *self.rows()]
        widths = [max(cells(row[i]) for row in rows) for i in range(len(HEADER))]
        if self.tensors:
            padded = [[c + " " * (w - cells(c)) for c, w in zip(row, widths, strict=True)] for row in rows]
            lines += ["", *("  ".join(row).rstrip() for row in padded)]
        return "\n".join(lines)

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.table import Column, Table
        from rich.text import Text

        yield Text(clean(self.verdict), "bold green" if self.ok else "bold red")
        for finding in self.findings:
            yield Text()
            yield finding
        if self.tensors:
            columns = [Column(name, overflow="fold") for name in HEADER]
            table = Table(*columns, box=None, pad_edge=False, header_style="dim")
            for row in self.rows():
                table.add_row(*map(Text, row), style="bold red" if row[2] == "WRONG" else None)
            yield Text()
            yield table

    def _repr_html_(self) -> str:
        return fragment(self._parts(function=False))

    def save(self, path: str | Path) -> None:
        """Write one page of HTML that opens anywhere: what is wrong, in the whole function that it stands in.

        Parameters
        ----------
        path : str or Path
            Such as ``"report.html"``.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        write(document("Gradient check", self._parts(function=True)), path)

    def _parts(self, function: bool) -> list[str]:
        numbers = [heading2("Tensors"), table(self.rows(), HEADER)] if self.tensors else []
        findings = [finding.to_html(function) for finding in self.findings]
        return [heading(self.verdict, self.ok), *findings, *numbers]


HEADER = ("tensor", "shape", "gradient", "relative error", "tolerance", "worst entry", "checked")
