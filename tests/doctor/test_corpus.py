"""How often the doctor is right, on programs and runs by whoever wrote it: in-sample figures, which flatter it."""

import numpy as np
import pytest

import xnn

from .corpus import healthy, planted, runs

pytestmark = pytest.mark.host
ABOUT_NUMBERS = {"learning-rate-high", "learning-rate-low", "input-scale", "init-scale", "samples-mixed", "loss-scale",
                 "decay-dominates", "dead-units", "saturated-units", "overfitting"}  # fmt: skip
TOP_1, PRECISION, FALSE_ALARMS = 0.98, 0.96, 0.0


def diagnose(program):
    return xnn.diagnose(program.loss, program.gradients, program.params, program.X, program.y, **program.options)


def report(run):
    doctor = xnn.Doctor()
    for record in run.records:
        doctor.record(**record)
    return doctor.report()


@pytest.mark.filterwarnings("ignore")
def test_the_first_finding_is_the_planted_fault_and_the_rest_is_true():
    """One test, so that the corpus is diagnosed once: notes are no findings here."""
    judged = [(p.name, p.planted, diagnose(p)) for p in planted.programs()]
    judged += [(run.name, run.planted, report(run)) for run in runs.sick()]
    missed = [
        (name, codes, d.findings) for name, codes, d in judged if not d.findings or d.findings[0].code not in codes
    ]
    said = [(name, finding.code, finding.code in codes) for name, codes, d in judged for finding in d.faults]
    untrue = [(name, code) for name, code, true in said if not true]
    top_1, precision = 1 - len(missed) / len(judged), 1 - len(untrue) / len(said)
    print(f"first finding right: {top_1:.1%} of {len(judged)}; precision: {precision:.1%} of {len(said)}")
    print(*missed, *untrue, sep="\n")
    assert len(judged) >= 60
    assert top_1 >= TOP_1
    assert precision >= PRECISION
    for name, _, d in judged:  # the rate to use, the scale, the axis
        for finding in d.faults:
            if finding.code in ABOUT_NUMBERS:
                assert any(character.isdigit() for character in finding.advice), (name, finding)


@pytest.mark.filterwarnings("ignore")
def test_right_programs_and_runs_get_no_finding():
    sound = [(p.name, diagnose(p)) for p in healthy.programs()]
    sound += [(run.name, report(run)) for run in runs.healthy()]
    alarms = [(name, d.faults) for name, d in sound if not d.ok]
    print(f"false alarms: {len(alarms)} of {len(sound)}", *alarms, sep="\n")
    assert len(sound) >= 40
    assert len(alarms) / len(sound) <= FALSE_ALARMS


def test_the_rate_that_is_advised_learns():
    """What the advice says to use is used, and the loss falls."""
    programs = [p for p in planted.programs() if p.name.startswith(("rate 1000", "rate 50", "rate 3", "rate 1e-8"))]
    assert len(programs) == 4
    for program in programs:
        advice = diagnose(program).findings[0].advice
        rate = float(advice.split("use ")[1].split(":")[0])
        right = xnn.diagnose(program.loss, program.gradients, program.params, program.X, program.y, learning_rate=rate)
        assert right.ok, (program.name, rate, right)


@pytest.mark.filterwarnings("ignore")
def test_the_healthy_runs_do_learn():
    for run in runs.healthy():
        losses = np.array([record["loss"] for record in run.records])
        tail = np.median(losses[-10:])
        assert tail < 0.9 * np.median(losses[:3]) or tail < 0.1, run.name
