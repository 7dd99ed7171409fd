"""Every program of the corpora, a test each: what is said of it is what was said when it was last written down.

A deliberate change is written by ``python -m tests.gradcheck.snapshot`` and then seen, program by program, in the diff.
"""

import pytest

from .snapshot import PARTS, cases, kept, said

pytestmark = pytest.mark.host
# Its gradient of shape (1, 1) for a bias of shape (1,) has the right number and updates it rightly.
HARMLESS = ["wrong records dataclass 3-5-4-1 n=8 lam=0.0 seed=34: keepdims"]


@pytest.mark.corpus
@pytest.mark.parametrize(("part", "name"), [(part, name) for part in PARTS for name in kept(part)])
def test_program(part, name):
    assert said(cases(part)[name]) == kept(part)[name]


@pytest.mark.parametrize("part", PARTS)
def test_every_program_is_kept(part):
    assert list(cases(part)) == list(kept(part))


@pytest.mark.parametrize("part", PARTS)
def test_no_right_program_is_blamed(part):
    right = {name: kept(part)[name] for name, case in cases(part).items() if not case.planted}
    assert len(right) >= 66
    assert {name: what for name, what in right.items() if what != {"ok": True, "findings": []}} == {}


@pytest.mark.parametrize("part", PARTS)
def test_no_wrong_program_is_passed(part):
    passed = [name for name, case in cases(part).items() if case.planted and kept(part)[name]["ok"]]
    assert [name for name in passed if name not in HARMLESS] == []
