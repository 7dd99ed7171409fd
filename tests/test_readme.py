"""What the README promises to a newcomer is what is run."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def commands(text: str) -> list[str]:
    """List the lines of the README's console blocks."""
    blocks = text.split("```console\n")[1:]
    return [line for block in blocks for line in block.split("```")[0].splitlines()]


def test_the_submission_check_runs_the_test_command_of_the_readme():
    tests = [line for line in commands((ROOT / "README.md").read_text()) if line.endswith("nox")]
    assert len(tests) == 1
    assert tests[0] in (ROOT / ".ci" / "run").read_text().splitlines()


def test_every_example_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    scripts = sorted(path.name for path in (ROOT / "examples").glob("case*.py"))
    assert scripts
    assert [name for name in scripts if name not in readme] == []
