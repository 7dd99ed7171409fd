"""What users met: healthy programs blamed, sick ones of which nothing was said, advice that did not fit."""

import re
import time
from itertools import pairwise

import numpy as np
import pytest

import xnn
from xnn.doctor.run.guard import not_learning

from .corpus import data
from .corpus.nets import STYLES, Net, sigmoid, softmax

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


def faults(diagnosis):
    return [finding.code for finding in diagnosis.faults]


def first(diagnosis):
    assert diagnosis.faults, diagnosis
    return diagnosis.faults[0]


def two_layers(head, loss, delta, sizes=(4, 12, 3), act="tanh", seed=0):
    """A network with one hidden layer, written out: ``loss(p, T)`` of its outputs p, ``delta(p, T)`` by the last z."""
    rng = np.random.default_rng(seed)
    f, df = {
        "tanh": (np.tanh, lambda a: 1 - a * a),
        "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0) * 1.0),
    }[act]
    params = {}
    for i, (n, k) in enumerate(pairwise(sizes), 1):
        params |= {f"W{i}": rng.normal(size=(n, k)) / np.sqrt(n), f"b{i}": np.zeros(k)}

    def predict(p, X):
        return head(f(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])

    def gradients(p, X, T):
        a = f(X @ p["W1"] + p["b1"])
        d = delta(head(a @ p["W2"] + p["b2"]), T)
        e = d @ p["W2"].T * df(a)
        return {"W1": X.T @ e, "b1": e.sum(axis=0), "W2": a.T @ d, "b2": d.sum(axis=0)}

    return (lambda p, X, T: loss(predict(p, X), T)), gradients, params, predict


def blobs():
    return data.blobs()[:2]


# --- healthy programs


def test_a_sum_over_samples_of_a_mean_over_outputs_is_no_fault():
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        lambda z: z, lambda p, T: np.sum(np.mean((p - T) ** 2, axis=1)), lambda p, T: 2 * (p - T) / T.shape[1]
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert faults(found) == []
    assert "a mean over the 3 outputs" in next(f.message for f in found.notes if f.code == "loss-sum")


@pytest.mark.parametrize("seed", range(6))
def test_units_that_are_zero_on_three_samples_are_not_dead(seed):
    rng = np.random.default_rng(seed)
    X, T = rng.normal(size=(3, 4)) + 0.5, np.eye(3)
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p)) / len(T), lambda p, T: (p - T) / len(T), act="relu", seed=seed
    )
    assert "dead-units" not in faults(xnn.diagnose(loss, gradients, params, X, T, predict=predict))


def test_logits_that_are_all_positive_are_no_probabilities():
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        lambda z: z,
        lambda z, T: -np.sum(T * np.log(softmax(z))) / len(T),
        lambda z, T: (softmax(z) - T) / len(T),
    )
    params["b2"] += 20.0
    assert faults(xnn.diagnose(loss, gradients, params, X, T, predict=predict)) == []


def test_a_slow_program_gets_the_same_diagnosis():
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p)) / len(T), lambda p, T: (p - T) / len(T), sizes=(4, 3, 3)
    )

    def busy(p, X, T):
        now = time.perf_counter()
        while time.perf_counter() < now + 5e-4:
            pass
        return gradients(p, X, T)

    said = [
        xnn.diagnose(loss, function, params, X, T, predict=predict, learning_rate=0.1).to_dict()
        for function in (gradients, busy)
    ]
    for found in said:
        found.pop("seconds")
    lines = [found["measured"]["overfitting"].pop("steps") for found in said]
    assert said[0]["findings"] == said[1]["findings"] == []
    assert min(lines) > 100


def test_a_column_that_is_constant_up_to_rounding_drowns_nothing():
    X, T = blobs()
    X = X * [0.2, 0.2, 0.2, 4.0]  # not so unequal that it would be a fault, and yet learnt faster when standardized
    X = np.column_stack([X, np.full(len(X), 0.1) + np.resize([0.0, 2e-17], len(X))])
    assert 0 < np.std(X[:, -1]) < 1e-15
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p)) / len(T), lambda p, T: (p - T) / len(T), (5, 8, 3)
    )
    assert faults(xnn.diagnose(loss, gradients, params, X, T, predict=predict)) == []


# --- figures that say what the sentence says


@pytest.mark.parametrize("rate", [0.005, 0.05, 0.5])
def test_every_rate_beyond_the_stable_one_is_remarked(rate):
    """ReLU and squares on inputs of 8: the largest stable rate is about 0.001, and above it units die."""
    rng = np.random.default_rng(1)
    X = rng.uniform(0, 14, size=(60, 5))
    T = (X @ rng.normal(size=(5, 1)) + rng.normal(size=(60, 1))) / 6
    loss, gradients, params, predict = two_layers(
        lambda z: z, lambda p, T: np.mean((p - T) ** 2), lambda p, T: 2 * (p - T) / T.size, (5, 16, 1), "relu"
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict, learning_rate=rate)
    assert found.measured["largest stable rate"] < 0.005
    assert first(found).code == "learning-rate-high"
    advised = first(found).facts["rate"]
    assert advised < rate
    assert "learning-rate-high" not in faults(
        xnn.diagnose(loss, gradients, params, X, T, predict=predict, learning_rate=advised)
    )


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3, 0.7, 1.5, 4.0, 15.0])
@pytest.mark.parametrize("factor", [1.0, 5.0, 15.0])
def test_the_figures_of_a_rate_do_not_contradict_it(rate, factor):
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p + 1e-12)) / len(T), lambda p, T: (p - T) / len(T)
    )
    for finding in xnn.diagnose(loss, gradients, params, factor * X, T, predict=predict, learning_rate=rate).faults:
        ends = [float(x) for x in re.findall(r" to ([\d.e+-]+\d)", f"{finding.message} {finding.advice}")]
        if finding.code == "learning-rate-high" and "finite" not in finding.message:
            assert ends[1] < ends[0], finding
        if finding.code == "input-scale":
            raw, standard = re.findall(r"of ([\d.e+-]+) with", finding.evidence)
            assert float(standard) < float(raw), finding


# --- sick programs


def test_labels_0_and_1_for_a_hinge():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    y = (X[:, 0] > 0).astype(int)

    def loss(w, X, y):
        return np.mean(np.maximum(0, 1 - y * (X @ w)))

    def gradients(w, X, y):
        return -X.T @ (y * (y * (X @ w) < 1)) / len(X)

    found = xnn.diagnose(loss, gradients, np.zeros(3), X, y)
    assert first(found).code == "labels-range"
    assert "2 * y - 1" in first(found).advice
    assert xnn.diagnose(loss, gradients, np.zeros(3), X, 2 * y - 1).ok


def test_a_cross_entropy_without_its_other_half():
    X, T, _ = data.circle()
    T = T[:, :1]
    loss, gradients, params, predict = two_layers(
        sigmoid, lambda p, T: -np.mean(T * np.log(p)), lambda p, T: -T * (1 - p) / len(T), (2, 8, 1)
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert first(found).code == "loss-activation-mismatch"
    assert "class 0" in first(found).message and "(1 - y)" in first(found).advice


def test_a_first_step_that_kills_every_unit():
    rng = np.random.default_rng(3)
    X = rng.uniform(1, 2, size=(50, 4))
    T = np.sin(3 * X[:, :1]) + X[:, 1:2]
    loss, gradients, params, predict = two_layers(
        lambda z: z, lambda p, T: np.mean((p - T) ** 2), lambda p, T: 2 * (p - T) / T.size, (4, 16, 1), "relu"
    )
    params["W2"] = np.abs(params["W2"])
    params["b2"] += 8.0

    def step(p, X, T):
        return {name: p[name] - 0.6 * g for name, g in gradients(p, X, T).items()}

    for options in ({"learning_rate": 0.6}, {"step": step}):
        found = xnn.diagnose(loss, gradients, params, X, T, predict=predict, **options)
        assert first(found).code == "learning-rate-high", found


def test_a_gradient_that_is_wrong_after_some_steps_only():
    """Its ReLU has the slope of a leaky one where z is beyond 3, which no unit is at the start."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    T = 9 * X[:, :1]

    def loss(p, X, T):
        return np.mean((np.maximum(X @ p["W"], 0) @ p["V"] - T) ** 2)

    def gradients(p, X, T):
        z = X @ p["W"]
        d = 2 * (np.maximum(z, 0) @ p["V"] - T) / T.size
        return {"W": X.T @ (d @ p["V"].T * np.where(z > 3, 0.2, z > 0)), "V": np.maximum(z, 0).T @ d}

    params = {"W": 0.3 * rng.normal(size=(2, 8)), "V": 0.3 * rng.normal(size=(8, 1))}
    assert xnn.check_gradients(loss, gradients, params, X, T).ok
    found = xnn.diagnose(loss, gradients, params, X, T, learning_rate=0.05)
    assert "after some steps" in first(found).evidence
    assert first(found).parameter in ("W", "")


def test_a_probe_that_failed_is_not_called_fine():
    """Its outputs cannot tell the samples apart: of each, one bit is left before the first layer."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y = rng.integers(0, 2, size=40)

    def features(X):
        return (X.sum(axis=1, keepdims=True) > 0) * 1.0

    loss, gradients, params, predict = two_layers(
        sigmoid,
        lambda p, T: -np.mean(T * np.log(p) + (1 - T) * np.log(1 - p)),
        lambda p, T: (p - T) / len(T),
        (1, 20, 1),
    )
    found = xnn.diagnose(
        lambda p, X, y: loss(p, features(X), y), lambda p, X, y: gradients(p, features(X), y), params, X, y[:, None],
        predict=lambda p, X: predict(p, features(X)),
    )  # fmt: skip
    assert "cannot-overfit" in [finding.code for finding in found.findings]
    assert not str(found).startswith("Nothing is wrong")


def test_an_output_that_nothing_moves():
    X, T = blobs()
    mask = np.array([1.0, 1.0, 0.0])
    loss, _, params, predict = two_layers(
        lambda z: softmax(z) * mask + 0.2 * (1 - mask),
        lambda p, T: np.mean((p - T) ** 2),
        lambda p, T: np.zeros_like(p),
    )

    def numeric(p, X, T):
        return xnn.numeric_gradients(loss, p, X, T).gradients

    found = xnn.diagnose(loss, numeric, params, X[:30], T[:30], predict=predict)
    assert "detached" in faults(found)
    assert "output 2" in next(f.message for f in found.faults if f.code == "detached")


def test_a_cross_entropy_below_zero():
    X, T = blobs()
    loss, gradients, params, _ = two_layers(
        lambda z: np.exp(z), lambda p, T: -np.sum(T * np.log(p)) / len(T), lambda p, T: -T / len(T)
    )
    found = xnn.diagnose(loss, gradients, params, X, T)
    assert first(found).code == "probabilities"
    assert "below 0" in first(found).message


def test_a_cross_entropy_without_its_minus():
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: np.sum(T * np.log(p)) / len(T), lambda p, T: (p - T) / len(T)
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert {"loss-sign", "sign"} & {first(found).code}


def test_a_wrong_loss_whose_gradient_is_right():
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p) * (2 - p)) / len(T), lambda p, T: (p - T) / len(T)
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert first(found).code == "loss-mismatch"
    assert first(found).message.startswith("your gradient is that of the cross-entropy; your loss is not")
    assert f"{1 / len(T):.4g} * -sum(y * log(p))" in first(found).advice
    unseen = xnn.diagnose(loss, gradients, params, X, T)
    assert first(unseen).code == "loss-mismatch"


def test_a_sigmoid_without_its_parentheses():
    X, T, _ = data.circle()
    T = T[:, :1]
    wrong = lambda z: 1 / 1 + np.exp(-z)  # noqa: E731
    loss, gradients, params, predict = two_layers(
        wrong, lambda p, T: np.mean((p - T) ** 2), lambda p, T: 2 * (p - T) * (1 - p) / len(T), (2, 8, 1)
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert first(found).code == "loss-activation-mismatch"
    assert "1 / (1 + exp(-z))" in first(found).advice


@pytest.mark.parametrize("ask", [True, False])
def test_a_softmax_over_everything_is_named(ask):
    X, T, y = data.blobs()
    net = Net((4, 8, 3), "tanh", "softmax", bug="softmax all")
    loss, gradients, params, X, T, predict = STYLES["dict"](net, net.init(np.random.default_rng(0)), X, T, y)
    found = xnn.diagnose(loss, gradients, params, X, T, **({"predict": predict} if ask else {}))
    assert first(found).code == "samples-mixed"
    assert "the samples and the classes at once" in first(found).message


# --- advice


def test_a_division_by_255_is_for_bytes():
    X, T = blobs()
    for scaled, fix in ((np.round(50 * np.abs(X)) % 256, "X / 255"), (50 * np.abs(X), "X / ")):
        loss, gradients, params, _ = two_layers(
            softmax, lambda p, T: -np.sum(T * np.log(p + 1e-12)) / len(T), lambda p, T: (p - T) / len(T)
        )
        params["W1"] *= 3
        scaled = np.concatenate([scaled[:-1], np.full_like(scaled[:1], 251.0)])
        found = [f for f in xnn.diagnose(loss, gradients, params, scaled, T).faults if f.code == "input-scale"]
        for finding in found:
            assert ("X / 255" in finding.advice) == (fix == "X / 255"), finding


def test_a_cross_entropy_is_not_told_to_be_linear():
    """Labels -1 and 1 for a sigmoid with a binary cross-entropy."""
    X, T, _ = data.circle()
    T = 2.0 * T[:, :1] - 1.0
    loss, gradients, params, predict = two_layers(
        sigmoid,
        lambda p, T: -np.mean(T * np.log(p) + (1 - T) * np.log(1 - p)),
        lambda p, T: (p - T) / len(T),
        (2, 8, 1),
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert first(found).code == "labels-range"
    assert "linear" not in first(found).advice and "0 and 1" in first(found).advice


def test_directions_come_before_sizes():
    """Both the sign and the scale of the gradient are wrong, and the loss is divided by the features."""
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p)) / X.shape[1], lambda p, T: (T - p) / X.shape[1]
    )
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert faults(found)[0] == "sign"


# --- runs


def recorded(losses, **records):
    doctor = xnn.Doctor()
    for i, loss in enumerate(losses):
        doctor.record(loss=loss, **{name: values[i] for name, values in records.items()})
    return doctor.report()


def test_a_loss_that_rose_is_no_flat_place():
    rng = np.random.default_rng(0)
    losses = np.concatenate([np.linspace(3.1, 9.8, 12), 9.8 + 0.02 * rng.normal(size=60)])
    found = recorded(losses)
    assert not found.ok
    assert all("multiply" not in finding.advice for finding in found.findings)


def test_a_steep_place_is_no_flat_one():
    rng = np.random.default_rng(0)
    losses = 9.8 + 0.3 * rng.normal(size=80)
    gradients = [210 * u / np.linalg.norm(u) for u in rng.normal(size=(80, 6))]
    found = recorded(losses, gradients=gradients)
    assert not found.ok
    assert "divide the rate" in first(found).advice
    assert all("multiply" not in finding.advice for finding in found.findings)


@pytest.mark.parametrize("seed", range(5))
def test_no_two_contrary_advices(seed):
    rng = np.random.default_rng(seed)
    level = np.repeat([2.0, 2.0, 6.0, 2.1], 20) + 0.8 * np.resize([1, -1], 80) * rng.uniform(0.9, 1.1, size=80)
    weights = np.cumsum(1e-7 * rng.normal(size=(80, 6)), axis=0) + 1
    found = recorded(level, params=list(weights), gradients=list(rng.normal(size=(80, 6))))
    advice = " ".join(finding.advice for finding in found.findings)
    assert not ("divide the rate" in advice and "multiply the rate" in advice), found


def test_a_slow_spiral_is_remarked():
    """63% right after 100 epochs: the loss fell from 0.70 to 0.62, and falls on as slowly."""
    losses = 0.62 + 0.08 * np.exp(-np.arange(100) / 60) + 0.001 * np.random.default_rng(0).normal(size=100)
    found = recorded(losses)
    assert [finding.code for finding in found.findings] == ["plateau"]
    assert found.ok and "slowly" in found.notes[0].message


def test_batches_of_different_size_are_not_compared():
    """A sum over 64 samples and over the last 8: it seems to jump by a factor of 8."""
    rng = np.random.default_rng(0)
    sizes = np.resize([64, 64, 64, 8], 120)
    each = 0.5 * np.exp(-np.arange(120) / 40) + 0.2
    found = recorded(sizes * each, activations=[[rng.normal(size=(k, 5))] for k in sizes])
    assert [finding.code for finding in found.findings] == []
    assert set(found.history.losses) == {k * e for k, e in zip(sizes, each, strict=True) if k == 64}
    told = recorded(sizes * each, samples=[int(k) for k in sizes])
    assert [finding.code for finding in told.findings] == []


@pytest.mark.parametrize("rate", [3.0, 100.0, 1e5])
def test_train_remarks_rates_that_are_far_too_high(rate):
    X, y = xnn.datasets.digits()
    with pytest.warns(xnn.NotLearningWarning, match="learning_rate=0.01"):
        xnn.train(X[:600], y[:600], hidden=16, epochs=6, progress=False, learning_rate=rate, seed=0)


def test_a_rate_out_of_all_proportion_is_not_answered_with_a_tenth_of_it():
    assert "learning_rate=0.01" in not_learning([float("nan")], 1e30, 9, 1, lambda: 2.3)
    assert "learning_rate=0.005" in not_learning([float("nan")], 0.05, 9, 1, lambda: 2.3)


def test_an_accuracy_whose_counter_is_never_reset():
    X, T = blobs()
    loss, gradients, params, predict = two_layers(
        softmax, lambda p, T: -np.sum(T * np.log(p)) / len(T), lambda p, T: (p - T) / len(T)
    )
    hits = [0]

    def accuracy(p, X, T):
        hits[0] += np.sum(predict(p, X).argmax(axis=1) == T.argmax(axis=1))
        return hits[0] / len(T)

    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict, accuracy=accuracy)
    assert first(found).code == "accuracy-wrong"
    assert "counter" in first(found).advice


def test_classes_counted_from_1_whose_last_has_no_output():
    """One-hot rows by comparison with 0, 1 and 2: those of class 3 are all 0, and its samples have no loss."""
    X, T = blobs()
    labels = T.argmax(axis=1) + 1
    loss, gradients, params, predict = two_layers(
        softmax,
        lambda p, T: -np.sum(T * np.log(p)) / len(T),
        lambda p, T: (p * T.sum(axis=1, keepdims=True) - T) / len(T),
    )

    def hot(y):
        return (y[:, None] == np.arange(3)) * 1.0

    found = xnn.diagnose(
        lambda p, X, y: loss(p, X, hot(y)), lambda p, X, y: gradients(p, X, hot(y)), params, X, labels, predict=predict
    )
    assert first(found).code == "labels-range"
    assert "y - 1" in first(found).advice


def test_steps_in_time_are_no_mixed_samples():
    """A recurrent network over rows that follow one another."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    T = np.cumsum(X[:, :1], axis=0) / 4

    def states(p, X):
        h = [np.zeros(4)]
        for x in X:
            h.append(np.tanh(x @ p["W"] + h[-1] @ p["U"]))
        return np.array(h)

    def predict(p, X):
        return states(p, X)[1:] @ p["V"]

    def loss(p, X, T):
        return np.mean((predict(p, X) - T) ** 2)

    def gradients(p, X, T):
        h, d = states(p, X), 2 * (predict(p, X) - T) / len(X)
        g = {"W": 0 * p["W"], "U": 0 * p["U"], "V": h[1:].T @ d}
        back = np.zeros(4)
        for t in range(len(X), 0, -1):
            back = (d[t - 1] @ p["V"].T + back) * (1 - h[t] ** 2)
            g["W"] += np.outer(X[t - 1], back)
            g["U"] += np.outer(h[t - 1], back)
            back = back @ p["U"].T
        return g

    params = {"W": rng.normal(size=(2, 4)), "U": 0.4 * rng.normal(size=(4, 4)), "V": rng.normal(size=(4, 1))}
    found = xnn.diagnose(loss, gradients, params, X, T, predict=predict)
    assert faults(found) == []
    assert "samples-mixed" in [finding.code for finding in found.notes]


def test_words_that_do_not_occur_are_no_dead_units():
    """A network that picks the columns of its words by number: the weights of other words get no gradient."""
    rng = np.random.default_rng(0)
    params = {
        "words": rng.normal(size=(5, 40)) / 2, "mix": rng.normal(size=(5, 5)) / 2, "up": rng.normal(size=(6, 5)) / 2,
        "out": rng.normal(size=(2, 6)) / 2,
    }  # fmt: skip
    X, y = rng.integers(0, 12, (30, 4)), rng.normal(size=(30, 2))

    def forward(p, X):
        bag = p["words"][:, X].sum(axis=2)  # (5, samples)
        s = np.sin(bag)
        a = np.tanh(p["mix"] @ s)
        u = np.tanh(p["up"] @ a)
        return bag, s, a, u, (p["out"] @ u).T

    def loss(p, X, y):
        return np.mean((forward(p, X)[-1] - y) ** 2)

    def gradients(p, X, y):
        bag, s, a, u, out = forward(p, X)
        d = 2 * (out - y).T / y.size
        du = p["out"].T @ d * (1 - u**2)
        da = p["up"].T @ du * (1 - a**2)
        db = p["mix"].T @ da * np.cos(bag)
        words = np.zeros_like(p["words"])
        np.add.at(words.T, X, db.T[:, None, :])
        return {"words": words, "mix": da @ s.T, "up": du @ a.T, "out": d @ u.T}

    report = xnn.diagnose(loss, gradients, params, X, y)
    assert "dead-units" not in {f.code for f in report.findings}, report
    assert report.ok


def test_two_points_are_no_reason_for_a_bias():
    X = np.random.default_rng(3).normal(size=(40, 1))
    noise = 0.01 * np.random.default_rng(4).normal(size=40)

    def loss(w, X, y):
        return np.mean((X @ w - y) ** 2)

    def gradients(w, X, y):
        return 2 * X.T @ (X @ w - y) / len(X)

    assert xnn.diagnose(loss, gradients, np.zeros(1), X, 0.005 * X[:, 0] + noise).ok
    found = xnn.diagnose(loss, gradients, np.zeros(1), X, 3 * X[:, 0] + 5 + noise)
    assert found.findings[0].code == "no-bias"
