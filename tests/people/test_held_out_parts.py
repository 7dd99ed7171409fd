"""The later held-out parts are what their lists say, by central differences that are not the checker's."""

import types
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from . import judge
from .held_out2 import cases as second
from .held_out3 import cases as third

HERE = Path(__file__).parent
CASES = [(HERE / name, case) for name, part in (("held_out2", second), ("held_out3", third)) for case in part.CASES]


@pytest.fixture(autouse=True)
def plain_steps(monkeypatch):
    """Gradients of a step are the judge's own too: nothing is judged by what is tested."""
    for cases in (second, third):
        monkeypatch.setattr(cases, "xnn", types.SimpleNamespace(gradients_from_step=judge.plain_from_step))


def differs(folder, case, ask, edits=()):
    """The greatest relative difference of a tensor, of what is handed over in one of the two ways."""
    asked = ask(judge.load(folder, case.name, edits))
    if ask is not case.ask:
        case = replace(case, from_step="step" in asked)  # a step of one sample has become a gradient by then
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return max(judge.difference(case, asked).values())


def ways(case):
    return [ask for ask in (case.ask, case.ask_diagnose) if ask]


def each(chosen):
    """Give a test the cases that are chosen, with their folders."""
    pairs = [(folder, case) for folder, case in CASES if chosen(case)]
    ids = [f"{folder.name}-{case.name}" for folder, case in pairs]
    return pytest.mark.parametrize(("folder", "case"), pairs, ids=ids)


@each(lambda case: case.check)
def test_a_sick_gradient_differs_and_is_right_when_corrected(folder, case):
    for ask in ways(case):
        assert differs(folder, case, ask) > 1e-3
        assert differs(folder, case, ask, case.edits) < 1e-6


@each(lambda case: not case.check)
def test_a_right_gradient_agrees(folder, case):
    for ask in ways(case):
        assert differs(folder, case, ask) < (1e-4 if case.name == "stuck_half" else 1e-6)  # see the next test
        if case.edits:
            assert differs(folder, case, ask, case.edits) < 1e-6


def test_the_gradient_of_saturated_units_agrees_too():
    """Central differences are no better than 1e-10, its entries are smaller: complex steps are exact."""
    module = judge.load(HERE / "held_out2", "stuck_half")
    net, (data, target) = module.Backprop([30, 15, 2]), module.majority()
    for attribute, layers in net.derivatives(data, target).items():
        for number, gradient in layers.items():
            before = getattr(net, attribute)[number]
            exact = np.zeros(before.shape)
            for index in np.ndindex(before.shape):
                moved = before.astype(complex)
                moved[index] += 1e-30j
                getattr(net, attribute)[number] = moved
                exact[index] = net.squared(data, target).imag / 1e-30
            getattr(net, attribute)[number] = before
            np.testing.assert_allclose(gradient, exact, rtol=1e-10)


@each(lambda case: case.sick)
def test_each_line_of_a_cause_is_found(folder, case):
    text = (folder / f"{case.name}.py").read_text()
    assert case.cause
    assert all(text.count(cause) == 1 for cause in case.cause)
