"""Every program and run of the corpora, a test each: what is said of it is what was said when it was last written down.

A deliberate change is written by ``python -m tests.doctor.snapshot`` and then seen, program by program, in the diff.
"""

import pytest

from .snapshot import PARTS, cases, kept, said

pytestmark = pytest.mark.host
ABOUT_NUMBERS = {"learning-rate-high", "learning-rate-low", "input-scale", "init-scale", "samples-mixed", "loss-scale",
                 "decay-dominates", "dead-units", "saturated-units", "overfitting"}  # fmt: skip


@pytest.mark.corpus
@pytest.mark.parametrize(("part", "name"), [(part, name) for part in PARTS for name in kept(part)])
def test_program(part, name):
    found = cases(part)[name].diagnosis()
    assert said(found) == kept(part)[name]
    for finding in found.faults:  # the rate to use, the scale, the axis
        if finding.code in ABOUT_NUMBERS and part != "held_out":
            assert any(character.isdigit() for character in finding.advice), finding


@pytest.mark.parametrize("part", PARTS)
def test_every_program_is_kept(part):
    assert list(cases(part)) == list(kept(part))


@pytest.mark.parametrize("part", PARTS)
def test_nothing_healthy_is_blamed(part):
    healthy = {name: kept(part)[name] for name, case in cases(part).items() if not case.planted}
    assert len(healthy) >= 15
    assert [name for name, found in healthy.items() if not found["ok"]] == []


@pytest.mark.parametrize(("part", "first_right", "precision"), [
    ("corpus", 0.98, 0.96), ("runs", 0.98, 0.96), ("held_out", 0.91, 0.94),
])  # fmt: skip
def test_the_first_finding_is_the_planted_fault_and_the_rest_is_true(part, first_right, precision, capsys):
    sick = [(case.planted, kept(part)[name]["findings"]) for name, case in cases(part).items() if case.planted]
    first = sum(bool(found) and found[0][0] in planted for planted, found in sick) / len(sick)
    true = [code in planted for planted, found in sick for code, _ in found]
    with capsys.disabled():
        print(f"\n{part}: first finding right {first:.1%} of {len(sick)}, precision {sum(true) / len(true):.1%}")
    assert first >= first_right
    assert sum(true) / len(true) >= precision
