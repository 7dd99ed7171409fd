"""The same diagnosis on the arrays of every library; nothing that is given is changed, no random state is touched."""

import numpy as np
import pytest

import xnn
from xnn.backends import namespace


def problem(lib, factor=1.0):
    rng = np.random.default_rng(0)
    params = {
        "W": lib.array(rng.normal(size=(3, 8)) * 0.6),
        "b": lib.array(np.zeros(8)),
        "V": lib.array(rng.normal(size=(8, 1)) * 0.3),
    }
    X = rng.normal(size=(24, 3))
    return params, lib.array(factor * X), lib.array(np.sin(X[:, :1]) + X[:, 1:2])  # fmt: skip


def loss(p, X, y):
    xp = namespace(X)
    r = xp.tanh(X @ p["W"] + p["b"]) @ p["V"] - y
    return xp.sum(r * r) / X.shape[0]


def gradients(p, X, y):
    xp = namespace(X)
    a = xp.tanh(X @ p["W"] + p["b"])
    delta = 2.0 * (a @ p["V"] - y) / X.shape[0]
    back = (delta @ p["V"].T) * (1.0 - a * a)
    return {"W": X.T @ back, "b": xp.sum(back, axis=0), "V": a.T @ delta}


def flipped(p, X, y):
    return {name: -g for name, g in gradients(p, X, y).items()}


def predict(p, X):
    return namespace(X).tanh(X @ p["W"] + p["b"]) @ p["V"]


@pytest.mark.filterwarnings("ignore")
def test_right_wrong_and_too_fast(lib, dtype):
    params, X, y = problem(lib)
    before = [np.array(lib.host(x)) for x in (*params.values(), X, y)]
    state = np.random.get_state()[1].copy()
    assert xnn.diagnose(loss, gradients, params, X, y, predict=predict, learning_rate=0.05).ok
    assert xnn.diagnose(loss, flipped, params, X, y).findings[0].code == "sign"
    fast = xnn.diagnose(loss, gradients, params, X, y, learning_rate=100.0)
    assert [finding.code for finding in fast.faults] == ["learning-rate-high"]
    for was, now in zip(before, (*params.values(), X, y), strict=True):
        assert np.array_equal(was, lib.host(now))
    assert np.array_equal(state, np.random.get_state()[1])


@pytest.mark.filterwarnings("ignore")
def test_big_inputs(lib):
    found = xnn.diagnose(loss, gradients, *problem(lib, factor=300.0))
    assert [finding.code for finding in found.faults] == ["input-scale"]


@pytest.mark.filterwarnings("ignore")
def test_a_step_that_adds(lib):
    def step(p, X, y):
        return {name: p[name] + 0.05 * g for name, g in gradients(p, X, y).items()}

    found = xnn.diagnose(loss, gradients, *problem(lib), step=step)
    assert [finding.code for finding in found.faults] == ["ascending"]


def test_a_run_is_recorded(lib):
    params, X, y = problem(lib)
    high, fine = xnn.Doctor(), xnn.Doctor()
    for doctor, rate in ((high, 3.0), (fine, 0.1)):
        p = dict(params)
        for _ in range(40):
            g = gradients(p, X, y)
            hidden = namespace(X).tanh(X @ p["W"] + p["b"])
            doctor.record(loss=loss(p, X, y), params=p, gradients=g, activations=[hidden])
            p = {name: p[name] - rate * g[name] for name in p}
    assert [finding.code for finding in fine.report().findings] == []
    assert high.report().findings[0].code == "learning-rate-high"
    assert set(fine.history.gradient_norm) == {"W", "b", "V"}
    norm = np.linalg.norm(lib.host(gradients(params, X, y)["W"]))
    assert fine.history.gradient_norm["W"][0][1] == pytest.approx(norm, rel=1e-6)
