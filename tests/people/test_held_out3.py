"""The third held-out part is what its list says, by central differences that are not the checker's."""

import types
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from . import judge
from .held_out3 import cases

FOLDER = Path(__file__).parent / "held_out3"


@pytest.fixture(autouse=True)
def plain_steps(monkeypatch):
    """Gradients of a step are the judge's own too: nothing is judged by what is tested."""
    monkeypatch.setattr(cases, "xnn", types.SimpleNamespace(gradients_from_step=judge.plain_from_step))


def differs(case, ask, edits=()):
    """The greatest relative difference of a tensor, of what is handed over in one of the two ways."""
    asked = ask(judge.load(FOLDER, case.name, edits))
    if ask is not case.ask:
        case = replace(case, from_step="step" in asked)  # a step of one sample has become a gradient by then
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return max(judge.difference(case, asked).values())


def ways(case):
    return [ask for ask in (case.ask, case.ask_diagnose) if ask]


SICK = [case for case in cases.CASES if case.check]
OTHERS = [case for case in cases.CASES if not case.check]


def name(case):
    return case.name


@pytest.mark.parametrize("case", SICK, ids=name)
def test_a_sick_gradient_differs_and_is_right_when_corrected(case):
    for ask in ways(case):
        assert differs(case, ask) > 1e-3
        assert differs(case, ask, case.edits) < 1e-6


@pytest.mark.parametrize("case", OTHERS, ids=name)
def test_a_right_gradient_agrees(case):
    for ask in ways(case):
        assert differs(case, ask) < 1e-6
        if case.edits:
            assert differs(case, ask, case.edits) < 1e-6


@pytest.mark.parametrize("case", [case for case in cases.CASES if case.sick], ids=name)
def test_each_line_of_a_cause_is_found(case):
    text = (FOLDER / f"{case.name}.py").read_text()
    assert case.cause
    assert all(text.count(cause) == 1 for cause in case.cause)
