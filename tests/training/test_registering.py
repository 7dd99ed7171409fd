"""Parts of the user's own under a name: a wrong derivative is refused, and files bring them back."""

from dataclasses import dataclass

import numpy
import pytest
from numpy.testing import assert_array_equal

import xnn
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit
from xnn.errors import FileError, OptionError
from xnn.nn import ACTIVATIONS, LOSSES, Activation, Loss, ReLU
from xnn.training import register

pytestmark = pytest.mark.host
X, Y = curve()


@dataclass(frozen=True)
class Bump(Activation):
    """``e^(-width z^2)``."""

    width: float = 0.5

    def forward(self, z):
        return numpy.exp(-self.width * z**2)

    def backward(self, dy, z, y):
        return -2.0 * self.width * z * y * dy


class OfTheOutput(Bump):
    def backward(self, dy, z, y):
        return -2.0 * self.width * y * y * dy


class Quartic(Loss):
    def forward(self, outputs, targets):
        r = outputs - targets
        return numpy.sum(r**4, axis=-1), r

    def backward(self, saved):
        return 4.0 * saved**3


class Third(Quartic):
    def backward(self, saved):
        return 3.0 * saved**3


def test_a_model_with_parts_of_ones_own_comes_back(tmp_path):
    register("bump", Bump)
    register("quartic", Quartic)
    result = fit(X, Y, activation=Bump(2.0), loss="quartic")
    result.model.save(tmp_path / "m.safetensors")
    loaded = xnn.load(tmp_path / "m.safetensors")
    assert loaded.mlp.activation == Bump(2.0)
    assert type(loaded.task.loss) is Quartic
    assert_array_equal(loaded.predict(X), result.model.predict(X))


@pytest.mark.parametrize(("kind", "name"), [("activation", "bump"), ("loss", "quartic")])
def test_a_file_with_an_unregistered_part_says_what_to_do(kind, name, tmp_path):
    register("bump", Bump)
    register("quartic", Quartic)
    fit(X, Y, **{kind: name}).model.save(tmp_path / "m.safetensors")
    {"activation": ACTIVATIONS, "loss": LOSSES}[kind].pop(name)
    with refuses(FileError, f"unknown {kind} '{name}'", f"xnn.training.register('{name}', ...)", "before loading"):
        xnn.load(tmp_path / "m.safetensors")


@pytest.mark.parametrize(("wrong", "error"), [(OfTheOutput, "relative error"), (Third, "relative error of 0.25")])
def test_a_wrong_derivative_is_refused(wrong, error):
    with refuses(OptionError, wrong.__name__, "not the derivative", error, "xnn.check_layer", "check=False"):
        register("wrong", wrong)
    assert "wrong" not in ACTIVATIONS
    assert "wrong" not in LOSSES
    register("wrong", wrong, check=False)
    assert {**ACTIVATIONS, **LOSSES}["wrong"] is wrong


@pytest.mark.parametrize("table", [ACTIVATIONS, LOSSES], ids=["activations", "losses"])
def test_all_of_xnns_own_pass_the_check(table):
    for name, part in list(table.items()):
        register(f"another {name}", part)


def test_what_cannot_be_checked_is_registered():
    class ForTorch(Activation):
        def forward(self, z):
            return z.relu()

    @dataclass(frozen=True)
    class WithoutDefault(ReLU):
        slope: float

        def __init__(self, slope):
            object.__setattr__(self, "slope", slope)

    register("for torch", ForTorch)
    register("without default", WithoutDefault)


def test_a_cell_that_is_run_again_registers_its_class_again():
    def cell():
        class Half(ReLU):
            def forward(self, z):
                return 0.5 * super().forward(z)

            def backward(self, dy, z, y):
                return 0.5 * super().backward(dy, z, y)

        register("half", Half)
        return Half

    cell()
    assert cell() is ACTIVATIONS["half"]
    with refuses(OptionError, "'half' is Half already"):
        register("half", Bump)
    with refuses(OptionError, "'relu' is ReLU already"):
        register("relu", Bump)
    with refuses(OptionError, "check must be True or False"):
        register("bump", Bump, check="no")


def test_classes_are_learnt_with_an_activation_of_ones_own():
    register("bump", Bump)
    assert fit(*blobs(), activation="bump", epochs=30, learning_rate=0.02).model.score(*blobs()) > 0.9
