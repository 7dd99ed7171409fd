"""The loop against one written by hand in NumPy, and what batches, weights, clipping and dropout do to it."""

from itertools import pairwise

import numpy
import pytest
from numpy.testing import assert_allclose

import xnn
from tests.training.problems import Start, blobs, curve, fit, same_weights, weights
from xnn.nn import leaves
from xnn.optimizers import Cosine, ReduceOnPlateau, Schedule, Step
from xnn.training.inputs import sample_weights

X, Y = blobs()
RATE, EPOCHS = 0.1, 6
PLAIN = {"hidden": 5, "activation": "tanh", "optimizer": "sgd", "learning_rate": RATE, "epochs": EPOCHS}
WHOLE = PLAIN | {"batch_size": None, "validation": None, "scale": None, "dtype": "float64"}


def by_hand(X, T, params, kind, l2=0.0, beta=0.0, epochs=EPOCHS):
    """Losses and weights of a network with one tanh layer, trained on everything at once."""
    n = len(X)
    W1, b1, W2, b2 = (p.copy() for p in params)
    velocities = [numpy.zeros_like(p) for p in (W1, b1, W2, b2)]
    losses = []
    for _ in range(epochs):
        h = numpy.tanh(X @ W1 + b1)
        z = h @ W2 + b2
        if kind == "softmax":
            p = numpy.exp(z) / numpy.exp(z).sum(axis=1)[:, None]
            loss, dz = -(T * numpy.log(p)).sum() / n, (p - T) / n
        elif kind == "sigmoid":
            p = 1.0 / (1.0 + numpy.exp(-z))
            loss, dz = -(T * numpy.log(p) + (1 - T) * numpy.log(1 - p)).sum() / n, (p - T) / n
        else:
            loss, dz = ((z - T) ** 2).sum() / n, 2 * (z - T) / n
        losses.append(loss + l2 / 2 * ((W1**2).sum() + (W2**2).sum()))
        dh = dz @ W2.T * (1 - h**2)
        slopes = [X.T @ dh + l2 * W1, dh.sum(axis=0), h.T @ dz + l2 * W2, dz.sum(axis=0)]
        for p, v, g in zip((W1, b1, W2, b2), velocities, slopes, strict=True):
            v *= beta
            v += g
            p -= RATE * v
    return losses, [W1, b1, W2, b2]


TARGETS = {
    "softmax": (Y, numpy.eye(3)[Y]),
    "sigmoid": (Y == 1, (Y == 1)[:, None].astype(float)),
    "squares": (numpy.stack([X[:, 0] ** 2, X[:, 1]], axis=1), numpy.stack([X[:, 0] ** 2, X[:, 1]], axis=1)),
}
EXTRAS = {
    "plain": ({}, {}),
    "l2": ({"l2": 0.03}, {"l2": 0.03}),
    "momentum": ({"optimizer": "momentum"}, {"beta": 0.9}),
}


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("extra", EXTRAS.values(), ids=EXTRAS.keys())
def test_all_at_once_is_the_loop_by_hand(where, kind, extra):
    y, T = TARGETS[kind]
    options, by_hand_options = extra
    if where["backend"] != "numpy" and (kind, options) != ("softmax", {"l2": 0.03}):
        pytest.skip("the other libraries agree with NumPy in every combination: tested by the histories")
    start = Start()
    result = fit(X, y, **(WHOLE | options | where), callbacks=[start])
    losses, params = by_hand(X, T, start.params, kind, **by_hand_options)
    assert_allclose(result.history.loss, losses, rtol=1e-10)
    for ours, expected in zip(weights(result), params, strict=True):
        assert_allclose(ours, expected, rtol=1e-10, atol=1e-12)


def test_targets_are_standardized_for_the_loss_and_predictions_are_not():
    inputs, y = curve()
    start = Start()
    result = fit(inputs, y, **(WHOLE | {"scale": "standard"}), callbacks=[start])
    Z = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    T = ((y - y.mean()) / y.std())[:, None]
    losses, (W1, b1, W2, b2) = by_hand(Z, T, start.params, "squares")
    assert_allclose(result.history.loss, losses, rtol=1e-10)
    expected = (numpy.tanh(Z @ W1 + b1) @ W2 + b2)[:, 0] * y.std() + y.mean()
    assert_allclose(result.model.predict(inputs), expected, rtol=1e-10)


class Steps(xnn.Callback):
    """Keeps the loss of each step."""

    def __init__(self):
        self.losses = []

    def on_step(self, run):
        self.losses.append(float(run.loss))


STILL = {"learning_rate": 1e-200, "optimizer": "sgd", "dtype": "float64", "validation": None, "scale": None}


@pytest.mark.parametrize("batch_size", [1, 7, 16, 59, 60, 100])
def test_the_loss_of_an_epoch_is_that_of_its_samples(batch_size):
    """With a rate too small to move a weight: the last batch, which is smaller, must count less."""
    start, steps = Start(), Steps()
    options = PLAIN | STILL | {"epochs": 2}
    result = fit(X, Y, **options, batch_size=batch_size, callbacks=[start, steps])
    (loss,), _ = by_hand(X, numpy.eye(3)[Y], start.params, "softmax", epochs=1)
    assert_allclose(result.history.loss, [loss, loss], rtol=1e-12)
    assert len(steps.losses) == 2 * -(-60 // batch_size)
    predictions = result.model.predict(X)
    assert_allclose(result.history.accuracy, [numpy.mean(predictions == Y)] * 2, rtol=1e-12)


def test_samples_are_shuffled_anew_in_every_epoch():
    steps = Steps()
    fit(X, Y, **(PLAIN | STILL | {"epochs": 2}), batch_size=1, callbacks=[steps])
    first, second = steps.losses[:60], steps.losses[60:]
    assert first != second
    assert_allclose(sorted(first), sorted(second), rtol=1e-12)
    in_order = Steps()
    still = fit(X, Y, **(PLAIN | STILL | {"epochs": 1}), batch_size=1, seed=1, callbacks=[in_order])
    per_sample = -numpy.log(still.model.predict_proba(X)[numpy.arange(60), Y])
    assert not numpy.allclose(in_order.losses, per_sample)
    assert_allclose(sorted(in_order.losses), sorted(per_sample), rtol=1e-10)


def test_a_loss_that_is_a_sum_is_summed_over_the_batches():
    inputs, y = curve()
    sums, means = (
        fit(inputs, y, **(PLAIN | STILL), loss=loss, batch_size=16, l2=0.1)
        for loss in ("sum_of_squares", "squared_error")
    )
    penalty = 0.05 * sum((W**2).sum() for W in weights(means) if W.ndim == 2)
    assert_allclose(sums.history.loss[0] - penalty, 60 * (means.history.loss[0] - penalty), rtol=1e-10)


def test_whole_weights_are_repeated_samples():
    """Mean 1, so that the mean over the samples is the same; weight 0 leaves a sample out."""
    counts = numpy.array([0, 1, 2, 1, 1] * 12)
    repeated = numpy.repeat(numpy.arange(60), counts)
    weighted = fit(X, Y, **WHOLE, sample_weight=counts)
    copies = fit(X[repeated], Y[repeated], **WHOLE)
    assert_allclose(weighted.history.loss, copies.history.loss, rtol=1e-10)
    for a, b in zip(weights(weighted), weights(copies), strict=True):
        assert_allclose(a, b, rtol=1e-10, atol=1e-13)
    assert not same_weights(weighted, fit(X, Y, **WHOLE))


@pytest.mark.parametrize("table", ["balanced", {"a": 2.0, "c": 0.5}], ids=["balanced", "dict"])
@pytest.mark.parametrize("factor", [None, 1.5])
def test_class_weights_are_sample_weights(table, factor):
    """The six samples that are held out are all of the class c, and are not counted."""
    names = numpy.array(["a", "b", *["c"] * 18])[numpy.arange(60) % 20]
    given = None if factor is None else numpy.where(X[:, 0] > 0, factor, 1.0)
    counts = {"a": 3, "b": 3, "c": 48}
    by_class = {k: 54 / (3 * n) for k, n in counts.items()} if table == "balanced" else {"b": 1.0} | table
    joined = [by_class[name] * (1.0 if given is None else given[i]) for i, name in enumerate(names.tolist())]
    a = fit(X, names, sample_weight=given, class_weight=table)
    b = fit(X, names, sample_weight=joined)
    assert a.history.loss == b.history.loss
    assert a.history.validation_loss == b.history.validation_loss
    assert same_weights(a, b)
    assert not same_weights(a, fit(X, names))


def test_balanced_class_weights_are_those_of_others():
    others = pytest.importorskip("sklearn.utils.class_weight", reason="scikit-learn, which judges them, is missing")
    labels = numpy.array(["a", "b", "c", "c", "b", "c", "d"])
    rows = numpy.array([0, 2, 3, 4, 5])  # no d
    expected = others.compute_sample_weight("balanced", labels[rows])
    assert_allclose(sample_weights(None, "balanced", labels, rows)[rows], expected, rtol=1e-15)
    everywhere = sample_weights(None, "balanced", labels)
    assert_allclose(everywhere, others.compute_sample_weight("balanced", labels), rtol=1e-15)


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [
        (None, [1.0] * 6),
        ("constant", [1.0] * 6),
        (Step(every=2, gamma=0.5), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]),
        (Cosine(), [0.5 * (1 + numpy.cos(numpy.pi * e / 6)) for e in range(6)]),
        # The loss never falls: the rate drops after the second epoch and every two thereafter.
        (ReduceOnPlateau(gamma=0.1, patience=2, threshold=2.0), [1.0, 1.0, 1.0, 0.1, 0.1, 0.01]),
    ],
)
def test_the_rate_follows_the_schedule(schedule, factors):
    result = fit(X, Y, **PLAIN, schedule=schedule)
    assert_allclose(result.history.learning_rate, [RATE * f for f in factors], rtol=1e-12)


def test_the_rate_of_a_step_is_the_schedules():
    """Seen in the weights: a full batch at half the rate moves them half as far."""
    start = Start()
    result = fit(X, Y, **(WHOLE | {"epochs": 2}), schedule=Step(every=1, gamma=1e-12), callbacks=[start])
    _, params = by_hand(X, numpy.eye(3)[Y], start.params, "softmax", epochs=1)
    for ours, expected in zip(weights(result), params, strict=True):
        assert_allclose(ours, expected, rtol=1e-9, atol=1e-11)


class Watched(Schedule):
    """Moves in the first step of an epoch alone, and writes down what it is shown."""

    def __init__(self):
        self.epochs, self.losses = [], []

    def factor(self, epoch, epochs, state=None):
        self.epochs.append(epoch)
        return 0.0 if epoch % 1 else 1.0

    def observe(self, state, loss):
        self.losses.append(loss)


@pytest.mark.parametrize("validation", [0.1, None])
def test_a_schedule_is_asked_before_each_step_and_shown_the_loss_that_counts(validation):
    watched, seen = Watched(), []

    class Weights(xnn.Callback):
        def on_step(self, run):
            seen.append(run.params[0].W.copy())

    options = PLAIN | {"epochs": 2, "batch_size": 20, "validation": validation}
    history = fit(X, Y, **options, schedule=watched, callbacks=[Weights()]).history
    assert sorted(set(watched.epochs)) == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])
    assert watched.losses == (history.loss if validation is None else history.validation_loss)
    assert [numpy.array_equal(a, b) for a, b in pairwise(seen)] == [True, True, False, True, True]


@pytest.mark.parametrize("clip", [{"clip_norm": 1e-3}, {"clip_value": 1e-4}], ids=["norm", "value"])
def test_clipped_gradients_bound_the_step(clip):
    start = Start()
    result = fit(X, Y, **(WHOLE | {"epochs": 1}), **clip, callbacks=[start])
    moves = [(a - b) / RATE for a, b in zip(weights(result), start.params, strict=True)]
    if "clip_norm" in clip:
        assert_allclose(sum((m**2).sum() for m in moves) ** 0.5, 1e-3, rtol=1e-9)
    else:
        assert_allclose(max(abs(m).max() for m in moves), 1e-4, rtol=1e-9)


def test_dropout_changes_training_and_not_predictions(where):
    options = {"hidden": (16,), "epochs": 3, "validation": None, "batch_size": 30, **where}
    plain, dropped, again = (fit(X, Y, **options, dropout=rate) for rate in (0.0, 0.5, 0.5))
    assert not same_weights(plain, dropped)
    assert same_weights(dropped, again)
    assert numpy.array_equal(dropped.model.predict_proba(X), dropped.model.predict_proba(X))
    W1, b1, W2, b2 = (p.astype(float) for p in weights(dropped))
    Z = (X - dropped.model.scaling.shift) / dropped.model.scaling.scale
    assert_allclose(dropped.model.outputs(X), numpy.maximum(Z @ W1 + b1, 0) @ W2 + b2, rtol=1e-4, atol=1e-4)


def test_dropout_leaves_the_mean_and_silences_the_share():
    """Linear hidden units: the outputs' mean over many steps is that without dropout."""
    steps = Steps()
    inputs, y = numpy.ones((1, 1)), numpy.zeros((1, 1)) + 0.5
    options = {"hidden": 200, "activation": "identity", "epochs": 3000, "initializer": "glorot_uniform"}
    result = fit(inputs, y, **(STILL | options), loss="absolute_error", dropout=0.3, callbacks=[steps])
    W1, _, W2, _ = weights(result)
    terms = (W1 * W2.T).ravel()
    z = float(terms.sum())
    spread = float((terms**2).sum() * 0.3 / 0.7)  # of the sum of kept terms over 0.7
    squares = fit(inputs, y, **(STILL | options), loss="squared_error", dropout=0.3).history.loss
    assert numpy.mean(squares) == pytest.approx((z - 0.5) ** 2 + spread, rel=0.1)


def test_penalties_know_biases_only_if_told():
    for penalize in (False, True):
        start = Start()
        options = PLAIN | STILL | {"epochs": 1, "batch_size": None}
        result = fit(X, Y, **options, l1=0.2, l2=0.3, penalize_biases=penalize, callbacks=[start])
        plain = fit(X, Y, **options)
        counted = [p for p in start.params if p.ndim == 2]
        extra = sum(0.2 * abs(p).sum() + 0.15 * (p**2).sum() for p in counted)
        assert_allclose(result.history.loss[0] - plain.history.loss[0], extra, rtol=1e-10)
    biased, free = (fit(X, Y, **WHOLE, l2=0.5, penalize_biases=penalize) for penalize in (True, False))
    assert not numpy.array_equal(weights(biased)[1], weights(free)[1])


def test_networks_without_bias_have_none():
    result = fit(X, Y, bias=False)
    assert [layer.b for layer in result.model.params] == [None, None]
    assert len(leaves(result.model.params)) == 2


def test_metrics_by_name_and_by_function():
    def first_output(outputs, targets):
        return outputs[:, 0]

    result = fit(X, Y, **(PLAIN | STILL), metrics=["accuracy", first_output], batch_size=7)
    assert list(result.history.metrics) == ["accuracy", "first_output"]
    assert_allclose(result.history.metrics["first_output"], [result.model.outputs(X)[:, 0].mean()] * EPOCHS, rtol=1e-10)
    inputs, y = curve(outputs=2)
    numbers = fit(inputs, y, **(PLAIN | STILL), metrics=["absolute_error"])
    expected = abs(numbers.model.outputs(inputs) - y).mean()
    assert_allclose(numbers.history.metrics["absolute_error"], [expected] * EPOCHS, rtol=1e-10)
    assert fit(X, Y, metrics=[]).history.metrics == {}


@pytest.mark.parametrize("outputs", [None, 1, 2])
def test_metrics_of_numbers_are_in_their_own_units(where, outputs):
    """Whatever the network's are: prices are off by so many of them."""
    inputs, y = curve(outputs=outputs)
    y = y + 1e4

    def target(outputs, targets):
        return targets[:, -1]

    def answer(outputs, targets):
        return outputs[:, -1]

    options = {"optimizer": "sgd", "learning_rate": 1e-200, "dtype": "float64", "batch_size": 16} | where
    result = fit(inputs, y, metrics=["absolute_error", target, answer], validation=(inputs[:20], y[:20]), **options)
    for rows, found in ((slice(None), result.history.metrics), (slice(20), result.history.validation_metrics)):
        predictions = result.model.predict(inputs[rows])
        assert_allclose(found["absolute_error"], [abs(predictions - y[rows]).mean()] * 3, rtol=1e-9)
        assert_allclose(found["target"], [y.reshape(60, -1)[rows, -1].mean()] * 3, rtol=1e-9)
        assert_allclose(found["answer"], [predictions.reshape(len(predictions), -1)[:, -1].mean()] * 3, rtol=1e-9)


def test_a_large_mean_costs_an_error_no_digits():
    inputs, y = curve()
    result, small = (
        fit(inputs, values, metrics=["absolute_error"], optimizer="sgd", learning_rate=1e-9, doctor="off")
        for values in (y.round(3) + 1e6, y.round(3))
    )
    assert_allclose(result.history.metrics["absolute_error"], small.history.metrics["absolute_error"], rtol=1e-5)


@pytest.mark.parametrize("y", [Y == 1, numpy.stack([Y == 1, Y == 2], axis=1)], ids=["one", "two"])
def test_yes_or_no_is_counted_as_the_model_answers(y):
    result = fit(X, y, **(PLAIN | STILL), loss="binary_cross_entropy")
    assert_allclose(result.history.accuracy, [numpy.mean(result.model.predict(X) == y)] * EPOCHS, rtol=1e-12)


@pytest.mark.parametrize("name", xnn.optimizers.OPTIMIZERS)
def test_every_optimizer_trains(name):
    rate = {"sgd": 0.1, "adagrad": 0.1}.get(name, 0.02)
    assert fit(X, Y, optimizer=name, learning_rate=rate, epochs=30).model.score(X, Y) > 0.9
