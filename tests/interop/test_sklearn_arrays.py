"""Arrays of every library in an estimator: trained where they are, and answered in kind."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from xnn.backends import backend_of
from xnn.errors import DataError
from xnn.interop.sklearn import MLPClassifier, MLPRegressor

X, Y = load_iris(return_X_y=True)
CLOSE = {"float32": {"rtol": 1e-3, "atol": 1e-5}, "float64": {"rtol": 1e-9, "atol": 1e-11}}  # after five epochs
OPTIONS = {"hidden": 8, "epochs": 5, "batch_size": 50, "doctor": "off"}

pytestmark = pytest.mark.libs("numpy", "array_api_strict", "torch", "jax", "cupy")


def is_there(lib, array):
    return backend_of(array) is lib.place.backend and array.device == lib.array(0.0).device


def test_classes_of_numbers_and_of_text(lib, dtype):
    x = lib.array(X)
    model = MLPClassifier(**OPTIONS).fit(x, lib.array(Y))
    assert (model.model_.place.backend.name, model.model_.place.dtype) == (lib.name, dtype)
    found, shares = model.predict(x), model.predict_proba(x)
    assert is_there(lib, found)
    assert is_there(lib, shares)
    judge = MLPClassifier(**OPTIONS, dtype=dtype).fit(X.astype(dtype), Y)
    lib.assert_close(shares, judge.predict_proba(X.astype(dtype)), **CLOSE[dtype])
    assert model.score(x, lib.array(Y)) == np.mean(lib.host(found) == Y)
    names = np.array(["no", "yes", "perhaps"])
    told = MLPClassifier(**OPTIONS).fit(x, names[Y]).predict(x)
    assert set(told) <= set(names)


def test_numbers(lib, dtype):
    features, numbers = load_diabetes(return_X_y=True)
    x = lib.array(features)
    model = MLPRegressor(**OPTIONS).fit(x, lib.array(numbers), lib.array(np.linspace(1.0, 2.0, 442)))
    assert is_there(lib, model.predict(x))
    assert model.predict(x).dtype == x.dtype
    assert isinstance(model.predict(features), np.ndarray)  # and NumPy's array is answered in kind
    assert isinstance(model.score(x, lib.array(numbers)), float)


def test_where_dispatch_is_on_an_array_of_another_library_is_refused(lib):
    if lib.name == "numpy":
        pytest.skip("it is the other library")
    model = MLPClassifier(**OPTIONS).fit(lib.array(X), lib.array(Y))
    from xnn.interop import estimator

    with pytest.MonkeyPatch.context() as patch:  # scikit-learn's own switch wants SciPy imported for it
        patch.setattr(estimator, "get_config", lambda: {"array_api_dispatch": True})
        with pytest.raises(DataError, match=r"predict\(\) must use the same namespace and device as fit"):
            model.predict(X)
