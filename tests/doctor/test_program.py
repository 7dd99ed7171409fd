"""What diagnose does with functions that raise, change things or draw at random, and with odd arguments."""

import json

import numpy as np
import pytest

import xnn
from tests.rig import refuses
from xnn.errors import DataError, OptionError

from .corpus import data
from .corpus.nets import STYLES, Net

pytestmark = pytest.mark.host


def healthy(style="dict", net=None):
    net = net or Net((4, 8, 3), "tanh")
    X, T, y = data.blobs()
    return STYLES[style](net, net.init(np.random.default_rng(0)), X, T, y)


def codes(diagnosis):
    return [finding.code for finding in diagnosis.findings]


def test_refusals():
    loss, gradients, params, X, y, _ = healthy()
    with refuses(OptionError, "loss must be a function"):
        xnn.diagnose(1.0, gradients, params, X, y)
    with refuses(OptionError, "step must be a function or left out"):
        xnn.diagnose(loss, gradients, params, X, y, step=0.1)
    with refuses(OptionError, "learning_rate must be positive"):
        xnn.diagnose(loss, gradients, params, X, y, learning_rate=-1)
    with refuses(DataError, "params"):
        xnn.diagnose(loss, gradients, {"name": "net"}, X, y)


@pytest.mark.parametrize("which", ["loss", "gradients"])
def test_functions_that_raise(which):
    loss, gradients, params, X, y, _ = healthy()

    def raises(*arguments):
        raise ZeroDivisionError("not today")

    functions = {"loss": loss, "gradients": gradients, which: raises}
    found = xnn.diagnose(functions["loss"], functions["gradients"], params, X, y)
    assert codes(found) == ["raises"]
    assert "not today" in found.findings[0].message
    assert not found.ok and not found.examined


@pytest.mark.parametrize("which", ["predict", "accuracy", "step"])
def test_optional_functions_that_raise(which):
    loss, gradients, params, X, y, predict = healthy()

    def raises(*arguments):
        raise KeyError("W9")

    found = xnn.diagnose(loss, gradients, params, X, y, **{"predict": predict, which: raises})
    assert [(finding.code, finding.parameter) for finding in found.findings] == [("raises", which)]


def test_functions_that_change_what_they_are_given():
    loss, gradients, params, X, y, _ = healthy()

    def changing(p, X, y):
        X *= 2.0
        return gradients(p, X / 2.0, y)

    kept = X.copy()
    found = xnn.diagnose(loss, changing, params, X, y)
    assert codes(found) == ["mutates"]
    assert np.array_equal(X, kept)


def test_a_loss_that_draws_at_random():
    loss, gradients, params, X, y, _ = healthy()
    rng = np.random.default_rng(0)
    found = xnn.diagnose(lambda p, X, y: loss(p, X, y) + rng.random(), gradients, params, X, y)
    assert codes(found)[0] == "nondeterministic"


def test_what_is_not_given_is_said_to_be_left_out():
    loss, gradients, params, X, y, predict = healthy()
    bare = xnn.diagnose(loss, gradients, params, X, y)
    assert {"predictions", "accuracy", "step", "given learning rate"} <= set(bare.left_out)
    text = str(bare)
    assert text.startswith("Nothing is wrong") and "give accuracy=" in text
    full = xnn.diagnose(
        loss, gradients, params, X, y, predict=predict, learning_rate=0.1,
        accuracy=lambda p, X, y: np.mean(predict(p, X).argmax(1) == y.argmax(1)),
        step=lambda p, X, y: {name: p[name] - 0.1 * g for name, g in gradients(p, X, y).items()},
    )  # fmt: skip
    assert full.ok and not full.left_out
    assert full.measured["rate that the step shows"] == pytest.approx(0.1)


def test_a_flipped_sign_is_a_note_where_the_step_adds():
    loss, gradients, params, X, y, _ = healthy()

    def ascent(p, X, y):
        return {name: -g for name, g in gradients(p, X, y).items()}

    def step(p, X, y):
        return {name: p[name] + 0.1 * g for name, g in ascent(p, X, y).items()}

    assert codes(xnn.diagnose(loss, ascent, params, X, y)) == ["sign"]
    found = xnn.diagnose(loss, ascent, params, X, y, step=step)
    assert found.ok and codes(found) == ["sign"]


def test_the_largest_stable_rate_is_that_of_the_hessian():
    X, T, _ = data.line()
    net = Net((5, 1), "linear", "squares")
    loss, gradients, params, X, T, _ = STYLES["dict"](net, net.init(np.random.default_rng(0)), X, T, None)
    with_ones = np.column_stack([X, np.ones(len(X))])
    largest = np.linalg.eigvalsh(2.0 * with_ones.T @ with_ones / len(X)).max()
    found = xnn.diagnose(loss, gradients, params, X, T)
    assert found.measured["largest stable rate"] == pytest.approx(2.0 / largest, rel=0.05)


def test_batch_normalisation_is_a_note():
    rng = np.random.default_rng(0)
    X, T, _ = data.blobs()

    def forward(p, X):
        z = X @ p["W"]
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        return z, np.tanh(z) @ p["V"]

    def loss(p, X, T):
        return np.mean((forward(p, X)[1] - T) ** 2)

    def gradients(p, X, T):
        z, out = forward(p, X)
        d = 2 * (out - T) / out.size
        dz = d @ p["V"].T * (1 - np.tanh(z) ** 2)
        dz = (dz - dz.mean(axis=0) - z * np.mean(dz * z, axis=0)) / (X @ p["W"]).std(axis=0)
        return {"W": X.T @ dz, "V": np.tanh(z).T @ d}

    params = {"W": rng.normal(size=(4, 8)), "V": rng.normal(size=(8, 3)) * 0.3}
    found = xnn.diagnose(loss, gradients, params, X, T)
    assert found.ok, found
    assert "samples-mixed" in codes(found)


def test_plain_numbers():
    loss, gradients, params, X, y, _ = healthy()
    found = xnn.diagnose(loss, gradients, params, X, y, learning_rate=1e5)
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["ok"] is False
    assert plain["findings"][0]["code"] == "learning-rate-high"
    assert plain["history"]["loss"][0][0] == 1


def test_a_step_that_takes_the_rate():
    loss, gradients, params, X, y, _ = healthy()
    rates = []

    def step(params, X, y, learning_rate):
        rates.append(learning_rate)
        return {
            name: part - learning_rate * g
            for (name, part), g in zip(params.items(), gradients(params, X, y).values(), strict=True)
        }

    with refuses(OptionError, "give learning_rate= too"):
        xnn.diagnose(loss, gradients, params, X, y, step=step)
    diagnosis = xnn.diagnose(loss, gradients, params, X, y, step=step, learning_rate=0.2)
    assert "raises" not in codes(diagnosis)
    assert set(rates) == {0.2}
