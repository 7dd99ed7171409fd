"""What a check found: the verdict for each tensor, and the bugs by name."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy

from ..errors import XnnError
from ..findings import Finding
from .structure import Host


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
        The person's gradient (None if it could not be had), and the numeric one, NaN where it was not computed.
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
    def is_told(self) -> bool:
        """Whether the numeric gradient is exact enough for `ok` to mean something."""
        return self.total == 0 or not self.ok or (self.checked > 0 and self.tolerance < 1.0)

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
    """

    tensors: Mapping[str, TensorReport]
    findings: tuple[Finding, ...] = ()
    loss: float = float("nan")
    evaluations: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def ok(self) -> bool:
        """Whether all is right."""
        return all(t.ok for t in self.tensors.values()) and all(finding.is_note for finding in self.findings)

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
            "tensors": {name: tensor.to_dict() for name, tensor in self.tensors.items()},
            "findings": [asdict(finding) for finding in self.findings],
        }

    @property
    def verdict(self) -> str:
        """The first line: right or wrong, and where."""
        if self.ok:
            unclear = [name for name, tensor in self.tensors.items() if not tensor.is_told]
            if unclear and len(unclear) == len(self.tensors):
                return "Nothing wrong was found, but no gradient could be told from rounding. Read the notes."
            untold = f", as far as can be told: {', '.join(unclear)} cannot" if unclear else ""
            return f"The gradient is right{untold}." + (" Read the notes." if self.findings else "")
        wrong = [name for name, tensor in self.tensors.items() if not tensor.ok]
        if not self.tensors or not wrong:
            return (
                "The gradient could not be checked." if not self.tensors else "Something is wrong beside the numbers."
            )
        others = sum(tensor.ok and tensor.is_told for tensor in self.tensors.values())
        return f"The gradient is WRONG in {', '.join(wrong)}" + (f"; right in {others} more." if others else ".")

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells of the table, a row a tensor."""
        for name, t in self.tensors.items():
            shape = "x".join(str(n) for n in t.shape) or "scalar"
            worst = "" if t.ok or t.worst_index is None else str(list(t.worst_index))
            error = "-" if numpy.isnan(t.relative_error) else f"{t.relative_error:.1e}"
            yield (
                name,
                shape,
                ("right" if t.is_told else "unclear") if t.ok else "WRONG",
                error,
                f"{t.tolerance:.0e}",
                worst,
                f"{t.checked}/{t.total}",
            )

    def __str__(self) -> str:
        lines = [self.verdict]
        table = [_HEADER, *self.rows()]
        widths = [max(len(row[i]) for row in table) for i in range(len(_HEADER))]
        if self.tensors:
            lines += ["", *("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table)]
        for finding in self.findings:
            lines += ["", str(finding)]
        return "\n".join(lines)

    def __rich__(self) -> Any:
        """Return the report as rich draws it."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        table = Table(*_HEADER)
        for row in self.rows():
            table.add_row(*row, style="bold red" if row[2] == "WRONG" else None)
        verdict = Text(self.verdict, style="bold green" if self.ok else "bold red")
        return Group(verdict, table, *(Text(f"\n{finding}") for finding in self.findings))


_HEADER = ("tensor", "shape", "gradient", "relative error", "tolerance", "worst entry", "checked")
