import numpy as np
import pytest

from xnn.datasets import Dataset, digits

pytestmark = pytest.mark.host


def test_shapes_dtypes_and_known_counts():
    X, y = digits()
    assert X.shape == (1797, 64) and X.dtype == np.float32
    assert y.shape == (1797,) and y.dtype == np.int64
    assert X.min() == 0 and X.max() == 16
    # counted in the published file, optdigits.tes
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert X.sum(dtype=np.float64) == 561718


def test_same_as_scikit_learn():
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    expected = sklearn_datasets.load_digits()
    X, y = digits()
    np.testing.assert_array_equal(X, expected.data)
    np.testing.assert_array_equal(y, expected.target)


def test_each_call_gives_arrays_of_its_own():
    digits().X[:] = -1
    assert digits().X.min() == 0


def test_repr_is_short():
    assert repr(digits()) == "Dataset(X=float32[1797, 64], y=int64[1797])"
    assert isinstance(digits(), Dataset)
