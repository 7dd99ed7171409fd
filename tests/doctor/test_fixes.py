"""What the doctor offers as a patch puts the fault right; what it cannot prove it does not offer."""

import ast
import json
import runpy

import numpy as np
import pytest

import xnn
from xnn.doctor.fixes import fixed
from xnn.doctor.fixes.candidate import Candidate, calls_of, exchange
from xnn.errors import FileError

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

SOFTMAX = '''
"""Three kinds of flowers, told apart by their measures."""
import numpy as np

rng = np.random.RandomState(3)
centres = np.array([[1., 3, 0, 2], [2, 1, 1, 0], [0, 2, 3, 1]])
kinds = rng.randint(0, 3, 90)
X = centres[kinds] + 0.4 * rng.randn(90, 4)
y = np.eye(3)[kinds]
data = (X, y)
params = dict(W1=rng.randn(4, 8) * 0.5, b1=np.zeros(8), W2=rng.randn(8, 3) * 0.5, b2=np.zeros(3))

def softmax(scores):
    e = np.exp(scores - np.max(scores))  # so that nothing overflows
    return e / np.sum(e, axis=0)

def predict(p, X):
    hidden = np.maximum(0, X @ p["W1"] + p["b1"])
    return softmax(hidden @ p["W2"] + p["b2"])

def loss(p, X, y):
    return -np.mean(np.sum(y * np.log(predict(p, X)), axis=1))

def gradients(p, X, y):
    z = X @ p["W1"] + p["b1"]
    hidden = np.maximum(0, z)
    d = (softmax(hidden @ p["W2"] + p["b2"]) - y) / len(X)
    dz = (d @ p["W2"].T) * (z > 0)
    return dict(W1=X.T @ dz, b1=dz.sum(axis=0), W2=hidden.T @ d, b2=d.sum(axis=0))
'''
RIGHT_SUM = "np.sum(e, axis=1, keepdims=True)"
STEADY = SOFTMAX.replace("np.sum(e, axis=0)", RIGHT_SUM)
assert STEADY != SOFTMAX

REGRESSION = '''
import numpy as np
r = np.random.default_rng(5)
X = r.uniform(-1, 1, (70, 3))
y = np.sin(2 * X[:, 0]) + X[:, 1] * 0.5
data = X, y
params = [r.normal(size=(3, 7)) * .6, np.zeros(7), r.normal(size=(7, 1)) * .4, np.zeros(1)]

def forward(params, X):
    A, a, B, b = params
    h = np.tanh(X @ A + a)
    return h, h @ B + b

def loss(params, X, y):
    """Half the mean of the squares."""
    return ((forward(params, X)[1] - y) ** 2).mean() / 2

def gradients(params, X, y):
    A, a, B, b = params
    h, out = forward(params, X)
    d = (out - y.reshape(-1, 1)) / len(X)
    e = d @ B.T * (1 - h * h)
    return [X.T @ e, e.sum(0), h.T @ d, d.sum(0)]
'''

UNUSED = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(50, 2))
y = np.cos(X[:, :1] + 1)
data = (X, y)
params = {
    "w1": rng.normal(0, 0.6, (2, 9)), "b1": rng.normal(0, 0.1, 9),
    "w2": rng.normal(0, 0.4, (9, 1)), "b2": np.full(1, 0.1),
}

def forward(net, X):
    h = np.tanh(np.dot(X, net["w1"]))  # the hidden layer
    return h, np.dot(h, net["w2"]) + net["b2"]

def loss(net, X, y):
    return np.mean((forward(net, X)[1] - y) ** 2)

def gradients(net, X, y):
    h, out = forward(net, X)
    d = 2 * (out - y) / y.size
    e = np.dot(d, net["w2"].T) * (1 - h ** 2)
    return {"w1": np.dot(X.T, e), "b1": e.sum(axis=0), "w2": np.dot(h.T, d), "b2": d.sum(axis=0)}
"""

TRAINED = """
import numpy as np
rng = np.random.default_rng(11)
k = rng.integers(0, 3, 60)
X = np.array([[1, 0, 0, 1], [0, 1, 0, -1], [0, 0, 1, 0]])[k] * 4 + rng.normal(size=(60, 4))
y = np.eye(3)[k]
data = X, y
# as a long training left them
params = {"W": np.array([[40, -3, -5], [2, 38, -4], [-6, 1, 41], [25, -24, 0.]]), "b": np.array([.5, -1, .2])}

def softmax(s):
    e = np.exp(s)
    return e / e.sum(axis=1, keepdims=True)

def loss(p, X, y):
    P = softmax(X @ p["W"] + p["b"])
    return -np.log(P[y == 1]).mean()

def gradients(p, X, y):
    d = (softmax(X @ p["W"] + p["b"]) - y) / len(X)
    return {"W": X.T @ d, "b": d.sum(axis=0)}
"""

LOGISTIC = """
import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(0, 4, size=(80, 3))
y = (X @ np.array([1.0, -2, 0.5]) + 1 > 0).astype(float)
params = {"w": np.array([2.0, -3.0, 1.0]), "b": 0.1}
data = (X, y)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def loss(p, X, y):
    a = sigmoid(X @ p["w"] + p["b"])
    cost = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    return cost.mean()

def gradients(p, X, y):
    d = (sigmoid(X @ p["w"] + p["b"]) - y) / len(y)
    return {"w": X.T @ d, "b": d.sum()}
"""

BYTES = STEADY.replace(
    "X = centres[kinds] + 0.4 * rng.randn(90, 4)",
    "X = np.clip(np.round(80 * centres[kinds] + 20 * rng.randn(90, 4)), 0, 255)",
)

RATE = (
    STEADY
    + """
learning_rate = 400.0  # found on the web

if __name__ == "__main__":
    for epoch in range(200):
        g = gradients(params, X, y)
        for name in params:
            params[name] -= learning_rate * g[name]
"""
)

HINGE = '''
import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(60, 5))
y = (X[:, 0] - X[:, 3] > 0.2).astype(int)
data = X, y
params = dict(w=rng.normal(size=5) * .3, b=np.array(0.05))

def loss(p, X, y):
    """Of a support vector machine."""
    margins = y * (X @ p["w"] + p["b"])
    return np.maximum(0, 1 - margins).mean() + 0.005 * p["w"] @ p["w"]

def gradients(p, X, y):
    inside = (y * (X @ p["w"] + p["b"]) < 1) * y / len(X)
    return dict(w=-X.T @ inside + 0.01 * p["w"], b=-inside.sum())
'''

SIGNS = LOGISTIC.replace("+ 1 > 0).astype(float)", "+ 1 > 0) * 2.0 - 1").replace(
    "rng.normal(0, 4,", "rng.normal(0, 0.5,"
)

PROGRAMS = {
    "a softmax over the samples": (SOFTMAX, "samples-mixed", [
        "-    return e / np.sum(e, axis=0)", f"+    return e / {RIGHT_SUM}"]),
    "a softmax over everything": (
        SOFTMAX.replace("np.sum(e, axis=0)", "e.sum()"), "samples-mixed",
        ["-    return e / e.sum()", "+    return e / e.sum(axis=1, keepdims=True)"]),
    "a softmax over the samples, its maximum too": (
        SOFTMAX.replace("np.max(scores)", "scores.max(axis=0)"), "samples-mixed",
        ["-    e = np.exp(scores - scores.max(axis=0))  # so that nothing overflows",
         "-    return e / np.sum(e, axis=0)",
         "+    e = np.exp(scores - scores.max(axis=1, keepdims=True))  # so that nothing overflows",
         f"+    return e / {RIGHT_SUM}"]),
    "targets that broadcast": (REGRESSION, "loss-broadcast", ["+y = y.reshape(-1, 1)"]),
    "targets that broadcast, used for more": (
        REGRESSION.replace("params = [", "spread = y.std()\nparams = [")
        .replace("/ 2\n", "/ 2 / spread ** 2\n").replace("/ len(X)\n", "/ len(X) / spread ** 2\n"),
        "loss-broadcast", ["+    y = y.reshape(-1, 1)", "+    y = y.reshape(-1, 1)"]),
    "an exp that overflows": (TRAINED, "unstable", [
        "-    e = np.exp(s)", "+    e = np.exp(s - s.max(axis=1, keepdims=True))"]),
    "a logarithm of 0": (LOGISTIC, "unstable", [
        "-    cost = -(y * np.log(a) + (1 - y) * np.log(1 - a))",
        "+    cost = -(y * np.log(a + 1e-12) + (1 - y) * np.log(1 - a + 1e-12))"]),
    "a bias that is not used": (UNUSED, "detached", [
        "-    h = np.tanh(np.dot(X, net[\"w1\"]))  # the hidden layer",
        "+    h = np.tanh(np.dot(X, net[\"w1\"]) + net['b1'])  # the hidden layer"]),
    "bytes": (BYTES, "input-scale", ["+X = X / 255"]),
    "a rate that is too high": (RATE, "learning-rate-high", None),
    "a rate that is too low": (RATE.replace("400.0", "1e-9"), "learning-rate-low", None),
    "labels of the hinge's for a cross-entropy": (SIGNS, "labels-range", ["+y = (y + 1) / 2"]),
    "labels of another loss": (HINGE, "labels-range", ["+y = 2 * y - 1"]),
}  # fmt: skip


def load(text, folder, name="net.py"):
    file = folder / name
    file.write_text(text)
    return runpy.run_path(str(file), run_name="net")


def diagnosed(net):
    options = {name: net[name] for name in ("predict", "accuracy", "step", "learning_rate") if name in net}
    return xnn.diagnose(net["loss"], net["gradients"], net["params"], *net["data"], **options)


def changes(diff):
    return [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_patch_puts_the_fault_right(name, tmp_path):
    text, code, expected = PROGRAMS[name]
    before = diagnosed(load(text, tmp_path))
    (fix,) = before.fixes
    finding = next(f for f in before.findings if f.fix is not None)
    assert finding.code == code, before
    assert expected is None or changes(fix.diff) == expected
    assert f"{code} is not found" in fix.proof
    after = diagnosed(load(fix.text, tmp_path, "fixed.py"))  # the whole file, run again: nothing of the proof is used
    assert code not in {f.code for f in after.faults}, after
    assert {f.code for f in after.faults} <= {f.code for f in before.faults}
    assert (tmp_path / "net.py").read_text() == text


def test_nothing_of_the_users_is_changed(tmp_path):
    net = load(BYTES, tmp_path)
    before = {name: np.copy(value) for name, value in (*net["params"].items(), ("X", net["X"]), ("y", net["y"]))}
    names = net["loss"].__globals__
    known = dict(names)
    (fix,) = diagnosed(net).fixes
    assert "+X = X / 255" in fix.diff
    assert all(names[name] is value for name, value in known.items())
    for name, value in before.items():
        np.testing.assert_array_equal(net["params"].get(name, net.get(name)), value)


REFUSED = {
    "a gradient that would be wrong then": (
        SOFTMAX.replace(") - y) / len(X)", ") * y.sum(axis=0) - y) / len(X)"), "samples-mixed"),
    "data that are made and handed over at once": (
        BYTES.replace("data = (X, y)\n", "").replace("X = np.clip", "data = X, y = np.clip").replace(
            "0, 255)\n", "0, 255), np.eye(3)[kinds]\n"), "input-scale"),
    "data that others read afterwards": (
        BYTES.replace("data = (X, y)", "data = (X, y)\nlargest = X.max()"), "input-scale"),
    "data of two names": (BYTES.replace("data = (X, y)", "train = X\ndata = (X, y)"), "input-scale"),
    "no bytes": (BYTES.replace("0, 255)", "0, 255) * 3.7"), "input-scale"),
    "a rate that is computed": (RATE.replace("400.0", "4.0 * 10 ** 2"), "learning-rate-high"),
    "a step with a rate of its own": (
        RATE.replace("learning_rate = 400.0", "learning_rate = 400.0\ndef step(p, X, y, r=400.0):\n"
                     "    g = gradients(p, X, y)\n    return {k: p[k] - r * g[k] for k in p}\n"), "learning-rate-high"),
    "weights that are not used": (
        UNUSED.replace('"b1": rng.normal(0, 0.1, 9)', '"b1": rng.normal(0, 0.1, (3, 3))')
        .replace('"b1": e.sum(axis=0)', '"b1": np.ones((3, 3))'), "detached"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_certain_is_not_offered(name, tmp_path):
    text, code = REFUSED[name]
    assert not any(text == other for other, *_ in PROGRAMS.values())
    diagnosis = diagnosed(load(text, tmp_path))
    assert code in {f.code for f in diagnosis.faults}, diagnosis
    assert diagnosis.fixes == ()


def test_without_source_there_is_no_patch():
    net = {"__name__": "net"}
    exec(SOFTMAX, net)
    diagnosis = diagnosed(net)
    assert diagnosis.faults[0].code == "samples-mixed"
    assert diagnosis.fixes == ()


def test_a_function_that_cannot_be_followed_keeps_its_fault(tmp_path):
    """Its copy of the softmax would stay as it is: what is proven would not be what is written."""
    net = load(SOFTMAX, tmp_path)
    exec(compile("def predict(p, X): return old(p, X)", "<nowhere>", "exec"), names := {"old": net["predict"]})
    diagnosis = xnn.diagnose(net["loss"], net["gradients"], net["params"], *net["data"], predict=names["predict"])
    assert diagnosis.faults[0].code == "samples-mixed"
    assert diagnosis.fixes == ()


def test_candidates_that_raise_or_do_not_end_are_dropped(tmp_path, monkeypatch):
    text = SOFTMAX.replace(
        "    return e /", "    turns = 0\n    while turns < len(e):\n        turns += len(e)\n    return e /"
    )
    tried = []

    def bad(exam, finding, editable):
        file, function = next((s.file, s.node) for f, s in editable.met if f.__name__ == "softmax")
        length = next(calls_of(function, "len"))
        for new in ("missing", "len(scores) + turns", "np.zeros(3)"):
            tried.append(new)
            yield Candidate(file, (exchange(length, ast.parse(new, mode="eval").body),))
        yield from right(exam, finding, editable)

    right = fixed.TABLE["samples-mixed"]
    monkeypatch.setitem(fixed.TABLE, "samples-mixed", bad)
    (fix,) = diagnosed(load(text, tmp_path)).fixes
    assert len(tried) == 3
    assert changes(fix.diff) == PROGRAMS["a softmax over the samples"][2]


def test_a_changed_file_is_left_alone(tmp_path):
    (fix,) = diagnosed(load(SOFTMAX, tmp_path)).fixes
    (tmp_path / "net.py").write_text(SOFTMAX + "# a thought\n")
    with pytest.raises(FileError, match="was changed since"):
        fix.write()
    assert (tmp_path / "net.py").read_text() == SOFTMAX + "# a thought\n"


def test_every_form_shows_the_patch(tmp_path):
    diagnosis = diagnosed(load(REGRESSION, tmp_path))
    assert "proof: diagnosed again with it" in str(diagnosis)
    told = json.loads(json.dumps(diagnosis.to_dict()))["findings"][0]["fix"]
    assert "+y = y.reshape(-1, 1)" in told["diff"]
    assert told["line"] == 1 + REGRESSION[: REGRESSION.index("data = X, y")].count("\n")
    page = tmp_path / "page.html"
    diagnosis.save(page)
    for shown in (page.read_text(), diagnosis._repr_html_()):
        assert "<details" in shown
        assert "y = y.reshape(-1, 1)" in shown
