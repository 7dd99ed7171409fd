"""Mistakes of order, layout and gathering, each in a program of its own: a fix that is right elsewhere too."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

from .located.judge import load

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

LAYERS = """
import numpy as np


def run(p, x):
    kept = []
    for W in p:
        kept.append(x)
        x = np.tanh(x @ W)
    kept.append(x)
    return kept


def loss(p, x, y):
    return np.sum((run(p, x)[-1] - y) ** 2) / len(x)


def gradients(p, x, y):
    kept = run(p, x)
    d = 2 * (kept.pop() - y) / len(x)
    out, after = [], kept[1:] + [run(p, x)[-1]]
    for W, h, a in zip(reversed(p), reversed(kept), reversed(after)):
        d = d * (1 - a**2)
        out.insert(0, h.T @ d)
        d = d @ W.T
    return out


rng = np.random.default_rng(0)
params = [rng.normal(size=(3, 3)) for _ in range(3)]
data = (rng.normal(size=(5, 3)), rng.normal(size=(5, 3)))
"""
WORDS = """
import numpy as np


def read(p, words, partner):
    h = p["E"][words] + p["b"]
    return h, h + 0.5 * h[partner]


def loss(p, words, partner, y):
    return np.mean((read(p, words, partner)[1] - y) ** 2)


def gradients(p, words, partner, y):
    h, m = read(p, words, partner)
    d = 2 * (m - y) / (len(words) * y.shape[1])
    dh = d.copy()
    np.add.at(dh, partner, 0.5 * d)
    E = np.zeros_like(p["E"])
    np.add.at(E, words, dh)
    return {"E": E, "b": dh.sum(axis=0)}


rng = np.random.default_rng(1)
params = {"E": rng.normal(size=(6, 3)), "b": rng.normal(size=3)}
data = (np.array([1, 0, 5, 1, 2]), np.array([2, 0, 1, 4, 1]), rng.normal(size=(5, 3)))
"""
STACKS = """
import numpy as np


def smooth(x):
    return x + np.roll(x, 1, axis=1) + np.roll(x, -1, axis=1)


def loss(p, x):
    q, k = x @ p["Q"], x @ p["K"]
    s = q @ k.swapaxes(-1, -2)
    return np.sum(np.tanh(s) ** 2) + np.sum(smooth(q) ** 2) + 0.3 * np.abs(p["K"]).sum()


def gradients(p, x):
    q, k = x @ p["Q"], x @ p["K"]
    t = np.tanh(q @ k.swapaxes(-1, -2))
    ds = 2 * t * (1 - t**2)
    dq = ds @ k + 2 * smooth(smooth(q))
    dk = ds.swapaxes(-1, -2) @ q
    return {"Q": np.einsum("nti,ntj->ij", x, dq), "K": np.einsum("nti,ntj->ij", x, dk) + 0.3 * np.sign(p["K"])}


rng = np.random.default_rng(2)
params = {"Q": rng.normal(size=(3, 2)), "K": rng.normal(size=(3, 2))}
data = (rng.normal(size=(4, 5, 3)),)
"""
MATLAB = """
import numpy as np


def loss(v, x, y):
    W = v.reshape(3, 4, order="F")
    return np.sum((np.tanh(x @ W) - y) ** 2)


def gradients(v, x, y):
    W = v.reshape(3, 4, order="F")
    t = np.tanh(x @ W)
    return (x.T @ (2 * (t - y) * (1 - t**2))).ravel(order="F")


rng = np.random.default_rng(3)
params = rng.normal(size=12)
data = (rng.normal(size=(5, 3)), rng.normal(size=(5, 4)))
"""
BUGS = {
    "a list is gone through from the front": (LAYERS, "reversed(kept)", "kept"),
    "layers in the order of the forward pass": (LAYERS, "out.insert(0, h.T @ d)", "out.append(h.T @ d)"),
    "the first is taken for the last": (LAYERS, "kept.pop() - y", "kept.pop(0) - y"),
    "one row for their sum": (WORDS, "dh.sum(axis=0)", "dh[0]"),
    "rows are gathered and not scattered": (WORDS, "np.add.at(dh, partner, 0.5 * d)", "dh += (0.5 * d)[partner]"),
    "another length": (WORDS, "(len(words) * y", "(len(y[0]) * y"),
    "matrices of a stack are not transposed": (STACKS, "ds.swapaxes(-1, -2) @ q", "ds @ q"),
    "a function is applied once": (STACKS, "smooth(smooth(q))", "smooth(q)"),
    "a penalty's sign is forgotten": (STACKS, "0.3 * np.sign(p[\"K\"])", "0.3 * p[\"K\"]"),
    "Fortran's order is forgotten": (MATLAB, "ravel(order=\"F\")", "ravel()"),
}  # fmt: skip


@pytest.mark.parametrize("name", BUGS)
def test_its_fix_is_right_at_other_parameters(name, tmp_path):
    text, right, wrong = BUGS[name]
    assert text.count(right) == 1
    (tmp_path / "net.py").write_text(text.replace(right, wrong))
    net = load(tmp_path / "net.py")
    report = check_gradients(net.loss, net.gradients, net.params, *net.data)
    (fix,) = report.fixes
    (tmp_path / "fixed.py").write_text(fix.text)
    net = load(tmp_path / "fixed.py")
    rng = np.random.default_rng(7)
    other = _moved(net.params, rng)
    assert check_gradients(net.loss, net.gradients, other, *net.data).ok, fix.diff


def _moved(params, rng):
    if isinstance(params, dict):
        return {name: _moved(part, rng) for name, part in params.items()}
    if isinstance(params, list):
        return [_moved(part, rng) for part in params]
    return params + rng.normal(size=params.shape)
