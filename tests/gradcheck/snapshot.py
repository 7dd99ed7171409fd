"""What the checker says of each program of the corpora, kept by name: no program's loss hides behind another's gain.

``python -m tests.gradcheck.snapshot [part ...]`` writes it anew; what has changed is then seen in the diff.
"""

import copy
import json
import sys
import warnings
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np

from xnn.gradcheck import check_gradients

from .corpus import catalogue
from .corpus.styles import make
from .relabelled import TRUE

FOLDER = Path(__file__).parent / "snapshots"
HELD_OUT = ("first", "second", "third")
PARTS = ("corpus", *HELD_OUT)


class Case(NamedTuple):
    """One program of a corpus: each code that is true of it, none where it is right, and how to get what is checked."""

    planted: frozenset[str]
    arguments: Callable[[], tuple]


@cache
def cases(part):
    """Return the programs of a part by name."""
    programs = _in_sample() if part == "corpus" else _held_out(part)
    found = {name: case._replace(planted=case.planted | TRUE.get((part, name), set())) for name, case in programs}
    assert len(found) > 100
    return found


def _in_sample():
    kinds = {
        "wrong": ((frozenset({code}), spec) for code, spec in catalogue.wrong()),
        "pair": ((frozenset(codes), spec) for codes, spec in catalogue.pairs()),
        "right": ((frozenset(), spec) for spec in catalogue.right()),
    }
    for kind, programs in kinds.items():
        for i, (planted, spec) in enumerate(programs):
            name = f"{kind} {i:03d} {'+'.join(sorted(planted)) or spec.act} {spec.style}"
            yield name, Case(planted, lambda spec=spec: _flat(*make(spec)))


def _flat(loss, gradients, params, data):
    return loss, gradients, params, *data


def _held_out(name):
    part = import_module(f".held_out.{name}", __package__)
    right = [*part.right(), *getattr(part, "corners", list)()]
    for kind, programs in (("wrong", part.buggy()), ("right", right)):
        count = {}
        for program in programs:
            planted = frozenset(program.planted if kind == "wrong" else ())
            count[program.name] = again = count.get(program.name, 0) + 1
            name = f"{kind} {program.name}{f' #{again}' if again > 1 else ''}"
            yield name, Case(planted, lambda program=program: _copied(program))


def _copied(program):
    program = copy.deepcopy(program)
    return program.loss, program.gradients, program.params, *program.data


def said(case):
    """Return what the checker says of one program: its verdict and its findings, notes aside."""
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = check_gradients(*case.arguments())
    return {"ok": report.ok, "findings": [[f.code, f.parameter] for f in report.findings if not f.is_note]}


@cache
def kept(part):
    """Return what was said of a part when it was last written down."""
    return json.loads((FOLDER / f"{part}.json").read_text())


def write(part):
    """Write down what is said of a part, a line a program."""
    lines = [f"{json.dumps(name)}: {json.dumps(said(case))}" for name, case in cases(part).items()]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{part}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        write(part)
