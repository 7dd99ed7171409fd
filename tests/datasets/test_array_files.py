import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xnn.datasets import load
from xnn.errors import DataError, FileError, OptionError, UnknownNameError, XnnError

pytestmark = pytest.mark.host

X = np.arange(6, dtype=np.float32).reshape(3, 2)
y = np.array([0, 1, 1])


@pytest.fixture
def npz(tmp_path):
    def write(**arrays):
        np.savez(tmp_path / "data.npz", **arrays)
        return tmp_path / "data.npz"

    return write


@pytest.fixture
def npy(tmp_path):
    def write(array):
        np.save(tmp_path / "data.npy", array)
        return tmp_path / "data.npy"

    return write


@pytest.mark.parametrize("target", [y, y.astype(float), np.array(["a", "b", "a"]), X])
def test_npz_is_kept_as_stored(npz, target):
    table = load(npz(X=X, y=target))
    np.testing.assert_array_equal(table.X, X)
    np.testing.assert_array_equal(table.y, target)
    assert (table.X.dtype, table.y.dtype) == (X.dtype, target.dtype)
    assert (table.features, table.target) == (None, "y")


def test_npz_target_by_name_and_features_only(npz):
    table = load(npz(X=X, labels=y), target="labels")
    assert (table.y.tolist(), table.target) == ([0, 1, 1], "labels")
    table = load(npz(X=X), features_only=True)
    assert table.X.tolist() == X.tolist() and table.y is None and table.target is None


@pytest.mark.parametrize("order", ["C", "F"])
def test_npz_stays_on_disk_where_it_is_asked_to(npz, tmp_path, monkeypatch, order):
    stored = np.asarray(np.random.default_rng(0).normal(size=(40, 3)), order=order)
    path = npz(other=np.arange(5), y=np.arange(40), X=stored)
    assert not isinstance(load(path, mapped=True).X, np.memmap)  # it is small
    monkeypatch.setattr("xnn.datasets.arrays._SMALL", 0)
    table = load(path, mapped=True)
    assert isinstance(table.X, np.memmap) and not table.X.flags.writeable
    np.testing.assert_array_equal(table.X, stored)
    np.testing.assert_array_equal(table.y, np.arange(40))
    assert not isinstance(load(path).X, np.memmap)
    np.savez_compressed(tmp_path / "small.npz", X=stored, y=np.arange(40))
    table = load(tmp_path / "small.npz", mapped=True)
    assert not isinstance(table.X, np.memmap)
    np.testing.assert_array_equal(table.X, stored)


def test_npz_that_stays_on_disk_must_have_an_x(npz):
    with pytest.raises(UnknownNameError, match="unknown array"):
        load(npz(y=y), mapped=True)


def test_nothing_is_left_out_of_arrays(npz, npy):
    for path in (npz(X=X, y=y), npy(X)):
        with pytest.raises(OptionError, match=r"drop=\[0\] needs a CSV file: store .* without these columns"):
            load(path, drop=[0])


@pytest.mark.parametrize(
    ("arrays", "arguments", "error", "words"),
    [
        ({"X": X}, {}, UnknownNameError, "unknown array of"),
        ({"X": X, "target": y}, {"target": "tarjet"}, UnknownNameError, "'tarjet'. Did you mean 'target'?"),
        ({"features": X, "y": y}, {}, UnknownNameError, "'X'"),
        ({"X": X, "y": y[:2]}, {}, DataError, "the shape (2,), but X has 3 rows: store one target for each"),
        ({"X": X, "y": np.array(1)}, {}, DataError, "the shape (), but X has 3 rows"),
        ({"X": X, "y": y + 1j}, {}, DataError, "the dtype complex128, but a target is numbers or text"),
        ({"X": X[None], "y": y}, {}, DataError, "the shape (1, 3, 2), but must have one row a sample"),
        ({"X": X[:0], "y": y[:0]}, {}, DataError, "the shape (0, 2), but must have one row a sample"),
        ({"X": X.astype(str), "y": y}, {}, DataError, "the dtype <U32, but features are numbers"),
        ({"X": X.astype(object), "y": y}, {}, FileError, "Python objects (a pickle), which could run code"),
        ({"X": X, "y": y.astype(object)}, {}, FileError, "Python objects (a pickle), which could run code"),
        ({"X": X}, {"features_only": ["age"]}, DataError, "no column names, so the column 'age' cannot be"),
    ],
)
def test_npz_that_cannot_be_used(npz, arrays, arguments, error, words):
    with pytest.raises(error) as caught:
        load(npz(**arrays), **arguments)
    assert words in str(caught.value)
    assert "data.npz" in str(caught.value)


def test_npy_stays_on_disk(npy):
    path = npy(X + 0.5)
    table = load(path)
    assert isinstance(table.X, np.memmap) and not table.X.flags.writeable
    assert table.X.tolist() == [[0.5], [2.5], [4.5]]
    assert table.y.tolist() == [1.5, 3.5, 5.5] and table.y.dtype == np.float32
    assert not isinstance(table.y, np.memmap)
    first = load(path, target="0")
    assert isinstance(first.X, np.memmap) and first.X.tolist() == [[1.5], [3.5], [5.5]]
    alone = load(path, features_only=True)
    assert isinstance(alone.X, np.memmap) and alone.X.shape == (3, 2) and alone.y is None


def test_npy_target_within(npy):
    table = load(npy(np.array([[1.5, 2, 3.5], [4.5, 5, 6.5]])), target=-2)
    assert table.X.tolist() == [[1.5, 3.5], [4.5, 6.5]]
    assert table.y.tolist() == [2, 5] and table.y.dtype == np.int64


def test_npy_with_missing_targets_stays_float(npy):
    assert load(npy(np.array([[1, np.nan], [1, 2]]))).y.dtype == np.float64


@pytest.mark.parametrize(
    ("array", "arguments", "error", "words"),
    [
        (X[0], {}, DataError, "the shape (2,), but must have one row a sample and one column a feature"),
        (X[:, :1], {}, DataError, "has one column only, the target"),
        (X.astype(complex), {}, DataError, "the dtype complex128, but features are numbers"),
        (np.zeros(3, [("a", float), ("b", int)]), {}, DataError, "but features are numbers"),
        (X.astype(object), {}, FileError, "Python objects (a pickle), which could run code and are never"),
        (
            X,
            {"target": "age"},
            DataError,
            "no column names, so none is called 'age': give it as a number",
        ),
        (X, {"target": 2}, OptionError, "target must be from -2 to 1"),
        (X, {"features_only": ["age"]}, DataError, "no column names, so the column 'age' cannot be found"),
    ],
)
def test_npy_that_cannot_be_used(npy, array, arguments, error, words):
    with pytest.raises(error) as caught:
        load(npy(array), **arguments)
    assert words in str(caught.value)
    assert "data.npy" in str(caught.value)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
@pytest.mark.parametrize("content", [pickle.dumps(X), b"", b"a,b\n1,2\n"])
def test_another_format_under_the_suffix(tmp_path, suffix, content):
    path = tmp_path / f"data{suffix}"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"is not in the \.np. format: it starts with .*pickles are never"):
        load(path)


def test_npy_cut_short(npy):
    path = npy(X)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileError, match="is damaged or cut short"):
        load(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["npy", "npz"]), data=st.data())
def test_a_wrong_byte_gives_a_table_or_a_sentence(tmp_path, name, data):
    path = tmp_path / f"any.{name}"
    np.save(path, X) if name == "npy" else np.savez_compressed(path, X=X, y=y)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(place, len(content)))])
    try:
        assert load(path).X.shape[0] > 0
    except XnnError as error:
        assert str(path) in str(error)
