"""Planted bugs with a known line: a program a test, what is said of it kept by name, and four figures at the end.

``python -m tests.gradcheck.located.figures --run dev`` writes what is said now into the snapshot beside the part. A
change that loses one program cannot hide behind another that it wins.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from .located import figures, judge

pytestmark = pytest.mark.host
PARTS = judge.opened()
BUGS = [(part, bug) for part in PARTS for bug in judge.bugs(part)]
PROGRAMS = [(part, program) for part in PARTS for program in judge.programs(part)]
LEAST = {"dev": (0.82, 0.8, 0.8)}  # planted line within the lines given, exactly, truly named; in-sample
FALSE = {"dev": 0.08}  # of all findings


@cache
def snapshot(part):
    return json.loads((judge.HERE / part / figures.NOW).read_text(encoding="utf-8"))


@pytest.mark.corpus
@pytest.mark.parametrize(("part", "bug"), BUGS, ids=[f"{part}-{bug.program}-{bug.name}" for part, bug in BUGS])
def test_planted(part, bug):
    assert figures.row(part, bug) == snapshot(part)[f"{bug.program}/{bug.name}"]


@pytest.mark.corpus
@pytest.mark.parametrize(("part", "program"), PROGRAMS, ids=[f"{part}-{name}" for part, name in PROGRAMS])
def test_right(part, program, tmp_path):
    from xnn.gradcheck import check_gradients

    folder = tmp_path / "program"
    folder.mkdir()
    module = judge.build(part, program, folder)
    report = check_gradients(module.loss, module.gradients, module.params, *module.data)
    assert report.ok, str(report)


@pytest.mark.parametrize("part", PARTS)
def test_figures(part, capsys):
    rows = snapshot(part)
    with capsys.disabled():
        print(f"\n{figures.shown(part, list(rows.values()))}")
    assert set(rows) == {f"{bug.program}/{bug.name}" for bug in judge.bugs(part)}
    _, passed, within, exact, named, false = figures.figures(list(rows.values()))
    assert passed == 0
    assert min(a - b for a, b in zip((within, exact, named), LEAST[part], strict=True)) >= 0
    assert false <= FALSE[part]


def test_first_runs_are_of_every_program():
    for part in ("kinds", "files"):
        halves = json.loads((judge.HERE / part / figures.FIRST).read_text(encoding="utf-8")).values()
        names = [name for rows in halves for name in rows]
        assert sorted(names) == sorted(f"{bug.program}/{bug.name}" for bug in judge.bugs(part))
        assert not any(row[5] for rows in halves for row in rows.values())  # none was passed


def test_instrumenting_changes_no_result(tmp_path):
    import numpy as np

    from xnn.source import Tracked

    for part, program in PROGRAMS:
        folder = Path(tmp_path / part / program)
        folder.mkdir(parents=True)
        module = judge.build(part, program, folder)
        tracked = Tracked()
        seen = []
        tracked.probe.every = lambda number, value, seen=seen: seen.append(number) or value
        assert tracked.entry(module.loss)(module.params, *module.data) == module.loss(module.params, *module.data)
        got = tracked.entry(module.gradients)(module.params, *module.data)
        want = module.gradients(module.params, *module.data)
        assert seen
        for a, b in zip(judge.leaves(got), judge.leaves(want), strict=True):
            assert a[0] == b[0]
            assert np.asarray(a[1]).tobytes() == np.asarray(b[1]).tobytes()
