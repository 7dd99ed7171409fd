"""Planted bugs with a known line: a program a test, what is said of it kept by name, and four figures at the end.

``XNN_SNAPSHOT=write pytest tests/gradcheck/test_located.py`` writes what is said now into the snapshots beside the
parts. A change that loses one program cannot hide behind another that it wins.
"""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from .located import judge
from .located.measure import outcome

pytestmark = pytest.mark.host
PARTS = judge.opened()
BUGS = [(part, bug) for part in PARTS for bug in judge.bugs(part)]
PROGRAMS = [(part, program) for part in PARTS for program in judge.programs(part)]
WRITE = os.environ.get("XNN_SNAPSHOT") == "write"


@cache
def snapshot(part):
    path = judge.HERE / part / "snapshot.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@pytest.mark.corpus
@pytest.mark.parametrize(("part", "bug"), BUGS, ids=[f"{part}-{bug.program}-{bug.name}" for part, bug in BUGS])
def test_planted(part, bug, tmp_path, record_property):
    folder = tmp_path / "program"
    folder.mkdir()
    said = outcome(part, bug, folder)
    record_property("within", said.within)
    assert not said.report.ok
    key = f"{bug.program}/{bug.name}"
    row = json.loads(json.dumps([*said.row(), "named" if said.named else "false" if said.false else "unnamed"]))
    if WRITE:
        path = judge.HERE / part / "snapshot.json"
        rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        rows[key] = row
        text = ",\n".join(f"{json.dumps(name)}: {json.dumps(rows[name])}" for name in sorted(rows))
        path.write_text("{\n" + text + "\n}\n", encoding="utf-8")
    elif key not in snapshot(part):
        pytest.skip("what is said of it is not written down yet: XNN_SNAPSHOT=write")
    else:
        assert row == snapshot(part)[key]


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
    count = len(rows)
    if not count:
        pytest.skip("nothing is written down yet: XNN_SNAPSHOT=write")
    within = sum(row[3] in ("exact", "within") for row in rows.values())
    exact = sum(row[3] == "exact" for row in rows.values())
    named = sum(row[4] == "named" for row in rows.values())
    false = sum(row[4] == "false" for row in rows.values())
    with capsys.disabled():
        print(
            f"\n{part}, the {count} of {len(judge.bugs(part))} programs that are written down: "
            f"planted line within the lines given {within / count:.0%}, exactly "
            f"{exact / count:.0%}, named truly {named / count:.0%}, falsely {false / count:.0%}"
        )
    assert set(rows) <= {f"{bug.program}/{bug.name}" for bug in judge.bugs(part)}
    least = {"dev": (0.85, 0.75, 0.7)}.get(part, (0.0, 0.0, 0.0))
    assert all(
        share >= bound for share, bound in zip((within / count, exact / count, named / count), least, strict=True)
    )


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
