"""The doctor beside a run: somebody's own loop, and xnn's."""

import warnings

import numpy as np
import pytest

import xnn
from tests.rig import refuses
from xnn.doctor.run.guard import not_learning
from xnn.errors import DataError, OptionError

pytestmark = pytest.mark.host
QUICK = {"hidden": 16, "epochs": 6, "progress": False}


def digits():
    X, y = xnn.datasets.digits()
    return X[:400], y[:400]


def codes(diagnosis):
    return [finding.code for finding in diagnosis.findings]


def test_refusals():
    doctor = xnn.Doctor()
    with refuses(OptionError, "record needs at least a loss"):
        doctor.record()
    with refuses(DataError, "loss must be one number"):
        doctor.record(loss=np.ones(3))
    with refuses(OptionError, "doctor must be 'on' or 'off'"):
        xnn.train(*digits(), doctor="loud", **QUICK)


def test_few_records_say_nothing():
    doctor = xnn.Doctor()
    for value in (1.0, 5.0, 0.5):
        doctor.record(loss=value)
    assert doctor.report().ok
    assert "overfitting" in doctor.report().left_out


def test_what_is_recorded_is_not_kept():
    doctor, w = xnn.Doctor(), np.ones(4)
    for _ in range(12):
        doctor.record(loss=float(w @ w), params=[w], gradients=[2 * w])
        w *= 0.9  # in place: a reference would show no change
    ratios = [value for _, value in doctor.history.update_ratio["params[0]"]]
    assert ratios == pytest.approx([0.1] * 11)


def test_units_that_are_zero_on_one_small_batch_are_not_dead():
    rng = np.random.default_rng(0)
    doctor = xnn.Doctor()
    for step in range(40):
        a = np.maximum(rng.normal(size=(2, 30)) - 1.0, 0)  # 70% of the units are zero on a batch of two
        doctor.record(loss=1.0 / (step + 1), activations=[a])
    assert doctor.report().ok
    assert doctor.history.dead["layer 1"][-1][1] < 0.2


def test_the_callback_looks_into_a_healthy_run():
    doctor = xnn.Doctor()
    result = xnn.train(*digits(), callbacks=[doctor], **{**QUICK, "epochs": 15})
    found = doctor.report()
    assert found.ok, found
    steps = 15 * 3
    assert [step for step, _ in doctor.history.loss] == list(range(1, steps + 1))
    assert len(doctor.history.validation_loss) == 15
    assert doctor.history.matrices == ["params[0].W", "params[1].W"]
    assert set(doctor.history.dead) == {"layer 1"}
    assert result.history.loss[-1] == pytest.approx(np.mean([v for _, v in doctor.history.loss[-3:]]), rel=0.2)


def test_the_callback_changes_nothing():
    plain = xnn.train(*digits(), **QUICK)
    watched = xnn.train(*digits(), callbacks=[xnn.Doctor()], **QUICK)
    assert plain.history.loss == watched.history.loss


@pytest.mark.filterwarnings("ignore::xnn.NotLearningWarning")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"learning_rate": 1e-9}, {"learning-rate-low"}),
        ({"learning_rate": 300.0, "optimizer": "sgd"}, {"diverging", "learning-rate-high", "not-finite"}),
        ({"activation": "sigmoid", "hidden": [16] * 8}, {"vanishing-gradients"}),
    ],
)
def test_the_callback_names_what_is_wrong(options, expected):
    doctor = xnn.Doctor()
    xnn.train(*digits(), callbacks=[doctor], **{**QUICK, "epochs": 12, **options})
    assert codes(doctor.report())[0] in expected


def test_train_warns_once_in_one_sentence_and_can_be_told_not_to():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        xnn.train(*digits(), learning_rate=1e-9, **{**QUICK, "epochs": 12, "batch_size": 16})
    assert [warning.category for warning in caught] == [xnn.NotLearningWarning]
    message = str(caught[0].message)
    assert "not learning" in message and message.count(".") - message.count("2.") <= 4 and "\n" not in message
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        xnn.train(*digits(), learning_rate=1e-9, doctor="off", **{**QUICK, "epochs": 12, "batch_size": 16})


def test_a_run_that_learns_is_left_in_peace():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        xnn.train(*digits(), **QUICK)
        xnn.train(*xnn.datasets.circle(n=200, seed=0), learning_rate=0.01, **QUICK)


@pytest.mark.parametrize(
    ("losses", "epochs", "guessing", "expected"),
    [
        ([2.3, float("nan")], 20, 2.3, "diverges"),
        ([2.3, 4.0, 9.0], 20, 2.3, "diverges"),
        ([2.30] * 5, 20, 2.3, "not learning"),
        ([2.30] * 4, 20, 2.3, None),
        ([0.5, 0.4999, 0.4999, 0.4999, 0.4999], 5, 1.0, None),  # at its noise from the first epoch on
        ([9.0, 3.0, 2.4, 2.31, 2.305], 5, 2.3, "not learning"),  # fell, to what guessing gives
        ([9.0, 3.0, 2.4, 2.31, 1.5], 5, 2.3, None),
        ([1.0, 0.9, 0.8, 0.7, 0.6], 5, float("nan"), None),
    ],
)
def test_the_guard(losses, epochs, guessing, expected):
    said = not_learning(losses, 0.1, epochs, 500, lambda: guessing)
    assert (said is None) if expected is None else expected in said


def test_the_guard_says_which_rate_to_try():
    assert "learning_rate=0.01" in not_learning([1.0, float("inf")], 0.1, 9, 1, lambda: 1.0)


def test_a_short_run_is_not_judged():
    assert not_learning([2.3] * 9, 0.1, 9, 36, lambda: 2.3) is None
