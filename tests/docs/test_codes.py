"""Every code has a minimal program that shows it, and a fix after which it is gone."""

import ast
from pathlib import Path

import pytest
from codes import Example, codes_of, examples, shown

from xnn.doctor.report.causes import BRINGS
from xnn.findings import NOTES
from xnn.gradcheck.bugs.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
EXAMPLES = examples()


def codes_of_the_doctor() -> set[str]:
    """Return the codes in the calls ``Finding("code", ...)`` of the doctor's source."""
    calls = (
        node
        for path in (ROOT / "xnn" / "doctor").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding" and node.args
    )
    leaves = (leaf.value for call in calls for leaf in ast.walk(call.args[0]) if isinstance(leaf, ast.Constant))
    return {value for value in leaves if isinstance(value, str)}


@pytest.mark.corpus
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.command}-{example.code}")
def test_a_program_shows_its_code_and_its_fix_removes_it(example):
    assert shown(example).complaint == ""


def test_every_code_has_a_program():
    every = {row.partition(":")[0] for row in CATALOGUE} | codes_of_the_doctor()
    assert len(every) > 80
    assert every - {example.code for example in EXAMPLES} == set()


def test_no_code_explains_itself_away():
    assert [code for code, brought in BRINGS.items() if code in brought] == []


def test_what_has_no_fix_is_a_note_or_a_run():
    without = {example.code for example in EXAMPLES if not example.fix and example.command != "python"}
    assert without <= {*NOTES, "loss-sum", "decay-dominates", "class-imbalance"}


def test_a_program_and_its_fix_are_read_from_one_file(tmp_path):
    path = tmp_path / "check" / "sign.py"
    path.parent.mkdir()
    path.write_text('"""Why."""\n\na = 1\n    b = 2  # right: b = 3\nc = 4  # right:\n')
    example = Example(path)
    assert example.wrong == "a = 1\n    b = 2\nc = 4\n"
    assert example.right == "a = 1\n    b = 3\n"
    assert example.marked == [2, 3]
    assert example.fix.splitlines() == ["-    b = 2", "-c = 4", "+    b = 3"]


def test_codes_are_read_from_what_is_printed():
    output = "Change this first.\n\nsign [W1, a[0]]: every ...\n    fix: turn it\n\nnote: no-bias: none\nMeasured\n"
    assert codes_of(output) == ["sign", "no-bias"]
