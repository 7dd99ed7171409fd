"""What CONTRIBUTING.md says of adding a part: what is left out is noticed. Its blocks run with those of the site."""

import re
import tomllib
from pathlib import Path

import pytest
from codes import FOLDER

import tests.docs.test_codes as codes
import tests.docs.test_pages as pages
import tests.nn.test_activations as activations
import tests.test_names as names
import xnn
from xnn.nn import ACTIVATIONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


class Cube(xnn.nn.Activation):
    """An activation that nobody has listed."""

    def forward(self, z):
        return z * z * z

    def backward(self, dy, z, y):
        return dy * (3.0 * z * z)


def test_an_activation_without_a_row_or_a_name_is_noticed(monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, "cube", Cube)
    with pytest.raises(AssertionError):
        activations.test_every_activation_has_a_row()
    with pytest.raises(AssertionError):
        names.test_the_names_are_those_of_the_table(xnn.names.ActivationName, ACTIVATIONS)


def test_a_gradient_that_is_not_derived_is_noticed(monkeypatch):
    every = pages.backwards()
    monkeypatch.setattr(pages, "backwards", lambda: every | {("xnn/nn/activations.py", "Cube.backward")})
    with pytest.raises(AssertionError):
        pages.test_every_gradient_is_derived()


def test_a_backend_without_a_row_is_noticed():
    xnn.register_backend(xnn.Backend("mine", package="numpy", install="pip install numpy"))
    with pytest.raises(AssertionError):
        names.test_every_backend_has_a_row_in_the_rig_and_a_session()


def test_a_code_without_a_program_is_noticed(monkeypatch):
    monkeypatch.setitem(codes.CATALOGUE, "nobody-wrote-this", codes.CATALOGUE["sign"])
    with pytest.raises(AssertionError):
        codes.test_every_code_has_a_program()
    assert (FOLDER / "check" / "sign.py").exists()


def test_its_paths_exist_and_its_layout_is_what_the_linter_holds():
    paths = set(re.findall(r"`((?:xnn|tests|docs)/[\w./]+)`", PAGE))
    assert len(paths) > 12
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    shown = [line.split()[0] for line in PAGE.split("```text\n")[1].split("```")[0].splitlines()]
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    linted = [name for layer in layers[0]["layers"] for name in layer.split(" | ")]
    assert [re.sub(r"/|\.py", "", path.removeprefix("xnn/")) for path in shown] == [
        name.removeprefix("xnn.") for name in linted
    ]
