"""One fault, named: what the gradient checker and the doctor both report."""

from dataclasses import dataclass

NOTES = ("kink", "precision")  # codes that say what cannot be told, and are no verdict


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
    """

    code: str
    parameter: str
    message: str
    advice: str = ""
    evidence: str = ""
    certainty: float = 1.0
    note: bool = False

    @property
    def is_note(self) -> bool:
        """Whether it is worth knowing, or says what cannot be told, rather than what is wrong."""
        return self.note or self.code in NOTES

    def __str__(self) -> str:
        where = f" [{self.parameter}]" if self.parameter else ""
        lines = [f"{self.code}{where}: {self.message}"]
        lines += [f"    {label}: {text}" for label, text in (("mend", self.advice), ("seen", self.evidence)) if text]
        return "\n".join(lines)
