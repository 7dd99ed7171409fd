"""What is held out: a share of each class alike, given data, or nothing."""

from collections import Counter

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.rig import refuses
from tests.training.problems import blobs, curve, fit, same_weights, weights
from xnn.errors import LabelError, OptionError
from xnn.nn import SoftmaxCrossEntropy
from xnn.training.split import split

X, Y = blobs()
STILL = {"optimizer": "sgd", "learning_rate": 1e-200, "dtype": "float64", "epochs": 1}


@given(
    counts=st.lists(st.integers(1, 30), min_size=2, max_size=5),
    share=st.floats(0.05, 0.95),
    seed=st.integers(0, 99),
)
def test_every_class_gives_the_same_share(counts, share, seed):
    classes = numpy.repeat(numpy.arange(len(counts)), counts)
    may_be = min(round(share * len(classes)), len(classes) - len(counts))  # one of each class is trained on
    try:
        rows, held = split(classes, len(classes), share, numpy.random.default_rng(seed))
    except OptionError:
        assert may_be == 0
        return
    assert len(held) == may_be
    assert sorted([*rows.tolist(), *held.tolist()]) == list(range(len(classes)))
    assert set(classes[rows]) == set(classes)
    taken = Counter(classes[held].tolist())
    if may_be == round(share * len(classes)) and max(share * count - count + 1 for count in counts) <= 0:
        for group, count in enumerate(counts):
            assert abs(taken[group] - share * count) < 1.0 + 1e-9


def test_without_classes_any_sample_may_be_held_out():
    held = split(None, 1000, 0.25, numpy.random.default_rng(0))[1]
    assert abs(len(held) - 250) <= 1
    assert 300 < held.mean() < 700


def test_held_out_samples_are_not_trained_on():
    """Weights are as if the held-out ones did not exist, and the figures as if nothing else did."""
    generator = numpy.random.default_rng(0).spawn(4)[0]
    rows, held = split(Y, 60, 0.2, generator)
    options = {"batch_size": None, "scale": "standard", "dtype": "float64"}
    shared = fit(X, Y, validation=0.2, **options)
    apart = fit(X[rows], Y[rows], validation=(X[held], Y[held]), **options)
    alone = fit(X[rows], Y[rows], validation=None, **options)
    assert (shared.samples, shared.validation_samples) == (len(rows), len(held)) == (48, 12)
    assert same_weights(shared, apart)
    assert same_weights(shared, alone)
    assert shared.history.validation_loss == apart.history.validation_loss
    p = shared.model.predict_proba(X[held])
    assert_allclose(shared.history.validation_loss[-1], -numpy.log(p[numpy.arange(12), Y[held]]).mean(), rtol=1e-10)
    assert shared.history.validation_accuracy[-1] == numpy.mean(p.argmax(axis=1) == Y[held])
    assert alone.history.validation_loss == alone.history.validation_accuracy == []
    assert (alone.samples, alone.validation_samples) == (48, 0)


def test_samples_keep_their_weights_on_either_side():
    w = numpy.random.default_rng(1).uniform(0.1, 3.0, size=60)
    rows, held = split(Y, 60, 0.2, numpy.random.default_rng(0).spawn(4)[0])
    result = fit(X, Y, validation=0.2, sample_weight=w, **STILL)
    losses = -numpy.log(result.model.predict_proba(X)[numpy.arange(60), Y])
    assert_allclose(result.history.loss, [(w * losses)[rows].mean()], rtol=1e-10)
    assert_allclose(result.history.validation_loss, [(w * losses)[held].mean()], rtol=1e-10)
    given = fit(X, Y, validation=(X, Y), sample_weight=w, **STILL)
    losses = -numpy.log(given.model.predict_proba(X)[numpy.arange(60), Y])
    assert_allclose(given.history.loss, [(w * losses).mean()], rtol=1e-10)
    assert_allclose(given.history.validation_loss, [losses.mean()], rtol=1e-10)  # given data have no weights


@pytest.mark.parametrize("nothing", [None, 0, 0.0])
def test_nothing_is_held_out_if_told_so(nothing):
    result = fit(X, Y, validation=nothing)
    assert (result.samples, result.validation_samples) == (60, 0)


def test_the_validation_loss_is_without_dropout_and_with_the_penalty():
    inputs, y = curve(outputs=2)
    result = fit(inputs, y, validation=(inputs, y), dropout=0.5, l2=0.1, scale=None, **STILL)
    expected = ((result.model.predict(inputs) - y) ** 2).sum(axis=1).mean()
    expected += 0.05 * sum((W**2).sum() for W in weights(result) if W.ndim == 2)
    assert_allclose(result.history.validation_loss, [expected], rtol=1e-10)


@pytest.mark.parametrize("loss", ["squared_error", "sum_of_squares"])
def test_a_large_validation_set_is_evaluated_in_parts(loss):
    inputs, y = curve(9000)
    result = fit(inputs[:60], y[:60], validation=(inputs, y), loss=loss, l2=0.1, scale=None, **STILL)
    errors = (result.model.predict(inputs) - y) ** 2
    penalty = 0.05 * sum((W**2).sum() for W in weights(result) if W.ndim == 2)
    expected = (errors.mean() if loss == "squared_error" else errors.sum()) + penalty
    assert_allclose(result.history.validation_loss, [expected], rtol=1e-10)


def test_scaling_is_learnt_from_the_trained_samples_alone():
    generator = numpy.random.default_rng(0).spawn(4)[0]
    rows, _ = split(Y, 60, 0.2, generator)
    scaling = fit(X, Y, validation=0.2, scale="standard").model.scaling
    assert_allclose(scaling.shift, X[rows].mean(axis=0), rtol=1e-12)
    assert_allclose(scaling.scale, X[rows].std(axis=0), rtol=1e-12)


def test_validation_classes_must_be_known():
    names = numpy.array(["a", "b", "c"])[Y]
    with refuses(LabelError, "the validation y", "'d'", "row 59", "'a', 'b', 'c'"):
        fit(X, names, validation=(X, [*names[:-1], "d"]))


def test_label_smoothing_and_friends_come_as_objects():
    assert fit(X, Y, loss=SoftmaxCrossEntropy(label_smoothing=0.1)).history.loss
