"""The recording: true adjoints of a loss's values, what is missing read off by value, and the faulty line."""

import importlib.util
import sys

import numpy as np
import pytest

from xnn.gradcheck import check_gradients
from xnn.gradcheck.bugs.byvalue import Constants, differences, factors
from xnn.gradcheck.bugs.locate.shares import Shares
from xnn.gradcheck.bugs.locate.suspects import Suspect
from xnn.gradcheck.bugs.scope import Atom
from xnn.gradcheck.program.behaviour import observe
from xnn.gradcheck.program.calls import Program
from xnn.gradcheck.recording.forward import forward_at
from xnn.gradcheck.recording.runs import Runs, like
from xnn.gradcheck.recording.truth import truth_at

pytestmark = pytest.mark.host
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
PARAMS = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4), "V": rng.normal(size=(4, 2))}


def forward(p, x):
    z = x @ p["W"] + p["b"]
    h = np.tanh(z)
    return z, h, h @ p["V"] + h[:, :2]


def loss(p, x, y):
    _, _, out = forward(p, x)
    return np.sum((out - y) ** 2)


def gradients(p, x, y):
    _, h, out = forward(p, x)
    d = 2 * (out - y)
    dh = d @ p["V"].T
    dh[:, :2] += d
    dz = dh * (1 - h**2)
    return {"W": x.T @ dz, "b": dz.sum(axis=0), "V": h.T @ d}


@pytest.fixture(scope="module")
def recorded():
    program = Program(loss, gradients, PARAMS, (X, Y))
    runs = Runs(program, observe(program), program.theta)
    return runs, forward_at(runs, 10_000, np.random.default_rng(0))


def node(recorded, source, number=0):
    runs, found = recorded
    return [n for n in found.values if n >= 0 and runs.sites[n].place.source == source][number]


def true_adjoints():
    z = X @ PARAMS["W"] + PARAMS["b"]
    h = np.tanh(z)
    d = 2 * (h @ PARAMS["V"] + h[:, :2] - Y)
    through = d @ PARAMS["V"].T
    whole = through.copy()
    whole[:, :2] += d
    return through, whole, whole * (1 - h**2)


def test_the_adjoint_of_a_value_and_through_one_use(recorded):
    through, whole, dz = true_adjoints()
    found = recorded[1]
    np.testing.assert_allclose(found.whole(node(recorded, "np.tanh(z)"))[0], whole, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.whole(node(recorded, 'x @ p["W"] + p["b"]'))[0], dz, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.whole(node(recorded, "h", 1))[0], through, rtol=1e-6, atol=1e-8)


def test_all_uses_of_a_variable_are_one_node(recorded):
    found = recorded[1]
    _, whole, _ = true_adjoints()
    groups = [n for n in found.values if n < 0 and found.place(n).source == "h"]
    assert len(groups) == 1
    assert len(found.members[groups[0]]) == 3  # in the product, in the sum, and where it is returned
    np.testing.assert_allclose(found.whole(groups[0])[0], whole, rtol=1e-6, atol=1e-8)


def test_what_a_value_depends_on(recorded):
    found = recorded[1]
    assert found.depends[node(recorded, 'x @ p["W"]')] == {0}
    assert found.depends[node(recorded, "np.tanh(z)")] == {0, 1}
    assert found.depends[node(recorded, "x")] == frozenset()


def test_a_path_is_left_out_where_a_node_is_held(recorded):
    found = recorded[1]
    _, whole, _ = true_adjoints()
    root = node(recorded, "np.tanh(z)")
    direct = found.derivative(root, found.directions(root), frozen=node(recorded, 'h @ p["V"]'))
    d = np.zeros_like(whole)
    d[:, :2] = true_adjoints()[1][:, :2] - true_adjoints()[0][:, :2]
    assert direct == pytest.approx(float(np.sum(d * found.directions(root)[0])), rel=1e-6)


def test_the_truth_tells_right_from_wrong(recorded):
    program = Program(loss, gradients, PARAMS, (X, Y))
    truth = truth_at(program, program.theta, None, 0)
    right = list(gradients(PARAMS, X, Y).values())
    assert truth.right(right)
    assert truth.residual(right) < 1e-9
    assert not truth.right([right[0] * (1 + 1e-5), *right[1:]])
    assert truth.off([right[0].T, *right[1:]])[0] == float("inf")
    assert not truth.right([None, *right[1:]])


def test_what_is_not_filled_yet_may_be_nan():
    """A NaN equals nothing, itself included: such a value is known nowhere again."""

    def filled(w):
        a = np.full(3, np.nan)
        for k in range(3):
            before = a
            a = before.copy()
            a[k] = np.sin(w[k])
        return float(np.sum(a))

    program = Program(filled, lambda w: np.cos(w), np.array([0.3, 0.5, 0.7]), ())
    runs = Runs(program, observe(program), program.theta)
    found = forward_at(runs, 1000, np.random.default_rng(0))
    assert any(np.any(np.isnan(v)) for values in found.values.values() for v in values)


@pytest.mark.parametrize(
    ("suspect", "of", "not_of"),
    [
        ("dh * (1 - h**2)", 'x @ p["W"] + p["b"]', "h"),  # what flows into z; through one use of h is less
        ('d @ p["V"].T', "h", "np.tanh(z)"),  # what flows through that use, and not through all
    ],
)
def test_what_comes_through_a_suspect_tells_what_it_may_be_the_adjoint_of(recorded, suspect, of, not_of):
    runs, forward = recorded
    record, right = runs.record_gradients()
    truth = truth_at(runs.program, runs.theta, None, 0)
    number = next(n for n in record.values if runs.sites[n].place.source == suspect)

    one = Suspect(runs.sites[number], record.values[number], frozenset({0, 1}), record.times[number])
    shares = Shares(runs, forward, truth, right)
    assert shares.may_be(one, node(recorded, of, int(of == "h")), ())
    assert not shares.may_be(one, node(recorded, not_of, int(not_of == "h")), ())


def atoms(**values):
    import ast

    return [Atom(name, ast.Name(name, ast.Load()), np.asarray(value)) for name, value in values.items()]


def told(missing):
    import ast

    return [("-" if m.sign < 0 else "") + ast.unparse(m.expression()) for m in sorted(missing, key=lambda m: m.cost)]


def test_factors_are_read_off():
    h, v = rng.uniform(0.1, 0.9, size=(5, 3)), rng.normal(size=(5, 3))
    scope = atoms(h=h, n=5, k=7)
    constants = Constants(scope)
    assert told(factors(v, v * (1 - h**2), scope, constants, "np"))[0] == "1 - h ** 2"
    assert told(factors(v, -v / 7, scope, constants, "np"))[0] == "-1 / k"
    assert told(factors(v, v * h * (1 - h) / 5, scope, constants, "np"))[0] == "h * (1 - h) / n"
    assert told(factors(v, v * rng.normal(size=v.shape), scope, constants, "np")) == []


def test_terms_are_read_off():
    a, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    scope = atoms(a=a, b=b, lam=0.3)
    constants = Constants(scope)
    assert told(differences(0.3 * a, scope, constants, "np"))[0] == "lam * a"
    assert told(differences(-a * b, scope, constants, "np"))[0] == "-a * b"
    assert told(differences(rng.normal(size=(5, 3)), scope, constants, "np")) == []


PROGRAM = """
import {module} as np
from helpers_{name} import slope

def make(scale):
    class Net:
        def __init__(self):
            self.kept = {{}}

        def forward(self, p, x):
            self.kept["z"] = x @ p["W"] + p["b"]
            self.kept["h"] = np.tanh(self.kept["z"])
            return scale * (self.kept["h"] @ p["V"])

        def loss(self, p, x, y):
            return np.sum((self.forward(p, x) - y) ** 2)

        def gradients(self, p, x, y):
            d = 2 * (self.forward(p, x) - y)
            d = scale * d
            dz = (d @ p["V"].T) * slope(self.kept["h"])
            return {{"W": x.T @ dz, "b": dz.sum(0), "V": self.kept["h"].T @ d}}

    return Net()

net = make(0.7)
"""
HELPERS = "def slope(h):\n    return 1 - h{power}\n"


def program(folder, name, module="numpy", power="**2", **replaced):
    """Write a program of two files, with closures and methods, and import it."""
    text = PROGRAM.format(module=module, name=name)
    for old, new in replaced.values():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / f"{name}.py").write_text(text)
    (folder / f"helpers_{name}.py").write_text(HELPERS.format(power=power))
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(f"helpers_{name}", None)
    return made


def line_of(path, text):
    return next(i for i, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def first(net, convert=np.asarray):
    params = {name: convert(value) for name, value in PARAMS.items()}
    report = check_gradients(net.loss, net.gradients, params, convert(X), convert(Y))
    return report, next((f for f in report.findings if not f.is_note), None)


def test_a_factor_in_a_method_of_a_class_in_a_closure(tmp_path):
    made = program(tmp_path, "closure", edit=("            d = scale * d\n", "            d = d + 0\n"))
    report, finding = first(made.net)
    assert not report.ok
    assert finding.file == str(tmp_path / "closure.py")
    assert finding.line == line_of(tmp_path / "closure.py", "d = d + 0")
    assert finding.residual < 1e-8
    assert f"{finding.file}:{finding.line}:{finding.column}" in str(report)


def test_a_helper_in_another_file(tmp_path):
    made = program(tmp_path, "other", power="")
    _, finding = first(made.net)
    assert finding.file.endswith(("helpers_other.py", "other.py"))
    places = {("helpers_other.py", 2), ("other.py", line_of(tmp_path / "other.py", "slope(self"))}
    assert (finding.file.rpartition("/")[2], finding.line) in places


def test_torch(tmp_path):
    torch = pytest.importorskip("torch")
    edit = ('"b": dz.sum(0)', '"b": dz.sum(0) * 3')
    made = program(tmp_path, "with_torch", module="torch", edit=edit)
    report, finding = first(made.net, torch.asarray)
    assert [name for name, tensor in report.tensors.items() if not tensor.ok] == ["b"]
    assert finding.line == line_of(tmp_path / "with_torch.py", "* 3")
    assert "belongs:" in str(report)


def test_jax_compiled(tmp_path):
    jax = pytest.importorskip("jax")
    edit = ('"V": self.kept["h"].T @ d', '"V": -self.kept["h"].T @ d')
    made = program(tmp_path, "with_jax", module="jax.numpy", edit=edit)
    net = made.net

    class Compiled:
        loss = staticmethod(jax.jit(lambda p, x, y: net.loss(p, x, y)))
        gradients = staticmethod(jax.jit(net.gradients))

    with jax.enable_x64(True):
        report, finding = first(Compiled, jax.numpy.asarray)
    assert not report.ok
    assert finding.line == line_of(tmp_path / "with_jax.py", "-self.kept")


def test_without_source_a_note_says_why():
    namespace = {}
    exec("def loss(w):\n    return (w ** 3).sum()\ndef gradients(w):\n    return 2 * w ** 2", namespace)
    report = check_gradients(namespace["loss"], namespace["gradients"], np.array([0.5, 1.2, 2.0]))
    assert not report.ok
    notes = [f for f in report.findings if f.is_note]
    assert [note.code for note in notes] == ["no-source"]
    assert "no source" in notes[0].message
    assert all(f.line is None for f in report.findings)


def test_changed_on_disk_a_note_says_why(tmp_path):
    made = program(tmp_path, "changing", edit=('"b": dz.sum(0)', '"b": dz.sum(0) * 3'))
    path = tmp_path / "changing.py"
    path.write_text(path.read_text().replace("* 3", "* 4"))
    report, _ = first(made.net)
    assert not report.ok
    assert any("changed since it was imported" in f.message for f in report.findings if f.is_note)


@pytest.mark.parametrize("value", [0.5, np.float64(0.5), np.zeros(3)], ids=["float", "number", "array"])
def test_a_program_may_write_to_what_is_put(value):
    known = np.arange(3.0)
    like(value, known)[...] = -1
    assert known.tolist() == [0, 1, 2]
