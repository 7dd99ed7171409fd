"""Programs in the forms in which people have them: what draws, what holds nothing yet, plain whole numbers."""

import copy
from itertools import pairwise

import numpy as np
import pytest

import xnn
from xnn.errors import OptionError

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


def faults(diagnosis):
    return [finding.code for finding in diagnosis.faults]


def codes(diagnosis):
    return [finding.code for finding in diagnosis.findings]


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def drawing(back):
    """A network with dropout, whose backward pass takes the mask only where `back` says so."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y = np.argmax(X, axis=1)
    params = {"W": rng.normal(size=(3, 30)), "V": rng.normal(size=(30, 3)) / 5}

    def both(p, X, y):
        z = X @ p["W"]
        mask = (np.random.rand(*z.shape) < 0.7) / 0.7
        h = np.maximum(z, 0) * mask
        d = softmax(h @ p["V"])
        value = -np.mean(np.log(d[np.arange(len(y)), y]))
        d[np.arange(len(y)), y] -= 1
        e = d @ p["V"].T * (z > 0) * (mask if back else 1.0)
        return value, {"W": X.T @ e / len(y), "V": h.T @ d / len(y)}

    return (lambda *a: both(*a)[0]), (lambda *a: both(*a)[1]), params, X, y


@pytest.mark.parametrize("reseed", [3, lambda: np.random.seed(3)])
def test_what_draws_is_diagnosed_once_it_draws_the_same(reseed):
    state = np.random.get_state()[1].tolist()
    right = xnn.diagnose(*drawing(True), learning_rate=0.05, reseed=reseed)
    if isinstance(reseed, int):
        assert np.random.get_state()[1].tolist() == state
    assert right.ok, right
    assert "samples-mixed" not in codes(right)
    wrong = xnn.diagnose(*drawing(False), reseed=reseed)
    assert not wrong.ok
    assert "nondeterministic" not in codes(wrong)
    assert "nondeterministic" in codes(xnn.diagnose(*drawing(True)))


class Keeps:
    """A layer that holds nothing until it is called."""

    def __call__(self, x):
        self.met = x
        return np.tanh(x)


class Dense:
    def __init__(self):
        self.w = np.random.default_rng(1).normal(size=(2, 1))

    def __call__(self, x):
        self.met = x
        return x @ self.w


class Chain:
    def __init__(self):
        self.parts = [Dense(), Keeps()]

    def __call__(self, x):
        for part in self.parts:
            x = part(x)
        return x


def test_an_object_that_holds_nothing_yet_is_left_alone():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2))
    y = np.tanh(X @ [[1.0], [-1.0]])
    net = Chain()

    def step(net, X, y):
        d = 2 * (net(X) - y) / y.size * (1 - np.tanh(net.parts[1].met) ** 2)
        net.parts[0].w = net.parts[0].w - 0.1 * net.parts[0].met.T @ d

    found = xnn.diagnose(
        lambda net, X, y: np.mean((net(X) - y) ** 2),
        xnn.gradients_from_step(step, 0.1), net, X, y, predict=lambda net, X: net(X), learning_rate=1e-9,
    )  # fmt: skip
    assert vars(net.parts[1]) == {} and set(vars(net.parts[0])) == {"w"}
    assert faults(found) == ["learning-rate-low"]


def test_whole_numbers_alone_are_parameters():
    xs, ys = [0.1, 0.4, 0.9, 1.3, 2.0], [1.3, 2.2, 3.7, 4.9, 7.0]

    def loss(p, xs, ys):
        return sum((p[0] * x + p[1] - y) ** 2 for x, y in zip(xs, ys, strict=True)) / len(xs)

    def gradients(p, xs, ys):
        off = [2 * (p[0] * x + p[1] - y) / len(xs) for x, y in zip(xs, ys, strict=True)]
        return sum(o * x for o, x in zip(off, xs, strict=True)), sum(off)

    assert xnn.check_gradients(loss, gradients, [0, 0], xs, ys).ok
    assert xnn.diagnose(loss, gradients, [0, 0], xs, ys, learning_rate=0.05).ok
    wrong = xnn.check_gradients(loss, lambda *a: (gradients(*a)[0], 2 * gradients(*a)[1]), [0, 0], xs, ys)
    assert not wrong.ok


class Zeros:
    def __init__(self, size):
        self.W1, self.W2 = np.full((3, 5), size), np.full((5, 2), size)

    def loss(self, X, y):
        self.h = sigmoid(X @ self.W1)
        return np.mean((self.h @ self.W2 - y) ** 2)

    def gradients(self, X, y):
        self.loss(X, y)
        d = 2 * (self.h @ self.W2 - y) / y.size
        return {"W1": X.T @ (d @ self.W2.T * self.h * (1 - self.h)), "W2": self.h.T @ d}


@pytest.mark.parametrize("size", [0.0, 400.0])
def test_weights_that_move_nothing_where_they_start_are_parameters(size):
    """W1 moves nothing while W2 is zero, nor while the units are saturated; h, which is kept, never does."""
    X = np.abs(np.random.default_rng(0).normal(size=(30, 3))) + 1
    report = xnn.check_gradients(Zeros.loss, Zeros.gradients, Zeros(size), X, X[:, :2])
    assert list(report.tensors) == ["W1", "W2"]


@pytest.mark.parametrize("shape", [(4, 60), (60, 4)])
def test_samples_lie_along_the_axis_that_no_weight_has(shape):
    """X and y of one shape: the length that the weights have is the features'."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=shape)
    y = np.sign(X)
    rows = shape[1] == 4

    def out(W, X):
        return X @ W if rows else W.T @ X

    def gradients(W, X, y):
        d = 2 * (out(W, X) - y) / 60
        return X.T @ d if rows else X @ d.T

    found = xnn.diagnose(
        lambda W, X, y: np.sum((out(W, X) - y) ** 2) / 60, gradients, rng.normal(size=(4, 4)), X, y, learning_rate=1e-9
    )
    assert found.measured["overfitting"]["samples"] > 0
    assert faults(found) == ["learning-rate-low"]
    assert len(found.checks) > 10


def test_one_sample_of_two_entries_is_not_two_samples():
    found = xnn.diagnose(
        lambda w, x, t: 0.5 * (w @ x - t[0]) ** 2, lambda w, x, t: (w @ x - t[0]) * x,
        np.array([0.3, -0.2]), np.array([1.0, 0.5]), np.array([1.0]), predict=lambda w, x: np.array([w @ x]),
    )  # fmt: skip
    assert "raises" not in codes(found)


def regression(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 3))
    labels = np.argmax(X + 0.1 * rng.normal(size=X.shape), axis=1)
    params = {"W": rng.normal(size=(3, 8)) / 2, "V": rng.normal(size=(8, 3)) / 3}

    def predict(p, X):
        return sigmoid(np.tanh(X @ p["W"]) @ p["V"])

    def loss(p, X, y):
        return np.sum((predict(p, X) - y) ** 2) / len(X) + 0.01 * np.sum(p["V"] ** 2)

    def gradients(p, X, y):
        a, out = np.tanh(X @ p["W"]), predict(p, X)
        d = 2 * (out - y) * out * (1 - out) / len(X)
        return {"W": X.T @ (d @ p["V"].T * (1 - a * a)), "V": a.T @ d + 0.02 * p["V"]}

    return loss, gradients, params, X, labels, predict


def test_one_class_number_for_all_outputs_is_no_target():
    loss, gradients, params, X, labels, predict = regression()
    wrong = xnn.diagnose(loss, gradients, params, X, labels.reshape(-1, 1), predict=predict)
    assert faults(wrong)[0] == "labels-one-hot"
    assert "labels-one-hot" not in codes(xnn.diagnose(loss, gradients, params, X, np.eye(3)[labels], predict=predict))


def test_class_numbers_that_pick_an_output_are_right():
    _, _, params, X, labels, predict = regression()

    def picks(p, X, y):
        return -np.mean(np.log(predict(p, X)[np.arange(len(X)), y.reshape(-1)]))

    found = xnn.diagnose(
        picks, lambda p, X, y: {k: 0 * v for k, v in p.items()}, params, X, labels[:, None], predict=predict
    )
    assert "labels-one-hot" not in codes(found)


@pytest.mark.parametrize(("size", "vanishes"), [(0.1, True), (2.5, False)])
def test_a_long_chain_shrinks_the_gradient(size, vanishes):
    rng = np.random.default_rng(0)
    sizes = [2, 8, 8, 8, 8, 8, 8, 1]
    params = [size * rng.normal(size=(n, k)) for n, k in pairwise(sizes)]
    X = rng.normal(size=(50, 2))
    T = (X[:, :1] * X[:, 1:] > 0) * 1.0

    def acts(p, X):
        found = [X]
        for W in p:
            found.append(sigmoid(found[-1] @ W))
        return found

    def gradients(p, X, T):
        a, found = acts(p, X), []
        d = 2 * (a[-1] - T) / len(X)
        for W, before, after in zip(p[::-1], a[-2::-1], a[::-1], strict=False):
            d = d * after * (1 - after)
            found.append(before.T @ d)
            d = d @ W.T
        return found[::-1]

    found = xnn.diagnose(lambda p, X, T: np.mean((acts(p, X)[-1] - T) ** 2), gradients, copy.deepcopy(params), X, T)
    assert ("vanishing-gradients" in faults(found)) == vanishes, found


def test_outputs_of_two_parameters_reach_both_ends():
    """With a weight and a bias, what is tried may all lie at one end of the sigmoid; the targets are beyond it."""
    x = np.linspace(-1, 1.5, 12)
    t = 2 + sigmoid(3 * x)
    for seed in range(5):
        w, b = np.random.default_rng(seed).normal(size=2)

        def out(p, x):
            return sigmoid(p["w"] * x + p["b"])

        def gradients(p, x, t):
            d = (out(p, x) - t) * out(p, x) * (1 - out(p, x))
            return {"w": np.sum(d * x), "b": np.sum(d)}

        found = xnn.diagnose(
            lambda p, x, t: 0.5 * np.sum((out(p, x) - t) ** 2), gradients, {"w": w, "b": b}, x, t, predict=out
        )
        assert faults(found) == ["loss-activation-mismatch"]


def encoder(back=lambda h, W, d: d @ W):
    """A linear network that learns its own inputs, with tied weights."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2)) @ rng.normal(size=(2, 5))

    def loss(W, X):
        return np.sum((X @ W @ W.T - X) ** 2) / len(X)

    def gradients(W, X):
        h = X @ W
        d = 2 * (h @ W.T - X) / len(X)
        return d.T @ h + X.T @ back(h, W, d)

    return loss, gradients, 0.3 * rng.normal(size=(5, 2)), X


def test_samples_alone_are_data_too():
    diagnosis = xnn.diagnose(*encoder(), learning_rate=0.05)
    assert faults(diagnosis) == []
    assert diagnosis.measured["reduction"] == "mean"


def test_a_wrong_gradient_of_samples_alone():
    diagnosis = xnn.diagnose(*encoder(lambda h, W, d: 0 * h), learning_rate=0.05)
    assert faults(diagnosis)[0] == "path-missing"


def test_samples_alone_in_columns():
    loss, gradients, W, X = encoder()
    diagnosis = xnn.diagnose(
        lambda W, X: loss(W, X.T), lambda W, X: gradients(W, X.T), W, X.T[:, :29], learning_rate=0.05
    )
    assert faults(diagnosis) == []
    assert diagnosis.measured["reduction"] == "mean"


def test_pairs_in_one_list():
    rng = np.random.default_rng(1)
    pairs = [(x, float(x @ [1.0, -2.0])) for x in rng.normal(size=(20, 2))]

    def loss(w, pairs):
        return np.mean([(x @ w - t) ** 2 for x, t in pairs])

    def gradients(w, pairs):
        return np.mean([2 * (x @ w - t) * x for x, t in pairs], axis=0)

    assert faults(xnn.diagnose(loss, gradients, np.zeros(2), pairs, learning_rate=0.1)) == []
    assert faults(xnn.diagnose(loss, gradients, np.zeros(2), pairs, learning_rate=5.0)) == ["learning-rate-high"]


def test_three_arrays():
    rng = np.random.default_rng(2)
    i, j = rng.integers(0, 6, size=(2, 40))
    t = np.sin(i + j)

    def loss(W, i, j, t):
        return np.mean((np.sum(W[i] * W[j], axis=1) - t) ** 2)

    def gradients(W, i, j, t):
        d = (2 * (np.sum(W[i] * W[j], axis=1) - t) / len(t))[:, None]
        out = np.zeros_like(W)
        np.add.at(out, i, d * W[j])
        np.add.at(out, j, d * W[i])
        return out

    def step(W, i, j, t, rate):
        return W - rate * gradients(W, i, j, t)

    W = 0.5 * rng.normal(size=(6, 3))
    diagnosis = xnn.diagnose(loss, gradients, W, i, j, t, step=step, learning_rate=0.2)
    assert faults(diagnosis) == []
    assert diagnosis.measured["rate that the step shows"] == pytest.approx(0.2)


def test_no_data():
    with pytest.raises(OptionError, match=r"diagnose needs the data that loss takes"):
        xnn.diagnose(lambda w: w @ w, lambda w: 2 * w, np.ones(2))


def test_a_rate_that_is_too_low_is_answered_with_a_stable_one():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, 3))
    y = X @ [1.0, -1.0, 0.5]
    diagnosis = xnn.diagnose(
        lambda w, X, y: np.mean((X @ w - y) ** 2), lambda w, X, y: 2 * X.T @ (X @ w - y) / len(X), np.zeros(3), X, y,
        learning_rate=1e-7,
    )  # fmt: skip
    assert faults(diagnosis) == ["learning-rate-low"]
    assert diagnosis.faults[0].facts["rate"] <= diagnosis.measured["largest stable rate"]


def test_a_gradient_that_is_a_hinge_loss_on_one_side_of_its_corner_alone_is_of_no_hinge_loss():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(30, 4)), rng.integers(0, 3, size=30)

    def loss(W, X, y):
        s = X @ W
        margins = np.maximum(0, s - s[np.arange(len(X)), y][:, None] + 1)
        return (margins.sum() - len(X)) / len(X)

    def gradients(W, X, y):
        s = X @ W
        hit = (s - s[np.arange(len(X)), y][:, None] + 1 > 0) * 1.0
        hit[np.arange(len(X)), y] = 0
        hit[np.arange(len(X)), y] = -1
        return X.T @ hit / len(X)

    diagnosis = xnn.diagnose(loss, gradients, 0.01 * rng.normal(size=(4, 3)), X, y, predict=lambda W, X: X @ W)
    assert faults(diagnosis)[0] == "wrong-operand"
