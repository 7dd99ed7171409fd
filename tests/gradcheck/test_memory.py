"""What a recurrent network keeps from call to call is put back, wherever it lies; what is drawn at random is not."""

import runpy

import pytest

import xnn

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

# An Elman network that tags each step of a series; its context goes on from one stretch to the next.
NET = """
import numpy as np
rng = np.random.default_rng(21)
HIDDEN = 5
def fresh():
    return {"U": rng.normal(0, .7, (HIDDEN, 3)), "V": rng.normal(0, .5, (HIDDEN, HIDDEN)), "a": np.zeros(HIDDEN),
            "O": rng.normal(0, .6, (2, HIDDEN)), "c": np.zeros(2)}
def through(p, xs, ts, h):
    trail, outs, error = [h], [], 0.0
    for x, t in zip(xs, ts):
        h = np.tanh(p["U"] @ x + p["V"] @ h + p["a"])
        o = p["O"] @ h + p["c"]
        error += 0.5 * np.sum((o - t) ** 2)
        trail.append(h)
        outs.append(o)
    return error, trail, outs
def back(p, xs, ts, trail, outs):
    g = {name: np.zeros_like(w) for name, w in p.items()}
    later = np.zeros(HIDDEN)
    for k in range(len(xs) - 1, -1, -1):
        e = outs[k] - ts[k]
        g["O"] += np.outer(e, trail[k + 1])
        g["c"] += e
        d = (p["O"].T @ e + later) * (1 - trail[k + 1] ** 2)
        g["U"] += np.outer(d, xs[k])
        g["V"] += np.outer(d, trail[k])
        g["a"] += d
        later = p["V"].T @ d
    return g
series = rng.normal(size=(6, 3))
tags = rng.normal(size=(6, 2))
data, params = (series, tags), fresh()
context = 0.3 * rng.normal(size=HIDDEN)
"""

PAIR = """
def loss(p, xs, ts):
    error, trail, _ = through(p, xs, ts, GET)
    SET trail[-1]
    return error
def gradients(p, xs, ts):
    error, trail, outs = through(p, xs, ts, GET)
    SET trail[-1]
    return back(p, xs, ts, trail, outs)
"""


def pair(get, put, more=""):
    text = PAIR.replace("GET", get).replace("SET", put)
    return NET + (text.replace("xs, ts):\n", f"xs, ts):\n    {more}\n") if more else text)


def nested():
    """Put the two functions in another, whose local name they keep their state in."""
    body = PAIR.replace("GET", "memory").replace("SET", "memory =")
    inner = body.replace("xs, ts):\n", "xs, ts):\n    nonlocal memory\n").replace("\n", "\n    ")
    made = f"def make():\n    memory = np.full(HIDDEN, 0.2)\n    {inner}\n    return loss, gradients\n"
    return f"{NET}\n{made}loss, gradients = make()\n"


KEPT = {
    "a global array, bound anew": pair("context", "context =", "global context"),
    "a global array, in place": pair("context.copy()", "context[:] ="),
    "a global list": NET + "held = [context]\n" + pair("held[-1]", "held[0] =").removeprefix(NET),
    "a global list that grows": NET + "held = [context]\n"
    + pair("held[-1]", "held.append(").removeprefix(NET).replace("trail[-1]\n", "trail[-1])\n"),
    "a global dict": NET + "net = dict(h=context)\n" + pair("net['h']", "net['h'] =").removeprefix(NET),
    "a closure": nested(),
    "a default argument": pair("past[0]", "past[0] =").replace(
        "def loss(p, xs, ts)", "def loss(p, xs, ts, past=[context])").replace(
        "def gradients(p, xs, ts)", "def gradients(p, xs, ts, past=[context])"),
    "an attribute of a function": pair("through.h", "through.h =").replace("context = 0", "through.h = 0"),
    "an attribute of a class": NET + "class Held:\n    h = context\n"
    + pair("Held.h", "Held.h =").removeprefix(NET),
    "an instance that is not the parameters": NET
    + "class Runner:\n    def __init__(self): self.h = context\n"
    + pair("self.h", "self.h =").removeprefix(NET).replace("\n", "\n    ").replace("(p, xs, ts):", "(self, p, xs, ts):")
    + "\nrunner = Runner()\nloss, gradients = runner.loss, runner.gradients\n",
    "an instance, the parameters in it": NET
    + "class Net:\n    def __init__(self):\n        self.w, self.h = params, context\n"
    + "    @property\n    def weights(self): return self.w\n"
    + pair("self.h", "self.h =").removeprefix(NET).replace("p, ", "self.weights, ").replace("\n", "\n    ")
    .replace("(self.weights, xs, ts):", "(self, xs, ts):").replace("return back(", "return dict(w=back(")
    .replace("trail, outs)\n", "trail, outs))\n")
    .replace("= through(self.weights, xs, ts, self.h)", "= through(self.w, xs, ts, self.h)")
    + "\nparams = Net()\nloss, gradients = Net.loss, Net.gradients\n",
}  # fmt: skip
assert len(set(KEPT.values())) == len(KEPT)


def load(text, folder):
    file = folder / "net.py"
    file.write_text(text)
    return runpy.run_path(str(file), run_name="net")


def check(net):
    return xnn.check_gradients(net["loss"], net["gradients"], net["params"], *net["data"])


@pytest.mark.parametrize("name", KEPT)
def test_a_right_gradient_is_called_right(name, tmp_path):
    net = load(KEPT[name], tmp_path)
    data = net["data"]
    first, second = ((net["loss"](net["params"], *data)) for _ in range(2))
    assert first != second  # it does go on from the call before
    report = check(load(KEPT[name], tmp_path))
    assert report.ok, report
    assert len(report.tensors) == 5
    assert max(tensor.relative_error for tensor in report.tensors.values()) < 1e-6
    in_params = "the parameters in it" in name
    assert [f.code for f in report.findings] == ([] if in_params else ["keeps-state"])


@pytest.mark.parametrize("name", KEPT)
def test_a_wrong_gradient_is_still_called_wrong(name, tmp_path):
    wrong = KEPT[name].replace("np.outer(d, trail[k])", "np.outer(d, trail[k + 1])")
    assert wrong != KEPT[name]
    report = check(load(wrong, tmp_path))
    assert [t.endswith("V") for t, tensor in report.tensors.items() if not tensor.ok] == [True]
    finding = next(f for f in report.findings if not f.is_note)
    assert "trail[k + 1]" in finding.place.lines[0]


@pytest.mark.parametrize("name", [name for name in KEPT if "in it" not in name])
def test_what_was_kept_is_left_as_it_was(name, tmp_path):
    net = load(KEPT[name], tmp_path)
    want = [net["loss"](net["params"], *net["data"]) for _ in range(2)][-1]
    again = load(KEPT[name], tmp_path)
    again["loss"](again["params"], *again["data"])
    check(again)
    assert again["loss"](again["params"], *again["data"]) == want


def test_a_state_that_has_settled_is_seen_where_the_parameters_move(tmp_path):
    net = load(KEPT["a global array, bound anew"], tmp_path)
    values = [net["loss"](net["params"], *net["data"]) for _ in range(40)]
    assert values[-1] == pytest.approx(values[-2], rel=1e-12)
    report = check(net)
    assert [f.code for f in report.findings] == ["keeps-state"]
    assert report.ok


def test_a_counter_of_calls_goes_on(tmp_path):
    counted = PAIR.replace("SET trail[-1]", "calls[0] += 1").replace("GET", "context")
    net = load(f"{NET}calls = [0]\n{counted}", tmp_path)
    report = check(net)
    assert report.ok and report.findings == ()
    assert net["loss"].__globals__["calls"][0] > 20


def test_the_doctor_does_not_blame_it(tmp_path):
    net = load(KEPT["a global array, bound anew"], tmp_path)
    diagnosis = xnn.diagnose(net["loss"], net["gradients"], net["params"], *net["data"])
    assert diagnosis.ok, diagnosis
    assert diagnosis.measured["largest relative error of a gradient"] < 1e-6


RANDOM = {
    "NumPy's global generator": ("", "np.random.rand(*X.shape)"),
    "a generator": ("g = np.random.default_rng(1)", "g.random(X.shape)"),
    "Python's": ("import random", "np.array([[random.random() for _ in x] for x in X])"),
    "a counter as seed": ("n = [0]", "(n.append(n.pop() + 1), np.random.default_rng(n[0]).random(X.shape))[1]"),
    "numbers drawn by hand": (
        "s = [0.37]\ndef draw():\n    s[0] = 3.99 * s[0] * (1 - s[0])\n    return s[0]",
        "np.array([[draw() for _ in x] for x in X])"),
    "numbers drawn by hand, whole": (
        "s = [7]\ndef draw():\n    s[0] = (1103515245 * s[0] + 12345) % 2 ** 31\n    return s[0] / 2 ** 31",
        "np.array([[draw() for _ in x] for x in X])"),
}  # fmt: skip


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("recurrent", [False, True])
def test_what_is_drawn_is_not_remembered(name, recurrent, tmp_path):
    start, mask = RANDOM[name]
    state = "\n    last[:] = np.tanh(np.mean(X @ w) + last)" if recurrent else ""
    net = load(f"""
import numpy as np
{start}
last = np.zeros(1)
rng = np.random.default_rng(3)
X, y, params = rng.normal(size=(12, 4)), rng.normal(size=12), rng.normal(size=4)
data = X, y
def loss(w, X, y):
    kept = X * ({mask} < 0.8){state}
    return np.mean((kept @ w + last - y) ** 2)
def gradients(w, X, y):
    kept = X * ({mask} < 0.8)
    return 2 * kept.T @ (kept @ w - y) / len(X)
""", tmp_path)  # fmt: skip
    report = check(net)
    if recurrent and name not in ("NumPy's global generator", "a generator", "Python's"):
        return  # both are kept, and put back together
    assert [f.code for f in report.findings] == ["nondeterministic"], report
