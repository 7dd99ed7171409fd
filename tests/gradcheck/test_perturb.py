"""Moving many parameters of a network in one pass gives the losses that moving one at a time gives."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients
from xnn.gradcheck.program.perturb import can_move_together, perturbed
from xnn.nn import ACTIVATIONS, MLP, Dense, Objective, Penalty, Tanh

RNG = np.random.default_rng(0)
X, LABELS, TARGETS, WEIGHTS = RNG.normal(size=(7, 4)), RNG.integers(0, 3, 7), RNG.random((7, 3)), RNG.random(7)
ENDS = [("identity", "softmax_cross_entropy"), ("softmax", "squared_error"), ("sigmoid", "sum_of_squares")]


def moved_by_hand(objective, params, leaf, entry, step, data):
    """Change one number on the host and compute the objective anew."""
    tensors = [np.array(tensor) for layer in params for tensor in layer if tensor is not None]
    tensors[leaf].reshape(-1)[entry] += step
    parts = iter(tensors)
    moved = [Dense(next(parts), next(parts) if layer.b is not None else None) for layer in params]
    return float(objective(moved, *data))


def assert_the_same(objective, params, move=lambda x: x):
    t = LABELS if "CrossEntropy" in type(objective.loss).__name__ else TARGETS
    data = (X, t, WEIGHTS)
    there = [Dense(move(layer.W), None if layer.b is None else move(layer.b)) for layer in params]
    tensors = [tensor for layer in params for tensor in layer if tensor is not None]
    for leaf, tensor in enumerate(tensors):
        entries, steps = np.arange(tensor.size), RNG.normal(size=(tensor.size, 2))
        found = perturbed(objective, there, leaf, entries, steps, *map(move, data))
        expected = [[moved_by_hand(objective, params, leaf, i, h, data) for h in steps[i]] for i in entries]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.host
@pytest.mark.parametrize(("output", "loss"), ENDS)
@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("bias", [True, False])
def test_every_activation(activation, output, loss, bias):
    mlp = MLP((4, 5, 6, 3), activation=activation, output=output, bias=bias)
    objective = Objective(mlp, loss, Penalty(l1=0.01, l2=0.1, biases=True))
    assert_the_same(objective, mlp.init(seed=1, dtype="float64"))


@pytest.mark.parametrize("dtype", ["float64"], indirect=True)
def test_every_library(lib, dtype):
    mlp = MLP((4, 5, 3), activation="tanh")
    params = mlp.init(seed=1, dtype="float64")
    assert_the_same(Objective(mlp, "softmax_cross_entropy"), params, move=lib.array)


@pytest.mark.host
def test_in_parts(monkeypatch):
    monkeypatch.setattr("xnn.gradcheck.program.perturb.ENTRIES", 300)
    mlp = MLP((4, 5, 3), activation="tanh")
    assert_the_same(Objective(mlp, "softmax_cross_entropy"), mlp.init(seed=1, dtype="float64"))


class Centred(Tanh):
    """An activation that joins the samples."""

    def forward(self, z):
        return super().forward(z - z.mean(axis=0))


@pytest.mark.host
def test_parts_of_ones_own_are_moved_one_by_one():
    assert can_move_together(Objective(MLP((4, 3)), "squared_error"))
    objective = Objective(MLP((4, 5, 3), activation=Centred()), "squared_error")
    assert not can_move_together(objective)
    params = objective.mlp.init(seed=1, dtype="float64")
    report = check_gradients(objective, objective.gradients, params, X, TARGETS)
    assert not report.tensors["params[0].W"].ok  # its backward knows nothing of the mean
    assert report.tensors["params[1].W"].ok
