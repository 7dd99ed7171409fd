"""What the fuzz has found, one case each: raw errors that are sentences now."""

from decimal import Decimal

import numpy
import pytest

import xnn
from tests.rig import refuses
from xnn.errors import DataError, OptionError

W, X, Y = numpy.array([1.0, 2.0]), numpy.array([[1.0, 0.5], [2.0, -1.0], [0.0, 1.0]]), numpy.array([1.0, 0.0, 2.0])


def loss(w, x, y):
    return numpy.mean((x @ w - y) ** 2)


def gradients(w, x, y):
    return 2 * x.T @ (x @ w - y) / len(x)


@pytest.mark.host
@pytest.mark.parametrize("value", ["no", Decimal("0.1"), [0.1], 1j, 10**400, True])
def test_options_that_are_no_number(value):
    with refuses(OptionError, "learning_rate must be positive"):
        xnn.diagnose(loss, gradients, W, X, Y, learning_rate=value)
    with refuses(OptionError, "tolerance must be between 0 and 1"):
        xnn.check_gradients(loss, gradients, W, X, Y, tolerance=value)
    with refuses(OptionError, "learning_rate must be positive"):
        xnn.gradients_from_step(lambda w, x: w - x, learning_rate=value)


@pytest.mark.host
@pytest.mark.parametrize("value", [3, 0.5, {"w": 1}, "w", NotImplemented])
def test_names_that_are_no_list(value):
    with refuses(OptionError, "names must be a list with one entry a tensor, 1"):
        xnn.check_gradients(loss, gradients, W, X, Y, names=value)


@pytest.mark.host
def test_whole_numbers_beyond_double_precision():
    with refuses(DataError, "params hold a whole number that double precision does not"):
        xnn.check_gradients(lambda w: w, lambda w: 1.0, 10**400)
    report = xnn.check_gradients(loss, lambda *_: 10**400, W, X, Y)
    assert not report.ok and "a whole number that double precision does not hold" in str(report)


@pytest.mark.host
def test_a_single_nan_for_data_is_a_finding():
    found = xnn.diagnose(lambda w, x, y: w @ w, lambda w, x, y: 2 * w, W, numpy.nan, Y)
    assert "input-not-finite" in [finding.code for finding in found.findings]


@pytest.mark.host
def test_callbacks_and_steps_of_a_search_for_a_rate():
    with refuses(OptionError, "callbacks must be a list"):
        xnn.find_learning_rate(X, Y, callbacks=3)


@pytest.mark.host
@pytest.mark.parametrize("value", [3, numpy.array(3.5), object()])
def test_classes_of_a_module_that_are_no_list(value):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from xnn.interop.torch import from_module

    with refuses(OptionError, "classes must be a list"):
        from_module(torch.nn.Sequential(torch.nn.Linear(2, 3)), classes=value)


@pytest.mark.host
def test_a_history_is_not_drawn_for_a_path_that_cannot_be_written(monkeypatch, tmp_path):
    history = xnn.train(X[:, :1], [0, 1, 1], epochs=1, hidden=2, validation=None, progress=False, doctor="off").history
    monkeypatch.setattr(type(history), "panels", lambda *_: pytest.fail("it is drawn"))
    with refuses(xnn.errors.FileError, "there is no folder"):
        history.plot(tmp_path / "nowhere" / "history.png")


@pytest.mark.host
@pytest.mark.parametrize("initializer", ["auto", "glorot_uniform", "he_normal"])
def test_more_units_than_a_float_says(initializer):
    with refuses(xnn.errors.OutOfMemoryError, "has no room for"):
        xnn.train(X, Y, task="regression", hidden=10**400, initializer=initializer, validation=None, progress=False)
