"""Each finding stands where its fault was planted: programs with one fault, written to a file and run from there."""

import json
import runpy

import pytest

import xnn
from xnn.formats import as_github, as_json

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

START = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 4))
y = np.argmax(X @ rng.normal(size=(4, 3)), axis=1)
T = np.eye(3)[y]
t = X @ [1.0, -2.0, 0.5, 1.0]
def net(k):
    W, V = rng.normal(size=(4, 6)) / 2, rng.normal(size=(6, k)) / 2
    return {"W": W, "b": np.zeros(6), "V": V, "c": np.zeros(k)}
def back(p, X, d, slope=lambda z: 1 - np.tanh(z) ** 2, f=np.tanh):
    z = X @ p["W"] + p["b"]
    e = d @ p["V"].T * slope(z)
    return {"W": X.T @ e, "b": e.sum(axis=0), "V": f(z).T @ d, "c": d.sum(axis=0)}
def out_of(p, X, f=np.tanh): return f(X @ p["W"] + p["b"]) @ p["V"] + p["c"]
"""

SOFTMAX = """
data, params = (X, T), net(3)
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=0)
def predict(p, X):
    h = np.tanh(X @ p["W"] + p["b"])
    return softmax(h @ p["V"] + p["c"])
def loss(p, X, y):
    return -np.sum(y * np.log(predict(p, X))) / len(X)
def gradients(p, X, y): return back(p, X, (predict(p, X) * y.sum(axis=0) - y) / len(X))
"""

ONE_BY_ONE = """
data, params = (X, T), net(3)
def outputs(p, X):
    total, rows = np.zeros(6), []
    for x in X:
        h = np.tanh(x @ p["W"] + p["b"])
        total = total + h
        h = h - 0.3 * total
        rows.append(h @ p["V"] + p["c"])
    return rows
def loss(p, X, y):
    value = 0.0
    for row, want in zip(outputs(p, X), y):
        value += np.sum((row - want) ** 2)
    return value / len(X)
def gradients(p, X, y):
    z = X @ p["W"] + p["b"]
    h = np.tanh(z)
    mixed = h - 0.3 * np.cumsum(h, axis=0)
    d = 2 * (mixed @ p["V"] + p["c"] - y) / len(X)
    dh = d @ p["V"].T
    dz = (dh - 0.3 * np.cumsum(dh[::-1], axis=0)[::-1]) * (1 - h ** 2)
    return {"W": X.T @ dz, "b": dz.sum(axis=0), "V": mixed.T @ d, "c": d.sum(axis=0)}
"""

RESHAPED = """
X, T, params = X.T.copy(), T.T.copy(), net(3)
data = X, T
def loss(p, X, y):
    rows = X.reshape((-1, 4))
    h = np.tanh(rows @ p["W"] + p["b"])
    out = (h @ p["V"] + p["c"]).T
    return np.mean((out - y) ** 2)
def gradients(p, X, y):
    rows = X.reshape(-1, 4)
    return back(p, rows, 2 * (out_of(p, rows) - y.T) / y.size)
"""

BROADCAST = """
data, params = (X, t), net(1)
def loss(p, X, y):
    h = np.tanh(X @ p["W"] + p["b"])
    out = h @ p["V"] + p["c"]
    error = out - y
    return np.mean(error ** 2)
def gradients(p, X, y): return back(p, X, 2 * np.mean(out_of(p, X) - y, axis=1, keepdims=True) / len(X))
"""

LOG_OF_ZERO = """
data, params = (X, (y == 0) * 1.0), net(1)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def loss(p, X, y):
    h = np.tanh(X @ p["W"] + p["b"])
    out = sigmoid(900 * (h @ p["V"] + p["c"])).reshape(-1)
    some = np.where(y > 0, np.log(out), 0)
    others = np.log(1 - out)
    return -np.mean(some + (1 - y) * others)
def gradients(p, X, y): return back(p, X, 900 * (sigmoid(900 * out_of(p, X)) - y[:, None]) / len(X))
"""

OVERFLOW = """
data, params = (X, T), net(3)
def loss(p, X, y):
    e = np.exp(X @ p["W"][:, :3])
    P = e / e.sum(axis=1, keepdims=True)
    return -np.sum(y * np.log(P)) / len(X) + 0.01 * sum(np.sum(a * a) for a in p.values())
def gradients(p, X, y):
    scores = X @ p["W"][:, :3]
    e = np.exp(scores)
    g = {name: 0.02 * a for name, a in p.items()}
    g["W"][:, :3] += X.T @ (e / e.sum(axis=1, keepdims=True) - y) / len(X)
    return g
"""

DEAD = """
data, params = (X, T), net(3)
params["b"] -= 30.0
def relu(z):
    return np.maximum(0, z)
def loss(p, X, y):
    h = relu(X @ p["W"] + p["b"])
    out = h @ p["V"] + p["c"]
    return np.mean((out - y) ** 2)
def gradients(p, X, y):
    return back(p, X, 2 * (out_of(p, X, relu) - y) / y.size, lambda z: (z > 0) * 1.0, relu)
"""

SATURATED = """
data, params = (X, T), net(3)
params["b"] += 8.0
def loss(p, X, y):
    z = X @ p["W"] + p["b"]
    h = np.tanh(z)
    out = h @ p["V"] + p["c"]
    return np.mean((out - y) ** 2)
def gradients(p, X, y): return back(p, X, 2 * (out_of(p, X) - y) / y.size)
"""

MISMATCH = """
data, params = (X, T), net(3)
def predict(p, X):
    return np.tanh(X @ p["W"] + p["b"]) @ p["V"] + p["c"]
def cubed(out, y):
    return np.sum(abs(out - y) ** 3) / len(y)
def loss(p, X, y):
    return cubed(predict(p, X), y)
def gradients(p, X, y): return back(p, X, 2 * (predict(p, X) - y) / len(X))
"""

LOGITS = """
data, params = (X, T), net(3)
def predict(p, X):
    h = np.tanh(X @ p["W"] + p["b"])
    s = h @ p["V"] + p["c"]
    P = 1 / (1 + np.exp(-s))
    return P
def loss(p, X, y):
    return -np.sum(y * np.log(predict(p, X))) / len(X)
def gradients(p, X, y): return back(p, X, -y * (1 - predict(p, X)) / len(X))
"""

ACCURACY = """
data, params = (X, T), net(3)
def predict(p, X):
    return np.tanh(X @ p["W"] + p["b"]) @ p["V"] + p["c"]
def loss(p, X, y):
    return np.mean((predict(p, X) - y) ** 2)
def accuracy(p, X, y):
    hits = predict(p, X).argmax(axis=1).reshape(-1, 1) == y.argmax(axis=1)
    return np.mean(hits)
def gradients(p, X, y): return back(p, X, 2 * (predict(p, X) - y) / y.size)
"""

TWICE_DIVIDED = """
data, params = (X, T), net(3)
def loss(p, X, y):
    out = np.tanh(X @ p["W"] + p["b"]) @ p["V"] + p["c"]
    return np.mean((out - y) ** 2) / len(X)
def gradients(p, X, y): return back(p, X, 2 * (out_of(p, X) - y) / y.size / len(X))
"""

OUT_OF_REACH = """
data, params = (X, t), net(1)
def relu(z): return np.maximum(0, z)
def predict(p, X):
    h = np.tanh(X @ p["W"] + p["b"])
    s = (h @ p["V"] + p["c"]).reshape(-1)
    return relu(s)
def loss(p, X, y):
    return np.mean((predict(p, X) - y) ** 2)
def gradients(p, X, y):
    out = predict(p, X)
    return back(p, X, (2 * (out - y) * (out > 0) / len(X))[:, None])
"""

NAN_GRADIENT = """
data, params = (X, T), net(3)
def loss(p, X, y):
    return np.mean((out_of(p, X) - y) ** 2)
def gradients(p, X, y):
    d = 2 * (out_of(p, X) - y) / y.size
    share = (y - y) / (y * 0)
    d = d + 0 * share
    return back(p, X, d)
"""

DEAD_IN_A_LOOP = """
data = X, t
params = {"W": rng.normal(size=(6, 4)), "b": -np.full(6, 20.0), "v": rng.normal(size=6), "c": 0.0}
def loss(p, X, y):
    out = np.zeros(len(X))
    for n in range(len(X)):
        h = np.zeros(6)
        for j in range(6):
            h[j] = max(0.0, p["W"][j] @ X[n] + p["b"][j])
        out[n] = h @ p["v"] + p["c"]
    return np.mean((out - y) ** 2)
def gradients(p, X, y):
    Z = X @ p["W"].T + p["b"]
    d = 2 * (np.maximum(Z, 0) @ p["v"] + p["c"] - y) / len(X)
    e = np.outer(d, p["v"]) * (Z > 0)
    return {"W": e.T @ X, "b": e.sum(axis=0), "v": np.maximum(Z, 0).T @ d, "c": d.sum()}
"""

DEAD_OF_A_STRANGER = """
data = X, T
params = {"U": rng.normal(size=(4, 5)), "W": rng.normal(size=(5, 6)), "V": rng.normal(size=(6, 3)), "s": np.ones(4)}
shift = np.where(np.arange(6) < 5, -9.0, 0.0)
def loss(p, X, y):
    kept = np.zeros((len(X), 6))
    u = np.sin(X * p["s"] @ p["U"])
    kept += np.maximum(0, u @ p["W"] + shift)
    return np.mean((kept @ p["V"] - y) ** 2)
def gradients(p, X, y):
    a = X * p["s"] @ p["U"]
    z = np.sin(a) @ p["W"] + shift
    h = np.maximum(0, z)
    d = 2 * (h @ p["V"] - y) / y.size
    e = d @ p["V"].T * (z > 0)
    f = e @ p["W"].T * np.cos(a)
    ds = np.sum(X * (f @ p["U"].T), axis=0)
    return {"U": (X * p["s"]).T @ f, "W": np.sin(a).T @ e, "V": h.T @ d, "s": ds}
"""

ONE_LINE = """
data, params = (X, (y == 0) * 1.0), {"w": rng.normal(size=4), "b": np.zeros(1)}
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def loss(p, X, y):
    a = sigmoid(X @ p["w"] + p["b"])
    return -np.mean(y * np.log(a + 1e-9) + (1 - y) * np.log(1 - a))
def gradients(p, X, y):
    d = (sigmoid(X @ p["w"] + p["b"]) - y) / len(X)
    return {"w": X.T @ d, "b": d.sum(keepdims=True)}
"""

COLUMN = """
data, params = (X, t.reshape(-1, 1)), {"w": rng.normal(size=4), "b": np.zeros(1)}
def mse(out, y):
    return ((y - out) ** 2).mean()
def loss(p, X, y):
    return mse(X @ p["w"] + p["b"], y)
def gradients(p, X, y):
    d = 2 * (X @ p["w"] + p["b"] - y.mean()) / len(X)
    return {"w": X.T @ d, "b": d.sum(keepdims=True)}
"""

PROGRAMS = {
    "softmax over the samples": (SOFTMAX, "samples-mixed", "e / e.sum(axis=0)"),
    "a state kept from sample to sample": (ONE_BY_ONE, "samples-mixed", "total + h"),
    "a reshape for a transpose": (RESHAPED, "samples-mixed", "X.reshape((-1, 4))"),
    "rows against a column": (BROADCAST, "loss-broadcast", "out - y"),
    "log of 0": (LOG_OF_ZERO, "unstable", "np.log(1 - out)"),
    "exp of what is big": (OVERFLOW, "unstable", 'np.exp(X @ p["W"][:, :3])'),
    "dead": (DEAD, "dead-units", 'relu(X @ p["W"] + p["b"])'),
    "dead in a loop": (DEAD_IN_A_LOOP, "dead-units", 'max(0.0, p["W"][j] @ X[n] + p["b"][j])'),
    "dead in a network that is not known": (DEAD_OF_A_STRANGER, "dead-units", 'np.maximum(0, u @ p["W"] + shift)'),
    "one of two logarithms": (ONE_LINE, "unstable", "np.log(1 - a)"),
    "a column against rows": (COLUMN, "loss-broadcast", "y - out"),
    "saturated": (SATURATED, "saturated-units", "np.tanh(z)"),
    "another loss": (MISMATCH, "loss-mismatch", "np.sum(abs(out - y) ** 3) / len(y)"),
    "sigmoids for a softmax": (LOGITS, "probabilities", "1 / (1 + np.exp(-s))"),
    "targets beyond reach": (OUT_OF_REACH, "loss-activation-mismatch", "relu(s)"),
    "0 / 0 in the gradient": (NAN_GRADIENT, "not-finite", "(y - y) / (y * 0)"),
    "an accuracy": (ACCURACY, "accuracy-wrong", "np.mean(hits)"),
    "divided twice": (TWICE_DIVIDED, "loss-scale", "np.mean((out - y) ** 2) / len(X)"),
}  # fmt: skip


def diagnosed(program):
    options = {name: program[name] for name in ("predict", "accuracy") if name in program}
    return xnn.diagnose(program["loss"], program["gradients"], program["params"], *program["data"], **options)


def from_file(name, folder):
    file = folder / "program.py"
    file.write_text(START + PROGRAMS[name][0])
    return diagnosed(runpy.run_path(str(file), run_name="program"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_place_is_where_the_fault_was_planted(name, tmp_path):
    text, code, fault = PROGRAMS[name]
    diagnosis = from_file(name, tmp_path)
    found = next((f for f in diagnosis.findings if f.code == code), None)
    assert found is not None, diagnosis
    assert text.count(fault) == 1
    line = 1 + (START + text[: text.index(fault)]).count("\n")
    assert (found.file, found.line, found.end_line) == (str(tmp_path / "program.py"), line, line)
    assert found.source == fault


@pytest.mark.parametrize("name", PROGRAMS)
def test_without_source_all_is_said_but_the_place(name, tmp_path):
    program = {}
    exec(START + PROGRAMS[name][0], program)
    bare, placed = diagnosed(program), from_file(name, tmp_path)
    assert [f.place for f in bare.findings] == [None] * len(bare.findings)
    assert any(f.place for f in placed.findings)
    said = [[(f.code, f.parameter, f.is_note) for f in d.findings if f.code != "no-source"] for d in (bare, placed)]
    assert said[0] == said[1]
    assert repr(bare.measured) == repr(placed.measured)
    assert bare.checks == placed.checks


def test_every_format_shows_the_place(tmp_path):
    diagnosis = from_file("softmax over the samples", tmp_path)
    line = 1 + (START + SOFTMAX[: SOFTMAX.index("e / e.sum")]).count("\n")
    file = str(tmp_path / "program.py")
    assert f"{line} |     return e / e.sum(axis=0)\n" in str(diagnosis)
    assert "^^^^^^^^^^^^^^^^^" in str(diagnosis)
    told = json.loads(as_json("diagnose", file, diagnosis.ok, diagnosis.verdict, diagnosis.findings))["findings"][0]
    assert (told["line"], told["column"], told["end_column"]) == (line, 12, 29)
    github = as_github(file, diagnosis.ok, diagnosis.verdict, diagnosis.findings)
    assert f"line={line},endLine={line},col=12,endColumn=29,title=samples-mixed" in github
    assert "e.sum(axis=0)" in diagnosis._repr_html_()
    page = tmp_path / "page.html"
    diagnosis.save(page)
    assert "def softmax(z):" in page.read_text()


@pytest.mark.parametrize(
    ("name", "most"),
    [("softmax over the samples", 4), ("rows against a column", 2), ("dead", 1), ("log of 0", 4), ("divided twice", 2)],
)
def test_a_place_costs_few_runs(name, most, tmp_path, monkeypatch):
    """Counted in the program itself: with source, where it is recorded, and without."""
    monkeypatch.setattr("xnn.doctor.examine.fixed", lambda exam, findings: tuple(findings))
    counted = "calls = [0]\n" + PROGRAMS[name][0].replace("def loss(p, X, y):", "def loss(p, X, y):\n    calls[0] += 1")
    file, bare = tmp_path / "program.py", {}
    file.write_text(START + counted)
    exec(START + counted, bare)
    placed = runpy.run_path(str(file), run_name="program")
    assert not any(f.place for f in diagnosed(bare).findings)
    assert any(f.place for f in diagnosed(placed).findings)
    more = placed["calls"][0] - bare["calls"][0]
    assert 0 < more <= most
