"""Networks that are objects: their methods are called on copies, and the object stays as it was."""

import copy

import numpy as np
import pytest

import xnn

from .corpus import data

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


class Layer:
    def __init__(self, inputs, outputs, rng):
        self.W, self.b = rng.normal(size=(inputs, outputs)) / np.sqrt(inputs), np.zeros(outputs)
        self.x = self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(axis=0)
        return d @ self.W.T


class Net:
    """A list of layer objects; gradients are left in them."""

    factor = 1.0

    def __init__(self, rate=0.1):
        rng = np.random.default_rng(0)
        self.layers = [Layer(4, 8, rng), Layer(8, 3, rng)]
        self.layers[0].owner = self
        self.rate, self.hits, self.epoch = rate, 0, 0

    def scores(self, X):
        return self.layers[1].forward(np.tanh(self.layers[0].forward(X)))

    def predict(self, X):
        s = self.scores(X)
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, X, T):
        return -np.sum(T * np.log(self.predict(X))) / len(X)

    def backward(self, X, T):
        d = self.layers[1].backward((self.predict(X) - T) / len(X))
        self.layers[0].backward(self.factor * d * (1 - self.layers[1].x ** 2))

    def step(self, X, T):
        self.backward(X, T)
        for layer in self.layers:
            layer.W -= self.rate * layer.dW
            layer.b -= self.rate * layer.db
        self.epoch += 1
        return self.loss(X, T)

    def step_at(self, X, T, rate):
        self.rate = rate
        self.step(X, T)

    def accuracy(self, X, T):
        return np.mean(self.predict(X).argmax(axis=1) == T.argmax(axis=1))

    def count(self, X, T):
        self.hits += np.sum(self.predict(X).argmax(axis=1) == T.argmax(axis=1))
        return self.hits / len(X)


class Ascending(Net):
    def step(self, X, T):
        self.rate = -abs(self.rate)
        return super().step(X, T)


class Factor(Net):
    factor = 2.0


class OverSamples(Net):
    def predict(self, X):
        e = np.exp(self.scores(X))
        return e / e.sum(axis=0)


X, T, _ = data.blobs()


def state(net):
    """Everything that an object holds, as text."""
    return [
        repr({k: v for k, v in vars(part).items() if k not in ("layers", "owner")}) for part in (net, *net.layers)
    ]  # fmt: skip


def diagnose(net, **options):
    before = copy.deepcopy(net)
    found = xnn.diagnose(net.loss, net.backward, net, X, T, **options)
    assert state(net) == state(before)
    return found


def test_all_methods_of_a_healthy_object_are_used_and_nothing_is_changed():
    net = Net()
    found = diagnose(net, predict=net.predict, accuracy=net.accuracy, step=net.step, learning_rate=0.1)
    assert found.ok and not found.left_out, found
    assert found.measured["rate that the step shows"] == pytest.approx(0.1)
    assert found.measured["largest relative error of a gradient"] < 1e-6


@pytest.mark.parametrize("method", ["step", "step_at"])
def test_a_step_that_goes_up_is_found(method):
    net = Ascending()
    found = diagnose(net, step=getattr(net, method), learning_rate=0.1)
    assert [f.code for f in found.faults] == ["ascending"]


def test_a_wrong_gradient_of_an_object_is_wrong_in_its_own_tensors():
    net = Factor()
    first = diagnose(net, predict=net.predict).findings[0]
    assert "layers[0]" in first.parameter and "layers[1]" not in first.parameter


def test_samples_that_an_object_mixes_are_found_in_its_method():
    net = OverSamples()
    found = xnn.diagnose(net.loss, net.backward, net, X, T, predict=net.predict)
    mixed = next(f for f in found.findings if f.code == "samples-mixed")
    assert mixed.source == "e / e.sum(axis=0)"
    assert mixed.place.function == "OverSamples.predict"


def test_a_counter_that_an_object_never_sets_to_0_is_found():
    net = Net()
    found = diagnose(net, predict=net.predict, accuracy=net.count)
    assert [f.code for f in found.faults] == ["accuracy-wrong"]
    assert "of the same predictions" in found.faults[0].message
    assert found.faults[0].source == "self.hits / len(X)"


def test_attributes_as_a_dict_and_a_list_of_layer_objects():
    net = Net()

    def loss(layers, X, T):
        return np.mean((layers[1].forward(np.tanh(layers[0].forward(X))) - T) ** 2)

    def gradients(layers, X, T):
        d = 2 * (layers[1].forward(np.tanh(layers[0].forward(X))) - T) / T.size
        layers[0].backward(layers[1].backward(d) * (1 - layers[1].x ** 2))
        return [(layer.dW, layer.db) for layer in layers]

    before = state(net)
    assert xnn.diagnose(loss, gradients, net.layers, X, T).ok
    attributes = vars(Layer(4, 3, np.random.default_rng(1)))
    found = xnn.diagnose(
        lambda p, X, T: np.mean((X @ p["W"] + p["b"] - T) ** 2),
        lambda p, X, T: {"dW": 2 * X.T @ (X @ p["W"] + p["b"] - T) / T.size,
                         "db": 2 * (X @ p["W"] + p["b"] - T).sum(axis=0) / T.size},
        attributes, X, T, predict=lambda p, X: X @ p["W"] + p["b"],
    )  # fmt: skip
    assert found.ok, found
    assert state(net) == before


def test_whole_numbers_that_have_gradients_are_parameters():
    x = np.arange(10.0) / 10
    found = xnn.diagnose(
        lambda p, x, y: np.mean((p["m"] * x + p["c"] - y) ** 2),
        lambda p, x, y: {"m": np.mean(2 * (p["m"] * x + p["c"] - y) * x), "c": np.mean(2 * (p["m"] * x + p["c"] - y))},
        {"m": 0, "c": 0}, x, 3 * x + 1, predict=lambda p, x: p["m"] * x + p["c"], learning_rate=0.5,
    )  # fmt: skip
    assert found.ok, found
