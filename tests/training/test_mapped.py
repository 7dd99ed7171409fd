"""Files bigger than memory: what was read is given back, and what is written to is not lost."""

import tracemalloc
from pathlib import Path

import numpy
import pytest
from numpy.testing import assert_array_equal

from tests.rig import refuses
from tests.training.problems import fit, same_weights
from xnn.backends import resolve
from xnn.datasets import Frame
from xnn.errors import NotFiniteError
from xnn.nn.checks import check_finite
from xnn.training.batches import Data
from xnn.training.columns import Encoding
from xnn.training.frames import columns_of
from xnn.training.mapped import release
from xnn.training.scaling import Scaling

STATUS = Path("/proc/self/status")


def of_files() -> int:
    """Return the bytes of files in this process's memory."""
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("RssFile")) * 1024


@pytest.fixture
def mapped(tmp_path):
    """Return a file of 32 MB of ones, mapped as asked for."""
    numpy.ones(2**23, "float32").tofile(tmp_path / "x.bin")
    return lambda mode: numpy.memmap(tmp_path / "x.bin", "float32", mode, shape=(2**15, 256))


def test_what_was_read_is_given_back(mapped):
    if not STATUS.exists():
        pytest.skip("only Linux tells how much of a file is in memory")
    x = mapped("r")
    assert float(x.sum()) == 2**23
    full = of_files()
    release(x)
    assert full - of_files() > 2**24
    assert float(x[-1, -1]) == 1.0


@pytest.mark.parametrize("mode", ["r+", "c"])
def test_what_was_written_is_kept(mapped, mode):
    x = mapped(mode)
    x[7] = 3.0
    release(x)
    assert_array_equal(x[7], numpy.full(256, 3.0, "float32"))


def test_arrays_of_memory_are_left_alone():
    x = numpy.arange(3.0)
    release(x)
    assert_array_equal(x, [0.0, 1.0, 2.0])


def test_training_reads_a_file_without_keeping_it(mapped):
    if not STATUS.exists():
        pytest.skip("only Linux tells how much of a file is in memory")
    x = mapped("r")
    before = of_files()
    y = numpy.arange(len(x)) % 2
    first = fit(x, y, epochs=1, batch_size=512, validation=None)
    assert of_files() - before < 2**23
    again = fit(numpy.array(x), y, epochs=1, batch_size=512, validation=None)
    assert same_weights(first, again)


def test_a_hole_is_found_in_any_part_of_a_big_table():
    x = numpy.zeros((5000, 500), "float32")  # three parts
    check_finite(x, "X")
    x[4998, 3] = numpy.nan
    with refuses(NotFiniteError, "1 of 2500000", "row 4998"):
        check_finite(x, "X")


def test_some_features_of_a_file_are_scaled_without_all_in_memory(mapped):
    which = numpy.arange(256) < 200
    tracemalloc.start()
    scaling = Scaling.fit(mapped("r"), "standard", which=which)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert_array_equal(scaling.shift, which.astype(float))
    assert_array_equal(scaling.scale, numpy.ones(256))
    assert peak < 2**24 < mapped("r").nbytes / 1.9


def test_what_is_in_memory_is_scaled_some_rows_at_a_time():
    X, rows = numpy.random.default_rng(0).normal(size=(2**18, 8)), numpy.arange(0, 2**18, 2)
    scaling = Scaling.fit(X, "standard", rows)
    expected = ((X[rows] - scaling.shift) / scaling.scale).astype("float32")
    tracemalloc.start()
    data = Data(resolve("numpy", None, "float32"), X, numpy.zeros(2**18), None, scaling, rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data.tables is not None
    assert_array_equal(data.tables[0], expected)
    assert peak < 3 * expected.nbytes  # X[rows], and what is scaled of it, have two times as many each


def test_a_table_is_encoded_some_rows_at_a_time():
    rng = numpy.random.default_rng(0)
    number, text = rng.normal(size=2**17), numpy.array(["a", "b", "c", None], dtype=object)[rng.integers(4, size=2**17)]
    number[::9] = numpy.nan
    table = columns_of(Frame({"number": number, "text": text}))
    encoding = Encoding.fit(table, None)
    tracemalloc.start()
    X = encoding.encode(table, quiet=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    known = numpy.where(numpy.isnan(number), numpy.median(number[~numpy.isnan(number)]), number)
    assert_array_equal(X, numpy.column_stack([known, numpy.isnan(number), *(text == word for word in "abc"),
                                              [word is None for word in text]]))  # fmt: skip
    assert peak < 1.5 * X.nbytes
