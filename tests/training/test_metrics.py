"""Metrics against scikit-learn's, on every backend; evaluation and its baseline."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xnn
from tests.rig import refuses
from xnn.errors import CallbackError, LabelError, OptionError, ShapeError
from xnn.training import METRICS, whole_set

judge = pytest.importorskip("sklearn.metrics", reason="scikit-learn, which judges the metrics, is not installed")
RNG = np.random.default_rng(0)
QUIET = {"progress": False, "doctor": "off"}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def binary(ties):
    z = RNG.normal(size=(60, 1))
    z = np.round(z) + 0.5 if ties else z
    return z, (RNG.random((60, 1)) < sigmoid(z)).astype(float)


def classes(k, missing=False):
    z = RNG.normal(size=(80, k))
    return z, RNG.integers(0, k - missing, 80)


LABELS = (RNG.normal(size=(50, 3)), RNG.integers(0, 2, (50, 3)).astype(float))
NUMBERS = (RNG.normal(size=(40, 2)), RNG.normal(size=(40, 2)))
ALIKE = (np.array([[1.0], [1.0], [2.0]]), np.ones((3, 1)))


def positive(z):
    return (z[:, 0] > 0).astype(int)


CASES = {
    "balanced_accuracy": [
        *((z, t, judge.balanced_accuracy_score(t[:, 0], positive(z))) for z, t in (binary(False), binary(True))),
        *((z, t, judge.balanced_accuracy_score(t, z.argmax(axis=1))) for z, t in (classes(2), classes(4))),
    ],
    "f1": [
        *((z, t, judge.f1_score(t[:, 0], positive(z))) for z, t in (binary(False), binary(True))),
        *((z, t, judge.f1_score(t, z.argmax(axis=1))) for z, t in (classes(2),)),
        *((z, t, judge.f1_score(t, z.argmax(axis=1), average="macro")) for z, t in (classes(3), classes(4, True))),
        (*LABELS, judge.f1_score(LABELS[1], LABELS[0] > 0, average="macro")),
    ],
    "roc_auc": [
        *((z, t, judge.roc_auc_score(t[:, 0], z[:, 0])) for z, t in (binary(False), binary(True))),
        *((z, t, judge.roc_auc_score(t, softmax(z)[:, 1])) for z, t in (classes(2),)),
        *((z, t, judge.roc_auc_score(t, softmax(z), multi_class="ovr")) for z, t in (classes(3), classes(5))),
        (*LABELS, judge.roc_auc_score(LABELS[1], LABELS[0])),
    ],
    "log_loss": [
        *((z, t, judge.log_loss(t[:, 0], sigmoid(z[:, 0]))) for z, t in (binary(False),)),
        *((z, t, judge.log_loss(t, softmax(z))) for z, t in (classes(2), classes(4))),
    ],
    "accuracy": [(z, t, judge.accuracy_score(t, z.argmax(axis=1))) for z, t in (classes(4),)],
    "binary_accuracy": [(z, t, judge.accuracy_score(t[:, 0], positive(z))) for z, t in (binary(False),)],
    "absolute_error": [(*NUMBERS, judge.mean_absolute_error(NUMBERS[1], NUMBERS[0]))],
    "rmse": [(*NUMBERS, judge.root_mean_squared_error(NUMBERS[1], NUMBERS[0]))],
    "r2": [
        (*NUMBERS, judge.r2_score(NUMBERS[1], NUMBERS[0])),
        (*ALIKE, judge.r2_score(ALIKE[1], ALIKE[0])),
        (ALIKE[1], ALIKE[1], judge.r2_score(ALIKE[1], ALIKE[1])),
    ],
}


def test_each_metric_is_judged():
    assert set(CASES) == set(METRICS)


@pytest.mark.parametrize("name", CASES)
def test_metrics_are_scikit_learns(lib, name):
    for outputs, targets, expected in CASES[name]:
        found = xnn.to_host(METRICS[name](lib.array(outputs), lib.array(targets)))
        assert_allclose(found.mean(), expected, rtol=1e-5 if found.dtype == np.float32 else 1e-11)


def test_what_is_not_defined_is_nan_and_what_makes_no_sense_is_refused():
    one = np.ones((4, 1))
    assert np.isnan(METRICS["roc_auc"](one, one))
    for name in ("f1", "roc_auc", "log_loss", "balanced_accuracy"):
        with refuses(ShapeError, name, "one output a class"):
            METRICS[name](one, np.zeros(4, dtype=int))
    with refuses(ShapeError, "balanced_accuracy", "one class a sample"):
        METRICS["balanced_accuracy"](*LABELS)
    for name in ("rmse", "r2", "f1"):
        with refuses(ShapeError, name, "one target for each output"):
            METRICS[name](np.ones((4, 2)), one)


X, Y = xnn.datasets.gaussians(n=120, seed=3)
Z = (X @ np.array([[3.0], [-2.0]]))[:, 0] + 50.0


def fit(X, y, **options):
    return xnn.train(X, y, **{"hidden": 4, "epochs": 3, "batch_size": 32, **QUIET, **options})


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_metrics_of_all_samples_in_training_are_those_of_the_model_then(backend):
    pytest.importorskip(backend)
    result = fit(X, Y, metrics=["roc_auc", "accuracy", "f1"], backend=backend)
    history, held = result.history, result.validation_rows
    trained = np.setdiff1d(np.arange(len(X)), held)
    assert list(history.metrics) == ["accuracy", "roc_auc", "f1"] == list(history.validation_metrics)
    for rows, found in ((trained, history.metrics), (held, history.validation_metrics)):
        p = result.model.predict_proba(X[rows])[:, 1]
        assert_allclose(found["roc_auc"][-1], judge.roc_auc_score(Y[rows], p), rtol=1e-6)
        assert_allclose(found["f1"][-1], judge.f1_score(Y[rows], result.model.predict(X[rows])), rtol=1e-6)
    numbers = fit(X, Z, metrics=["rmse", "r2"], validation=None, backend=backend)
    predicted = numbers.model.predict(X)
    assert_allclose(numbers.history.metrics["rmse"][-1], judge.root_mean_squared_error(Z, predicted), rtol=1e-5)
    assert_allclose(numbers.history.metrics["r2"][-1], judge.r2_score(Z, predicted), rtol=1e-4)


def test_runs_with_metrics_of_all_samples_go_on(tmp_path):
    options = {"metrics": ["roc_auc", "accuracy"]}
    whole = fit(X, Y, epochs=5, **options)
    fit(X, Y, epochs=2, checkpoint=tmp_path / "c.safetensors", every=0.5, **options)
    resumed = fit(X, Y, epochs=5, checkpoint=tmp_path / "c.safetensors", resume=True, **options)
    assert resumed.history.validation_metrics == whole.history.validation_metrics
    model = xnn.load(tmp_path / "c.safetensors")
    assert model.fit(X, Y, epochs=1).history.metrics.keys() == whole.history.metrics.keys()


def test_a_metric_of_your_own_of_all_samples():
    seen = []

    @whole_set
    def worst(outputs, targets):
        seen.append(outputs.shape)
        assert outputs.dtype == targets.dtype == np.float64
        return abs(outputs - targets).max()

    result = fit(X, Z, metrics=[worst], epochs=2)
    assert seen == [(108, 1), (12, 1)] * 2
    held = result.validation_rows
    expected = abs(result.model.predict(X[held]) - Z[held]).max()
    assert_allclose(result.history.validation_metrics["worst"][-1], expected, rtol=1e-5)

    @whole_set
    def broken(outputs, targets):
        raise ValueError("no")

    with refuses(CallbackError, "your metric 'broken' raised ValueError in epoch 1 (no)"):
        fit(X, Z, metrics=[broken])


@pytest.mark.parametrize(("y", "name"), [(Z, "roc_auc"), (Z, "log_loss"), (Z, "f1"), (Y, "rmse"), (Y, "r2")])
def test_a_metric_of_the_other_task_is_refused(y, name):
    with refuses(OptionError, f"metric '{name}' is one of", "take one of"):
        fit(X, y, metrics=[name])
    with refuses(OptionError, f"metric '{name}' is one of"):
        fit(X, y).model.evaluate(X, y, [name])


def test_evaluation_of_classes_and_its_baseline():
    words = np.array(["no", "yes", "perhaps"])[(X[:, 0] > 0).astype(int) + (X[:, 1] > 1)]
    result = fit(X, words, epochs=20)
    found = result.evaluate(X, words)
    predicted, p = result.model.predict(X), result.model.predict_proba(X)
    assert list(found.scores) == ["accuracy", "balanced_accuracy", "f1", "roc_auc", "log_loss"] == list(found.baseline)
    assert_allclose(found["accuracy"], judge.accuracy_score(words, predicted))
    assert_allclose(found["balanced_accuracy"], judge.balanced_accuracy_score(words, predicted))
    assert_allclose(found["f1"], judge.f1_score(words, predicted, average="macro"))
    assert_allclose(found["roc_auc"], judge.roc_auc_score(words, p / p.sum(axis=1, keepdims=True), multi_class="ovr"))
    assert_allclose(found["log_loss"], judge.log_loss(words, p), rtol=1e-5)
    _, counts = np.unique(words, return_counts=True)
    share = counts / len(words)
    assert_allclose(found.baseline["accuracy"], share.max())
    assert_allclose(found.baseline["log_loss"], -np.sum(share * np.log(share)))
    assert_allclose([found.baseline["balanced_accuracy"], found.baseline["roc_auc"]], [1 / 3, 0.5])
    lines = str(found).splitlines()
    assert lines[0].split("  ")[0] == "120 samples" and lines[0].endswith("constant prediction")
    assert f"{found['accuracy']:.2%}" in lines[1] and f"{share.max():.2%}" in lines[1]
    assert "constant prediction" in found._repr_html_()
    with refuses(LabelError, "'maybe'"):
        result.model.evaluate(X, np.array(["maybe"] * len(X)))


def test_evaluation_of_numbers_and_labels():
    result = fit(X, Z)
    found = result.model.evaluate(X, Z)
    predicted = result.model.predict(X)
    assert_allclose(found["r2"], judge.r2_score(Z, predicted), rtol=1e-5)
    assert_allclose(found["rmse"], judge.root_mean_squared_error(Z, predicted), rtol=1e-5)
    assert_allclose(found["absolute_error"], judge.mean_absolute_error(Z, predicted), rtol=1e-5)
    assert_allclose([found.baseline["r2"], found.baseline["rmse"]], [0, Z.std()], atol=1e-12)
    labels = np.column_stack([Y, X[:, 1] > 0]).astype(int)
    several = fit(X, labels, loss="binary_cross_entropy").model
    found = several.evaluate(X, labels)
    assert_allclose(found["roc_auc"], judge.roc_auc_score(labels, several.predict_proba(X)), rtol=1e-6)
    assert_allclose(found.baseline["accuracy"], np.maximum(labels.mean(axis=0), 1 - labels.mean(axis=0)).mean())


def test_a_summary_says_what_a_constant_prediction_reaches():
    y = (np.arange(120) % 4 == 0).astype(int)
    result = fit(X, y, metrics=["accuracy", "roc_auc"])
    assert result.baseline == {"accuracy": 0.75, "roc_auc": 0.5}
    assert "a constant prediction: accuracy 75.00%, roc auc 0.5" in str(result)
