"""Fixes: right on other data and at other sizes, written only where that was asked for."""

import ast
import subprocess
import sys

import numpy as np
import pytest

from xnn.errors import FileError
from xnn.gradcheck import check_gradients
from xnn.gradcheck.program.behaviour import observe
from xnn.gradcheck.program.calls import Program
from xnn.gradcheck.recording.runs import Runs

from .located.judge import load

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

ATTENTION = """
import numpy as np

rng = np.random.default_rng(1)


def start(d, n):
    params = {"Q": rng.normal(size=(3, d)), "K": rng.normal(size=(3, d))}
    return params, (rng.normal(size=(n, 3)), rng.normal(size=(n, n)))


params, data = start(4, 2)


def loss(p, x, y):
    q, k = x @ p["Q"], x @ p["K"]
    return np.mean((np.tanh(q @ k.T / np.sqrt(q.shape[1])) - y) ** 2)


def gradients(p, x, y):
    q, k = x @ p["Q"], x @ p["K"]
    d = q.shape[1]
    a = np.tanh(q @ k.T / np.sqrt(d))
    ds = 2 * (a - y) / y.size * (1 - a**2) / np.sqrt(d)  # of the scores
    return {"Q": x.T @ (ds @ k), "K": x.T @ (ds.T @ q)}
"""
BUGS = {
    "a factor that a number would stand for at this size": (" / np.sqrt(d)  # of", "  # of"),
    "a count that is another one's at this size": ("(a - y) / y.size", "(a - y) / len(y)"),
    "an operand": ("ds.T @ q", "ds.T @ k"),
    "a transpose": ("ds.T @ q", "ds @ q"),
    "a sign": ("1 - a**2", "1 + a**2"),
}


def written(folder, old, new, text=ATTENTION):
    assert text.count(old) == 1
    main = folder / "net.py"
    main.write_text(text.replace(old, new))
    return main


@pytest.mark.parametrize("name", BUGS)
def test_a_fix_is_right_on_other_data_and_at_other_sizes(name, tmp_path):
    main = written(tmp_path, *BUGS[name])
    net = load(main)
    report = check_gradients(net.loss, net.gradients, net.params, *net.data)
    (fix,) = report.fixes
    assert "2 tensors right" in fix.proof
    assert str(fix.file) == str(main)
    fixed = tmp_path / "fixed.py"
    fixed.write_text(fix.text)
    net = load(fixed)
    for d, n in ((4, 2), (5, 3), (7, 6)):
        params, data = net.start(d, n)
        slopes = check_gradients(net.loss, net.gradients, params, *data)
        assert slopes.ok, f"{fix.diff} at d={d}, n={n}"
    assert [line[0] for line in fix.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-",
        "+",
    ]


def test_what_is_right_at_this_size_alone_is_no_fix(tmp_path):
    """The user's own line has the number of samples in it: there is no change of another that is right for more."""
    text = ATTENTION.replace("/ y.size", "/ 4")
    net = load(written(tmp_path, "1 - a**2", "1 + a**2", text))
    report = check_gradients(net.loss, net.gradients, net.params, *net.data)
    assert report.fixes == ()
    assert report.findings[0].line is not None


KERNEL = """
import numpy as np

rng = np.random.default_rng(2)
params = {"K": rng.normal(size=(3, 3))}
data = (rng.normal(size=(4, 7, 7)), rng.normal(size=(4, 5, 5)))


def forward(p, x):
    return sum(x[:, i : i + 5, j : j + 5] * p["K"][i, j] for i in range(3) for j in range(3))


def loss(p, x, y):
    return np.mean((forward(p, x) - y) ** 2)


def gradients(p, x, y):
    d = 2 * (forward(p, x) - y) / y.size
    K = np.full(p["K"].shape, 1e300)  # np.empty may give this, and 0
    for i in range(3):
        for j in range(3):
            K[i, j] = np.sum(d * x[:, i : i + 5, j : j + 5])
    return {"K": K}
"""


def test_what_the_loss_does_not_read_of_a_larger_program_proves_nothing(tmp_path):
    net = load(written(tmp_path, "K[i, j] = ", "K[j, i] = ", KERNEL))
    report = check_gradients(net.loss, net.gradients, net.params, *net.data)
    (fix,) = report.fixes
    assert fix.proof.endswith("at 3 points and with 2 sizes grown by one")  # 4 samples, 7 pixels; not 3, and not 5
    fixed = tmp_path / "fixed.py"
    fixed.write_text(fix.text)
    net = load(fixed)
    assert check_gradients(net.loss, net.gradients, net.params, *net.data).ok
    assert "import numpy" not in repr(fix)  # the file is not printed


GRAPH = """
import numpy as np


class Node:
    def __init__(self, value, *parents):
        self.value, self.parents, self.grad = np.asarray(value), parents, 0.0

    def __add__(self, other):
        return Node(self.value + other.value, (self, lambda g: g), (other, lambda g: g.sum(axis=0)))

    def __matmul__(self, other):
        return Node(self.value @ other.value, (self, lambda g: g @ other.value.T), (other, lambda g: self.value.T @ g))

    def log(self):
        return Node(np.log(self.value), (self, lambda g: g / self.value))

    def squared(self):
        def rule(g):
            return 2 * g * self.value
        return Node(self.value**2, (self, rule))

    def mean(self):
        return Node(self.value.mean(), (self, lambda g: g * np.ones_like(self.value) / self.value.size))

    def backward(self, g=1.0):
        self.grad = self.grad + g
        for node, rule in self.parents:
            node.backward(rule(g))


rng = np.random.default_rng(3)
params = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
data = (rng.normal(size=(5, 3)),)


def forward(p, x):
    nodes = {name: Node(value) for name, value in p.items()}
    one = Node(np.ones(4))
    return nodes, ((Node(x) @ nodes["W"] + nodes["b"]).squared() + one).log().mean()


def loss(p, x):
    return float(forward(p, x)[1].value)


def gradients(p, x):
    nodes, top = forward(p, x)
    top.backward()
    return {name: node.grad for name, node in nodes.items()}
"""


@pytest.mark.parametrize(("right", "wrong", "codes"), [
    ("g / self.value", "g", {"factor-missing", "derivative-missing"}),
    ("2 * g * self.value", "2 * g", {"factor-missing", "derivative-missing"}),
    ("g.sum(axis=0)", "g", {"bias-not-summed", "wrong-axis", "shape"}),
    (" / self.value.size", "", {"factor-missing", "scale"}),
])  # fmt: skip
def test_a_rule_of_a_graph_is_fixed_where_it_stands(right, wrong, codes, tmp_path):
    """A rule is an inner function: what belongs in it may be a name of the function around that it does not use."""
    net = load(written(tmp_path, right, wrong, GRAPH))
    finding = check_gradients(net.loss, net.gradients, net.params, *net.data).findings[0]
    assert finding.code in codes
    lines = GRAPH.splitlines()
    assert finding.line == next(k for k, line in enumerate(lines, 1) if right in line)
    assert finding.fix is not None
    fixed = tmp_path / "fixed.py"
    fixed.write_text(finding.fix.text)
    net = load(fixed)
    assert check_gradients(net.loss, net.gradients, net.params, *net.data).ok


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "xnn", "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_nothing_is_written_unless_it_was_asked_for(tmp_path):
    main = written(tmp_path, *BUGS["a sign"])
    before = main.read_text()
    code, out, _ = run(main, "--fix")
    assert (code, main.read_text()) == (1, before)
    assert "+    ds = 2 * (a - y) / y.size * (1 - a**2) / np.sqrt(d)  # of the scores" in out  # the comment is kept
    code, _, err = run(main, "--fix", "--write")
    assert (code, main.read_text()) == (1, ATTENTION)
    assert "was changed" in err
    assert run(main)[0] == 0
    code, _, err = run(main, "--write")
    assert code == 2
    assert "--fix" in err


def test_a_file_that_was_changed_meanwhile_is_not_written(tmp_path):
    main = written(tmp_path, *BUGS["a sign"])
    net = load(main)
    (fix,) = check_gradients(net.loss, net.gradients, net.params, *net.data).fixes
    main.write_text(main.read_text() + "\n# mine\n")
    with pytest.raises(FileError, match="changed since it was checked"):
        fix.write()
    assert main.read_text().endswith("# mine\n")


def test_a_fix_is_data(tmp_path):
    net = load(written(tmp_path, *BUGS["a sign"]))
    finding = check_gradients(net.loss, net.gradients, net.params, *net.data).findings[0]
    told = finding.to_dict()["fix"]
    assert told["line"] == finding.line
    assert told["diff"].startswith("--- a/")
    assert "proof: 2 tensors right to" in str(finding)
    assert np.isfinite(finding.residual)


def test_what_is_tried_does_not_write_to_the_data(tmp_path):
    module = load(written(tmp_path, 'return {"Q"', 'x = x + 0\n    return {"Q"'))
    program = Program(module.loss, module.gradients, module.params, module.data)
    program.careful = False  # the two functions leave the data alone, but not as edited
    runs = Runs(program, observe(program), program.theta)
    runs.gradients()
    (statement,) = {s.statement for s in runs.sites if ast.unparse(s.statement) == "x = x + 0"}
    before = [x.copy() for x in program.data]
    assert runs.edited([(statement, ast.parse("x += 1").body[0])]) is not None
    for x, was in zip(program.data, before, strict=True):
        np.testing.assert_array_equal(x, was)


LOOP = """
import numpy as np

params, data = {"w": np.array([0.5, -0.3])}, (np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]),)


def loss(p, x):
    return float(sum(np.tanh(row @ p["w"]) for row in x))


def gradients(p, x):
    g, t = np.zeros(2), len(x) - 1
    while t >= 0:
        g += x[t]
        t -= 1
    return {"w": g}
"""


def test_an_edited_loop_without_an_end_is_given_up(tmp_path):
    main = tmp_path / "net.py"
    main.write_text(LOOP)
    module = load(main)
    program = Program(module.loss, module.gradients, module.params, module.data)
    runs = Runs(program, observe(program), program.theta)
    runs.gradients()
    (step,) = {s.statement for s in runs.sites if ast.unparse(s.statement) == "t -= 1"}
    for new in ("t += 0", "pass"):
        assert runs.edited([(step, ast.parse(new).body[0])]) is None
