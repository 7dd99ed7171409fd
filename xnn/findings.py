"""One fault, named: what the gradient checker and the doctor both report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .source import Place, excerpt

NOTES = ("kink", "precision", "factor")  # codes that say what cannot be told, and are no verdict


@dataclass(frozen=True)
class Finding:
    """One bug, named.

    Attributes
    ----------
    code : str
        From the public vocabulary: ``"sign"``, ``"derivative-of-output"``, ...
    parameter : str
        The tensor, or the layer's weights, that it concerns; empty if it concerns all.
    message : str
        What is wrong, one sentence.
    advice : str
        The line of maths to write.
    evidence : str
        What was compared with what, and how well it agreed.
    certainty : float
        Between 0 and 1; two readings that cannot be told apart share it.
    note : bool
        Whether it is worth knowing, but no fault here.
    facts : dict
        The numbers and names that the sentences are made of, such as ``{"factor": 20.0, "samples": 20}``.
    place : Place or None
        The faulty lines, where the source is to be found; its parts are :attr:`file`, :attr:`line`, ...
    stands, belongs : str
        What stands there, and what belongs there.
    because : Place or None
        The line of the forward pass that what belongs there comes from.
    residual : float or None
        The largest relative error of any gradient, with what belongs there in place.
    """

    code: str
    parameter: str
    message: str
    advice: str = ""
    evidence: str = ""
    certainty: float = 1.0
    note: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    place: Place | None = None
    stands: str = ""
    belongs: str = ""
    because: Place | None = None
    residual: float | None = None

    @property
    def file(self) -> str | None:
        """The file of the faulty line, None where there is none."""
        return self.place.file if self.place else None

    @property
    def line(self) -> int | None:
        """The first faulty line, counted from 1."""
        return self.place.line if self.place else None

    @property
    def column(self) -> int | None:
        """Where the fault begins in it, counted from 1."""
        return self.place.column if self.place else None

    @property
    def end_line(self) -> int | None:
        """The last faulty line."""
        return self.place.end_line if self.place else None

    @property
    def end_column(self) -> int | None:
        """The first column behind the fault."""
        return self.place.end_column if self.place else None

    @property
    def source(self) -> str | None:
        """The text there."""
        return self.place.source if self.place else None

    @property
    def is_note(self) -> bool:
        """Whether it is worth knowing, or says what cannot be told, rather than what is wrong."""
        return self.note or self.code in NOTES

    def __str__(self) -> str:
        where = f" [{self.parameter}]" if self.parameter else ""
        lines = [f"{self.code}{where}: {self.message}"]
        if self.place:
            lines += excerpt(self.place)
            if self.belongs:
                lines.append(f"    belongs: {self.belongs}")
            if self.because:
                lines.append(f"    because: {self.because}  {' '.join(self.because.source.split())}")
        lines += [f"    {label}: {text}" for label, text in (("fix", self.advice), ("evidence", self.evidence)) if text]
        return "\n".join(lines)
