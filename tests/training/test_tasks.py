"""What is learnt from which y, and what the model then says, against plain loops."""

import math

import numpy
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.training.problems import blobs, curve, fit
from xnn.training.tasks import Classification, MultiLabel, Regression

X, Y = blobs()
X2, Y2 = blobs(classes=2)
LEARNT = {"epochs": 40, "learning_rate": 0.02}

# y, the classes expected
LABELS = {
    "integers": (Y, [0, 1, 2]),
    "integers from 5": (Y * 3 + 5, [5, 8, 11]),
    "negative integers": (-Y, [-2, -1, 0]),
    "bytes": (Y.astype("uint8"), [0, 1, 2]),
    "two integers": (Y2, [0, 1]),
    "minus one and one": (2 * Y2 - 1, [-1, 1]),
    "booleans": (Y2 == 1, [False, True]),
    "strings": (numpy.array(["cat", "dog", "a"])[Y], ["a", "cat", "dog"]),
    "two strings": (numpy.array(["yes", "no"])[Y2], ["no", "yes"]),
    "list of strings": (numpy.array(["cat", "dog", "a"])[Y].tolist(), ["a", "cat", "dog"]),
    "list of booleans": ((Y2 == 1).tolist(), [False, True]),
    "series of strings": (pandas.Series(numpy.array(["cat", "dog", "a"])[Y]), ["a", "cat", "dog"]),
    "series of categories": (pandas.Series(numpy.array(["cat", "dog"])[Y2], dtype="category"), ["cat", "dog"]),
    "strings as objects, of a column": (numpy.array(["cat", "dog", "a"], dtype=object)[Y], ["a", "cat", "dog"]),
    "booleans as objects": ((Y2 == 1).astype(object), [False, True]),
    "integers as objects": (Y.astype(object), [0, 1, 2]),
    "floats, if told so": (Y.astype(float), [0.0, 1.0, 2.0]),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_every_kind(name):
    y, classes = LABELS[name]
    data = X2 if len(classes) == 2 else X
    options = {"task": "classification"} if name.startswith("floats") else {}
    model = fit(data, y, **LEARNT, **options).model
    plain = numpy.asarray(y).tolist()
    assert isinstance(model.task, Classification)
    assert model.classes.tolist() == classes
    assert model.mlp.sizes[-1] == (1 if len(classes) == 2 else 3)

    predictions, p = model.predict(data), model.predict_proba(data)
    right = sum(a == b for a, b in zip(predictions.tolist(), plain, strict=True))
    assert right > 50
    assert model.score(data, y) == pytest.approx(right / 60, abs=1e-15)
    assert p.shape == (60, len(classes))
    assert_allclose(p.sum(axis=1), 1.0, rtol=1e-6)
    assert (p >= 0).all()
    assert predictions.tolist() == [classes[max(range(len(classes)), key=row.__getitem__)] for row in p.tolist()]
    assert predictions.dtype == model.classes.dtype


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_are_those_of_the_outputs(classes):
    data, y = blobs(classes=classes)
    model = fit(data, y).model
    for z, p in zip(model.outputs(data).tolist(), model.predict_proba(data).tolist(), strict=True):
        if classes == 2:
            expected = [1 / (1 + math.exp(z[0])), 1 / (1 + math.exp(-z[0]))]
        else:
            total = sum(math.exp(v) for v in z)
            expected = [math.exp(v) / total for v in z]
        assert p == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_two_classes_may_have_two_outputs():
    model = fit(X2, Y2, loss="softmax_cross_entropy", **LEARNT).model
    assert model.mlp.sizes[-1] == 2
    assert model.score(X2, Y2) > 0.9


def test_several_labels():
    answers = numpy.stack([X[:, 0] > 0, X[:, 1] > 0], axis=1)
    for y in (answers, answers.astype(int), answers.astype(float)):
        model = fit(X, y, loss="binary_cross_entropy", **LEARNT).model
        assert isinstance(model.task, MultiLabel)
        predictions, p = model.predict(X), model.predict_proba(X)
        assert predictions.shape == p.shape == (60, 2)
        assert_array_equal(predictions, p > 0.5)
        right = sum(int(a == b) for a, b in zip(predictions.ravel().tolist(), y.ravel().tolist(), strict=True))
        assert model.score(X, y) == pytest.approx(right / 120, abs=1e-15)
        assert model.score(X, y) > 0.9
        assert model.classes is None


NUMBERS = {
    "floats": curve()[1],
    "float32": curve()[1].astype("float32"),
    "a list": curve()[1].tolist(),
    "a column": curve(outputs=1)[1],
    "many": curve(outputs=2)[1],
    "a frame": pandas.DataFrame(curve(outputs=2)[1], columns=["a", "b"]),
    "integers, if told so": numpy.arange(60),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_every_kind(name):
    y = NUMBERS[name]
    options = {"task": "regression"} if name.startswith("integers") else {}
    data = curve()[0] if not options else numpy.arange(60.0)[:, None]
    model = fit(data, y, hidden=32, epochs=150, learning_rate=0.02, **options).model
    host = numpy.asarray(y, dtype=float)
    predictions = model.predict(data)
    assert isinstance(model.task, Regression)
    assert predictions.shape == host.shape
    assert model.classes is None
    scores = []
    for column, values in zip(predictions.reshape(60, -1).T.tolist(), host.reshape(60, -1).T.tolist(), strict=True):
        mean = sum(values) / 60
        rest = sum((a - b) ** 2 for a, b in zip(column, values, strict=True))
        scores.append(1 - rest / sum((v - mean) ** 2 for v in values))
    assert model.score(data, y) == pytest.approx(sum(scores) / len(scores), abs=1e-6)
    assert model.score(data, y) > 0.9


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber", "sum_of_squares"])
def test_a_loss_for_numbers_makes_it_a_regression(loss):
    task = fit(X, Y, loss=loss, learning_rate=1e-4).model.task
    assert isinstance(task, Regression)
    assert task.flat


def test_scores_are_those_of_others():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn, which judges the scores, is not installed")
    inputs, y = curve(outputs=2)
    model = fit(inputs, y).model
    assert model.score(inputs, y) == pytest.approx(metrics.r2_score(y, model.predict(inputs)), abs=1e-6)
    model = fit(X, Y).model
    assert model.score(X, Y) == metrics.accuracy_score(Y, model.predict(X))


def test_constant_numbers_are_learnt():
    assert_allclose(fit(X, numpy.full(60, 2.5), **LEARNT).model.predict(X), 2.5, atol=0.5)


@pytest.mark.parametrize("y", [Y, numpy.array(["a", "b", "c"])[Y], curve()[1]], ids=["labels", "strings", "numbers"])
def test_nothing_given_is_changed(y):
    data, targets = X.copy(), y.copy()
    for array in (data, targets):
        array.flags.writeable = False
    model = fit(data, targets).model
    model.predict(data)
    model.score(data, targets)
    assert_array_equal(data, X)
