"""Data as they come: lists, data frames, arrays of every library, files bigger than memory; and their scaling."""

import tracemalloc

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import xnn
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit, same_weights
from xnn.errors import NotFiniteError
from xnn.training.scaling import Scaling

X, Y = blobs()


def test_lists_are_arrays():
    assert same_weights(fit(X.tolist(), Y.tolist()), fit(X, Y))
    model = fit(X, Y).model
    assert_array_equal(model.predict(X.tolist()), model.predict(X))


def test_arrays_of_every_library(lib):
    """Training happens where X is, and every library's arrays may be predicted from."""
    result = fit(lib.array(X), lib.array(Y), dtype="float64", batch_size=27, sample_weight=lib.array(numpy.ones(60)))
    model = result.model
    assert model.place.backend.name == lib.name
    assert model.place.device == lib.place.device
    for p in xnn.nn.leaves(model.params):
        assert xnn.backends()[lib.name].available
        assert type(p) is type(lib.array([1.0]))
    there = fit(X, Y, dtype="float64", batch_size=27)
    assert_allclose(result.history.loss, there.history.loss, rtol=1e-10)
    assert_array_equal(there.model.predict(lib.array(X)), there.model.predict(X))
    assert isinstance(model.predict(lib.array(X)), numpy.ndarray)
    assert model.score(lib.array(X), lib.array(Y)) == there.model.score(X, Y)


def test_the_backend_that_is_named_wins_over_the_arrays(torch):
    model = fit(torch.asarray(X), torch.asarray(Y), backend="numpy").model
    assert model.place.backend.name == "numpy"
    with_gradient = torch.asarray(X).requires_grad_()
    assert_array_equal(model.predict(with_gradient), model.predict(X))


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "uint8", "int64", "bool"])
def test_numbers_of_every_type(dtype):
    data = (X > 0).astype(dtype) if dtype == "bool" else numpy.abs(X).astype(dtype)
    a, b = fit(data, Y), fit(data.astype("float64"), Y)
    assert_allclose(a.history.loss, b.history.loss, rtol=1e-5)


def test_frames_keep_their_columns():
    frame = pandas.DataFrame(X, columns=["a", "b", "c", 4])
    frame["a"] = frame["a"].astype(int)
    frame["b"] = frame["b"] > 0
    result = fit(frame, pandas.Series(Y), dtype="float64")
    assert result.model.feature_names == ("a", "b", "c", "4")
    assert same_weights(result, fit(frame.to_numpy(dtype=float), Y, dtype="float64"))
    assert_array_equal(result.model.predict(frame), result.model.predict(frame.to_numpy(dtype=float)))
    assert fit(X, Y).model.feature_names is None
    assert fit(X, Y, validation=(pandas.DataFrame(X), Y)).validation_samples == 60


# Files. Weights of a run on a file are those of a run on the same array in memory.
@pytest.fixture(params=["float32", "uint8"])
def file(request, tmp_path):
    """A memmap of 60 samples, and the same in memory."""
    data = numpy.abs(10 * X).astype(request.param)
    path = tmp_path / "X.dat"
    data.tofile(path)
    return numpy.memmap(path, dtype=request.param, mode="r", shape=X.shape), data


@pytest.mark.parametrize("options", [{}, {"validation": None}, {"scale": None}, {"batch_size": 7, "dropout": 0.2}])
def test_a_file_is_trained_on_as_if_it_were_in_memory(file, options):
    mapped, data = file
    a, b = fit(mapped, Y, **options), fit(data, Y, **options)
    assert same_weights(a, b)
    assert a.history.loss == b.history.loss
    assert_allclose(a.history.validation_loss, b.history.validation_loss, rtol=1e-6)
    assert_array_equal(a.model.predict(mapped), b.model.predict(data))
    given = fit(mapped, Y, validation=(mapped, Y))
    expected = fit(data, Y, validation=(data, Y))
    assert_allclose(given.history.validation_loss, expected.history.validation_loss, rtol=1e-6)


@pytest.mark.parametrize(("dtype", "samples"), [("float32", 40_000), ("uint8", 160_000)])
def test_only_batches_of_a_file_are_copied(tmp_path, dtype, samples):
    features, bound = 256, 24e6
    mapped = numpy.memmap(tmp_path / "X.dat", dtype=dtype, mode="w+", shape=(samples, features))
    mapped[:, :3] = numpy.random.default_rng(0).integers(0, 200, size=(samples, 3))
    y = (mapped[:, 0] > 100).astype(numpy.uint8)
    assert mapped.nbytes > 1.5 * bound
    tracemalloc.start()
    result = xnn.train(mapped, y, hidden=4, epochs=1, batch_size=512, progress=False, scale="standard")
    result.model.predict(mapped)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < bound
    assert result.validation_samples == samples // 10


@pytest.mark.parametrize("options", [{}, {"scale": None}, {"scale": None, "validation": None}])
@pytest.mark.parametrize("value", [numpy.nan, numpy.inf, -numpy.inf])
def test_a_file_that_is_not_finite_is_refused_with_its_row(tmp_path, monkeypatch, value, options):
    monkeypatch.setattr("xnn.training.model._MOST_ROWS", 16)
    mapped = numpy.memmap(tmp_path / "X.dat", dtype="float32", mode="w+", shape=X.shape)
    mapped[...] = X
    model = fit(mapped, Y).model
    mapped[37, 2] = value
    with refuses(NotFiniteError, "X", "row 37"):
        fit(mapped, Y, **options)
    with refuses(NotFiniteError, "X", "row 37"):
        fit(X, Y, validation=(mapped, Y))
    with refuses(NotFiniteError, "X", "row 37"):
        model.predict(mapped)


# Scaling
SCALED = {
    "standard": (lambda x: (x - x.mean(axis=0)) / x.std(axis=0)),
    "common": (lambda x: (x - x.mean()) / x.std()),
    None: (lambda x: x),
}


@pytest.mark.parametrize("kind", SCALED)
@pytest.mark.parametrize("rows", [None, numpy.array([5, 3, 17, 40, 41])])
def test_scaling_is_mean_and_deviation(kind, rows, monkeypatch):
    monkeypatch.setattr("xnn.training.scaling._ENTRIES", 28)  # chunks of 7 rows, the last one smaller
    scaling = Scaling.fit(X, kind, rows)
    chosen = X if rows is None else X[rows]
    assert_allclose(scaling.apply(chosen), SCALED[kind](chosen), rtol=1e-12, atol=1e-12)
    assert_allclose(scaling.undo(scaling.apply(X)), X, rtol=1e-12, atol=1e-12)
    assert_array_equal(scaling.apply(X), (X - scaling.shift) / scaling.scale)


@given(offset=st.floats(-1e6, 1e6), size=st.integers(1, 50), entries=st.integers(1, 40), seed=st.integers(0, 99))
def test_scaling_is_the_same_in_chunks_of_any_size(offset, size, entries, seed):
    data = offset + numpy.random.default_rng(seed).normal(size=(size, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xnn.training.scaling._ENTRIES", entries)
        scaling = Scaling.fit(data, "standard")
    assert_allclose(scaling.shift, data.mean(axis=0), rtol=1e-12, atol=1e-12)
    clear = data.std(axis=0) > 2e-7 * abs(offset)  # what varies by less counts as constant
    assert_allclose(scaling.scale[clear], data.std(axis=0)[clear], rtol=1e-6)
    if size == 1:
        assert_array_equal(scaling.scale, numpy.ones(3))


PIXELS = numpy.random.default_rng(0).integers(0, 256, size=(50, 16))
AUTO = {
    "pixels": (PIXELS, "common"),
    "pixels with a black rim": (
        numpy.pad(PIXELS, ((0, 0), (4, 4))),
        "common",
    ),
    "columns of their own": (X * numpy.array([1.0, 100.0, 1e4, 1e-3]), "standard"),
    "one column": (X[:, :1], "standard"),
}


@pytest.mark.parametrize("name", AUTO)
def test_auto_is_common_for_pixels_and_standard_for_columns(name):
    data, kind = AUTO[name]
    auto, expected = Scaling.fit(data, "auto"), Scaling.fit(data, kind)
    assert_array_equal(auto.shift, expected.shift)
    assert_array_equal(auto.scale, expected.scale)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e8])
def test_a_constant_feature_becomes_zero(value):
    data = numpy.column_stack([X, numpy.full(60, value)])
    scaled = Scaling.fit(data, "standard").apply(data)
    assert_allclose(scaled[:, -1], 0.0, atol=1e-6)
    assert numpy.isfinite(fit(data, Y).history.loss).all()


@pytest.mark.parametrize("kind", ["standard", "common", "auto"])
def test_a_weight_counts_as_so_many_rows(kind):
    data, rows = numpy.random.default_rng(0).normal(3.0, [1.0, 2.0, 0.1], (9, 3)), numpy.array([1, 2, 4, 5, 8])
    data[2] = 1e6  # of no weight, and so of no matter
    weights = numpy.array([5, 2, 0, 5, 1, 3, 5, 5, 2])
    found = Scaling.fit(data, kind, rows, weights=weights.astype(float))
    expected = Scaling.fit(numpy.repeat(data[rows], weights[rows], axis=0), kind)
    numpy.testing.assert_allclose(found.shift, expected.shift, rtol=1e-12)
    numpy.testing.assert_allclose(found.scale, expected.scale, rtol=1e-12)
    assert Scaling.fit(data, kind, numpy.array([2]), weights=weights.astype(float)).is_none


def test_scale_none_leaves_inputs_and_targets():
    inputs, y = curve()
    model = fit(inputs, y, scale=None, learning_rate=1e-9).model
    assert model.scaling.is_none
    assert model.task.scaling.is_none
