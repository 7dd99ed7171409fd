"""The page of codes: minimal programs, each run as it is and with its fix.

A program is a file in ``docs/codes/check``, ``diagnose`` or ``python``, named by its code. The first two are given to
``xnn check`` and ``xnn diagnose``; one in ``python`` is run and prints for itself. A line that is wrong carries what is
right in a comment, ``# right: ...``: the page shows the line without it, and the fix as a difference. A comment
``# right:`` with nothing behind it deletes the line. Programs whose code is a note have no fix.
"""

import contextlib
import difflib
import io
import linecache
import os
import re
import runpy
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "codes"
_RIGHT = re.compile(r"^(?P<indent> *)(?P<wrong>.*?)  # right:(?P<right>.*)$")


@dataclass(frozen=True)
class Example:
    """One program that has a bug."""

    path: Path

    @property
    def code(self) -> str:
        """The code that it shows."""
        return self.path.stem

    @property
    def command(self) -> str:
        """``check``, ``diagnose`` or ``python``."""
        return self.path.parent.name

    @property
    def call(self) -> str:
        """The command line that its reader would type."""
        return f"{'python' if self.command == 'python' else 'xnn ' + self.command} {self.path.name}"

    @cached_property
    def why(self) -> str:
        """Its docstring: what is wrong, in a sentence or two, in Markdown."""
        return " ".join(self.path.read_text(encoding="utf-8").split('"""')[1].split())

    @cached_property
    def wrong(self) -> str:
        """The program as its author had it."""
        return self._lines(lambda found: found["indent"] + found["wrong"])

    @cached_property
    def right(self) -> str:
        """The program with its fix."""
        return self._lines(lambda found: found["indent"] + found["right"].strip() if found["right"].strip() else None)

    @property
    def fix(self) -> str:
        """The difference between the two, without its header."""
        lines = difflib.unified_diff(self.wrong.splitlines(), self.right.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))

    @property
    def marked(self) -> list[int]:
        """The numbers of the lines that the fix changes, counted from 1."""
        pairs = zip(self._body(), range(1, 10**6), strict=False)
        return [number for line, number in pairs if _RIGHT.match(line)]

    def _body(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").split('"""', 2)[2].strip("\n").splitlines()

    def _lines(self, change) -> str:
        found = ((line, _RIGHT.match(line)) for line in self._body())
        lines = [line if match is None else change(match) for line, match in found]
        return "\n".join(line for line in lines if line is not None) + "\n"

    def run(self, program: str) -> tuple[int, str]:
        """Return the exit code of the command on `program`, and what it prints."""
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            Path(self.path.name).write_text(program, encoding="utf-8")
            return call(self.call.split())


def call(words: list[str]) -> tuple[int, str]:
    """Run ``xnn ...`` or ``python FILE`` here, in this process; return its exit code and what it prints."""
    linecache.clearcache()
    output, code, path = io.StringIO(), 0, list(sys.path)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            if words[0] == "python":
                runpy.run_path(words[1], run_name="__main__")
            else:
                from xnn.cli.app import app
                from xnn.errors import XnnError

                try:
                    code = app(words[1:], standalone_mode=False) or 0
                except XnnError as error:
                    code = 2
                    print(f"error: {error}")
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            sys.path[:] = path
    text = output.getvalue().rstrip()
    return code, f"{text}\n" if text else ""


def examples() -> list[Example]:
    """List all programs, by code."""
    paths = (path for command in ("check", "diagnose", "python") for path in (FOLDER / command).glob("*.py"))
    return sorted(map(Example, paths), key=lambda example: example.code)


class Shown(NamedTuple):
    """What a program prints, and what is wrong with that; empty where it shows its code, and nothing once fixed."""

    output: str
    complaint: str


def shown(example: Example) -> Shown:
    """Run a program as it is, and with its fix."""
    _, output = example.run(example.wrong)
    first = codes_of(output)[:1]
    if first != [example.code]:
        return Shown(output, f"the first finding is {first or 'missing'}")
    if example.fix:
        code, after = example.run(example.right)
        if code or example.code in codes_of(after):
            return Shown(output, f"with its fix it prints {after}")
    return Shown(output, "")


def codes_of(output: str) -> list[str]:
    """List the codes that an output names, in its order."""
    return re.findall(r"^(?:note: )?([a-z]+(?:-[a-z]+)*)(?: \[.*\])?: ", output, re.MULTILINE)


if __name__ == "__main__":  # python docs/extensions/codes.py sign: what it prints, wrong and right
    for example in examples():
        if len(sys.argv) < 2 or example.code in sys.argv[1:]:
            print("=" * 30, example.call, os.linesep, example.run(example.wrong)[1], "-" * 30)
            print(*(example.run(example.right) if example.fix else "(a note)"))
