"""The programs whose bugs have a known place are what they are said to be, by plain central differences."""

import re
import warnings
from collections import Counter

import numpy as np
import pytest

from .located import judge

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]
PARTS = judge.opened()
PROGRAMS = [(part, program) for part in PARTS for program in judge.programs(part)]
BUGS = [(part, bug) for part in PARTS for bug in judge.bugs(part)]


@pytest.mark.parametrize(("part", "program"), PROGRAMS, ids=["-".join(pair) for pair in PROGRAMS])
def test_right_programs_are_right(part, program, tmp_path):
    module = judge.build(part, program, tmp_path)
    first = module.loss(module.params, *module.data)
    assert np.isfinite(first)
    wrong = {path: r for path, r in judge.differences(module).items() if not r < judge.RIGHT}
    assert wrong == {}
    module.gradients(module.params, *module.data)
    assert module.loss(module.params, *module.data) == first  # neither draws nor changes what it was given


@pytest.mark.parametrize(("part", "bug"), BUGS, ids=[f"{part}-{bug.program}-{bug.name}" for part, bug in BUGS])
def test_buggy_programs_are_wrong(part, bug, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = judge.build(part, bug.program, tmp_path, bug)
        assert max(judge.differences(module).values()) > judge.WRONG


@pytest.mark.parametrize("part", PARTS)
def test_bugs_have_names_of_their_own(part):
    bugs = judge.bugs(part)
    names = Counter(bug.name for bug in bugs)
    assert [name for name, count in names.items() if count > 1] == []
    assert {bug.program for bug in bugs} <= set(judge.programs(part))
    assert all(bug.codes and bug.says and re.fullmatch(r"[a-z0-9-]+", bug.name) for bug in bugs)


def test_the_judge_sees_a_wrong_entry_a_wrong_shape_and_a_missing_one(tmp_path):
    text = """
import numpy as np

params = {"a": np.array([1.0, 2.0]), "b": [np.array(3.0), (np.array([4.0]),)]}
data = (2.0,)


def loss(p, x):
    return x * np.sum(p["a"] ** 2) + p["b"][0] ** 3 * p["b"][1][0][0]


def gradients(p, x):
    return {"a": 2 * x * p["a"], "b": [3 * p["b"][0] ** 2 * p["b"][1][0][0], (p["b"][0] ** 3 * np.ones(1),)]}
"""
    changes = [("", ""), ("2 * x *", "2.01 * x *"), (" * np.ones(1)", ""), ('{"a": 2 * x * p["a"], ', "{")]
    worst = []
    for i, (old, new) in enumerate(changes):
        main = tmp_path / f"case{i}.py"
        main.write_text(text.replace(old, new) if old else text)
        worst.append(judge.differences(judge.load(main)))
    right, entry, shape, missing = worst
    assert max(right.values()) < judge.RIGHT
    assert entry["['a']"] == pytest.approx(0.01 / 2.01, rel=1e-4)
    assert shape["['b'][1][0]"] == np.inf
    assert missing["['a']"] == np.inf
