"""What functions do beside the numbers: each fault has its own finding, and what is given is never changed."""

import copy
import io
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from xnn.gradcheck import GradientError, check_gradients

pytestmark = pytest.mark.host


def loss(p, x, y):
    return np.mean(np.sum((np.tanh(x @ p["W"]) @ p["V"] - y) ** 2, axis=1))


def gradients(p, x, y):
    a = np.tanh(x @ p["W"])
    delta = 2 * (a @ p["V"] - y) / len(x)
    return {"W": x.T @ (delta @ p["V"].T * (1 - a**2)), "V": a.T @ delta}


@pytest.fixture
def problem():
    rng = np.random.default_rng(3)
    params = {"W": rng.normal(size=(3, 4)), "V": rng.normal(size=(4, 2))}
    return params, rng.normal(size=(6, 3)), rng.normal(size=(6, 2))


def codes(report):
    return [finding.code for finding in report.findings]


def test_right(problem):
    report = check_gradients(loss, gradients, *problem)
    assert report.ok
    assert codes(report) == []
    assert list(report.tensors) == ["W", "V"]
    assert report.tensors["W"].checked == report.tensors["W"].total == 12
    assert report.tensors["W"].relative_error < 1e-9
    report.raise_if_wrong()


def test_arguments_are_never_changed(problem):
    before = copy.deepcopy(problem)

    def mutating(p, x, y):
        g = gradients(p, x, y)
        p["W"] -= 1.0
        x *= 2.0
        return g

    report = check_gradients(loss, mutating, *problem)
    assert not report.ok
    assert codes(report)[0] == "mutates"
    assert all(t.ok for t in report.tensors.values())  # the numbers are right all the same
    np.testing.assert_equal(problem, before)


def test_a_loss_that_mutates(problem):
    def mutating(p, x, y):
        value = loss(p, x, y)
        x += 1.0
        return value

    report = check_gradients(mutating, gradients, *problem)
    assert codes(report) == ["mutates"]
    assert all(t.ok for t in report.tensors.values())


def test_gradients_that_change_what_loss_reads(problem):
    params, x, y = problem
    shared = x.copy()

    def closed(p):
        return loss(p, shared, y)

    def spoiling(p):
        g = gradients(p, shared, y)
        shared[0] += 0.1
        return g

    assert "mutates" in codes(check_gradients(closed, spoiling, params))


def test_accumulates(problem):
    store = {"W": 0.0, "V": 0.0}

    def accumulating(p, x, y):
        g = gradients(p, x, y)
        for name in g:
            store[name] = store[name] + g[name]
        return dict(store)

    report = check_gradients(loss, accumulating, *problem)
    assert codes(report) == ["accumulates"]
    assert all(t.ok for t in report.tensors.values())


def test_accumulating_and_wrong(problem):
    store = {"W": 0.0, "V": 0.0}

    def accumulating(p, x, y):
        g = gradients(p, x, y)
        for name in g:
            store[name] = store[name] - g[name]
        return dict(store)

    report = check_gradients(loss, accumulating, *problem)
    assert codes(report) == ["accumulates", "sign"]


def test_nondeterministic(problem):
    rng = np.random.default_rng(0)
    drop = lambda p, x, y: loss(p, x * (rng.random(x.shape) > 0.5), y)  # noqa: E731
    assert codes(check_gradients(drop, gradients, *problem)) == ["nondeterministic"]
    noisy = lambda p, x, y: gradients(p, x + rng.normal(size=x.shape), y)  # noqa: E731
    assert codes(check_gradients(loss, noisy, *problem)) == ["nondeterministic"]


def test_raises(problem):
    def broken(p, x, y):
        raise KeyError("W3")

    for functions in ((broken, gradients), (loss, broken)):
        report = check_gradients(*functions, *problem)
        assert not report.ok
        assert codes(report) == ["raises"]
        assert "W3" in str(report)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite(problem, value):
    params, x, y = problem
    y[2, 0] = value
    report = check_gradients(loss, gradients, params, x, y)
    assert codes(report) == ["not-finite"]
    assert "sample 2" in report.findings[0].message


def test_a_gradient_that_is_not_finite(problem):
    def broken(p, x, y):
        g = gradients(p, x, y)
        g["V"][1, 0] = np.nan
        return g

    report = check_gradients(loss, broken, *problem)
    assert codes(report) == ["not-finite"]
    assert report.findings[0].parameter == "V"
    assert "[1, 0]" in report.findings[0].message
    assert report.tensors["W"].ok
    assert not report.tensors["V"].ok


def test_structure(problem):
    report = check_gradients(loss, lambda p, x, y: [1.0, np.ones(2), np.ones(3)], *problem)
    assert codes(report) == ["structure"]
    report = check_gradients(lambda p, x, y: np.tanh(x @ p["W"]), gradients, *problem)
    assert codes(report) == ["structure"]
    assert "(6, 4)" in report.findings[0].message
    assert codes(check_gradients(loss, lambda p, x, y: None, *problem)) == ["structure"]


def test_a_missing_tensor_is_zero(problem):
    for missing in (lambda g: {"W": g["W"]}, lambda g: {"W": g["W"], "V": None}, lambda g: {"W": g["W"], "V": 0}):
        report = check_gradients(loss, lambda p, x, y, missing=missing: missing(gradients(p, x, y)), *problem)
        assert codes(report) == ["zero"]
        assert report.findings[0].parameter == "V"
        with pytest.raises(GradientError, match="zero"):
            report.raise_if_wrong()


class Pair(NamedTuple):
    W: np.ndarray
    V: np.ndarray


@dataclass
class Model:
    W: np.ndarray
    V: np.ndarray
    units: int = 4
    activation: str = "tanh"


STRUCTURES = {
    "list": (lambda W, V: [W, V], lambda p: {"W": p[0], "V": p[1]}, ["params[0]", "params[1]"]),
    "tuple": (lambda W, V: (W, V), lambda p: {"W": p[0], "V": p[1]}, ["params[0]", "params[1]"]),
    "named tuple": (Pair, lambda p: {"W": p.W, "V": p.V}, ["W", "V"]),
    "data class": (Model, lambda p: {"W": p.W, "V": p.V}, ["W", "V"]),
    "nested": (
        lambda W, V: {"hidden": [Pair(W, None)], "out": {"V": V, "size": 2, "name": "x"}},
        lambda p: {"W": p["hidden"][0].W, "V": p["out"]["V"]},
        ["hidden[0].W", "out.V"],
    ),
    "lists of numbers": (
        lambda W, V: {"W": W.tolist(), "V": V.tolist()},
        lambda p: {"W": np.array(p["W"]), "V": np.array(p["V"])},
        ["W", "V"],
    ),
    "objects": (
        lambda W, V: np.array([W, V], dtype=object),
        lambda p: {"W": p[0], "V": p[1]},
        ["params[0]", "params[1]"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("structure", STRUCTURES)
def test_any_structure(problem, structure):
    params, x, y = problem
    build, read, names = STRUCTURES[structure]

    def my_loss(p, x, y):
        return loss(read(p), x, y)

    def my_gradients(p, x, y):
        g = gradients(read(p), x, y)
        return build(g["W"], g["V"])

    def wrong(p, x, y):
        g = gradients(read(p), x, y)
        return build(g["W"], 2 * g["V"])

    tree = build(params["W"], params["V"])
    report = check_gradients(my_loss, my_gradients, tree, x, y)
    assert report.ok
    assert list(report.tensors) == names
    report = check_gradients(my_loss, wrong, tree, x, y)
    assert [t.ok for t in report.tensors.values()] == [True, False]
    assert codes(report) == ["scale"]
    assert report.findings[0].parameter == names[1]


def test_names(problem):
    params, x, y = problem
    report = check_gradients(loss, gradients, params, x, y, names=["first", "second"])
    assert list(report.tensors) == ["first", "second"]


def test_one_array_and_floats():
    report = check_gradients(lambda w: np.sum(w**2), lambda w: 2 * w, np.array([1.0, 2.0]))
    assert report.ok
    assert list(report.tensors) == ["params"]
    params = {"a": 0.5, "b": 1.0}
    report = check_gradients(lambda p: p["a"] ** 2 + 3 * p["b"], lambda p: {"a": 2 * p["a"], "b": 3.0}, params)
    assert report.ok
    assert list(report.tensors) == ["a", "b"]


def test_report_as_dict_and_text(problem):
    import json

    def wrong(p, x, y):
        g = gradients(p, x, y)
        return {"W": -g["W"], "V": g["V"]}

    report = check_gradients(loss, wrong, *problem)
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["ok"] is False
    assert plain["findings"][0]["code"] == "sign"
    assert plain["tensors"]["V"]["ok"] is True
    text = str(report)
    assert text.startswith("The gradient is WRONG in W")
    assert "sign [W]" in text
    assert report.tensors["W"].worst_index is not None

    from rich.console import Console

    console = Console(width=120, record=True, file=io.StringIO())
    console.print(report)
    assert "sign" in console.export_text()


def test_too_few_arguments_are_told_apart_from_a_bug():
    report = check_gradients(lambda w, x, y: float(w @ x), lambda w, x, y: x, np.ones(3), np.ones(3))
    assert [f.code for f in report.findings] == ["raises"]
    assert "data = (X, y)" in report.findings[0].advice


class Summed:
    """A layer that never begins its sum anew."""

    def __init__(self):
        self.W, self.dW = np.ones((3, 1)), np.zeros((3, 1))

    def loss(self, X, y):
        return np.mean((X @ self.W - y) ** 2)

    def gradients(self, X, y):
        r = X @ self.W - y
        self.dW += 2 * X.T @ r / len(X)
        return {"W": self.dW.copy()}


class Lent(Summed):
    """What it hands out as empty is one list for all calls."""

    def __init__(self):
        super().__init__()
        self.empty = [np.zeros((3, 1))]

    def gradients(self, X, y):
        sums = self.empty
        sums[0] += 2 * X.T @ (X @ self.W - y) / len(X)
        return {"W": sums[0].copy()}


def drawn(p, x, y):
    mask = np.random.rand(*x.shape) < 0.5
    return np.mean((x * mask @ p["W"] - y[:, 0, None]) ** 2)


def centred(p, x, y):
    x -= x.mean(axis=0)
    return gradients(p, x, y)


@pytest.mark.parametrize(
    ("functions", "code", "source"),
    [
        (lambda: (net := Summed(), net.loss, net.gradients), "accumulates", "self.dW += 2 * X.T @ r / len(X)"),
        (lambda: (net := Lent(), net.loss, net.gradients), "accumulates", "self.empty"),
        (lambda: (None, drawn, gradients), "nondeterministic", "np.random.rand(*x.shape)"),
        (lambda: (None, loss, centred), "mutates", "x -= x.mean(axis=0)"),
    ],
    ids=["a sum that goes on", "a list that is lent", "a draw", "data changed in place"],
)
def test_what_one_call_does_to_the_next_has_its_line(problem, functions, code, source):
    own, loss, gradients = functions()
    params, x, y = problem
    report = check_gradients(loss, gradients, own or params, x, y[:, :1] if own else y)
    found = next(finding for finding in report.findings if finding.code == code)
    assert found.source == source
