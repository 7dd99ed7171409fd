"""What is compiled once and remembered: xnn's own parts alone."""

import numpy
from numpy.testing import assert_allclose

from tests.training.problems import blobs, fit
from xnn.backends import resolve
from xnn.nn import MLP, Activation
from xnn.training.epoch_steps import compiled_network


class Scaled(Activation):
    """``y = factor z``: it cannot be hashed, as it says when it is equal to another, and it can be changed."""

    def __init__(self, factor):
        self.factor = factor

    def __eq__(self, other):
        return isinstance(other, Scaled)

    __hash__ = None

    def forward(self, z):
        return self.factor * z

    def backward(self, dy, z, y):
        return self.factor * dy


def test_a_strangers_activation_predicts_as_it_is_now(lib):
    X, y = blobs()
    activation = Scaled(1.0)
    model = fit(X, y, activation=activation, backend=lib.name, dtype=lib.dtype).model
    before = model.outputs(X)
    activation.factor = 0.0
    bias = lib.host(model.params[-1].b)
    assert not numpy.allclose(before, bias)
    assert_allclose(model.outputs(X), numpy.tile(bias, (len(X), 1)), rtol=1e-6)


def test_equal_networks_of_own_parts_are_compiled_once():
    backend = resolve("numpy").backend
    network = compiled_network(backend, MLP((4, 3)))
    assert compiled_network(backend, MLP((4, 3))) is network
    assert compiled_network(backend, MLP((4, 3), output="tanh")) is not network
    stranger = MLP((4, 3), output=Scaled(1.0))
    assert compiled_network(backend, stranger) is not compiled_network(backend, stranger)
