"""xnn's own mathematics goes through the same door as anyone's: every activation, loss, penalty and layer."""

import numpy as np
import pytest

from xnn.gradcheck import check_derivative, check_gradients
from xnn.nn import ACTIVATIONS, LOSSES, MLP, Objective, Penalty, SoftmaxCrossEntropy

pytestmark = pytest.mark.host

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 4))
ELEMENTWISE = sorted(set(ACTIVATIONS) - {"softmax"})


def targets(loss) -> np.ndarray:
    return RNG.integers(0, 3, 7) if isinstance(loss, SoftmaxCrossEntropy) else RNG.random((7, 3))


def assert_right(mlp, loss, penalty=None, weights=()):
    objective = Objective(mlp, loss, penalty)
    params, data = mlp.init(seed=1, dtype="float64"), (X, targets(loss), *weights)
    as_a_black_box = check_gradients(lambda *a: objective(*a), objective.gradients, params, *data)
    many_at_once = check_gradients(objective, objective.gradients, params, *data)
    for report in (as_a_black_box, many_at_once):
        assert report.ok, str(report)
        assert all(tensor.relative_error < 1e-6 for tensor in report.tensors.values())


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize("bias", [True, False])
def test_every_activation(name, bias):
    assert_right(MLP((4, 5, 6, 3), activation=name, bias=bias), LOSSES["squared_error"]())


@pytest.mark.parametrize("output", ["identity", "sigmoid", "softmax"])
@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_behind_every_kind_of_output(name, output):
    assert_right(MLP((4, 5, 3), activation="tanh", output=output), LOSSES[name]())


def test_penalties_and_sample_weights():
    mlp, loss = MLP((4, 5, 3), activation="tanh"), LOSSES["softmax_cross_entropy"](label_smoothing=0.1)
    assert_right(mlp, loss, penalty=Penalty(l1=0.01, l2=0.1, biases=True), weights=(RNG.random(7),))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_derivative_alone(name):
    activation = ACTIVATIONS[name]()
    report = check_derivative(
        activation.forward, lambda z: activation.backward(np.ones_like(z), z, activation.forward(z))
    )
    assert report.ok, str(report)
