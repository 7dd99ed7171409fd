"""Every block of code on the site runs, and prints what stands there.

A page's blocks run in their order, in a folder with what is in ``docs/files`` and ``examples``. What a block is for:

* ``python``: a doctest;
* ``console``: commands, run as they stand; a ``text`` block behind it is what they print, ``...`` for any text;
* ``diff``, ``text``, ``yaml`` and indented blocks are not run; the last are for what installs, or needs a GPU.
"""

import contextlib
import doctest
import os
import re
import shutil
from pathlib import Path

import pytest
from codes import call

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MADE = {"reference/codes.md", *(f"reference/{path.name}" for path in (DOCS / "reference").glob("xnn*.md"))}
PAGES = sorted(
    str(path.relative_to(DOCS))
    for path in DOCS.rglob("*.md")
    if str(path.relative_to(DOCS)) not in MADE and path.relative_to(DOCS).parts[0] not in ("_build", "gallery")
)
PAGES.append("../CONTRIBUTING.md")  # how to add an activation, a backend and a code
BLOCK = re.compile(r"^```(?P<kind>[a-z]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = {"text", "diff", "yaml"}
# What the tests do not install by themselves.
NEEDS = {"howto/pytorch.md": "torch", "howto/backends.md": "array_api_strict"}


def blocks(page: Path) -> list[tuple[str, str, int]]:
    text = page.read_text(encoding="utf-8")
    return [(found["kind"], found["text"], text[: found.start()].count("\n") + 1) for found in BLOCK.finditer(text)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copytree(DOCS / "files", tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("output", "__pycache__"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_the_blocks_of_a_page_run(name, folder):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    names, printed = {"__name__": "__main__"}, None  # a class belongs to a module
    for kind, text, line in blocks(DOCS / name):
        where = f"{name}, line {line}"
        if kind == "python":
            assert ">>>" in text, f"{where}: a block of Python is a doctest"
            run_doctest(text, names, where, line)
        elif kind == "console":
            printed = "".join(output_of(command, where) for command in text.splitlines())
        elif kind == "text" and printed is not None:
            assert doctest.OutputChecker().check_output(f"{text.rstrip()}\n", printed, doctest.ELLIPSIS), (
                f"{where}: printed is\n{printed}"
            )
            printed = None
        else:
            assert kind in NOT_RUN, f"{where}: a block of {kind} is of no kind that is run"


def run_doctest(text: str, names: dict, where: str, line: int) -> None:
    test = doctest.DocTestParser().get_doctest(text, names, where, where, line)
    said = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    result = runner.run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert result.failed == 0, "".join(said)


def output_of(command: str, where: str) -> str:
    """Run one command line, and return what it prints; it must not fail for a mistake in how it is called."""
    assert command.startswith("xnn "), f"{where}: {command} is no command of xnn's"
    code, output = call(command.split())
    assert code != 2, f"{where}: {command}: {output}"
    return output


def test_there_are_blocks():
    found = [kind for name in PAGES for kind, *_ in blocks(DOCS / name)]
    assert found.count("python") > 30
    assert found.count("console") > 8


def test_an_output_that_differs_fails(folder):
    with pytest.raises(AssertionError):
        run_doctest(">>> 1 + 1\n3\n", {}, "here", 1)
    assert output_of("xnn --version", "here").startswith("xnn ")
    with pytest.raises(AssertionError), contextlib.chdir(folder):
        output_of("xnn check missing.py", "here")
    assert os.getcwd() == str(folder)
