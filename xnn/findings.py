"""One fault, named: what the gradient checker and the doctor both report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .display.excerpt import NARROW, excerpt, shown, span
from .display.html import article, fragment
from .display.line import WIDTH, Line, Piece, clean, flowing, labelled, plain
from .display.whole import whole
from .source import Fix, Location

# Codes that say what cannot be told, or what was done so that it can be, and are no verdict.
NOTES = ("kink", "precision", "factor", "many-updates", "keeps-state")


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
    place : Location or None
        The faulty lines, where the source is to be found; its parts are :attr:`file`, :attr:`line`, ...
    stands, belongs : str
        What stands there, and what belongs there.
    because : Location or None
        The line of the forward pass that what belongs there comes from.
    residual : float or None
        The largest relative error of any gradient, with what belongs there in place.
    fix : Fix or None
        A patch of the file that was proven: its ``diff``, its ``proof``, and ``write()``.
    """

    code: str
    parameter: str
    message: str
    advice: str = ""
    evidence: str = ""
    certainty: float = 1.0
    note: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    place: Location | None = None
    stands: str = ""
    belongs: str = ""
    because: Location | None = None
    residual: float | None = None
    fix: Fix | None = field(default=None, repr=False, compare=False)

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

    def to_dict(self) -> dict[str, Any]:
        """Return plain strings and numbers, ready for JSON, under the names of the attributes."""
        names = ("code", "parameter", "message", "advice", "evidence", "certainty", "file", "line", "column",
                 "end_line", "end_column", "source", "stands", "belongs", "residual")  # fmt: skip
        return {
            **{name: getattr(self, name) for name in names},
            "note": self.is_note,
            "function": self.place.function if self.place else None,
            "because": self.because.to_dict() if self.because else None,
            "fix": self.fix.to_dict() if self.fix else None,
        }

    def lines(self, width: int = WIDTH, function: bool = False) -> list[Line]:
        """Return the lines that show it, each with its role: ``xnn.display`` draws them.

        Parameters
        ----------
        width : int
            Lines of source are cut to so many columns.
        function : bool
            Whether the whole function is shown that the fault stands in.
        """
        note = (Piece("note", "note: "),) if self.is_note else ()
        where = (Piece("parameter", f" [{clean(self.parameter)}]"),) if self.parameter else ()
        name = Piece("code", clean(self.code))
        lines = [Line("code", (*note, name, *where, Piece("", ": "), Piece("message", flowing(self.message))), 4)]
        if self.place:
            lines += whole(self.place, self.because) if function else excerpt(self.place, width)
        repeated = self.belongs != "" and self.advice in (self.belongs, f"write {self.belongs}")
        if self.belongs:
            verb = (Piece("", "write "),) if repeated else ()
            label = "fix" if repeated else "belongs"
            lines.append(labelled("belongs", label, *verb, Piece("belongs", flowing(self.belongs))))
        if self.because:
            lines.append(_reason(self.because, self.place, width))
        if self.advice and not repeated:
            lines.append(labelled("fix", "fix", Piece("", flowing(self.advice))))
        if self.evidence:
            lines.append(labelled("evidence", "evidence", Piece("", flowing(self.evidence))))
        if self.fix and self.fix.proof:
            lines.append(labelled("evidence", "proof", Piece("", flowing(self.fix.proof))))
        return lines

    def __str__(self) -> str:
        return plain(self.lines())

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from .display.terminal import drawn

        return drawn(self.lines(options.max_width), console, options.max_width)

    def to_html(self, function: bool = False) -> str:
        """Return it as part of a page, with the whole function that it stands in if `function` is true."""
        return article(self.lines(function=function), self.is_note, self.fix.diff if self.fix else "")

    def _repr_html_(self) -> str:
        return fragment([self.to_html()])


def _reason(because: Location, place: Location | None, width: int) -> Line:
    """Return the line that what belongs there comes from, in one line; its file is named if it is another one."""
    where = f"line {because.line}" if place and place.file == because.file else f"{because.path}:{because.line}"
    text = because.lines[0] if because.lines else because.source
    indent = len(text) - len(text.lstrip())
    start, end = span(because, because.line, text) if because.lines else (0, 0)
    line = shown(text.lstrip(), start - indent, end - indent, max(NARROW, width - len(where) - 15))
    return labelled("because", "because", Piece("path", clean(where)), Piece("", "  "), *line.pieces("reason"))
