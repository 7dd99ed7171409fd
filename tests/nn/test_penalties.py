"""Penalties: values against plain loops, derivatives against differences, on every library."""

import numpy
import pytest
from numpy.testing import assert_allclose

from tests.rig import central_differences
from xnn.nn import Dense, Penalty, ravel, unravel

PARAMS = [
    Dense(numpy.array([[0.5, -2.0, 0.3], [1.0, -0.7, 4.0]]), numpy.array([0.1, -0.2, 3.0])),
    Dense(numpy.array([[0.5], [1.5], [-1.0]]), numpy.array([-0.25])),
]
WITHOUT_BIASES = [Dense(layer.W, None) for layer in PARAMS]
GRADIENTS = [Dense(numpy.full(W.shape, 0.25), None if b is None else numpy.full(b.shape, -1.0)) for W, b in PARAMS]

PENALTIES = [
    Penalty(l2=0.1),
    Penalty(l1=0.3),
    Penalty(l1=0.3, l2=0.1),
    Penalty(l1=0.3, l2=0.1, biases=True),
    Penalty(l2=2.0, biases=True),
]


@pytest.fixture(params=PENALTIES, ids=str)
def penalty(request):
    return request.param


def value_of(penalty: Penalty, params: list[Dense]) -> float:
    total = 0.0
    for W, b in params:
        for w in [*W.ravel(), *(b if penalty.biases and b is not None else ())]:
            total += penalty.l1 * abs(w) + penalty.l2 * w * w / 2.0
    return total


def test_value(penalty, lib, dtype):
    lib.assert_close(penalty(lib.tree(PARAMS)), value_of(penalty, PARAMS))


def test_gradient_is_added(penalty, lib, dtype):
    expected = unravel(central_differences(lambda v: value_of(penalty, unravel(v, PARAMS)), ravel(PARAMS)), PARAMS)
    total = penalty.add_gradient(lib.tree(PARAMS), lib.tree(GRADIENTS))
    tolerance = {"atol": 5e-6} if dtype == "float32" else {"rtol": 1e-9, "atol": 1e-9}
    for layer, slope, given in zip(total, expected, GRADIENTS, strict=True):
        assert isinstance(layer, Dense)
        lib.assert_close(layer.W, slope.W + given.W, **tolerance)
        lib.assert_close(layer.b, slope.b + given.b, **tolerance)


def test_layers_without_biases(penalty, lib):
    params = lib.tree(WITHOUT_BIASES)
    lib.assert_close(penalty(params), value_of(penalty, WITHOUT_BIASES))
    gradients = penalty.add_gradient(params, lib.tree([Dense(layer.W, None) for layer in GRADIENTS]))
    assert [layer.b for layer in gradients] == [None, None]


def test_weights_of_zero_have_no_slope(lib):
    zero = [Dense(lib.array([[0.0]]), None)]
    (layer,) = Penalty(l1=1.0, l2=1.0).add_gradient(zero, zero)
    lib.assert_close(layer.W, [[0.0]])


def test_none_adds_nothing():
    nothing = Penalty()
    assert not nothing
    assert nothing(PARAMS) == 0.0
    for layer, given in zip(nothing.add_gradient(PARAMS, GRADIENTS), GRADIENTS, strict=True):
        assert_allclose(layer.W, given.W)
        assert_allclose(layer.b, given.b)
    for penalty in PENALTIES:
        assert penalty


def test_value_and_gradient_are_those_of_torch(torch):
    penalty = Penalty(l1=0.3, l2=0.1)
    weights = [torch.asarray(layer.W).requires_grad_() for layer in PARAMS]
    value = sum(0.3 * W.abs().sum() + 0.1 * 0.5 * (W**2).sum() for W in weights)
    slopes = torch.autograd.grad(value, weights)
    assert_allclose(penalty(PARAMS), value.detach().numpy())
    for layer, slope, given in zip(penalty.add_gradient(PARAMS, GRADIENTS), slopes, GRADIENTS, strict=True):
        assert_allclose(layer.W, slope.numpy() + given.W)
        assert_allclose(layer.b, given.b)
