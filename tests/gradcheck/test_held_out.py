"""The corpus that was written without sight of the namer: how often the first finding is the planted bug.

`FIRST_RUN` is what each part showed before anything was changed for it: the figures to expect on other people's
programs. `NOW` is what it shows since, which is in-sample: all three were looked at. Programs that were labelled
unknown count as named truly where `relabelled` says by which names. The figures are read off what `test_snapshot`
holds every program to.
"""

from importlib import import_module
from typing import NamedTuple

import pytest

from .held_out.program import difference
from .snapshot import HELD_OUT, cases, kept

pytestmark = pytest.mark.host
BEHAVIOUR = {"accumulates", "mutates", "nondeterministic"}  # bugs that one gradient need not show


class Figures(NamedTuple):
    top_1: float  # the first finding's code is a planted one
    named: float  # share of the findings that name a bug which are true
    strict: float  # ... of all findings, each `unknown` where a bug was planted counted as untrue
    alarms: int  # right programs blamed


FIRST_RUN = {
    "first": Figures(0.917, 0.983, 0.915, 0),  # 230 wrong, 74 right
    "second": Figures(0.896, 0.962, 0.885, 0),  # 491 wrong, 132 right
    "third": Figures(0.983, 1.0, 0.985, 0),  # 292 wrong, 68 right; looked at since
}
NOW = {
    "first": Figures(0.99, 0.99, 0.99, 0),
    "second": Figures(0.97, 0.975, 0.95, 0),
    "third": Figures(0.98, 0.99, 0.98, 0),
}


@pytest.mark.parametrize("name", HELD_OUT)
def test_planted_bugs(name, capsys):
    programs = {who: case.planted for who, case in cases(name).items() if case.planted}
    said = {who: [code for code, _ in kept(name)[who]["findings"]] for who in programs}
    missed = [who for who, codes in said.items() if not codes or codes[0] not in programs[who]]
    findings = [(code, code in programs[who]) for who, codes in said.items() for code in codes]
    named = [true for code, true in findings if code != "unknown"]
    top_1 = 1 - len(missed) / len(programs)
    precision, strict = sum(named) / len(named), sum(true for _, true in findings) / len(findings)
    with capsys.disabled():
        print(
            f"\nheld out, {name} part, {len(programs)} programs: top-1 {top_1:.1%}, precision {precision:.1%} of what"
        )
        print(f"is named, {strict:.1%} with each unknown; when it was new {FIRST_RUN[name]}")
    assert top_1 >= NOW[name].top_1, missed
    assert precision >= NOW[name].named
    assert strict >= NOW[name].strict


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", HELD_OUT)
def test_the_programs_are_what_they_are_said_to_be(name):
    """By plain central differences, in which nothing of xnn takes part."""
    part = import_module(f".held_out.{name}", __package__)
    for program in part.buggy():
        if not BEHAVIOUR & set(program.planted):
            assert difference(program) > 1e-3, program.name
    for program, step, allowed in part.judged():
        assert difference(program, step) < allowed, program.name
