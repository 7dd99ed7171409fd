"""What the checker says of a program with a planted bug, against where the bug was planted."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from xnn.gradcheck import GradientReport, check_gradients

from . import judge
from .bug import Bug

LINES = 5  # a finding may span so many, to count as one that says where


@dataclass(frozen=True)
class Outcome:
    """What was said of one program.

    Attributes
    ----------
    report : GradientReport
    planted : set of int
        The lines that were changed; those around a line that was deleted.
    codes : tuple of str
        Of the findings, notes aside.
    line, end_line : int or None
        Of the first finding.
    """

    report: GradientReport
    planted: frozenset[int]
    codes: tuple[str, ...]
    line: int | None
    end_line: int | None
    same_file: bool
    named: bool
    false: int

    @property
    def within(self) -> bool:
        """Whether a planted line is among the lines given."""
        if self.line is None or self.end_line is None or not self.same_file or self.end_line - self.line >= LINES:
            return False
        return any(self.line <= line <= self.end_line for line in self.planted)

    @property
    def exact(self) -> bool:
        """Whether the first line given is a planted one."""
        return self.same_file and self.line in self.planted

    def row(self) -> list[object]:
        """Return what the snapshot keeps."""
        said = self.codes[0] if self.codes else None
        return [said, self.line, self.end_line, "exact" if self.exact else "within" if self.within else "elsewhere"]


def outcome(part: str, bug: Bug, folder: Path) -> Outcome:
    """Check one program."""
    module = judge.build(part, bug.program, folder, bug)
    report = check_gradients(module.loss, module.gradients, module.params, *module.data)
    findings = [f for f in report.findings if not f.is_note]
    codes = tuple(f.code for f in findings)
    first = findings[0] if findings else None
    # Where nothing is named, nothing false is said; a bug that has no name in the tables cannot be told falsely.
    false = sum(code not in bug.codes and code != "unknown" for code in codes)
    line, end_line = (first.line, first.end_line) if first else (None, None)
    name, lines = planted(part, bug, folder)
    same_file = first is not None and first.file is not None and Path(first.file).name == name
    return Outcome(report, lines, codes, line, end_line, same_file, bool(codes) and codes[0] in bug.codes, false)


def planted(part: str, bug: Bug, folder: Path) -> tuple[str, frozenset[int]]:
    """Return the file's name and the lines that an edit changed in it; where it deleted lines, those around."""
    source = judge.HERE / part / bug.program
    name = (bug.file or "main.py") if source.is_dir() else f"{bug.program}.py"
    right = (source / name if source.is_dir() else source.with_suffix(".py")).read_text(encoding="utf-8").splitlines()
    wrong = (folder / name).read_text(encoding="utf-8").splitlines()
    lines: set[int] = set()
    for tag, _, _, start, end in difflib.SequenceMatcher(None, right, wrong, autojunk=False).get_opcodes():
        if tag == "delete":
            lines |= {start, start + 1}
        elif tag != "equal":
            lines |= set(range(start + 1, end + 1))
    return name, frozenset(lines)
