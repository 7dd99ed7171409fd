"""What a report tells people to write, and that it claims no more than it knows."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

pytestmark = pytest.mark.host

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 4)), np.eye(3)[RNG.integers(0, 3, 20)]
PARAMS = {
    "W1": RNG.normal(size=(4, 5)),
    "b1": 0.1 * RNG.normal(size=5),
    "W2": RNG.normal(size=(5, 3)),
    "b2": 0.1 * RNG.normal(size=3),
}


def forward(p, x):
    z = x @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    s = a @ p["W2"] + p["b2"]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return z, a, e / e.sum(axis=1, keepdims=True)


def loss(p, x, y):
    return -np.sum(y * np.log(forward(p, x)[2])) / len(x)


def the_finding(change):
    def gradients(p, x, y):
        z, a, probabilities = forward(p, x)
        d = (probabilities - y) / len(x)
        d1 = (d @ p["W2"].T) * (z > 0)
        return change({"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": a.T @ d, "b2": d.sum(axis=0)}, len(x))

    (finding,) = check_gradients(loss, gradients, PARAMS, X, Y).findings
    return finding


def test_a_zero_bias_is_told_the_line_of_the_bias():
    finding = the_finding(lambda g, m: g | {"b2": np.zeros(3)})
    assert (finding.code, finding.parameter) == ("zero", "b2")
    assert "db = delta.sum(axis=0)" in finding.advice


def test_a_missing_key_is_called_missing():
    finding = the_finding(lambda g, m: {name: part for name, part in g.items() if name != "b2"})
    assert (finding.code, finding.parameter) == ("zero", "b2")
    assert finding.message == "gradients returns nothing for b2."


def test_the_mean_of_a_bias_is_told_apart_from_a_factor_in_delta():
    finding = the_finding(lambda g, m: g | {"b2": g["b2"] / m})
    assert (finding.code, finding.parameter) == ("scale", "b2")
    assert "20 times too small, on 20 samples" in finding.message
    assert "once too often" in finding.message
    assert "or the mean over the samples is taken" in finding.message
    assert "db = delta.sum(axis=0)" in finding.advice


def test_a_factor_of_one_weight_is_not_blamed_on_delta():
    finding = the_finding(lambda g, m: g | {"W1": 0.05 * g["W1"]})
    assert (finding.code, finding.parameter) == ("scale", "W1")
    assert "dW = a_in.T @ delta" in finding.advice


def test_a_number_of_samples_that_is_written_in_the_gradient():
    x, y = RNG.normal(size=(3000, 4)), np.eye(3)[RNG.integers(0, 3, 3000)]

    def gradients(p, x, y):
        _, a, probabilities = forward(p, x)
        d = (probabilities - y) / 3000
        d1 = d @ p["W2"].T
        return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": a.T @ d, "b2": d.sum(axis=0)}

    findings = check_gradients(loss, gradients, PARAMS, x, y).findings
    assert [f.code for f in findings] == ["derivative-missing"]


def test_what_rounding_hides_is_not_called_right():
    def hidden(w):
        return 1e9 + np.sum(np.tanh(w["seen"]) * 1e6) + 1e-9 * np.sum(w["hidden"])

    def gradients(w):
        return {"seen": 1e6 / np.cosh(w["seen"]) ** 2, "hidden": np.full(2, 1e-9)}

    report = check_gradients(hidden, gradients, {"seen": np.array([0.3, -0.4]), "hidden": np.ones(2)})
    assert report.ok
    assert not report.tensors["hidden"].is_conclusive
    assert report.tensors["seen"].is_conclusive
    assert "hidden cannot" in str(report)
    assert "unclear" in str(report)
