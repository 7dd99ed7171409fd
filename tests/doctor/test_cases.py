"""The five people's own functions: the first finding is the real cause."""

import numpy as np
import pytest

import xnn
from tests.gradcheck import test_cases as cases

pytestmark = pytest.mark.host


def codes(diagnosis):
    return [finding.code for finding in diagnosis.findings]


def test_case_0():
    found = xnn.diagnose(*cases.case_0())
    assert codes(found)[0] == "derivative-wrong"
    assert "softplus" in found.findings[0].message
    assert codes(found)[1:] == ["loss-sum"]
    assert found.notes == found.findings[1:]


def test_case_1():
    found = xnn.diagnose(*cases.case_1(0, 1, 1), learning_rate=0.3)
    assert codes(found)[0] == "samples-mixed"
    assert "axis 1" in found.findings[0].advice
    assert set(codes(found)) == {"samples-mixed", "scale", "bias-wrong-axis"}


def test_case_1_with_their_accuracy_and_predictions():
    loss, gradients, params, x, y = cases.case_1()

    def predict(p, x):
        a1 = np.tanh(x @ p["W1"] + p["b1"])
        e = np.exp(a1 @ p["W2"] + p["b2"])
        return e / np.sum(e, axis=1, keepdims=True)

    def accuracy(p, x, y):
        correct = 0
        for i in range(y.shape[1]):  # classes, not samples
            correct += int(predict(p, x)[i].argmax() == y[i].argmax())
        return correct / len(y)

    assert xnn.diagnose(loss, gradients, params, x, y, predict=predict).ok
    found = xnn.diagnose(loss, gradients, params, x, y, predict=predict, accuracy=accuracy)
    assert codes(found) == ["accuracy-wrong"]


def test_case_2():
    found = xnn.diagnose(*cases.case_2(cases.falling))
    assert codes(found)[0] == "sign"
    assert xnn.diagnose(*cases.case_2(cases.rising, lam=0.0)).ok


def test_case_3():
    found = xnn.diagnose(*cases.case_3(), learning_rate=0.001)
    assert codes(found)[0] == "loss-broadcast"
    assert "(6,)" in found.findings[0].message and "(6, 1)" in found.findings[0].message
    assert {"summed-error", "bias-not-summed"} <= set(codes(found))
    assert xnn.diagnose(*cases.case_3(right=True), learning_rate=0.001).ok


def test_case_4():
    found = xnn.diagnose(*cases.case_4(lambda a: cases.rising(a) * (1 - cases.rising(a))), learning_rate=0.1)
    assert codes(found)[0] == "derivative-of-output"
    assert "no-bias" in codes(found)
    right = xnn.diagnose(*cases.case_4(lambda a: a * (1 - a)), learning_rate=0.1)  # the flat place was the bug's
    assert right.ok
    assert right.measured["overfitting"]["error"] == 0
