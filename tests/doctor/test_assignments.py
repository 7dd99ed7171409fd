"""A finding about data, weights or a rate stands where they are made; where that is not certain, it has no place."""

import runpy

import numpy as np
import pytest

import xnn

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

START = """
import numpy as np
rng = np.random.default_rng(0)
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
def predict(p, X):
    return softmax(np.tanh(X @ p["W"] + p["b"]) @ p["V"] + p["c"])
def loss(p, X, y):
    return -np.sum(y * np.log(predict(p, X))) / len(X)
def gradients(p, X, y):
    a = np.tanh(X @ p["W"] + p["b"])
    d = (predict(p, X) - y) / len(X)
    e = d @ p["V"].T * (1 - a * a)
    return {"W": X.T @ e, "b": e.sum(axis=0), "V": a.T @ d, "c": d.sum(axis=0)}
def weights(size=1.0):
    W, V = size * rng.normal(size=(4, 6)), size * rng.normal(size=(6, 3))
    return {"W": W, "b": np.zeros(6), "V": V, "c": np.zeros(3)}
inputs = rng.normal(size=(60, 4))
labels = np.argmax(inputs @ rng.normal(size=(4, 3)), axis=1)
targets = np.eye(3)[labels]
"""

NET = """
class Net:
    def __init__(self, h):
        self.W = np.zeros((4, h))
        self.b, self.c = np.zeros(h), np.zeros(3)
        self.V = np.zeros((h, 3))
    def loss(self, X, y): return loss(vars(self), X, y)
    def gradients(self, X, y): return gradients(vars(self), X, y)
params, data = Net(6), (inputs, targets)
loss_, gradients_ = Net.loss, Net.gradients
"""

PROGRAMS = {
    "a dict at the top": ("""
params = {"W": np.zeros((4, 6)),
          "b": np.zeros(6),
          "V": np.zeros((6, 3)), "c": np.zeros(3)}
data = inputs, targets
""", "zero-init", "np.zeros((4, 6))"),
    "a class": (NET, "zero-init", "np.zeros((4, h))"),
    "a function that was not met": ("""
def made():
    p = {}
    p["W"] = np.zeros((4, 6))
    p["b"], p["V"], p["c"] = np.zeros(6), np.zeros((6, 3)), np.zeros(3)
    return p
params, data = made(), (inputs, targets)
""", "zero-init", "np.zeros((4, 6))"),
    "inputs": ("""
pictures = 900 * inputs + 3000
data, params = (pictures, targets), weights(0.3)
""", "input-scale", "900 * inputs + 3000"),
    "inputs that are NaN": ("""
scaled = inputs / (inputs[:, :1] * 0)
data, params = (scaled, targets), weights(0.3)
""", "input-not-finite", "inputs / (inputs[:, :1] * 0)"),
    "a rate with two names": ("""
data, params, speed = (inputs, targets), weights(0.5), 1e-7
learning_rate = speed
""", "learning-rate-low", "1e-7"),
    "two numbers of which one is the rate": ("""
data, params, tiny = (inputs, targets), weights(0.5), 1e-7
learning_rate = 1e-7
""", "learning-rate-low", None),
    "a step that climbs": ("""
data, params, learning_rate = (inputs, targets), weights(0.5), 0.1
def step(p, X, y):
    g = gradients(p, X, y)
    for name in p:
        p[name] = p[name] + 0.1 * g[name]
""", "ascending", "p[name] + 0.1 * g[name]"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_place_is_where_it_is_made(name, tmp_path):
    text, code, made = PROGRAMS[name]
    file = tmp_path / "program.py"
    file.write_text(START + text)
    program = runpy.run_path(str(file), run_name="program")
    functions = [program.get(f"{each}_", program[each]) for each in ("loss", "gradients")]
    options = {each: program[each] for each in ("step", "learning_rate") if each in program}
    diagnosis = xnn.diagnose(*functions, program["params"], *program["data"], **options)
    found = next((f for f in diagnosis.findings if f.code == code), None)
    assert found is not None, diagnosis
    if made is None:
        assert found.place is None
        return
    assert found.source == made, found
    assert found.line == 1 + (START + text[: text.index(made)]).count("\n")


def test_labels_without_a_name_stand_where_the_loss_meets_them(tmp_path):
    text = """
def loss(w, X, y):
    score = X @ w
    return np.mean(np.log1p(np.exp(-y * score)))
def gradients(w, X, y):
    return X.T @ (-y / (1 + np.exp(y * (X @ w)))) / len(y)
"""
    file = tmp_path / "program.py"
    file.write_text(START + text)
    program = runpy.run_path(str(file), run_name="program")
    y = (program["labels"] == 0) * 1
    X = program["inputs"] + y[:, None]
    found = xnn.diagnose(program["loss"], program["gradients"], np.zeros(4), X, y).findings[0]
    assert (found.code, found.source) == ("labels-range", "-y")
