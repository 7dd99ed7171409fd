"""Findings that were once false or clumsy: what is said is true, once, with the numbers that were measured."""

import re

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

pytestmark = pytest.mark.host
RNG = np.random.default_rng(3)


def the_finding(*program):
    (finding,) = [f for f in check_gradients(*program).findings if not f.is_note]
    return finding


# --- A network that no dense chain is: a gain on each feature, and the features that it multiplies

X, Y = RNG.normal(size=(12, 5)), RNG.normal(size=(12, 5))
GAINED = {"gain": 1 + 0.3 * RNG.normal(size=5), "mix": RNG.normal(size=(5, 5))}
LAM = 0.3


def outputs(p, x):
    return np.tanh(x * p["gain"]) @ p["mix"] + np.sin(p["mix"]).sum(axis=0)


def gained(p, x, y, decay=LAM):
    penalty = 0.5 * decay * (np.sum(p["gain"] ** 2) + np.sum(p["mix"] ** 2))
    return np.sum((outputs(p, x) - y) ** 2) / len(x) + penalty


def slopes(p, x, y):
    a = np.tanh(x * p["gain"])
    d = 2 * (outputs(p, x) - y) / len(x)
    gain = ((d @ p["mix"].T) * (1 - a**2) * x).sum(axis=0)
    return {"gain": gain + LAM * p["gain"], "mix": a.T @ d + d.sum(axis=0) * np.cos(p["mix"]) + LAM * p["mix"]}


def changed(change):
    return gained, lambda p, x, y: slopes(p, x, y) | change(slopes(p, x, y), p), GAINED, X, Y


def test_the_program_without_a_bug_is_right():
    assert check_gradients(gained, slopes, GAINED, X, Y).ok


@pytest.mark.parametrize("name", ["gain", "mix"])
def test_a_missing_decay_is_missing_from_whatever_tensor_and_said_once(name):
    finding = the_finding(*changed(lambda g, p: {name: g[name] - LAM * p[name]}))
    assert (finding.code, finding.parameter) == ("decay-missing", name)
    assert "lacks the weight decay" in finding.message
    assert finding.facts["factor"] == pytest.approx(LAM, rel=1e-4)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_decay_that_is_too_small_is_not_missing(share):
    finding = the_finding(*changed(lambda g, p: {"gain": g["gain"] - (1 - share) * LAM * p["gain"]}))
    assert (finding.code, finding.parameter) == ("decay-scale", "gain")
    assert finding.facts["factor"] == pytest.approx(share * LAM, rel=1e-2)
    assert finding.facts["wants"] == pytest.approx(LAM, rel=1e-2)


def test_a_decay_that_the_loss_has_not_on_a_vector_is_on_the_bias():
    finding = the_finding(*changed(lambda g, p: {"gain": g["gain"] + 0.2 * p["gain"]}))
    assert (finding.code, finding.parameter) == ("decay-on-bias", "gain")


@pytest.mark.parametrize(("factor", "words"), [(0.6, "1.66667 times too small"), (1.5, "1.5 times too big")])
def test_a_factor_that_is_no_count_is_not_read_as_one(factor, words):
    finding = the_finding(*changed(lambda g, p: {"gain": factor * g["gain"]}))
    assert (finding.code, finding.parameter) == ("factor-extra", "gain")
    assert f"{words}, on 12 samples: that is not a number of samples" in finding.evidence
    assert "1/m" not in finding.advice


def test_a_factor_that_is_the_count_is_read_as_it():
    finding = the_finding(*changed(lambda g, p: {name: 12 * g[name] for name in g}))
    assert (finding.code, finding.parameter) == ("scale", "")
    assert "12 times too big, on 12 samples: it is not divided by the number of samples m" in finding.message


def test_the_residual_is_measured():
    finding = the_finding(*changed(lambda g, p: {"gain": -g["gain"]}))
    assert finding.code == "sign"
    assert float(re.search(r"to (\S+)$", finding.evidence)[1]) < 1e-7  # of what two such numeric gradients differ by


# --- A recurrent network: the hidden state's weights with the input's operand


def recurrent(p, x, y):
    h = np.zeros((len(y), 4))
    for t in range(3):
        h = np.tanh(x[:, t] @ p["Wx"] + h @ p["Wh"])
    return np.sum((h - y) ** 2)


def through_time(operand):
    def gradients(p, x, y):
        states = [np.zeros((len(y), 4))]
        for t in range(3):
            states.append(np.tanh(x[:, t] @ p["Wx"] + states[-1] @ p["Wh"]))
        d = 2 * (states[-1] - y)
        Wx, Wh = np.zeros((4, 4)), np.zeros((4, 4))
        for t in reversed(range(3)):
            d = d * (1 - states[t + 1] ** 2)
            Wx += x[:, t].T @ d
            Wh += (x[:, t] if operand == "x" else states[t]).T @ d
            d = d @ p["Wh"].T
        return {"Wx": Wh, "Wh": Wx} if operand == "exchanged" else {"Wx": Wx, "Wh": Wh}

    params = {"Wx": 0.5 * RNG.normal(size=(4, 4)), "Wh": 0.5 * RNG.normal(size=(4, 4))}
    return recurrent, gradients, params, RNG.normal(size=(6, 3, 4)), RNG.normal(size=(6, 4))


def test_another_operand_is_no_exchange():
    finding = the_finding(*through_time("x"))
    assert (finding.code, finding.parameter) == ("wrong-operand", "Wh")
    assert "Wx" in finding.message
    assert "order of the parameters" not in finding.advice


def test_an_exchange_is_one():
    found = check_gradients(*through_time("exchanged")).findings
    assert {(f.code, f.parameter) for f in found} == {("swapped-layers", "Wx"), ("swapped-layers", "Wh")}


# --- A dense network


def dense(sizes=(4, 5, 3), m=12, loss=None):
    rng = np.random.default_rng(0)
    n, h, k = sizes
    value, slope = loss or (lambda r: 0.5 * np.mean(np.sum(r**2, axis=1)), lambda r: r / len(r))
    shapes = {"W1": (n, h), "b1": (h, 1), "W2": (h, k), "b2": (k,)}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    data = rng.normal(size=(m, n)), rng.normal(size=(m, k))

    def of(p, x, y):
        return value(np.tanh(x @ p["W1"] + p["b1"].T) @ p["W2"] + p["b2"] - y)

    def gradients(p, x, y):
        a = np.tanh(x @ p["W1"] + p["b1"].T)
        d = slope(a @ p["W2"] + p["b2"] - y)
        d1 = (d @ p["W2"].T) * (1 - a**2)
        return {"W1": x.T @ d1, "b1": d1.sum(axis=0)[:, None], "W2": a.T @ d, "b2": d.sum(axis=0)}

    return of, gradients, params, *data


def broken(change, **options):
    of, gradients, *rest = dense(**options)
    return of, lambda p, x, y: change(gradients(p, x, y), len(x)), *rest


def test_a_dense_networks_residual_is_measured():
    finding = the_finding(*broken(lambda g, m: g | {"W2": 3 * g["W2"]}))
    assert finding.code == "scale"
    assert float(re.search(r"to (\S+)$", finding.evidence)[1]) < 1e-12


def test_few_readings_of_a_factor():
    finding = the_finding(*broken(lambda g, m: {name: part / 5 for name, part in g.items()}, sizes=(5, 5, 5), m=8))
    assert finding.code == "scale"
    assert finding.message.count("; or ") <= 1


@pytest.mark.parametrize(
    ("name", "shape", "advice"),
    [("b1", (5,), "reshape(5, 1)"), ("W1", (20,), "reshape(4, 5)"), ("b2", (3, 1), "reshape(3,)")],
)
def test_a_shape_has_its_fix(name, shape, advice):
    finding = the_finding(*broken(lambda g, m: g | {name: g[name].reshape(shape)}))
    assert finding.code in ("shape", "transposed")
    assert finding.parameter == name
    assert advice in finding.advice
    assert str(shape) in finding.message


def test_a_factor_is_that_with_all_samples():
    quartic = (lambda r: np.mean(np.sum(r**4, axis=1)), lambda r: 4 * r**3 / len(r))
    program = broken(lambda g, m: {name: m * part for name, part in g.items()}, sizes=(3, 2, 4), m=40, loss=quartic)
    finding = the_finding(*program)
    assert (finding.code, finding.parameter) == ("scale", "")
    assert "40 times too big, on 40 samples: it is not divided by the number of samples m" in finding.message
    assert finding.facts["factor"] == pytest.approx(40)


# --- Functions that remember


def remembering(momentum):
    seen = {"mean": np.zeros(5)}

    def gradients(p, x, y):
        a = np.tanh(x @ p)
        seen["mean"] = momentum * seen["mean"] + (1 - momentum) * a.mean(axis=0)
        return 2 * x.T @ ((a - y) * (1 - a**2)) + 0.1 * seen["mean"]

    return lambda p, x, y: np.sum((np.tanh(x @ p) - y) ** 2), gradients, RNG.normal(size=(4, 5)), X[:, :4], Y


@pytest.mark.parametrize("momentum", [0.5, 0.9, 0.99])
def test_a_running_average_is_no_draw(momentum):
    finding = the_finding(*remembering(momentum))
    assert finding.code == "mutates"
    assert "random" not in finding.message
    assert "kept from one call to the next" in finding.message


def test_a_running_average_in_the_loss_is_no_draw():
    seen = {"mean": 0.0}

    def loss(p, x):
        seen["mean"] = 0.9 * seen["mean"] + 0.1 * np.mean(x @ p)
        return np.sum((x @ p - seen["mean"]) ** 2)

    finding = the_finding(loss, lambda p, x: 2 * x.T @ (x @ p), RNG.normal(size=5), X)
    assert finding.code == "mutates"
    assert "random" not in finding.message


def test_a_draw_is_one():
    rng = np.random.default_rng(0)
    loss, _, p, x, y = remembering(0.5)

    def gradients(p, x, y):
        a = np.tanh(x @ p)
        return 2 * x.T @ ((a - y) * (1 - a**2) * (rng.random(y.shape) < 0.8))

    assert the_finding(loss, gradients, p, x, y).code == "nondeterministic"
