"""The table of features says of xnn and of scikit-learn what is found here: a row, a function that tries both.

Keras and skorch are tried in files of their own, by ``nox -s peers``.
"""

import inspect
import pickle
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import xnn
from tests.docs.features import PAGE, Features, X, Y, rows, step_ratio, word
from xnn.errors import OptionError

pytest.importorskip("sklearn", reason="scikit-learn, which xnn is compared with, is not installed")
import sklearn.metrics
import sklearn.utils
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

SILENT = {"progress": False, "doctor": "off"}
QUIET = {**SILENT, "validation": None}
feature = Features()


def test_every_row_is_tried():
    assert list(rows()) == list(feature)
    assert all(len(cells) == 4 and all(cells) for cells in rows().values())


@pytest.mark.parametrize("name", feature)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_cells_are_what_is_found(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for cell, found in zip(rows()[name], feature[name](), strict=False):
        assert cell == word(found) or cell.partition(":")[0] == word(found)


def takes(function: Callable[..., object], option: str) -> bool:
    return option in inspect.signature(function).parameters


# --- gradients --------------------------------------------------------------------------------------------------------


@feature("names the wrong line of a gradient written by hand")
def wrong_line():
    def loss(w):
        return float(np.sum(w**3))

    def gradients(w):
        return 3 * w

    found = xnn.check_gradients(loss, gradients, np.array([0.5, 2.0])).findings
    line = any("return 3 * w" in str(finding) for finding in found)
    return line, any("check_grad" in name for name in vars(sklearn.utils))


@feature("says why a network does not learn")
def why():
    with warnings.catch_warnings(record=True) as ours:
        warnings.simplefilter("always")
        xnn.train(learning_rate=1e-9, epochs=20, progress=False)
    with warnings.catch_warnings(record=True) as theirs:
        warnings.simplefilter("always")
        MLPClassifier(learning_rate_init=1e-9, max_iter=20, n_iter_no_change=100).fit(X, Y)
    said = [str(warning.message) for warning in theirs if warning.category is ConvergenceWarning]
    only_that_it_ended = all("Maximum iterations" in each and "converged yet" in each for each in said)
    return any(warning.category is xnn.NotLearningWarning for warning in ours), not only_that_it_ended


@feature("derives gradients by itself")
def derives():
    class Cube(xnn.nn.Activation):
        def forward(self, z):
            return z**3

    try:
        xnn.train(X, Y, activation=Cube(), epochs=1, **QUIET)
    except (NotImplementedError, TypeError, xnn.XnnError):
        return False, False if own_activation_of_sklearn() is False else None
    return True, None


def own_activation_of_sklearn() -> bool:
    try:
        MLPClassifier(activation=np.tanh).fit(X, Y)
    except ValueError:
        return False
    return True


@feature("convolutions, recurrent layers, attention")
def other_layers():
    ours = any(word in name for name in xnn.nn.__all__ for word in ("Conv", "Recurrent", "LSTM", "Attention"))
    return ours, takes(MLPClassifier, "layers")


@feature("own activations and losses")
def own_parts():
    class Cube(xnn.nn.Activation):
        def forward(self, z):
            return z**3

        def backward(self, dy, z, y):
            return 3 * z**2 * dy

    class Wrong(Cube):
        def backward(self, dy, z, y):
            return 2 * z * dy

    xnn.training.register("cube", Cube)
    xnn.train(X, Y, activation="cube", epochs=1, **QUIET)
    with pytest.raises(OptionError, match="is not the derivative"):
        xnn.training.register("wrong", Wrong)
    return "with their derivative, which is checked", own_activation_of_sklearn()


# --- where it computes ------------------------------------------------------------------------------------------------


@feature("trains on NumPy without another framework")
def numpy_alone():
    import subprocess
    import sys

    def alone(statement):
        heavy = "{'torch', 'jax', 'tensorflow', 'cupy'} & set(sys.modules)"
        code = f"import sys, numpy as np\nX = np.eye(20)\ny = np.arange(20) % 2\n{statement}\nprint(len({heavy}))"
        return subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True,
                              cwd=PAGE.parents[2], check=True).stdout == "0\n"  # fmt: skip

    ours = alone("import xnn; xnn.train(X, y, epochs=1, progress=False)")
    return ours, alone("from sklearn.neural_network import MLPClassifier as M; M(max_iter=1).fit(X, y)")


@feature("trains on a GPU")
def gpu():
    status = xnn.backends()
    for name in ("cupy", "torch", "jax"):
        device = next((device for device in status[name].devices if device.startswith("cuda")), None)
        if device is not None:
            assert xnn.train(X, Y, epochs=1, backend=name, device=device, **QUIET).history.epochs == 1
    return "CuPy, PyTorch or JAX" if {"cupy", "torch", "jax"} <= set(status) else False, takes(MLPClassifier, "device")


# --- going on ---------------------------------------------------------------------------------------------------------


@feature("goes on as if it had not stopped: 10 + 10 epochs are 20")
def goes_on():
    whole = xnn.train(X, Y, epochs=20, **QUIET).model
    halves = xnn.train(X, Y, epochs=10, **QUIET).resume(10, progress=False, doctor="off").model
    ours = np.array_equal(whole.outputs(X), halves.outputs(X))
    # One batch, so that no shuffle makes the difference.
    options = {"batch_size": len(X), "shuffle": False, "random_state": 0, "n_iter_no_change": 100}
    theirs = MLPClassifier(max_iter=20, **options).fit(X, Y)
    twice = MLPClassifier(max_iter=10, warm_start=True, **options).fit(X, Y).fit(X, Y)
    return ours, np.allclose(theirs.predict_proba(X), twice.predict_proba(X), rtol=0, atol=1e-6)


@feature("resumes a run from a file to the same bits")
def resumes():
    whole = xnn.train(X, Y, epochs=4, **QUIET).model
    xnn.train(X, Y, epochs=2, checkpoint="run.safetensors", **QUIET)
    rest = xnn.train(X, Y, epochs=4, checkpoint="run.safetensors", resume=True, **QUIET).model
    return np.array_equal(whole.outputs(X), rest.outputs(X)), takes(MLPClassifier, "checkpoint")


@feature("saves a model without pickle")
def saves():
    model = xnn.train(X, Y, epochs=1, **QUIET).model
    model.save("m.safetensors")
    loaded = xnn.load("m.safetensors")
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(Path("m.safetensors").read_bytes())
    return np.array_equal(loaded.outputs(X), model.outputs(X)), hasattr(MLPClassifier, "save")


# --- what is learnt ---------------------------------------------------------------------------------------------------


@feature("several outputs: the loss that is reported has the gradient that is followed")
def several_outputs():
    """A small step of gradient descent lowers the loss as its gradient says."""
    rng = np.random.default_rng(0)
    x, t, rate = rng.normal(size=(20, 2)), rng.normal(size=(20, 3)), 1e-4

    result = xnn.train(x, t, task="regression", hidden=4, activation="tanh", loss="squared_error", optimizer="sgd",
                       learning_rate=rate, batch_size=None, scale=None, dtype="float64", epochs=1, **QUIET)  # fmt: skip
    weights = []
    for _ in range(2):
        weights.append([array.copy() for layer in result.model.host_params() for array in layer])
        result = result.resume(1, progress=False, doctor="off")
    ours = step_ratio(weights, result.history.loss, rate)

    theirs = MLPRegressor(
        hidden_layer_sizes=4, activation="tanh", solver="sgd", learning_rate_init=rate, momentum=0.0, alpha=0.0,
        batch_size=20, random_state=0,
    )  # fmt: skip
    weights = []
    theirs.partial_fit(x, t)
    for _ in range(2):
        weights.append([array.copy() for array in theirs.coefs_ + theirs.intercepts_])
        theirs.partial_fit(x, t)
    other = step_ratio(weights, theirs.loss_curve_, rate)
    assert other == pytest.approx(1, rel=0.01) or other == pytest.approx(3, rel=0.01)  # the outputs
    return ours == pytest.approx(1, rel=0.01), other == pytest.approx(1, rel=0.01)


@feature("class weights")
def class_weights():
    plain, heavy = (
        xnn.train(X, Y, class_weight=weight, epochs=20, learning_rate=0.01, **QUIET).model.predict(X).mean()
        for weight in (None, {0: 1.0, 1: 100.0})
    )
    return bool(heavy > plain), takes(MLPClassifier, "class_weight")


@feature("sample weights")
def sample_weights():
    nothing = np.where(Y == 1, 1e-6, 1.0)
    ours = not xnn.train(X, Y, sample_weight=nothing, epochs=20, **QUIET).model.predict(X).any()
    new = tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 7)
    return ours, "from 1.7" if takes(MLPClassifier.fit, "sample_weight") == new else None


@feature("dropout")
def dropout():
    none, some = (xnn.train(X, Y, dropout=share, epochs=1, **QUIET).model.outputs(X) for share in (0.0, 0.5))
    return not np.array_equal(none, some), takes(MLPClassifier, "dropout")


@feature("schedules of the learning rate")
def schedules():
    for optimizer in xnn.optimizers.OPTIMIZERS:
        rates = xnn.train(X, Y, optimizer=optimizer, schedule="cosine", epochs=3, **QUIET).history.learning_rate
        assert rates[0] > rates[1] > rates[2]
    with_adam, with_sgd = (
        [MLPClassifier(solver=solver, learning_rate=kind, max_iter=5, random_state=0).fit(X, Y).coefs_[0]
         for kind in ("constant", "invscaling")]
        for solver in ("adam", "sgd")
    )  # fmt: skip
    alone = np.array_equal(*with_adam) and not np.array_equal(*with_sgd)
    return "with every optimizer", "with SGD alone" if alone else None


@feature("stops early and keeps the best weights")
def stops_early():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 2, 200)
    x = rng.normal(size=(200, 5))
    result = xnn.train(x, noise, validation=0.2, patience=3, epochs=200, learning_rate=0.01, **SILENT)
    best = int(np.argmin(result.history.validation_loss)) + 1
    ours = result.kept_epoch == best < result.history.epochs < 200
    theirs = MLPClassifier(early_stopping=True, n_iter_no_change=3, max_iter=200, random_state=0).fit(x, noise)
    return ours, theirs.n_iter_ < 200 and theirs.best_validation_score_ == max(theirs.validation_scores_)


@feature("standardizes its inputs by itself")
def standardizes():
    both = (X, 1000 * X + 7)
    options = {"epochs": 5, "dtype": "float64", "scale": "standard", **QUIET}
    ours = [xnn.train(x, Y, **options).model.outputs(x) for x in both]
    theirs = [MLPClassifier(max_iter=5, random_state=0).fit(x, Y).predict_proba(x) for x in both]
    return np.allclose(*ours, atol=1e-4), np.allclose(*theirs, atol=1e-4)


@feature("takes tables as they come, with text and gaps")
def whole_tables():
    pandas = pytest.importorskip("pandas")
    words = np.where(Y == 1, "yes, on a Monday", "no")
    frame = pandas.DataFrame({"word": words, "number": np.where(np.arange(len(Y)) % 7, X[:, 0], np.nan)})
    model = xnn.train(frame, Y, epochs=40, learning_rate=0.01, **QUIET).model
    try:
        MLPClassifier(max_iter=1).fit(frame, Y)
    except ValueError:
        theirs = False
    else:
        theirs = True
    return model.score(frame, Y) > 0.95, theirs


@feature("measures all samples together after each epoch, such as ROC AUC")
def whole_set():
    """An AUC of a part, or a mean of those of batches, is another number."""
    result = xnn.train(X, Y, metrics=["roc_auc"], epochs=3, batch_size=8, **QUIET)
    kept = result.history.metrics["roc_auc"]
    probabilities = result.model.predict_proba(X)[:, 1]
    ours = len(kept) == 3 and kept[-1] == pytest.approx(sklearn.metrics.roc_auc_score(Y, probabilities), abs=1e-6)
    return ours, takes(MLPClassifier, "metrics") or takes(MLPClassifier, "scoring")


# --- beside others ----------------------------------------------------------------------------------------------------


@feature("estimators for pipelines and searches")
def estimators():
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from xnn.interop.sklearn import MLPClassifier as Ours

    def searched(estimator, option, values):
        pipe = make_pipeline(StandardScaler(), estimator)
        name = f"{type(estimator).__name__.lower()}__{option}"
        return GridSearchCV(pipe, {name: values}, cv=2).fit(X, Y).best_params_[name] in values

    theirs = searched(MLPClassifier(max_iter=2), "alpha", [0.0, 0.1])
    return searched(Ours(epochs=2, hidden=4), "l2", [0.0, 0.1]), theirs


@feature("computes where the arrays of PyTorch or JAX are")
def arrays():
    ours = True
    for name, module in (("torch", "torch"), ("jax", "jax.numpy")):
        if xnn.backends()[name].available:
            asarray = pytest.importorskip(module).asarray
            ours &= xnn.train(asarray(X), asarray(Y), epochs=1, **QUIET).model.place.backend.name == name
    return ours, MLPClassifier().__sklearn_tags__().array_api_support


@feature("trains by SciPy's or another second-order optimizer")
def second_order():
    scipy = pytest.importorskip("xnn.interop.scipy")
    pytest.importorskip("scipy")
    found = scipy.minimize(xnn.train(X, Y, epochs=1, **QUIET).model, X, Y, method="CG", epochs=3).history.epochs > 0
    theirs = MLPClassifier(solver="lbfgs", max_iter=5).fit(X, Y)
    return found, "L-BFGS" if theirs.n_iter_ > 0 else None


@feature("writes ONNX")
def onnx():
    if find_spec("onnx") is None:
        return True, hasattr(MLPClassifier, "export")
    from xnn.interop.onnx import export

    export(xnn.train(X, Y, epochs=1, **QUIET).model, "m.onnx")
    return Path("m.onnx").stat().st_size > 0, hasattr(MLPClassifier, "export")


@feature("draws what was learnt")
def draws():
    pytest.importorskip("matplotlib")
    ax = xnn.plots.confusion_matrix(xnn.train(X, Y, epochs=1, **QUIET), X, Y)
    named = hasattr(sklearn.metrics, "ConfusionMatrixDisplay")
    return type(ax).__name__ == "Axes", "classes" if named else False


@feature("a progress bar")
def progress():
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        xnn.train(X, Y, epochs=2, progress="bar", doctor="off")
    lines = io.StringIO()
    with contextlib.redirect_stdout(lines):
        MLPClassifier(max_iter=2, verbose=True).fit(X, Y)
    only_lines = lines.getvalue().startswith("Iteration 1, loss") and "\r" not in lines.getvalue()
    return "2/2" in said.getvalue(), not only_lines


@feature("a command line")
def command_line():
    return find_spec("xnn.__main__") is not None, find_spec("sklearn.__main__") is not None
