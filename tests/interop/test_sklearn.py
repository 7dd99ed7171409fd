"""xnn's estimators among scikit-learn's tools: its own checks of an estimator, with no exception, and its tools."""

import inspect
import os
import pickle
import subprocess
import sys

import matplotlib
import numpy as np
import pandas
import pytest
from numpy.testing import assert_array_equal
from sklearn import clone
from sklearn.datasets import load_diabetes, load_iris, make_blobs, make_multilabel_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.inspection import DecisionBoundaryDisplay, permutation_importance
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.neural_network import MLPRegressor as Theirs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

import xnn
from xnn.errors import DataError, DtypeError, LabelError, OptionError, ShapeError, UnknownNameError, XnnError
from xnn.interop.sklearn import MLPClassifier, MLPRegressor
from xnn.nn import MLP, Objective

matplotlib.use("agg")
pytestmark = pytest.mark.host

X, Y = load_iris(return_X_y=True)
NUMBERS = load_diabetes(return_X_y=True)
SMALL = {"hidden": 16, "learning_rate": 0.01}


def classifier(**options):
    return MLPClassifier(**SMALL | {"epochs": 40, "batch_size": 32} | options)


def regressor(**options):
    return MLPRegressor(**SMALL | {"epochs": 40, "batch_size": 32} | options)


def weights_of(estimator):
    return [array for layer in estimator.model_.host_params() for array in layer]


def assert_same(one, other):
    for a, b in zip(weights_of(one), weights_of(other), strict=True):
        assert_array_equal(a, b)
    assert one.history_.loss == other.history_.loss


# scikit-learn's checks


# So few epochs on tables so small leave a run unfinished, and it says so.
@pytest.mark.filterwarnings("ignore::xnn.NotLearningWarning")
@parametrize_with_checks([MLPClassifier(epochs=100, **SMALL), MLPRegressor(epochs=100, **SMALL)])
def test_every_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.corpus
@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_every_check_of_scikit_learn_as_it_comes(estimator, check):
    check(estimator)


def test_every_check_of_array_libraries():
    """They are skipped unless SciPy is told of array libraries before it is imported."""
    program = """
from collections import Counter
from sklearn.utils.estimator_checks import check_estimator
from xnn.interop.sklearn import MLPClassifier, MLPRegressor
import sklearn.utils.estimator_checks as checks
checks._yield_all_checks = lambda estimator, legacy: checks._yield_array_api_checks(estimator)
for cls in MLPClassifier, MLPRegressor:
    found = check_estimator(cls(hidden=8, epochs=10), on_skip=None)  # a failure raises
    print(Counter(each["status"] for each in found)["passed"] > 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"SCIPY_ARRAY_API": "1"}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "True\nTrue\n"), done.stderr


def test_what_they_say_of_themselves():
    ours, theirs = get_tags(MLPClassifier()), get_tags(MLPRegressor())
    assert (ours.estimator_type, theirs.estimator_type) == ("classifier", "regressor")
    assert ours.classifier_tags.multi_class
    assert ours.classifier_tags.multi_label
    assert (ours.target_tags.multi_output, theirs.target_tags.multi_output) == (False, True)
    assert (ours.array_api_support, theirs.array_api_support) == (True, True)
    assert not ours.input_tags.sparse
    assert not ours.input_tags.allow_nan


def test_parameters_are_those_of_train():
    """But for those that scikit-learn gives to methods, or calls otherwise, and the three defaults that it has."""
    import inspect

    train = {name: p.default for name, p in inspect.signature(xnn.train).parameters.items()}
    elsewhere = {
        "X", "y", "task", "seed", "sample_weight", "feature_names", "init", "checkpoint", "every", "resume", "comm",
    }  # fmt: skip
    others = {"validation": None, "progress": False, "dtype": "auto", "warm_start": False, "random_state": 0}
    expected = {name: default for name, default in train.items() if name not in elsewhere} | others
    assert MLPClassifier().get_params() == expected
    assert MLPRegressor().get_params() == {name: v for name, v in expected.items() if name != "class_weight"}


# Its tools


def test_a_pipeline_learns_a_table_with_names():
    frame, labels = load_iris(return_X_y=True, as_frame=True)
    model = make_pipeline(StandardScaler().set_output(transform="pandas"), classifier()).fit(frame, labels)
    assert model.score(frame, labels) > 0.95
    assert list(model[-1].feature_names_in_) == list(frame.columns)
    assert model[-1].model_.feature_names == tuple(frame.columns)


def test_a_grid_is_searched_and_the_best_is_refitted():
    search = GridSearchCV(classifier(epochs=10), {"learning_rate": [1e-6, 0.02], "hidden": [4, (8, 8)]}, cv=3)
    search.fit(X, Y)
    assert search.best_params_["learning_rate"] == 0.02
    assert search.best_estimator_.score(X, Y) > 0.9
    assert search.best_estimator_.model_.mlp.sizes[0] == 4


def test_cross_validation_by_area_under_the_curve():
    assert cross_val_score(classifier(), X, Y, cv=3, scoring="roc_auc_ovr").min() > 0.95
    assert cross_val_score(regressor(l2=0.1), *NUMBERS, cv=3).mean() > 0.3


def test_a_clone_is_as_new():
    fitted = classifier(optimizer=xnn.optimizers.Adam(beta1=0.8)).fit(X, Y)
    other = clone(fitted)
    assert not hasattr(other, "model_")
    assert other.get_params() == fitted.get_params()
    assert_same(other.fit(X, Y), fitted)


def test_permuting_the_one_feature_that_matters_costs_most():
    features = np.random.default_rng(0).normal(size=(200, 3))
    found = permutation_importance(
        classifier().fit(features, features[:, 1] > 0), features, features[:, 1] > 0, n_repeats=3
    )
    assert int(np.argmax(found.importances_mean)) == 1
    assert found.importances_mean[1] > 0.3


def test_decision_regions_are_drawn():
    points, labels = make_blobs(100, centers=[[0, 0], [4, 4]], random_state=0)
    shown = DecisionBoundaryDisplay.from_estimator(
        classifier().fit(points, labels), points, response_method="predict_proba", grid_resolution=20
    )
    assert shown.response.shape == (20, 20)
    assert shown.response.min() < 0.01
    assert shown.response.max() > 0.99


def test_a_confusion_matrix_is_drawn():
    shown = ConfusionMatrixDisplay.from_estimator(classifier().fit(X, Y), X, Y)
    assert shown.confusion_matrix.sum() == 150
    assert np.trace(shown.confusion_matrix) > 140
    assert_array_equal(shown.display_labels, [0, 1, 2])


def test_each_member_of_an_ensemble_has_a_seed_of_its_own():
    bag = BaggingClassifier(classifier(epochs=2), n_estimators=3, random_state=0).fit(X, Y)
    assert len({each.random_state for each in bag.estimators_}) == 3


# Going on


@pytest.mark.parametrize("make", [classifier, regressor])
@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_ten_epochs_and_ten_more_are_twenty(make, optimizer):
    data = (X, Y) if make is classifier else NUMBERS
    weights = np.random.default_rng(0).uniform(0.5, 2.0, len(data[0]))
    options = {"optimizer": optimizer, "dropout": 0.2, "doctor": "off"}
    whole = make(epochs=20, **options).fit(*data, weights)
    warm = make(epochs=10, warm_start=True, **options).fit(*data, weights)
    assert warm.n_iter_ == 10
    assert_same(warm.fit(*data, weights), whole)
    assert warm.n_iter_ == 20


@pytest.mark.parametrize("make", [classifier, regressor])
def test_partial_fits_are_the_epochs_of_a_fit(make):
    data = (X, Y) if make is classifier else NUMBERS
    parts = make()
    for _ in range(5):
        parts.partial_fit(*data, **({"classes": [0, 1, 2]} if make is classifier else {}))
    assert_same(parts, make(epochs=5).fit(*data))


def test_a_part_may_lack_a_class():
    early, late = Y < 2, Y > 0
    model = classifier(class_weight={0: 2.0, 2: 1.5})
    for _ in range(60):
        model.partial_fit(X[early], Y[early], classes=np.arange(3)).partial_fit(X[late], Y[late])
    assert_array_equal(model.classes_, [0, 1, 2])
    assert model.predict_proba(X).shape == (150, 3)
    assert model.score(X, Y) > 0.85


def test_a_pickle_goes_on_where_it_stood():
    weights = np.linspace(0.5, 2.0, 150)
    model = classifier(epochs=10, warm_start=True).fit(X, Y, weights)
    kept = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(model))))
    assert_array_equal(kept.predict_proba(X), model.predict_proba(X))
    assert_same(kept.fit(X, Y, weights), model.fit(X, Y, weights))


def test_a_warm_start_keeps_its_network():
    model = classifier(warm_start=True).fit(X, Y)
    model.set_params(learning_rate=0.001, epochs=1).fit(X, Y)
    assert model.history_.learning_rate[-2:] == [0.01, 0.001]
    with pytest.raises(OptionError, match=r"hidden was \(16,\) when training began, and cannot become 8 .* warm_start"):
        model.set_params(hidden=8).fit(X, Y)
    with pytest.raises(LabelError, match=r"9 in row 0, which is none of the classes trained on"):
        model.set_params(hidden=16).fit(X, np.where(np.arange(150) < 5, 9, Y))


# Several outputs


def test_the_gradient_of_several_outputs_is_right_here_and_not_there():
    """scikit-learn's issue 8349: its squared error is a mean over the outputs, its gradient is that of their sum."""
    rng = np.random.default_rng(0)
    x, targets = rng.normal(size=(7, 2)), rng.normal(size=(7, 3))
    theirs = Theirs(hidden_layer_sizes=(4,), activation="tanh", alpha=0.0, max_iter=1, solver="sgd", random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        theirs.fit(x, targets)

    weights = [None] if "sample_weight" in inspect.signature(theirs._backprop).parameters else []  # since 1.7

    def loss_and_slope():
        activations = [x, np.empty((7, 4)), np.empty((7, 3))]
        slopes = [np.empty_like(W) for W in theirs.coefs_], [np.empty_like(b) for b in theirs.intercepts_]
        deltas = [np.empty_like(a) for a in activations[1:]]
        loss, (dW, *_), _ = theirs._backprop(x, targets, *weights, theirs._forward_pass(activations), deltas, *slopes)
        return loss, dW

    numeric = central(lambda: loss_and_slope()[0], theirs.coefs_[0])
    np.testing.assert_allclose(loss_and_slope()[1], 3 * numeric, rtol=1e-6)

    objective = Objective(MLP((2, 4, 3), activation="tanh"), "squared_error")
    params = objective.mlp.init(seed=0, dtype="float64")
    numeric = central(lambda: float(objective(params, x, targets)), params[0].W)
    np.testing.assert_allclose(objective.gradients(params, x, targets)[0].W, numeric, rtol=1e-6)


def central(loss, W, step=1e-5):
    """Central differences of a loss by each entry of W, which it reads."""
    slope = np.empty_like(W)
    for at in np.ndindex(W.shape):
        kept, values = W[at], []
        for W[at] in (kept + step, kept - step):
            values.append(loss())
        W[at], slope[at] = kept, (values[0] - values[1]) / (2 * step)
    return slope


def test_several_numbers_a_sample():
    x = np.random.default_rng(0).normal(size=(300, 2))
    targets = np.column_stack([x[:, 0] * x[:, 1], 1000 * x[:, 0] + 5000, -x[:, 1]])
    model = regressor(hidden=32, epochs=150).fit(x, targets)
    assert model.predict(x[:5]).shape == (5, 3)
    assert model.score(x, targets) > 0.97


def test_several_labels_a_sample():
    x, labels = make_multilabel_classification(200, n_features=8, n_classes=3, random_state=0)
    model = classifier(epochs=150).fit(x, labels)
    assert_array_equal(model.classes_, [0, 1, 2])
    assert model.predict_proba(x).shape == (200, 3)
    assert model.score(x, labels) == np.mean((model.predict(x) == labels).all(axis=1)) > 0.8
    parts = classifier().partial_fit(x, labels, classes=[0, 1, 2])
    assert_same(parts, classifier(epochs=1).fit(x, labels))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_probabilities_of_several_labels_are_never_0_or_1(dtype):
    """As scikit-learn's check of them wants it, however large the logits are."""
    x, labels = make_multilabel_classification(200, n_features=8, n_classes=3, random_state=0)
    model = classifier(dtype=dtype, doctor="off").fit(x, labels)
    model.model_.params[-1].W[...] *= 1e5
    assert {0.0, 1.0} <= set(model.model_.predict_proba(x).flat)
    found = model.predict_proba(x)
    assert found.dtype == dtype and found.min() > 0 and found.max() < 1
    assert_array_equal(found > 0.5, model.predict(x))


# Weights


@pytest.mark.parametrize("make", [classifier, regressor])
def test_a_weight_is_a_number_of_repetitions(make):
    x, y = (X, Y) if make is classifier else NUMBERS
    weights = np.random.default_rng(0).integers(0, 4, len(y))
    options = {"batch_size": None, "epochs": 20, "doctor": "off"}
    weighted = make(**options).fit(x, y, 5.0 * weights)  # of which the ratios matter alone
    repeated = make(**options).fit(np.repeat(x, weights, axis=0), np.repeat(y, weights))
    np.testing.assert_allclose(weighted.history_.loss, repeated.history_.loss, rtol=1e-9)
    for a, b in zip(weights_of(weighted), weights_of(repeated), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)


def test_a_class_weighs_as_all_its_samples():
    table = {0: 1.0, 1: 3.0, 2: 0.5}
    by_class = classifier(class_weight=table, epochs=5).fit(X, Y)
    assert_same(by_class, classifier(epochs=5).fit(X, Y, [table[label] for label in Y]))
    rare = np.concatenate([np.flatnonzero(Y == 1)[:8], np.flatnonzero(Y == 2)])
    balanced = classifier(class_weight="balanced", epochs=5).fit(X[rare], Y[rare])
    assert_same(balanced, classifier(epochs=5, class_weight={1: 58 / 16, 2: 58 / 100}).fit(X[rare], Y[rare]))


# What it keeps, and what it refuses


def test_classes_come_back_as_they_were():
    for labels in (np.array(["no", "yes", "perhaps"])[Y], pandas.Series(["a", "b", "c"])[Y], Y == 1, Y * 10 - 5):
        model = classifier(epochs=60).fit(X, labels)
        assert_array_equal(model.classes_, np.unique(labels))
        assert np.mean(model.predict(X) == np.asarray(labels)) > 0.9
        assert set(np.unique(model.predict(X))) <= set(labels)


def test_the_model_is_xnns_own(tmp_path):
    model = classifier().fit(X, np.array(["no", "yes", "perhaps"])[Y])
    model.model_.save(tmp_path / "iris.safetensors")
    assert_array_equal(xnn.load(tmp_path / "iris.safetensors").predict(X), model.predict(X))
    assert len(model.history_.loss) == 40


def test_it_is_what_train_makes():
    ours = classifier(dtype="float32").fit(X, Y)
    result = xnn.train(X, Y, **SMALL, epochs=40, batch_size=32, validation=None, progress=False)
    assert ours.history_.loss == result.history.loss


def test_numpys_generator_seeds_it():
    seeds = [classifier(epochs=1, random_state=np.random.RandomState(1)).fit(X, Y) for _ in range(2)]
    assert_same(*seeds)
    assert seeds[0].history_.loss != classifier(epochs=1).fit(X, Y).history_.loss
    np.random.seed(0)  # what scikit-learn's None draws from
    assert classifier(epochs=1, random_state=None).fit(X, Y).n_iter_ == 1


@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (lambda: classifier(activation="rleu").fit(X, Y), UnknownNameError, "Did you mean 'relu'"),
        (lambda: classifier(epochs=0).fit(X, Y), OptionError, "epochs must be a whole number, at least 1, got 0"),
        (lambda: classifier(random_state=-1).fit(X, Y), OptionError, "seed must be a whole number"),
        (lambda: classifier().fit(X, Y, Y[:3]), ShapeError, "sample_weight must have one entry a sample"),
        (lambda: classifier().fit(X, Y, 0 * Y), DataError, "sample_weight must not be negative, nor all zero"),
        (lambda: classifier(class_weight={7: 1.0}).fit(X, Y), OptionError, "names 7, which is not among the classes"),
        (lambda: classifier().fit(X, 0 * Y), DataError, "y holds one class only"),
        (lambda: classifier().fit(X, Y + 0.5), ValueError, "Unknown label type: continuous"),
        (lambda: classifier().fit(X * np.nan, Y), ValueError, "Input X contains NaN"),
        (lambda: regressor().fit(X, Y.astype(str)), DtypeError, "y must hold numbers, got strings"),
        (lambda: classifier(warm_start=True, epochs=None).fit(X, Y), OptionError, "give epochs=20"),
        (lambda: classifier().partial_fit(X, Y), OptionError, "classes must be given in the first call"),
        (lambda: classifier().partial_fit(X, Y, [0, 1]), LabelError, "y holds 2 in row 100, which is none of the"),
        (
            lambda: classifier().partial_fit(X, Y, [0, 1, 2]).partial_fit(X, Y, [0, 1]),
            OptionError,
            "classes are [0, 1, 2] since the first call, got [0, 1]",
        ),
        (lambda: classifier(class_weight="balanced").partial_fit(X, Y, [0, 1, 2]), OptionError, "give partial_fit a"),
        (lambda: classifier().predict(X), NotFittedError, "not fitted yet"),
        (lambda: classifier().fit(X, Y).predict(X[:, :2]), ValueError, "X has 2 features, but MLPClassifier is"),
    ],
)  # fmt: skip
def test_what_is_refused(ask, error, sentence):
    with pytest.raises(error) as raised:
        ask()
    assert sentence in str(raised.value)


def test_a_network_of_unregistered_parts_says_what_to_do_where_it_is_pickled():
    class Cube(xnn.nn.Activation):
        def forward(self, z):
            return z**3

        def backward(self, dy, z, y):
            return 3 * z**2 * dy

    with pytest.raises(XnnError, match="register"):
        pickle.dumps(classifier(activation=Cube(), epochs=1, learning_rate=1e-4, optimizer="sgd").fit(X, Y))


def test_held_out_rows_are_measured_and_end_training():
    parts = train_test_split(X, Y, random_state=0)
    model = classifier(validation=0.2, patience=3, epochs=400).fit(parts[0], parts[2])
    assert len(model.history_.validation_loss) == model.n_iter_ < 400
    assert model.score(parts[1], parts[3]) > 0.9
