"""What the search for the faulty line can follow, a small program each: the line, the name and what belongs there."""

import pytest

from xnn.gradcheck import check_gradients

from .located.judge import load

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

HEAD = """
import numpy as np
from functools import cached_property

rng = np.random.default_rng(3)
"""

RECURRENT = """
params = {"U": 0.5 * rng.normal(size=(2, 3)), "V": 0.5 * rng.normal(size=(3, 3)), "w": rng.normal(size=3)}
data = ([rng.normal(size=(4, 2)), rng.normal(size=(3, 2)), rng.normal(size=(5, 2))], rng.normal(size=3))


def states(p, xs):
    hs = [np.zeros(3)]
    for x in xs:
        hs.append(np.tanh(x @ p["U"] + hs[-1] @ p["V"]))
    return hs


def loss(p, sequences, y):
    return sum((states(p, xs)[-1] @ p["w"] - t) ** 2 for xs, t in zip(sequences, y))


def gradients(p, sequences, y):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    for xs, t in zip(sequences, y):
        hs = states(p, xs)
        e = 2 * (hs[-1] @ p["w"] - t)
        g["w"] += e * hs[-1]
        dh = e * p["w"]
        for i in range(len(xs) - 1, -1, -1):
            dz = dh * (1 - hs[i + 1] ** 2)
            g["U"] += np.outer(xs[i], dz)
            g["V"] += np.outer(hs[i], dz)
            dh = dz @ p["V"].T
    return g
"""

GATED = """
params = {"A": rng.normal(size=(3, 4)), "B": rng.normal(size=(3, 4)), "C": rng.normal(size=(3, 4))}
data = (rng.normal(size=(6, 3)), rng.normal(size=(6, 4)))


def parts(p, x):
    return np.tanh(x @ p["A"]), np.tanh(x @ p["B"]), np.tanh(x @ p["C"])


def loss(p, x, y):
    a, b, c = parts(p, x)
    return np.sum((np.sin(a * b + a * c + a) - y) ** 2)


def gradients(p, x, y):
    a, b, c = parts(p, x)
    s = a * b + a * c + a
    ds = 2 * (np.sin(s) - y) * np.cos(s)
    da = ds * b
    da += ds * c
    da += ds
    return {
        "A": x.T @ (da * (1 - a**2)), "B": x.T @ (ds * a * (1 - b**2)), "C": x.T @ (ds * a * (1 - c**2)),
    }
"""

OBJECTS = """
class Array:
    def __init__(self, value):
        self.value = value

    def __matmul__(self, other):
        return Array(self.value @ other)


class Pass:
    def __init__(self, p, x, y):
        self.p, self.x, self.y = p, x, y

    @cached_property
    def h(self):
        return np.tanh(self.x @ self.p["W"])

    @property
    def error(self):
        return (Array(self.h) @ self.p["V"]).value - self.y

    @property
    def slope(self):
        return 2 * self.error @ self.p["V"].T * (1 - self.h**2)


params = {"W": rng.normal(size=(3, 4)), "V": rng.normal(size=(4, 2))}
data = (rng.normal(size=(6, 3)), rng.normal(size=(6, 2)))


def loss(p, x, y):
    return np.sum(Pass(p, x, y).error ** 2)


def gradients(p, x, y):
    run = Pass(p, x, y)
    return {"W": x.T @ run.slope, "V": 2 * run.h.T @ run.error}
"""

TREE = """
params = {"E": rng.normal(size=(5, 3)), "W": 0.5 * rng.normal(size=(3, 3))}
data = (((0, 1), (2, (1, 3))), rng.normal(size=3))


def up(p, tree):
    if isinstance(tree, int):
        return p["E"][tree]
    return np.tanh((up(p, tree[0]) + up(p, tree[1])) @ p["W"])


def down(p, tree, d, g):
    if isinstance(tree, int):
        g["E"][tree] += d
        return
    s = up(p, tree[0]) + up(p, tree[1])
    dz = d * (1 - np.tanh(s @ p["W"]) ** 2)
    g["W"] += np.outer(s, dz)
    for child in tree:
        down(p, child, dz @ p["W"].T, g)


def loss(p, tree, y):
    return np.sum((up(p, tree) - y) ** 2)


def gradients(p, tree, y):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    down(p, tree, 2 * (up(p, tree) - y), g)
    return g
"""

SHARED = """
params = [rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.normal(size=8)]
data = (rng.normal(size=(6, 3)), rng.normal(size=6))


def side(x, W, flipped=False):
    return np.cos(x @ W) if flipped else np.sin(x @ W)


def side_back(d, x, W, flipped=False):
    z = x @ W
    dz = -d * np.sin(z) if flipped else d * np.cos(z)
    return x.T @ dz


def loss(p, x, y):
    return np.sum((np.hstack([side(x, p[0]), side(x, p[1], True)]) @ p[2] - y) ** 2)


def gradients(p, x, y):
    both = np.hstack([side(x, p[0]), side(x, p[1], True)])
    e = 2 * (both @ p[2] - y)
    d = np.outer(e, p[2])
    gA = side_back(d[:, :4], x, p[0])
    gB = side_back(d[:, 4:], x, p[1], True)
    return [gA, gB, both.T @ e]
"""

CASES = {
    # The rounds of a loop that runs back over several sequences belong to those of the forward loop.
    "operand in a loop": (RECURRENT, 'np.outer(hs[i], dz)', 'np.outer(hs[i + 1], dz)', {"wrong-step", "wrong-operand"}),
    "derivative in a loop": (RECURRENT, "(1 - hs[i + 1] ** 2)", "(1 - hs[i + 1])", {"derivative-wrong"}),
    "carried in a loop": (RECURRENT, 'dh = dz @ p["V"].T', 'dh = dz @ p["V"]', {"transposed"}),
    # A sum that grows over statements is looked at part by part.
    "factor of a summand": (GATED, "da += ds * c", "da += ds", {"factor-missing", "wrong-operand"}),
    "properties": (OBJECTS, "(1 - self.h**2)", "(1 + self.h**2)", {"sign", "derivative-wrong"}),
    # A recursive function calls itself as edited.
    "recursion": (TREE, 'g["E"][tree] += d', 'g["E"][tree] = d', {"not-accumulated"}),
    "recursion, its argument": (TREE, 'dz @ p["W"].T, g)', 'd @ p["W"].T, g)', {"wrong-operand", "derivative-missing"}),
    # A function that computes right gradients as well may be at fault, and so may what it is handed.
    "one of two branches": (SHARED, "-d * np.sin(z) if", "-d * np.cos(z) if", {"derivative-wrong", "wrong-operand"}),
    "what is handed on": (SHARED, "d[:, 4:], x", "d[:, :4], x", {"wrong-operand"}),
    # The gradient is of another loss, so no change of it can be meant.
    "another loss": (GATED, "(np.sin(a * b + a * c + a)", "(np.sin(a * b - a * c + a)", {"loss-mismatch"}),
}  # fmt: skip


def written(folder, text, old, new):
    assert text.count(old) == 1
    main = folder / "net.py"
    main.write_text(HEAD + text.replace(old, new))
    wrong = main.read_text().splitlines()
    line = next(n for n, (a, b) in enumerate(zip((HEAD + text).splitlines(), wrong, strict=True), 1) if a != b)
    return load(main), line


@pytest.mark.parametrize("name", CASES)
def test_the_line_and_its_name(name, tmp_path):
    text, right, wrong, names = CASES[name]
    net, line = written(tmp_path, text, right, wrong)
    report = check_gradients(net.loss, net.gradients, net.params, *net.data)
    first = report.findings[0]
    assert (first.line, first.code in names) == (line, True), str(report)
    assert not report.ok


@pytest.mark.parametrize("text", [RECURRENT, GATED, OBJECTS, TREE, SHARED])
def test_the_programs_are_right_as_they_stand(text, tmp_path):
    main = tmp_path / "net.py"
    main.write_text(HEAD + text)
    net = load(main)
    assert check_gradients(net.loss, net.gradients, net.params, *net.data).ok
