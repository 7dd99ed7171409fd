"""SciPy's optimizers on xnn's losses: where they end, what they tell on the way, and what is refused."""

import math

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose

import xnn
from xnn.backends import backend_of
from xnn.errors import CallbackError, DtypeError, LabelError, NotFiniteError, OptionError, ShapeError, UnknownNameError
from xnn.interop.scipy import METHODS, minimize
from xnn.nn import MLP, Objective, Penalty
from xnn.training import EarlyStopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
TARGETS = X @ np.array([[1.0, -1.0], [2.0, 0.5], [0.0, 3.0]]) + np.array([0.5, -0.5]) + 0.1 * RNG.normal(size=(40, 2))
LINEAR = Objective(MLP((3, 2)), "squared_error", Penalty(l2=0.2))
WEIGHTS = RNG.uniform(0.5, 2.0, 40)


def ridge(weights):
    """The minimum in closed form: of mean w |x W + b - t|^2 + 0.1 |W|^2, without a penalty on b."""
    x = np.column_stack([X, np.ones(40)])
    normal = x.T @ (weights[:, None] * x) / 40 + 0.1 * np.diag([1.0, 1.0, 1.0, 0.0])
    return np.linalg.solve(normal, x.T @ (weights[:, None] * TARGETS) / 40)


@pytest.mark.host
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
def test_each_method_finds_the_minimum_that_is_known(method, weights):
    found = minimize(LINEAR, X, TARGETS, method, sample_weight=weights)
    expected = ridge(np.ones(40) if weights is None else weights)
    assert found.converged, found.message
    assert_allclose(found.params[0].W, expected[:3], atol=1e-4)
    assert_allclose(found.params[0].b, expected[3], atol=1e-4)
    assert found.model is None
    assert found.loss == found.history.loss[-1] == pytest.approx(found.found.fun)
    assert len(found.history.loss) == len(found.history.seconds) == found.found.nit
    assert sorted(found.history.loss, reverse=True) == found.history.loss
    assert str(found).startswith(f"converged after {found.found.nit} iterations, loss ")


@pytest.mark.host
def test_it_is_what_scipy_finds_with_the_same_function():
    objective = Objective(MLP((3, 4, 2), activation="tanh"), "squared_error")
    begin = objective.mlp.init(seed=3, dtype="float64")

    def function(vector):
        params = xnn.nn.unravel(vector, begin)
        return float(objective(params, X, TARGETS)), xnn.nn.ravel(objective.gradients(params, X, TARGETS))

    judge = scipy.optimize.minimize(function, xnn.nn.ravel(begin), jac=True, method="CG", options={"maxiter": 7})
    found = minimize(objective, X, TARGETS, "cg", params=begin, epochs=7)
    assert_allclose(xnn.nn.ravel(found.params), judge.x, rtol=1e-12)
    assert not found.converged
    assert found.history.epochs == 7


def test_arrays_stay_where_they_are(lib, dtype):
    x, t = lib.array(X), lib.array(TARGETS)
    begin = LINEAR.mlp.init(0, "zeros", lib.name, lib.place.backend.device_name(lib.place.device), dtype)
    found = minimize(LINEAR, x, t, params=begin, options={} if dtype == "float64" else {"ftol": 1e-7})
    lib.assert_close(found.params[0].W, ridge(np.ones(40))[:3], atol=1e-3)
    assert backend_of(minimize(LINEAR, x, t, epochs=1).params[0].b) is lib.place.backend


@pytest.mark.host
@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_a_model_is_trained_further_in_its_own_units(task):
    y = (
        np.array(["no", "yes", "perhaps"])[(X[:, 0] > 0) + 1 * (X[:, 1] > 0)]
        if task == "classes"
        else 1e4 + 1e3 * TARGETS
    )
    model = xnn.train(X, y, hidden=8, activation="tanh", l2=1e-4, epochs=1, dtype="float64", progress=False).model
    found = minimize(model, X, y, method="BFGS", epochs=300)
    assert found.history.loss[-1] < 0.1 * found.history.loss[0]
    assert found.model.score(X, y) > 0.97 > model.score(X, y)
    assert found.loss == pytest.approx(found.history.loss[-1])
    norms = sum(float(np.sum(layer.W**2)) for layer in found.params)
    encoded = model.task.encode(y)
    alone = model.task.loss(model.mlp(found.params, model.scaling.apply(X)), encoded)
    assert found.loss == pytest.approx(float(alone) + 0.5e-4 * norms)


@pytest.mark.host
def test_callbacks_see_each_iteration_and_may_end_it():
    losses = []

    def watch(run):
        losses.append((run.epoch, run.history.loss[-1], float(LINEAR(run.params, X, TARGETS))))
        if run.epoch == 3:
            run.stop("three are enough")

    found = minimize(LINEAR, X, TARGETS, "CG", callbacks=[watch])
    assert [epoch for epoch, *_ in losses] == [1, 2, 3]
    for _, told, computed in losses:
        assert told == pytest.approx(computed, rel=1e-12)
    assert (found.message, found.history.epochs, found.converged) == ("three are enough", 3, False)
    assert float(LINEAR(found.params, X, TARGETS)) == pytest.approx(losses[-1][1], rel=1e-12)
    patient = minimize(LINEAR, X, TARGETS, callbacks=[EarlyStopping(patience=1)])
    assert patient.loss == min(patient.history.loss)

    def broken(run):
        raise ZeroDivisionError

    with pytest.raises(CallbackError, match="callback 'broken' raised ZeroDivisionError in epoch 1"):
        minimize(LINEAR, X, TARGETS, callbacks=[broken])


@pytest.mark.host
@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (lambda: minimize(LINEAR, X, TARGETS, "LBFGS"), UnknownNameError, "Did you mean 'L-BFGS-B'"),
        (lambda: minimize(LINEAR, X, TARGETS, None), UnknownNameError, "unknown method None"),
        (lambda: minimize(LINEAR.mlp, X, TARGETS), OptionError, "got MLP: write Objective(mlp, loss)"),
        (lambda: minimize(LINEAR, X[:, :2], TARGETS), ShapeError, "X must have 3 features"),
        (lambda: minimize(LINEAR, X, TARGETS[:, 0]), ShapeError, "targets must have the shape of the outputs"),
        (lambda: minimize(LINEAR, X, TARGETS[:5]), ShapeError, "y must have one entry a sample, 40"),
        (lambda: minimize(LINEAR, X, TARGETS.astype(str)), DtypeError, "number them"),
        (lambda: minimize(LINEAR, X * math.nan, TARGETS), NotFiniteError, "X must be finite"),
        (lambda: minimize(LINEAR, X, TARGETS, epochs=0), OptionError, "epochs must be a whole number, at least 1"),
        (
            lambda: minimize(LINEAR, X, TARGETS, sample_weight=-WEIGHTS),
            ValueError,
            "sample_weight must not be negative",
        ),
        (
            lambda: minimize(Objective(MLP((3, 2)), "softmax_cross_entropy"), X, np.arange(40) % 3),
            LabelError,
            "labels must lie in 0 ... 1",
        ),
    ],
)
def test_what_is_refused(ask, error, sentence):
    with pytest.raises(error) as raised:
        ask()
    assert sentence in str(raised.value)
