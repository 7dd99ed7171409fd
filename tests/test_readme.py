"""What the README promises to a newcomer is what is run; its Python is a doctest."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """List the lines of the README's console blocks."""
    blocks = README.split("```console\n")[1:]
    return [line for block in blocks for line in block.split("```")[0].splitlines()]


def test_the_submission_check_runs_the_test_command_of_the_readme():
    tests = [line for line in commands() if line.endswith("nox")]
    assert len(tests) == 1
    assert tests[0] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.host
def test_the_commands_of_the_readme_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT / "docs" / "extensions")
    from codes import call

    ours = [part for line in commands() for part in line.split(" && ") if part.startswith(".venv/bin/xnn ")]
    assert len(ours) == 2
    for command in ours:
        code, output = call(command.removeprefix(".venv/bin/").split())
        assert code == ("check" in command), output
        assert output
    sys.modules.pop("codes")


def test_it_is_short_and_its_links_lead_somewhere():
    assert len(README.splitlines()) <= 120
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("http")]
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_example_has_its_figures():
    figures = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    scripts = sorted(path.name for path in (ROOT / "examples").glob("case*.py"))
    assert scripts
    assert [name for name in scripts if name not in figures] == []
