"""The forms in which people write their networks: each right one is right, each wrong one wrong in its own tensor."""

import numpy as np
import pytest

from xnn.errors import OptionError
from xnn.gradcheck import check_gradients, check_layer, gradients_from_step, gradients_from_update

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore:the matrix subclass")]
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(7, 3)), RNG.normal(size=(7, 1))


class Net:
    """A network as people write it: everything is an attribute, a bias is the number 0, the rate is a float."""

    wrong = 1.0

    def __init__(self):
        rng = np.random.default_rng(1)
        self.W1, self.b1 = rng.normal(size=(3, 4)), np.zeros(4)
        self.W2, self.b2 = rng.normal(size=(4, 1)), 0
        self.lr, self.hidden, self.h, self.history = 0.1, 4, None, []

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def loss(self, X, y):
        return np.mean((self.forward(X) - y) ** 2)

    def total(self, X, y):
        return np.sum((self.forward(X) - y) ** 2)

    def backward(self, X, y):
        d = 2 * (self.forward(X) - y) / len(X)
        self.dW2, self.db2 = self.h.T @ d * self.wrong, d.sum()
        dh = d @ self.W2.T * (1 - self.h**2)
        self.dW1, self.db1 = X.T @ dh, dh.sum(0)

    def gradients(self, X, y):
        self.backward(X, y)
        return self.dW1, self.db1, self.dW2, self.db2

    def update(self, X, y, lr):
        self.backward(X, y)
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 -= lr * self.db2

    def train_step(self, X, y):
        self.update(X, y, self.lr)

    def epoch(self, X, y, lr):
        for i in range(len(X)):
            self.update(X[i : i + 1], y[i : i + 1], lr)


class Wrong(Net):
    wrong = 1.5


FORMS = {
    "gradients in attributes": lambda net: (net.loss, net.backward),
    "gradients returned": lambda net: (net.loss, net.gradients),
    "an update": lambda net: (net.loss, gradients_from_step(net.train_step, 0.1)),
    "an update a sample": lambda net: (net.total, gradients_from_update(net.epoch)),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_object_and_its_methods(form):
    net = Net()
    before = {name: np.copy(x) for name, x in vars(net).items() if isinstance(x, (np.ndarray, int, float))}
    report = check_gradients(*FORMS[form](net), net, X, Y)
    assert report.ok
    assert list(report.tensors) == ["W1", "b1", "W2", "b2"]
    assert set(vars(net)) == {*before, "h", "history"}  # all as it was
    assert net.h is None
    for name, x in before.items():
        np.testing.assert_array_equal(getattr(net, name), x)
    net = Wrong()
    wrong = check_gradients(*FORMS[form](net), net, X, Y)
    assert [name for name, tensor in wrong.tensors.items() if not tensor.ok] == ["W2"]


class Layer:
    def __init__(self, inputs, outputs, seed):
        self.W = np.random.default_rng(seed).normal(size=(inputs, outputs))
        self.b = np.zeros(outputs)
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(0)
        return d @ self.W.T


class Stack:
    def __init__(self):
        self.layers = [Layer(3, 4, 0), Layer(4, 1, 1)]
        self.layers[0].owner = self  # some point back

    def loss(self, X, y):
        return np.sum((self.layers[1].forward(np.tanh(self.layers[0].forward(X))) - y) ** 2)

    def backward(self, X, y):
        h = np.tanh(self.layers[0].forward(X))
        d = 2 * (self.layers[1].forward(h) - y)
        self.layers[0].backward(self.layers[1].backward(d) * (1 - h**2))


def test_a_list_of_layer_objects():
    net = Stack()
    report = check_gradients(net.loss, net.backward, net, X, Y)
    assert report.ok
    assert list(report.tensors) == ["layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b"]


def course(p, X, y):
    d = 2 * (X @ p["w"] + p["b"] - y) / len(X)
    return np.mean((X @ p["w"] + p["b"] - y) ** 2), {"dw": X.T @ d, "db": d.sum(), "dX": d @ p["w"].T}


@pytest.mark.parametrize("gradients", [None, course, lambda *a: course(*a)[1]])
@pytest.mark.parametrize("b", [0, 0.0, np.zeros(1)])
def test_loss_and_gradients_of_one_function_with_extra_keys_and_a_bias_of_any_kind(gradients, b):
    report = check_gradients(course, gradients, {"w": np.zeros((3, 1)), "b": b, "layers": 2}, X, Y)
    assert list(report.tensors) == ["w", "b"]
    assert report.ok


def test_a_whole_number_without_a_gradient_is_no_parameter_and_one_with_a_wrong_one_is_wrong():
    def gradients(p, X, y):
        found = course(p, X, y)[1]
        return {"w": found["dw"], "b": found["db"] + 1.0, "layers": 2}

    report = check_gradients(course, gradients, {"w": np.zeros((3, 1)), "b": 0, "layers": 2}, X, Y)
    assert {name: tensor.ok for name, tensor in report.tensors.items()} == {"w": True, "b": False}


def test_matrices_stay_matrices():
    """Their ``*`` is the matrix product."""
    params = {"w": np.matrix(RNG.normal(size=(3, 1))), "b": 0.5}

    def loss(p, X, y):
        return float(np.sum(np.square(X * p["w"] + p["b"] - y)))

    def gradients(p, X, y):
        d = 2 * (X * p["w"] + p["b"] - y)
        return {"w": X.T * d, "b": d.sum()}

    assert check_gradients(loss, gradients, params, np.matrix(X), np.matrix(Y)).ok
    wrong = check_gradients(loss, lambda *a: gradients(*a) | {"b": 0.0}, params, np.matrix(X), np.matrix(Y))
    assert [name for name, tensor in wrong.tensors.items() if not tensor.ok] == ["b"]


def test_arrays_of_objects_and_lists_are_numbers():
    def loss(p, x):
        return float(np.sum((np.asarray(p["w"], dtype=float) * x) ** 2))

    def gradients(p, x):
        return {"w": (2 * np.asarray(p["w"], dtype=float) * x**2).tolist()}

    x = np.array([1.0, 2.0])
    for w in ([0.5, 1], np.array([0.5, 1], dtype=object)):
        assert check_gradients(loss, gradients, {"w": w}, x).ok


def test_up_to_a_factor_the_direction_counts():
    def loss(w, X, y):
        return np.sum((X @ w - y) ** 2)

    def gradients(w, X, y):
        return X.T @ (X @ w - y) / len(X)

    w = RNG.normal(size=(3, 1))
    assert not check_gradients(loss, gradients, w, X, Y).ok
    report = check_gradients(loss, gradients, w, X, Y, up_to_factor=True)
    assert report.ok
    (note,) = report.findings
    assert note.code == "factor"
    assert note.facts["factor"] == pytest.approx(1 / 14, rel=1e-8)
    tilted = check_gradients(loss, lambda *a: gradients(*a) + np.array([[0.1], [0], [0]]), w, X, Y, up_to_factor=True)
    assert not tilted.ok


def dropped(w, X):
    return X * (np.random.rand(*X.shape) > 0.5), w


def test_what_draws_can_be_seeded_before_each_call():
    def loss(w, X):
        masked, w = dropped(w, X)
        return float(np.sum(masked @ w))

    def gradients(w, X):
        return dropped(w, X)[0].sum(0)

    w = RNG.normal(size=3)
    assert [f.code for f in check_gradients(loss, gradients, w, X).findings] == ["nondeterministic"]
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    assert check_gradients(loss, gradients, w, X, reseed=3).ok
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    assert check_gradients(loss, gradients, w, X, reseed=lambda: np.random.seed(1)).ok


def forward(x, w, b):
    return x @ w + b, (x, w)


def backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


LAYERS = {
    "dout and a cache": (forward, backward),
    "dout and the inputs": (lambda x, w, b: x @ w + b, lambda dout, x, w, b: backward(dout, (x, w))),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_one_layer(layer):
    ahead, back = LAYERS[layer]
    x, w, b = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), np.zeros(2)
    report = check_layer(ahead, back, x, w, b)
    assert report.ok
    assert list(report.tensors) == ["x", "w", "b"]

    def flat(*arguments):  # right where dout is the same everywhere
        dx, dw, db = back(*arguments)
        return dx, dw, np.full_like(db, db.mean())

    if layer == "dout and a cache":
        wrong = check_layer(ahead, lambda dout, cache: flat(dout, cache), x, w, b)
        assert [name for name, tensor in wrong.tensors.items() if not tensor.ok] == ["b"]


def test_a_layer_object_that_remembers_its_input():
    class Tanh:
        def forward(self, x):
            self.y = np.tanh(x)
            return self.y

        def backward(self, dout):
            return dout * (1 - self.y**2)

    layer = Tanh()
    assert check_layer(layer.forward, layer.backward, RNG.normal(size=(2, 3))).ok
    assert not check_layer(layer.forward, lambda dout: dout * (1 - layer.y), RNG.normal(size=(2, 3))).ok


def test_what_is_no_layer_is_refused():
    with pytest.raises(OptionError, match="inputs of real numbers"):
        check_layer(forward, backward, [1, 2])
    with pytest.raises(OptionError, match="takes 3 arguments"):
        check_layer(forward, lambda dout, x, w: dout, np.ones((2, 2)), np.ones((2, 2)), np.ones(2))


def test_an_update_that_does_nothing_says_so():
    class Idle(Net):
        def train_step(self, X, y):
            pass

    net = Idle()
    with pytest.raises(OptionError, match="changed nothing"):
        gradients_from_step(net.train_step, 0.1)(net, X, Y)


def test_an_update_a_sample_at_a_fixed_rate_is_no_gradient_and_one_sample_of_it_is():
    class Online(Net):
        def fit_once(self, X, y):
            self.epoch(X, y, self.lr)

    net = Online()
    report = check_gradients(net.total, gradients_from_step(net.fit_once, 0.1), net, X, Y)
    assert report.ok
    assert report.tensors == {}
    (note,) = report.findings
    assert (note.code, note.facts["count"]) == ("many-updates", 7)
    assert "not checked" in str(report)
    one = check_gradients(net.total, gradients_from_step(net.fit_once, 0.1), net, X[:1], Y[:1])
    assert one.ok
    assert list(one.tensors) == ["W1", "b1", "W2", "b2"]


def test_a_method_that_adds_to_what_it_left_is_seen_on_one_object():
    class Forgets(Net):
        def __init__(self):
            super().__init__()
            self.dW1 = np.zeros_like(self.W1)

        def backward(self, X, y):
            before = self.dW1
            super().backward(X, y)
            self.dW1 = before + self.dW1

    net = Forgets()
    report = check_gradients(net.loss, net.backward, net, X, Y)
    assert [(f.code, f.parameter) for f in report.findings] == [("accumulates", "W1")]


def test_a_gradient_that_points_the_other_way_is_not_right_up_to_a_factor():
    def loss(w, X, y):
        return np.sum((X @ w - y) ** 2)

    report = check_gradients(loss, lambda w, X, y: X.T @ (y - X @ w), RNG.normal(size=(3, 1)), X, Y, up_to_factor=True)
    assert not report.ok


def test_whole_numbers_in_a_list_are_parameters_where_the_gradients_are_real():
    def loss(theta, xs):
        return sum((theta[0] + theta[1] * x) ** 2 for x in xs)

    def gradients(theta, xs):
        ends = [2 * (theta[0] + theta[1] * x) for x in xs]
        return [sum(ends), sum(e * x for e, x in zip(ends, xs, strict=True))]

    assert check_gradients(loss, gradients, [1, 2], [0.5, 1.5, 3.0]).ok
    assert not check_gradients(loss, lambda *a: gradients(*a)[::-1], [1, 2], [0.5, 1.5, 3.0]).ok


class Pool:
    """A layer whose size is a whole number, and no weight."""

    def __init__(self):
        self.size = 2

    def forward(self, x):
        return np.array([x[i * self.size : (i + 1) * self.size].sum() for i in range(len(x) // self.size)])


class Scale:
    def __init__(self):
        self.w, self.b = np.array([0.5, -1.0]), 0


def test_a_size_among_layers_that_are_updated_stays_a_whole_number():
    def loss(layers, x):
        return np.sum((layers[1].w * layers[0].forward(x) + layers[1].b) ** 2)

    def step(layers, x):
        h = layers[0].forward(x)
        d = 2 * (layers[1].w * h + layers[1].b)
        layers[1].w = layers[1].w - 0.1 * d * h
        layers[1].b = layers[1].b - 0.1 * d.sum()

    report = check_gradients(loss, gradients_from_step(step, 0.1), [Pool(), Scale()], RNG.normal(size=4))
    assert report.ok
    assert list(report.tensors) == ["params[1].w", "params[1].b"]


def test_lists_of_weights_and_biases_of_other_lengths_are_no_array():
    def loss(layers, x):
        (W, b), (V,) = layers
        h = [sum(w * a for w, a in zip(row, x, strict=True)) + c for row, c in zip(W, b, strict=True)]
        return sum(v * a for v, a in zip(V, h, strict=True)) ** 2

    def gradients(layers, x):
        (W, b), (V,) = layers
        h = [sum(w * a for w, a in zip(row, x, strict=True)) + c for row, c in zip(W, b, strict=True)]
        e = 2 * sum(v * a for v, a in zip(V, h, strict=True))
        return [[[[e * v * a for a in x] for v in V], [e * v for v in V]], [[e * a for a in h]]]

    layers = [[[[0.5, 0.1, 0.4], [0.2, -0.3, 0.7]], [0.1, 0.0]], [[1.0, -2.0]]]
    report = check_gradients(loss, gradients, layers, [1.0, 2.0, -1.0])
    assert report.ok
    shapes = {name: tensor.shape for name, tensor in report.tensors.items()}
    assert shapes == {"params[0][0]": (2, 3), "params[0][1]": (2,), "params[1]": (1, 2)}
