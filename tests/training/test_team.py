"""Training on several processes, which are threads here: the loop knows a reduction alone, and no MPI."""

import errno
import re
import sys
import threading
from collections import Counter
from contextlib import nullcontext

import numpy as np
import pytest

import xnn
from tests.rig import refuses
from xnn.datasets.parquet import StoredFrame
from xnn.datasets.table import Frame
from xnn.errors import DataError, DtypeError, FileError, LabelError, NotFiniteError, OptionError, RankError
from xnn.training import UnknownCategoryWarning
from xnn.training.batches import Data
from xnn.training.columns import Encoding
from xnn.training.frames import columns_of
from xnn.training.storage import read, write
from xnn.training.team import Reduction, Team, as_team, share


class Meeting:
    """Where threads meet: each leaves a value and takes those of all."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.barrier = threading.Barrier(size, timeout=60)
        self.left: list = [None] * size
        self.sums = 0

    def exchange(self, rank: int, value):
        self.left[rank] = value
        self.barrier.wait()
        found = list(self.left)
        self.barrier.wait()
        return found


class Threads:
    """A reduction over threads of one process."""

    def __init__(self, meeting: Meeting, rank: int) -> None:
        self._meeting, self.rank, self.size = meeting, rank, meeting.size

    def sum(self, array):
        parts = self._meeting.exchange(self.rank, array)
        if self.rank == 0:
            self._meeting.sums += 1
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def gather(self, value):
        return self._meeting.exchange(self.rank, value)

    def end(self, error):
        self._meeting.barrier.abort()


def on_ranks(size, work):
    """Return what ``work(reduction)`` returns or raises on each of so many ranks."""
    meeting, found = Meeting(size), [None] * size

    def run(rank):
        try:
            found[rank] = work(Threads(meeting, rank))
        except BaseException as error:
            found[rank] = error
            if not isinstance(error, (xnn.XnnError, threading.BrokenBarrierError)):
                meeting.barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def table(n=150, classes=3):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(n, 6))
    return X, np.argmax(X @ rng.normal(size=(6, classes)) + 0.3 * rng.normal(size=(n, classes)), axis=1)


def trained(comm=None, X=None, y=None, **options):
    data = table() if X is None else (X, y)
    given = {"hidden": (12,), "epochs": 5, "batch_size": 32, "seed": 3, "learning_rate": 0.01}
    given |= {"progress": False, "doctor": "off"}
    return xnn.train(*data, comm=comm, **given | options)


def vector(result):
    return np.concatenate(
        [np.ravel(part) for layer in result.model.host_params() for part in layer if part is not None]
    )


def apart(result, other):
    a, b = vector(result), vector(other)
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 7])
@pytest.mark.host
def test_shares_are_one_after_the_other_and_alike_but_for_one_sample(ranks):
    for samples in (0, 1, 3, 7, 128):
        ends = [share(samples, as_team(Threads(Meeting(ranks), rank))) for rank in range(ranks)]
        assert [row for begin, end in ends for row in range(begin, end)] == list(range(samples))
        assert {end - begin for begin, end in ends} <= {samples // ranks, -(-samples // ranks)}


@pytest.mark.parametrize("ranks", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": "sgd", "learning_rate": 0.1, "clip_norm": 0.5, "l2": 0.01, "metrics": ["accuracy"]},
        {"dropout": 0.3, "class_weight": "balanced", "schedule": "reduce_on_plateau", "patience": 2, "epochs": 9},
        {"batch_size": None, "validation": None, "epochs": 20},
        {"loss": xnn.nn.SumOfSquares(), "task": "regression", "learning_rate": 1e-3, "l1": 1e-3},
    ],
    ids=["adam", "clipped and penalized", "dropout, weights, plateau, patience", "one batch", "a sum"],
)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.host
def test_ranks_give_what_one_gives(ranks, options, dtype, tolerance):
    # 135 samples to train on: batches of 32 leave a last one of 7, and 33 would leave one of 3, fewer than 4 ranks
    options = {"batch_size": 33} | options | {"dtype": dtype}
    alone = trained(**options)
    together = on_ranks(ranks, lambda comm: trained(comm, **options))
    assert len({vector(each).tobytes() for each in together}) == 1
    for each in together:
        assert apart(each, alone) <= tolerance
        assert each.kept_epoch == alone.kept_epoch and each.stopped == alone.stopped
        assert each.history.learning_rate == alone.history.learning_rate
        for name in ("loss", "validation_loss", "accuracy", "validation_accuracy"):
            np.testing.assert_allclose(getattr(each.history, name), getattr(alone.history, name), rtol=tolerance)
    assert {each.ranks for each in together} == {ranks}


@pytest.mark.host
def test_a_step_is_one_sum():
    meeting = Meeting(2)
    runs = [
        threading.Thread(
            target=trained,
            args=(Threads(meeting, r),),
        )
        for r in range(2)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    steps, held_out = 5 * 5, 5
    assert meeting.sums == steps + held_out


@pytest.mark.host
def test_a_memmap_is_read_by_share(tmp_path, monkeypatch):
    X, y = table(4000)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    read, of_each = Data._read, {}

    def counted(self, index):
        of_each[threading.get_ident()] = of_each.get(threading.get_ident(), 0) + len(index)
        return read(self, index)

    monkeypatch.setattr(Data, "_read", counted)
    monkeypatch.setattr("xnn.training.scaling._ENTRIES", 600)  # 40 pieces
    options = {"X": mapped, "y": y, "dtype": "float64", "epochs": 2}
    alone = trained(**options)
    (whole,) = of_each.values()
    of_each.clear()
    together = on_ranks(3, lambda comm: trained(comm, **options))
    assert [apart(each, alone) <= 1e-12 for each in together] == [True] * 3
    np.testing.assert_allclose(together[0].model.scaling.scale, alone.model.scaling.scale, rtol=1e-14)
    assert sum(of_each.values()) == whole
    assert max(of_each.values()) < 1.05 * whole / 3


def parquet(path, rows=90, groups=4, **changed):
    """Write a table of three columns of numbers and a target, in row groups of which the last is short."""
    pyarrow, module = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    X, y = table(rows)
    columns = {"a": X[:, 0], "b": (9 * X[:, 1]).astype(int), "c": X[:, 2] > 0} | changed | {"t": y}
    module.write_table(pyarrow.table(columns), path, row_group_size=-(-rows // groups))
    return path


@pytest.fixture
def on_disk(monkeypatch, tmp_path):
    """Keep on disk what is big, which anything is here, and list what is decoded as (thread, first row)."""
    parts, decoded = StoredFrame._parts, []

    def listed(self, *share):
        for first, part in parts(self, *share):
            decoded.append((threading.get_ident(), first))
            yield first, part

    monkeypatch.setattr("xnn.datasets.parquet._SMALL", 0)
    monkeypatch.setattr("xnn.datasets.parquet._ROWS", 7)
    monkeypatch.setattr("xnn.datasets.parquet.StoredFrame._parts", listed)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return decoded


def shares(decoded):
    """Return how many of the 4 row groups each thread has decoded, 15 parts in all and none of them twice."""
    assert sorted(first for _, first in decoded) == [g + i for g in (0, 23, 46) for i in (0, 7, 14, 21)] + [69, 76, 83]
    groups = {(thread, first // 23) for thread, first in decoded}
    assert len(groups) == 4
    return sorted(Counter(thread for thread, _ in groups).values())


@pytest.mark.host
def test_row_groups_are_decoded_by_share(tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet")
    whole = xnn.datasets.load(path)
    assert isinstance(whole.X, np.ndarray) and not on_disk
    found = on_ranks(3, lambda comm: xnn.datasets.load(path, mapped=True, team=Team(comm)))
    for each in (*found, xnn.datasets.load(path, mapped=True)):
        assert isinstance(each.X, np.memmap) and each.X.dtype == np.float64 and not each.X.flags.writeable
        assert each.X.tolist() == whole.X.tolist() and each.y.tolist() == whole.y.tolist()
        assert each[2:] == whole[2:] == (("a", "b", "c"), "t")
    assert shares(on_disk[:15]) == [1, 1, 2]
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]
    alone = trained(X=whole.X, y=whole.y, dtype="float64")
    for each in on_ranks(3, lambda comm: trained(comm, X=found[comm.rank].X, y=whole.y, dtype="float64")):
        assert apart(each, alone) <= 1e-12


@pytest.mark.parametrize(
    ("changed", "of"),
    [({"b": [1] * 89 + [None]}, float), ({"a": [np.inf] + [1.0] * 89}, float), ({"c": ["u", "v"] * 45}, object)],
    ids=["a gap", "infinity", "text"],
)
@pytest.mark.host
def test_other_tables_stay_in_the_file(changed, of, tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet", **changed)
    whole = xnn.datasets.load(path)
    for each in on_ranks(3, lambda comm: xnn.datasets.load(path, mapped=True, team=Team(comm))):
        assert isinstance(each.X, StoredFrame) and isinstance(whole.X, Frame)
        for name in "abc":
            np.testing.assert_array_equal(each.X[name], whole.X[name])
        assert each.X[next(iter(changed))].dtype == of
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


def with_text(rows=90):
    """Return columns of text, numbers in words, gaps and booleans; one category is in the last row group alone."""
    rng = np.random.default_rng(8)
    words = np.array(["red", "green", "blue", None], dtype=object)[rng.integers(4, size=rows)]
    words[-3:] = "violet"
    codes = np.array(["1", "2", "30"], dtype=object)[rng.integers(3, size=rows)]
    codes[:23] = None  # nothing in the first row group
    b = [None if value > 7 else value for value in rng.integers(10, size=rows).tolist()]
    return {"b": b, "w": list(words), "d": list(codes), "e": list(np.where(rng.random(rows) < 0.5, "yes", "no"))}


@pytest.mark.host
def test_a_table_with_text_and_gaps_is_encoded_by_share(tmp_path, on_disk, monkeypatch):
    path, read, whole_columns = parquet(tmp_path / "t.parquet", **with_text()), StoredFrame.__getitem__, []

    def listed(self, name):
        whole_columns.append((threading.get_ident(), name))
        return read(self, name)

    monkeypatch.setattr(StoredFrame, "__getitem__", listed)
    rows, whole = np.arange(0, 85), xnn.datasets.load(path)  # "violet" is held out
    expected = Encoding.fit(columns_of(whole.X), rows)
    assert [(column.name, column.width) for column in expected.columns] == [
        ("a", 1), ("b", 2), ("c", 1), ("w", 4), ("d", 4), ("e", 1)
    ]  # fmt: skip

    def encoded(comm=None):
        with (team := as_team(comm)) or nullcontext():
            stored = columns_of(xnn.datasets.load(path, mapped=True, team=team).X)
            encoding = Encoding.fit(stored, rows, team)
            return encoding, encoding.encode(stored, quiet=True, team=team)

    for encoding, X in on_ranks(3, encoded):
        assert encoding == expected and isinstance(X, np.memmap) and not X.flags.writeable
        assert X.tolist() == expected.encode(whole.X, quiet=True).tolist()
    assert shares(on_disk) == [1, 1, 2]
    assert sorted(name for _, name in whole_columns) == list("abcdew")
    assert sorted(Counter(thread for thread, _ in whole_columns).values()) == [2, 2, 2]
    encoding, X = encoded()
    assert encoding == expected and X.tolist() == expected.encode(whole.X, quiet=True).tolist()
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


@pytest.mark.host
def test_training_on_text_and_gaps_is_that_of_one_rank(tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet", **with_text())
    whole, stored = xnn.datasets.load(path), xnn.datasets.load(path, mapped=True)
    options = {"y": whole.y, "dtype": "float64", "class_weight": "balanced"}
    alone = trained(X=whole.X, **options)
    together = on_ranks(3, lambda comm: trained(comm, X=stored.X, **options))
    for each in (*together, trained(X=stored.X, **options)):
        assert apart(each, alone) <= 1e-12 and each.model.table == alone.model.table
        np.testing.assert_allclose(each.model.scaling.scale, alone.model.scaling.scale, rtol=1e-14)
        np.testing.assert_allclose(each.model.predict_proba(stored.X), alone.model.predict_proba(whole.X), rtol=1e-9)
    decoded = len(on_disk)
    more = on_ranks(3, lambda comm: together[comm.rank].model.fit(stored.X, whole.y, epochs=1, comm=comm))
    assert shares(on_disk[decoded:]) == [1, 1, 2]
    assert apart(more[1], alone.model.fit(whole.X, whole.y, epochs=1)) <= 1e-12


@pytest.mark.host
def test_a_run_on_a_table_in_memory_is_resumed_on_ranks(tmp_path, on_disk, monkeypatch):
    monkeypatch.setattr("xnn.training.state._ROWS", 50)
    monkeypatch.setattr("xnn.training.state._BIG", 0)
    whole = xnn.datasets.load(parquet(tmp_path / "t.parquet", **with_text()))
    stored = xnn.datasets.load(tmp_path / "t.parquet", mapped=True)
    alone = trained(X=whole.X, y=whole.y, dtype="float64", epochs=4)
    options = {"y": whole.y, "dtype": "float64", "checkpoint": tmp_path / "run.safetensors"}
    trained(X=whole.X, epochs=2, **options)
    for each in on_ranks(2, lambda comm: trained(comm, X=stored.X, epochs=4, resume=True, **options)):
        assert apart(each, alone) <= 1e-12


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"b": [f"no {i}" for i in range(90)], "c": ["u", "v"] * 45, "e": [f"{i}!" for i in range(90)]},
         "X has columns of text that is hardly ever the same, 'b' (90 different texts in 90 rows, such as 'no 0'); "
         "'e' (90 different texts in 90 rows, such as '0!'): "),
        ({"b": [None] * 90, "c": ["2001-02-03"] * 90}, "X, column 'b' holds nothing: leave it out."),
        ({"b": [None] * 90, "c": [np.inf, *[1.0] * 89]}, "X, column 'c' holds infinity in row 0"),
        ({"b": ["2001-02-03"] * 90}, "X, column 'b' holds dates, such as '2001-02-03'"),
        ({"c": np.arange(90).astype("datetime64[s]")}, "X, column 'c' holds dates, such as '1970-01-01T00:00:00'"),
        ({"c": [[1.0]] * 90}, "X, column 'c', row 0 must be a number or text, got "),
    ],
    ids=["free text", "nothing", "infinity", "dates in words", "dates", "lists"],
)  # fmt: skip
@pytest.mark.host
def test_a_column_that_is_no_feature_is_told_alike_by_all(changed, said, tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet", **changed)
    whole, stored = xnn.datasets.load(path), xnn.datasets.load(path, mapped=True)
    with pytest.raises((DataError, DtypeError, NotFiniteError), match=re.escape(said)) as alone:
        trained(X=whole.X, y=whole.y)
    for each in on_ranks(3, lambda comm: trained(comm, X=stored.X, y=whole.y)):
        assert (type(each), str(each)) == (alone.type, str(alone.value))


@pytest.mark.host
def test_what_no_training_row_had_is_warned_of_once(tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet", **with_text())
    other = parquet(tmp_path / "o.parquet", **with_text() | {"w": ["red", "pink", "gold"] * 30})
    wrong = parquet(tmp_path / "w.parquet", **with_text() | {"b": ["1"] * 80 + ["many"] * 10})
    stored, odd, bad = (xnn.datasets.load(each, mapped=True) for each in (path, other, wrong))
    with pytest.warns(UnknownCategoryWarning) as warned:
        assert (
            on_ranks(3, lambda comm: trained(comm, X=stored.X, y=stored.y, validation=(odd.X, odd.y)).ranks) == [3] * 3
        )
    assert [str(each.message) for each in warned] == [
        "the validation X, column 'w' holds 'gold', 'pink', which no training row did: it is encoded as none of the "
        "known categories."
    ]
    for each in on_ranks(3, lambda comm: trained(comm, X=stored.X, y=stored.y, validation=(bad.X, bad.y))):
        assert str(each) == (
            "the validation X, column 'b' held numbers in training, got 'many' in row 80: put one there."
        )


@pytest.mark.host
def test_tables_that_differ_are_told(tmp_path, on_disk):
    paths = [parquet(tmp_path / f"{rows}.parquet", rows, **with_text(rows)) for rows in (90, 120)]
    given = [xnn.datasets.load(path, mapped=True) for path in paths]
    found = on_ranks(2, lambda comm: trained(comm, X=given[comm.rank].X, y=given[comm.rank].y))
    assert [type(each) for each in found] == [OptionError] * 2
    assert all("rank 1 has another number of samples than rank 0, 120 instead of 90" in str(each) for each in found)


@pytest.mark.host
def test_a_file_that_has_changed_is_told(tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet", **with_text())
    table = xnn.datasets.load(path, mapped=True)
    parquet(path, 80, **with_text(80))
    with pytest.raises(FileError, match=r"t\.parquet has changed since it was loaded: load it again\."):
        trained(X=table.X, y=table.y)
    path.unlink()
    with pytest.raises(FileError, match=r"t\.parquet cannot be read: "):
        trained(X=table.X, y=table.y)


@pytest.mark.host
def test_a_row_group_that_one_rank_cannot_read_is_told_to_all(tmp_path, on_disk):
    path = parquet(tmp_path / "t.parquet")
    column = pytest.importorskip("pyarrow.parquet").read_metadata(path).row_group(1).column(0)
    with path.open("r+b") as file:
        file.seek(column.dictionary_page_offset or column.data_page_offset)
        file.write(b"\xff" * 40)

    def load(comm):
        with Team(comm) as team:
            return xnn.datasets.load(path, mapped=True, team=team)

    found = on_ranks(3, load)
    assert sorted({type(each).__name__ for each in found}) == ["FileError", "RankError"], found
    assert all("t.parquet is not a Parquet file: " in str(each) for each in found)
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


@pytest.mark.host
def test_a_disk_that_is_full_is_told_to_all(tmp_path, on_disk, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    path = parquet(tmp_path / "t.parquet")

    def load(comm):
        with Team(comm) as team:
            return xnn.datasets.load(path, mapped=True, team=team)

    found = on_ranks(2, load)
    assert [type(each) for each in found] == [FileError, RankError]
    assert all("float64 cannot be written: there is no space left on the device." in str(each) for each in found)
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


@xnn.training.whole_set
def in_order(outputs, targets):
    """Depend on the order of the samples."""
    return float(np.arange(len(outputs)) @ (outputs[:, 0] - targets.reshape(len(targets), -1)[:, 0]))


@pytest.mark.parametrize("ranks", [2, 3])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.host
def test_metrics_of_all_samples_are_those_of_one_rank(ranks, classes, monkeypatch):
    monkeypatch.setattr("xnn.training.loop._EVALUATION_ROWS", 19)  # of 135 and 15 samples a last batch of 2 rows
    X, y = table(150, classes)
    options = {"X": X, "y": y, "dtype": "float64", "epochs": 3}
    options["metrics"] = ["accuracy", "roc_auc", "f1", "balanced_accuracy", "log_loss", in_order]
    alone = trained(**options)
    for each in on_ranks(ranks, lambda comm: trained(comm, **options)):
        for kind in ("metrics", "validation_metrics"):
            found, expected = getattr(each.history, kind), getattr(alone.history, kind)
            assert list(found) == list(expected) and len(found) == 6
            for name, values in expected.items():
                np.testing.assert_allclose(found[name], values, rtol=1e-10, err_msg=name)


@pytest.mark.host
def test_a_metric_of_all_samples_that_fails_ends_all():
    @xnn.training.whole_set
    def broken(outputs, targets):
        raise ValueError("a slip")

    found = on_ranks(3, lambda comm: trained(comm, metrics=[broken]))
    assert all(isinstance(each, (xnn.errors.CallbackError, threading.BrokenBarrierError)) for each in found)
    assert any("broken" in str(each) and "a slip" in str(each) for each in found)


def frame(n=150):
    """Return a table with text, gaps and booleans in words, and numbers to learn from it."""
    X, y = table(n)
    rng = np.random.default_rng(9)
    numbers, words = X[:, 0].copy(), np.array(["red", "green", "blue"], dtype=object)[y]
    numbers[rng.integers(0, n, 20)] = np.nan
    words[rng.integers(0, n, 12)] = None
    words[7] = "grey"  # once: held out, or trained on
    yes = np.where(X[:, 2] > 0, "yes", "no").astype(object)
    return xnn.datasets.Frame({"number": numbers, "word": words, "yes": yes, "whole": (9 * X[:, 1]).astype(int)}), y


@pytest.mark.parametrize("ranks", [2, 3])
@pytest.mark.parametrize("held_out", ["a share", "a table"])
@pytest.mark.host
def test_a_table_of_text_and_gaps_gives_what_one_rank_gives(ranks, held_out):
    X, y = frame()
    options = {"X": X, "y": y, "dtype": "float64", "metrics": ["accuracy", "roc_auc"]}
    if held_out == "a table":
        options["validation"] = frame(40)
    alone = trained(**options)
    assert {"number", "word"} == {each.name for each in alone.model.table.columns if each.gaps}
    for each in on_ranks(ranks, lambda comm: trained(comm, **options)):
        assert apart(each, alone) <= 1e-12
        assert each.model.table == alone.model.table
        np.testing.assert_allclose(each.history.validation_loss, alone.history.validation_loss, rtol=1e-12)
        np.testing.assert_allclose(
            each.history.validation_metrics["roc_auc"], alone.history.validation_metrics["roc_auc"], rtol=1e-12
        )
        assert each.model.predict(X).tolist() == alone.model.predict(X).tolist()


@pytest.mark.host
def test_another_table_of_one_rank_is_told():
    X, y = frame()
    other = xnn.datasets.Frame(dict(X) | {"word": np.where(X["word"] == "red", "green", X["word"])})
    found = on_ranks(2, lambda comm: trained(comm, X=other if comm.rank else X, y=y))
    assert {type(each) for each in found} == {OptionError}


@pytest.mark.host
@pytest.mark.parametrize("kind", ["standard", "common"])
def test_weights_count_for_the_scaling_on_each_rank(kind, tmp_path, monkeypatch):
    X, y = table(400)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    weights = np.random.default_rng(2).integers(0, 4, size=400)
    weights[:150] = 0  # all that the first of three ranks reads
    monkeypatch.setattr("xnn.training.scaling._ENTRIES", 120)  # 20 pieces
    options = {"y": y, "sample_weight": weights, "validation": None, "scale": kind, "epochs": 1, "dtype": "float64"}
    repeated = np.repeat(X, weights, axis=0) if kind == "standard" else np.repeat(X, weights, axis=0).reshape(-1, 1)
    alone, *together = trained(X=X, **options), *on_ranks(3, lambda comm: trained(comm, X=mapped, **options))
    for each in (alone, *together):
        np.testing.assert_allclose(each.model.scaling.shift, np.resize(repeated.mean(axis=0), 6), rtol=1e-12)
        np.testing.assert_allclose(each.model.scaling.scale, np.resize(repeated.std(axis=0), 6), rtol=1e-12)


@pytest.mark.host
@pytest.mark.parametrize("progress", [True, "bar", "lines"])
def test_rank_0_alone_shows_the_epochs(progress, capsys):
    together = on_ranks(2, lambda comm: trained(comm, epochs=2, progress=progress))
    assert [each.history.epochs for each in together] == [2, 2]
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("epoch ")]
    if progress != "bar":
        assert [line.split()[1] for line in lines] == ["1/2", "2/2"]


@pytest.mark.host
def test_one_rank_is_no_team():
    assert as_team(None) is as_team(Threads(Meeting(1), 0)) is None
    assert isinstance(Threads(Meeting(2), 0), Reduction)
    with refuses(OptionError, "comm must be a communicator", "'world'"):
        xnn.train(comm="world")


@pytest.mark.host
def test_a_checkpoint_is_resumed_on_another_number_of_ranks(tmp_path):
    file = tmp_path / "run.safetensors"
    whole = trained(epochs=6, dtype="float64", dropout=0.2)

    class InTheMidst(xnn.Callback):
        def on_step(self, run):
            if run.step == 12:
                run.stop("in the midst of an epoch")

    for ranks, callbacks in ((2, [InTheMidst()]), (3, [])):
        found = on_ranks(
            ranks,
            lambda comm, callbacks=callbacks: trained(
                comm, epochs=6, dtype="float64", dropout=0.2, checkpoint=file, resume=True,
                callbacks=callbacks if comm.rank == 1 else [],
            ),
        )  # fmt: skip
        if callbacks:
            assert {(each.stopped, each.model.run.step) for each in found} == {("in the midst of an epoch", 13)}
            let_go_on(file)
    assert [each.history.epochs for each in found] == [6] * 3
    assert apart(found[0], whole) <= 1e-12
    np.testing.assert_allclose(found[0].history.loss, whole.history.loss, rtol=1e-12)
    assert np.array_equal(xnn.load(file).params[0].W, found[0].model.params[0].W)


def let_go_on(file):
    """Have a file forget that its run was stopped, as one has that was killed."""
    description, tensors = read(file)
    description["run"]["stopped"] = None
    write(file, description, tensors)


@pytest.mark.host
def test_a_model_is_fitted_further_by_ranks():
    first = trained(epochs=3, dtype="float64")
    alone = first.model.fit(*table(), epochs=2, progress=False)
    found = on_ranks(3, lambda comm: first.model.fit(*table(), epochs=2, progress=False, comm=comm))
    assert max(apart(each, alone) for each in found) <= 1e-12


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"seed": 4}, "rank 1 has another seed than rank 0, 4 instead of 3"),
        ({"hidden": (13,)}, "rank 1 has another hidden than rank 0, [13] instead of [12]"),
        ({"epochs": 6}, "rank 1 has another epochs than rank 0"),
        ({"X": table()[0] + 1.0, "y": table()[1]}, "rank 1 has another data than rank 0"),
        ({"X": table(140)[0], "y": table(140)[1]}, "rank 1 has another number of samples than rank 0"),
        ({"checkpoint": "here.safetensors"}, "rank 1 has another checkpoint than rank 0"),
    ],
)
@pytest.mark.host
def test_ranks_with_another_call_are_told_before_the_first_step(other, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = on_ranks(3, lambda comm: trained(comm, **other if comm.rank == 1 else {}))
    assert {type(each) for each in found} == {OptionError}
    assert {words in str(each) for each in found} == {True}, found


@pytest.mark.host
def test_another_version_is_told(monkeypatch):
    names = iter(["3.11.1", "3.11.2"])
    monkeypatch.setattr(sys.modules["xnn.training.train"], "python_version", lambda: next(names))
    assert "another version of Python" in str(on_ranks(2, trained)[0])


@pytest.mark.host
def test_other_weights_to_begin_with_are_told():
    models = [trained(seed=seed).model for seed in (1, 2)]
    found = on_ranks(2, lambda comm: xnn.train(*table(), init=models[comm.rank], epochs=1, progress=False, comm=comm))
    assert {type(each) for each in found} == {RankError}
    assert "weights of the ranks are no longer the same after epoch 0" in str(found[0])


@pytest.mark.host
def test_an_error_of_one_rank_before_the_first_step_is_told_to_all():
    broken = table()[0].copy()
    broken[7, 2] = np.nan
    found = on_ranks(3, lambda comm: trained(comm, X=broken if comm.rank == 2 else table()[0], y=table()[1]))
    assert [type(each) for each in found] == [RankError, RankError, xnn.errors.NotFiniteError]
    assert str(found[0]) == f"rank 2 of 3: {found[2]}"


@pytest.mark.host
def test_an_error_of_all_ranks_is_everyones_own():
    found = on_ranks(2, lambda comm: trained(comm, optimizer="adan"))
    assert {type(each) for each in found} == {xnn.errors.UnknownNameError}


@pytest.mark.host
def test_an_error_later_ends_all():
    class Fails(xnn.Callback):
        def on_step(self, run):
            if run.step == 7:
                raise ValueError("a slip")

    found = on_ranks(3, lambda comm: trained(comm, callbacks=[Fails()] if comm.rank == 1 else []))
    assert isinstance(found[1], xnn.errors.CallbackError)
    assert {type(found[0]), type(found[2])} == {threading.BrokenBarrierError}


@pytest.mark.host
def test_too_few_samples_are_told():
    X, _ = table(8)
    found = on_ranks(4, lambda comm: trained(comm, X=X[:3], y=np.array([0, 1, 0]), validation=None))
    assert [(type(each), str(each)) for each in found] == [
        (DataError, "3 samples are fewer than the 4 ranks: start at most 3.")
    ] * 4
    found = on_ranks(4, lambda comm: trained(comm, batch_size=3))
    assert all(re.match("batch_size=3 is that of all ranks together", str(each)) for each in found)


@pytest.mark.host
def test_a_wish_of_one_rank_stops_all_at_the_epochs_end():
    def impatient(run):
        if run.epoch == 2:
            run.stop("I have to go")

    found = on_ranks(3, lambda comm: trained(comm, callbacks=[impatient] if comm.rank == 2 else []))
    assert {(each.stopped, each.history.epochs) for each in found} == {("I have to go", 2)}


@pytest.mark.host
def test_a_wish_that_comes_while_the_others_are_asked_is_kept():
    """As a signal does, which finds all ranks in the same exchange."""

    class Interrupted(Threads):
        run = None

        def gather(self, value):
            found = super().gather(value)
            if self.run is not None:
                self.run.stop("interrupted")
            return found

    def work(comm):
        comm = Interrupted(comm._meeting, comm.rank)

        def meanwhile(run):
            comm.run = run if run.epoch == 2 else None

        return trained(comm, callbacks=[meanwhile])

    found = on_ranks(2, work)
    assert {(each.stopped, each.history.epochs) for each in found} == {("interrupted", 2)}


@pytest.mark.host
def test_labels_that_one_rank_alone_misses_are_told(tmp_path):
    X, _ = table()
    found = on_ranks(2, lambda comm: trained(comm, validation=(X[:4], np.array([0, 1, 2, 9 if comm.rank else 1]))))
    assert [type(each) for each in found] == [RankError, LabelError]
    found = on_ranks(2, lambda comm: trained(comm, checkpoint=tmp_path / "none" / "run"))
    assert [type(each) for each in found] == [FileError, RankError]


@pytest.mark.host
def test_a_run_knows_its_team_while_it_goes():
    seen = []
    on_ranks(2, lambda comm: trained(comm, callbacks=[lambda run: seen.append((run.team.rank, run.team.size))]))
    assert sorted(seen) == [(0, 2)] * 5 + [(1, 2)] * 5
    assert trained().model.run.team is None
    assert isinstance(Team(Threads(Meeting(2), 1)), Team)


def test_every_library_shares(lib):
    X, y = table()
    options = {"X": lib.array(X), "y": y, "dtype": "float64", "metrics": ["accuracy"], "l2": 1e-3}
    alone = trained(**options)
    for each in on_ranks(3, lambda comm: trained(comm, **options)):
        assert each.model.place == lib.place
        assert apart(each, alone) <= 1e-12
        np.testing.assert_allclose(each.history.loss, alone.history.loss, rtol=1e-12)
