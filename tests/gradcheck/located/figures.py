"""Figures of planted bugs whose line is known: how often the lines given hold it, and what is said of it is true.

``python -m tests.gradcheck.located.figures`` prints them: of each part's first run, which nothing was changed for
before it, and of what is said of it now. ``--run PART`` runs a part and writes what is said of it now.
"""

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path

from xnn.gradcheck import check_gradients

from . import judge
from .measure import outcome
from .repaired import fixed

FIRST, NOW = "first_run.json", "snapshot.json"
SLICES = "first_slices.json"  # of a part that is opened slice by slice: each one's first run, with fixes and seconds
NAMED, FALSE, UNNAMED = "named", "false", "unnamed"


def row(part, bug):
    """Return what is said of one program, as it is kept."""
    with tempfile.TemporaryDirectory() as folder:
        said = outcome(part, bug, Path(folder))
        told = NAMED if said.named else FALSE if said.false else UNNAMED
        return [*said.row(), told, said.report.ok, len(said.codes), said.false]


def fix_of(part, bug):
    """Return whether a proven fix is offered and true, ``None`` where none is."""
    with tempfile.TemporaryDirectory() as folder:
        report = outcome(part, bug, Path(folder)).report
        return fixed(part, bug, Path(folder), report.fixes)


def figures(rows):
    """Return the shares of a part: within the lines given, exactly, truly named, and of all findings the false ones."""
    count, findings = len(rows), sum(row[6] for row in rows)
    within = sum(row[3] in ("exact", "within") for row in rows) / count
    exact = sum(row[3] == "exact" for row in rows) / count
    named = sum(row[4] == NAMED for row in rows) / count
    return count, sum(row[5] for row in rows), within, exact, named, sum(row[7] for row in rows) / max(1, findings)


def shown(title, rows, seconds=()):
    """Return one line of figures."""
    count, passed, within, exact, named, false = figures(rows)
    line = f"{title}: {count} wrong programs, {passed} passed; planted line within the lines given {within:.0%}, "
    line += f"exactly {exact:.0%}; truly named {named:.0%}; false findings {false:.1%}"
    if seconds:
        ordered = sorted(seconds)
        line += f"; processor seconds {ordered[len(ordered) // 2]:.1f} in the median, {ordered[-1]:.0f} at most"
    return line


def shown_with_fixes(title, rows):
    """Return one line of figures of rows that end in whether the fix is true, and processor seconds."""
    fixes = [row[8] for row in rows]
    line = shown(title, [row[:8] for row in rows], [row[9] for row in rows])
    return line + f"; fixed {fixes.count(True) / len(rows):.0%}, falsely {fixes.count(False)}"


def run(part):
    """Run a part, print its figures and the right programs that are blamed, and keep what is said."""
    rows, seconds = {}, []
    for bug in judge.bugs(part):
        began = time.process_time()
        rows[f"{bug.program}/{bug.name}"] = row(part, bug)
        seconds.append(time.process_time() - began)
    print(shown(f"{part}, now", list(rows.values()), seconds))
    for program in judge.programs(part):
        with tempfile.TemporaryDirectory() as folder:
            module = judge.build(part, program, Path(folder))
            if not check_gradients(module.loss, module.gradients, module.params, *module.data).ok:
                print(f"  {program} is right, and blamed")
    keep(judge.HERE / part / NOW, rows)


def keep(path, rows):
    """Write rows by name, a line each."""
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(rows[name])}" for name in sorted(rows))
    path.write_text("{\n" + text + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--run"]:
        for part in sys.argv[2:]:
            run(part)
    else:
        for path in sorted(judge.HERE.glob(f"*/{FIRST}")):
            halves = json.loads(path.read_text(encoding="utf-8"))
            for half, kept in halves.items():
                print(shown(f"{path.parent.name}, first run, {half}", list(kept.values())))
        for path in sorted(judge.HERE.glob(f"*/{SLICES}")):
            for which, kept in json.loads(path.read_text(encoding="utf-8")).items():
                print(shown_with_fixes(f"{path.parent.name}, first run of {which}", list(kept.values())))
        for path in sorted(judge.HERE.glob(f"*/{NOW}")):
            kept = json.loads(path.read_text(encoding="utf-8"))
            print(shown(f"{path.parent.name}, now", list(kept.values())))
