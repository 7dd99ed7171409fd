"""What the doctor says of each program and run of the corpora, kept by name: no loss hides behind another's gain.

``python -m tests.doctor.snapshot [part ...]`` writes it anew; what has changed is then seen in the diff.
"""

import copy
import json
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import xnn

from . import held_out
from .corpus import healthy, planted, runs

FOLDER = Path(__file__).parent / "snapshots"
PARTS = ("corpus", "runs", "held_out")


class Case(NamedTuple):
    """One program or run: its planted codes, none where it is healthy, and how to have it diagnosed."""

    planted: frozenset[str]
    diagnosis: Callable[[], xnn.Diagnosis]


@cache
def cases(part):
    """Return the programs or runs of a part by name."""
    groups, judge = {
        "corpus": ((planted.programs, healthy.programs), diagnose),
        "runs": ((runs.sick, runs.healthy), report),
        "held_out": ((held_out.buggy, held_out.right), diagnose),
    }[part]
    found, count = {}, {}
    for kind, group in zip(("sick", "healthy"), groups, strict=True):
        for program in group():
            name = f"{kind} {program.name}"
            count[name] = again = count.get(name, 0) + 1
            codes = frozenset(program.planted if kind == "sick" else ())
            found[name + (f" #{again}" if again > 1 else "")] = Case(codes, lambda program=program: judge(program))
    return found


def diagnose(program):
    """Diagnose a program, on a copy."""
    program = copy.deepcopy(program)
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return xnn.diagnose(
            program.loss, program.gradients, program.params, program.X, program.y, **program.options
        )  # fmt: skip


def report(run):
    """Record a run and report it."""
    doctor = xnn.Doctor()
    for record in run.records:
        doctor.record(**record)
    return doctor.report()


def said(found):
    """Return the verdict, the findings and the notes, in order."""
    return {
        "ok": found.ok,
        "findings": [[finding.code, finding.parameter] for finding in found.faults],
        "notes": [[finding.code, finding.parameter] for finding in found.notes],
    }


@cache
def kept(part):
    """Return what was said of a part when it was last written down."""
    return json.loads((FOLDER / f"{part}.json").read_text())


def write(part):
    """Write down what is said of a part, a line a program."""
    lines = [f"{json.dumps(name)}: {json.dumps(said(case.diagnosis()))}" for name, case in cases(part).items()]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{part}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        write(part)
