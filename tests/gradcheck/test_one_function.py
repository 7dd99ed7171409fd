"""One function returns the loss and its gradients, and others take their part of it: the line is found all the same."""

import runpy

import pytest

import xnn

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

# Ratings as products of a taste and a flavour; who has rated twice has one gradient for both.
RATINGS = """
import numpy as np
r = np.random.default_rng(17)
params = {"taste": r.normal(size=(5, 3)), "flavour": r.normal(size=(4, 3)), "mean": r.normal(size=1)}
who, what = np.array([0, 3, 3, 1, 4, 0, 2]), np.array([1, 1, 2, 0, 3, 3, 2])
stars = r.normal(size=7)
data = who, what, stars
def rated(p, who, what, stars):
    t, f = p["taste"][who], p["flavour"][what]
    off = np.sum(t * f, axis=1) + p["mean"] - stars
    cost = 0.5 * np.sum(off ** 2)
    slopes = {name: np.zeros_like(x) for name, x in p.items()}
    slopes["taste"][who] += off[:, None] * f
    pull = off[:, None] * t
    np.add.at(slopes["flavour"], what, pull)
    slopes["mean"][0] = np.sum(off)
    return cost, slopes
"""
FORMS = {
    "both": "loss = gradients = rated",
    "lambdas": "loss, gradients = (lambda *a: rated(*a)[0]), (lambda *a: rated(*a)[1])",
    "functions": """
def loss(p, *data):
    return rated(p, *data)[0]
def gradients(p, *data):
    return rated(p, *data)[1]
""",
    "functions that unpack": """
def loss(p, who, what, stars):
    cost, slopes = rated(p, who, what, stars)
    return cost
def gradients(p, who, what, stars):
    _, slopes = rated(p, who, what, stars)
    return slopes
""",
}


RIGHT = RATINGS.replace('slopes["taste"][who] += off[:, None] * f', 'np.add.at(slopes["taste"], who, off[:, None] * f)')
FAULTS = {
    "not-accumulated": (RATINGS, 'slopes["taste"][who] += off'),
    "wrong-operand": (RIGHT.replace("pull = off[:, None] * t", "pull = off[:, None] * f"), "pull = "),
    "": (RIGHT, ""),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("code", FAULTS)
def test_the_line_is_found(form, code, tmp_path):
    text, fault = FAULTS[code]
    (tmp_path / "net.py").write_text(text + FORMS[form])
    net = runpy.run_path(str(tmp_path / "net.py"), run_name="net")
    report = xnn.check_gradients(net["loss"], net["gradients"], net["params"], *net["data"])
    found = [f for f in report.findings if not f.is_note]
    assert [f.code for f in found] == ([code] if code else [])
    if code:
        assert found[0].line == 1 + text[: text.index(fault)].count("\n")
        assert found[0].fix is not None
