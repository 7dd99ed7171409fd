"""Tables with text, categories and gaps: what their columns become, by which rows, kept in a file, said to the user."""

import gzip
import json
import sys

import numpy as np
import pandas as pd
import pytest

import xnn
from tests.rig import refuses
from tests.training.made_tables import houses, titanic, write
from xnn.errors import DataError, DtypeError, FileError, NotFiniteError, OptionError
from xnn.training import UnknownCategoryWarning
from xnn.training.storage import read
from xnn.training.storage import write as write_model

pytestmark = pytest.mark.host
QUIET = {"progress": False, "doctor": "off"}


def fit(X, y, **options):
    return xnn.train(X, y, **{"hidden": 4, "epochs": 2, "batch_size": 16, **QUIET, **options})


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    n = 60
    return pd.DataFrame(
        {
            "age": np.where(np.arange(n) % 5 == 0, np.nan, rng.normal(30, 10, n)),
            "sex": rng.choice(["m", "w"], n),
            "port": pd.Categorical(np.where(np.arange(n) % 7 == 0, None, rng.choice(["S", "C"], n))),
            "alone": rng.choice(["yes", "no"], n),
            "rank": rng.integers(1, 4, n),
        }
    )


Y = np.arange(60) % 2


def encoded(frame, rows):
    """What the columns become, by a plain loop over pandas' own values."""
    trained = frame.iloc[rows]
    columns = []
    for name in frame:
        values, training = frame[name], trained[name]
        if name == "alone":
            values, training = values.map({"yes": 1.0, "no": 0.0}), training.map({"yes": 1.0, "no": 0.0})
        if pd.api.types.is_numeric_dtype(values):
            columns.append(values.fillna(training.median()).astype(float))
        else:
            columns += [(values == word).astype(float) for word in sorted(training.dropna().unique())]
        if training.isna().any():
            columns.append(values.isna().astype(float))
    return np.column_stack(columns)


def test_columns_become_numbers_by_the_training_rows_alone(frame):
    frame.loc[:29, "age"] += 1000.0
    result = fit(frame, Y, validation=0.5)
    rows = np.setdiff1d(np.arange(60), result.validation_rows)
    expected = encoded(frame, rows)
    assert np.array_equal(result.model.encode(frame), expected)
    assert result.model.table.columns[0].median == frame["age"].iloc[rows].median() != frame["age"].median()
    # The network is that of the numbers, of which those that are 0 and 1 by nature are not scaled.
    scaling = result.model.scaling
    assert np.allclose(scaling.shift[[0, 8]], expected[rows][:, [0, 8]].mean(axis=0))
    assert (scaling.shift[[1, 2, 3, 4, 5, 6]] == 0).all() and (scaling.scale[[1, 2, 3, 4, 5, 6]] == 1).all()


def test_rows_of_no_weight_count_for_nothing(frame):
    weights = np.ones(60)
    weights[:20] = 0.0
    model = fit(frame, Y, validation=None, sample_weight=weights).model
    assert np.array_equal(model.encode(frame), encoded(frame, np.arange(20, 60)))


def test_a_word_or_a_gap_that_is_new(frame):
    frame["sure"] = 1.5
    model = fit(frame, Y, validation=None).model
    new = frame[:3].copy()
    new.loc[0, "sex"] = "x"
    new["port"] = new["port"].astype(object)
    new.loc[1, ["sure", "sex"]] = [np.nan, None]
    with pytest.warns(UnknownCategoryWarning, match="X, column 'sex' holds 'x', which no training row did"):
        host = model.encode(new)
    names = ["age", "no age", "m", "w", "C", "S", "no port", "alone", "rank", "sure"]
    assert host[0, [names.index("m"), names.index("w")]].tolist() == [0, 0]
    assert host[1, [names.index("m"), names.index("w"), names.index("sure")]].tolist() == [0, 0, 1.5]
    with pytest.warns(UnknownCategoryWarning):
        assert model.predict(new).shape == (3,)


def test_held_out_words_need_no_warning(frame):
    frame["rare"] = ["a"] * 58 + ["b"] * 2
    for seed in range(6):
        fit(frame, Y, validation=0.4, seed=seed, epochs=1)


def test_columns_are_found_by_name_in_any_order(frame):
    model = fit(frame, Y).model
    shuffled = frame[frame.columns[::-1]].assign(more="never seen before")
    assert np.array_equal(model.predict_proba(shuffled), model.predict_proba(frame))


def test_frames_of_other_libraries(frame):
    result = fit(frame, Y)
    columns = {name: [None if v != v else v for v in frame[name].astype(object)] for name in frame}
    own = xnn.datasets.Frame({k: np.array(v, dtype=object) for k, v in columns.items()})
    assert np.array_equal(fit(own, Y).model.predict_proba(own), result.model.predict_proba(frame))
    polars = pytest.importorskip("polars")
    other = polars.DataFrame(columns).with_columns(polars.col("port").cast(polars.Categorical))
    assert np.array_equal(fit(other, Y).model.predict_proba(other), result.model.predict_proba(frame))


def test_frames_of_nullable_types(frame):
    result = fit(frame, Y)
    other = frame.astype({"rank": "Int64", "age": "Float64", "sex": "string"})
    other["alone"] = (frame["alone"] == "yes").astype("boolean")
    other.loc[0, "rank"] = pd.NA
    model = fit(other, Y, validation=None).model
    assert model.encode(other)[0, -2] == other["rank"][1:].median()
    assert np.array_equal(result.model.encode(other[1:]), result.model.encode(frame[1:]))


def test_numbers_alone_stay_as_they_were(frame):
    model = fit(frame[["rank"]].assign(b=2.0), Y).model
    assert model.table is None and model.feature_names == ("rank", "b")
    with refuses(NotFiniteError, "X"):
        model.predict(pd.DataFrame({"rank": [1.0, np.nan], "b": 2.0}))
    with refuses(DtypeError, "real numbers", "'x'", "column 'b'"):
        model.predict(xnn.datasets.Frame({"rank": np.array([1.0]), "b": np.array(["x"], dtype=object)}))


def test_a_file_keeps_what_columns_become_as_plain_values(frame, tmp_path):
    result = fit(frame, Y)
    for save in (result.model.save, result.save):
        save(tmp_path / "m.safetensors")
        model = xnn.load(tmp_path / "m.safetensors")
        assert model.table == result.model.table and model.feature_names == tuple(frame.columns)
        assert np.array_equal(model.predict_proba(frame), result.model.predict_proba(frame))
    more = model.fit(frame, Y, epochs=1)
    assert more.history.epochs == 3
    again = xnn.train(frame, Y, init=model, epochs=1, **QUIET)
    assert again.model.table == model.table
    description, _ = read(tmp_path / "m.safetensors")
    assert json.loads(json.dumps(description["table"])) == description["table"]


def test_a_run_on_a_table_is_resumed_to_the_same_bits(frame, tmp_path):
    whole = fit(frame, Y, epochs=4)
    fit(frame, Y, epochs=2, checkpoint=tmp_path / "c.safetensors")
    resumed = fit(frame, Y, epochs=4, checkpoint=tmp_path / "c.safetensors", resume=True)
    assert np.array_equal(resumed.model.predict_proba(frame), whole.model.predict_proba(frame))
    with refuses(OptionError, "other data"):
        fit(frame.assign(sex="m"), Y, epochs=5, checkpoint=tmp_path / "c.safetensors", resume=True)


@pytest.mark.parametrize(
    ("at", "key", "value"),
    [
        (0, "median", float("nan")), (0, "median", "x"), (0, "kind", "date"), (0, "gaps", 1), (1, "values", ["w", "m"]),
        (1, "values", ["m", 1]), (1, "name", "age"), (1, "values", ["m"]), (1, "name", None),
    ],
)  # fmt: skip
def test_a_file_that_says_something_else_is_refused(frame, tmp_path, at, key, value):
    path = tmp_path / "m.safetensors"
    fit(frame, Y).model.save(path)
    description, tensors = read(path)
    description["table"][at][key] = value
    write_model(path, description, tensors)
    with refuses(FileError, "damaged, or of another version"):
        xnn.load(path)


def test_a_model_says_what_its_columns_are(frame):
    model = fit(frame, Y, validation=None).model
    shown = str(model)
    assert f"age       a gap counts as {frame['age'].median():g}" in shown
    assert "sex       m, w\n" in shown and "port      C, S, or nothing" in shown and "rank      a number" in shown
    assert "or nothing" in model._repr_html_()


def test_given_validation_is_encoded_too(frame):
    result = fit(frame, Y, validation=(frame[:20], Y[:20]))
    assert result.validation_samples == 20 and len(result.history.validation_loss) == 2
    with refuses(DataError, "the validation X", "no column 'sex'"):
        fit(frame, Y, validation=(frame[["age"]], Y))


WHEN = pd.Series(pd.date_range("1912-04-10", periods=60))


@pytest.mark.parametrize(
    ("column", "error", "words"),
    [
        (WHEN, DataError, ["'new'", "dates, such as '1912-04-10", "--drop new", "drop(columns=['new'])", ".dt.year"]),
        (WHEN.dt.strftime("%d.%m.%Y"), DataError, ["'new'", "dates, such as '10.04.1912'"]),
        (WHEN.dt.strftime("%m/%d/%y"), DataError, ["'new'", "dates"]),
        (WHEN.dt.date, DataError, ["'new'", "dates"]),
        (WHEN - WHEN[0], DataError, ["'new'", "dates"]),
        ([f"Mr {i}" for i in range(60)], DataError, ["'new' (60 different texts in 60 rows", "'Mr 0'", "--drop new"]),
        ([f"Mr {i // 1.5}" for i in range(60)], DataError, ["hardly ever the same", "40 different"]),
        ([np.nan] * 60, DataError, ["'new' holds nothing"]),
        ([None] * 60, DataError, ["'new' holds nothing"]),
        ([1.0] * 59 + [np.inf], NotFiniteError, ["'new'", "infinity in row 59"]),
        ([["a"]] * 60, DtypeError, ["'new', row 0", "a number or text, got list"]),
        ([1j] * 60, DtypeError, ["'new'", "complex"]),
    ],
)
def test_what_no_column_may_hold(frame, column, error, words):
    with refuses(error, *words):
        fit(frame.assign(new=column), Y)


def test_all_columns_of_free_text_are_named_at_once(frame):
    names = [f"Mr {i}" for i in range(60)]
    with refuses(DataError, "--drop name --drop 'a ticket'", "drop(columns=['name', 'a ticket'])"):
        fit(frame.assign(name=names, **{"a ticket": names}), Y)


def test_what_a_model_of_a_table_refuses(frame):
    model = fit(frame, Y).model
    with refuses(DataError, "no column 'port'"):
        model.predict(frame.drop(columns="port"))
    with refuses(DataError, "must be a data frame", "age, sex", "got ndarray"):
        model.predict(np.zeros((2, 9)))
    with refuses(DtypeError, "column 'age' held numbers in training, got 'old' in row 1"):
        model.predict(frame.assign(age=["7", "old"] * 30))
    with refuses(DataError, "empty"):
        model.predict(frame[:0])
    with refuses(DataError, "two columns", "'age'"):
        fit(pd.concat([frame, frame], axis=1), Y)
    with refuses(DataError, "the model that init gives knows of none"):
        xnn.train(frame, Y, init=fit(frame[["rank"]], Y).model, **QUIET)


def test_sparse_matrices_are_refused_with_what_to_do():
    sparse = pytest.importorskip("scipy.sparse")
    with refuses(DtypeError, "sparse", ".toarray()"):
        fit(sparse.csr_matrix(np.eye(60)), Y)


# From the command line, as their users would.
@pytest.fixture
def xnn_command(tmp_path, monkeypatch, capsys):
    from xnn.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["xnn", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.filterwarnings("always")
def test_passengers_from_the_command_line(xnn_command, tmp_path):
    write(tmp_path / "titanic.csv", titanic())
    words = ["train", "--data", "titanic.csv", "--target", "survived", "--save", "m.safetensors", "--epochs", 10]
    code, out, err = xnn_command(*words)
    assert code == 0, err
    other = pd.DataFrame(titanic(seed=1, n=2000))
    survived = other.pop("survived").to_numpy()
    guessed = max(survived.mean(), 1 - survived.mean())
    assert xnn.load("m.safetensors").score(other, survived) > guessed + 0.1
    table = xnn.load("m.safetensors").table
    assert table.texts == ("sex", "class", "deck", "embark_town") and table.columns[2].gaps
    columns = titanic(seed=1, n=5)
    del columns["survived"]
    columns["deck"], columns["embark_town"][0] = ["1"] * 5, "Oslo"
    write(tmp_path / "new.csv.gz", columns)
    code, out, err = xnn_command("predict", "m.safetensors", "--data", "new.csv.gz")
    assert code == 0 and len(out.splitlines()) == 6
    assert "warning: X, column 'embark_town' holds 'Oslo', which no training row did" in err
    assert "column 'deck' holds '1'" in err
    text = gzip.decompress((tmp_path / "new.csv.gz").read_bytes()).decode().splitlines()
    (tmp_path / "new.csv").write_text(text[0] + "\nx" + text[2])
    code, out, err = xnn_command("predict", "m.safetensors", "--data", "new.csv")
    assert code == 2 and "new.csv, line 2, column 'pclass': 'x" in err and "is not a number" in err


def test_free_text_is_refused_and_dropped_as_the_error_says(xnn_command, tmp_path):
    columns = titanic() | {
        "Name": [f"Braund, Mr. {i}" for i in range(891)],
        "Ticket no": [f"A/5 {i}" for i in range(891)],
    }
    write(tmp_path / "t.csv", columns)
    words = ["train", "--data", "t.csv", "--target", "survived", "--epochs", 1, "--quiet"]
    code, _, err = xnn_command(*words)
    assert code == 2 and "--drop Name --drop 'Ticket no'" in err and len(err.splitlines()) == 1
    assert xnn_command(*words, "--drop", "Name", "--drop", "Ticket no")[0] == 0


def test_houses_from_the_command_line(xnn_command, tmp_path):
    write(tmp_path / "houses.csv", houses())
    words = ["train", "--data", "houses.csv", "--target", "price", "--epochs", 30, "--save", "m.safetensors"]
    code, out, err = xnn_command(*words)
    assert code == 0 and "regression with SquaredError" in out, err
    model = xnn.load("m.safetensors")
    assert model.score(*xnn.datasets.load("houses.csv", "price")[:2]) > 0.7
    code, out, _ = xnn_command("predict", "m.safetensors", "--data", "houses.csv")
    assert code == 0 and len(out.splitlines()) == 1461


def test_a_file_without_names_from_the_command_line(xnn_command, tmp_path):
    (tmp_path / "d.csv").write_text("".join(f"{'xy'[i % 2]},{i % 7},{i % 2}\n" for i in range(60)))
    assert xnn_command("train", "--data", "d.csv", "--epochs", 1, "-q", "--save", "m.safetensors")[0] == 0
    (tmp_path / "new.csv").write_text("x,3\ny,4\nx,4\n")
    code, out, err = xnn_command("predict", "m.safetensors", "--data", "new.csv")
    assert code == 0 and len(out.splitlines()) == 4, err


def test_a_model_is_measured_and_described_from_the_command_line(xnn_command, tmp_path):
    write(tmp_path / "t.csv", titanic())
    words = ["train", "--data", "t.csv", "--target", "survived", "--epochs", 2, "-q", "--save", "m.safetensors"]
    assert xnn_command(*words, "--metrics", "roc_auc,accuracy")[0] == 0
    table = xnn.datasets.load("t.csv", "survived")
    expected = xnn.load("m.safetensors").evaluate(table.X, table.y)
    code, out, err = xnn_command("evaluate", "m.safetensors", "--data", "t.csv", "--target", "survived")
    assert (code, out) == (0, f"{expected}\n"), err
    words = ["evaluate", "m.safetensors", "--data", "t.csv", "--target", 0]
    code, out, _ = xnn_command(*words, "--metrics", "f1, roc_auc")
    assert [line.split("  ")[0] for line in out.splitlines()] == ["891 samples", "f1", "roc auc"]
    code, out, _ = xnn_command("info", "m.safetensors")
    assert (code, out) == (0, f"{xnn.load('m.safetensors')}\n") and "embark_town  Cherbourg, Queenstown" in out
    for bad, said in (
        (words[:4], "column 'alone' of t.csv is one of the features"),
        ([*words[:4], "--target", "survivde"], "Did you mean 'survived'?"),
        ([*words, "--metrics", "roc"], "Did you mean 'roc_auc'?"),
        ([*words, "--metrics", "rmse"], "one of numbers"),
        (["info", "t.csv"], "is not a safetensors file"),
        (["info", "none.safetensors"], "there is no file"),
    ):
        code, _, err = xnn_command(*bad)
        assert code == 2 and said in err and len(err.splitlines()) == 1


def test_a_model_of_numbers_is_measured_on_every_kind_of_file(xnn_command, tmp_path):
    X, y = xnn.datasets.gaussians(n=80, seed=1)
    np.savez("d.npz", X=X, y=y)
    np.save("d.npy", np.column_stack([X, y]))
    for name, text in (("d.csv", "a,b,t\n"), ("plain.csv", "")):
        rows = "".join(f"{a!r},{b!r},{t}\n" for (a, b), t in zip(X.astype(float).tolist(), y.tolist(), strict=True))
        (tmp_path / name).write_text(text + rows)
    for name in ("d.npz", "d.npy", "d.csv", "plain.csv"):
        assert xnn_command("train", "--data", name, "--epochs", 2, "-q", "--save", "m.safetensors")[0] == 0
        code, out, err = xnn_command("evaluate", "m.safetensors", "--data", name)
        assert code == 0 and out == f"{xnn.load('m.safetensors').evaluate(X, y)}\n", (name, err)
    (tmp_path / "gap.csv").write_text("a,b,t\n1,2,0\n,3,1\n")
    assert xnn_command("train", "--data", "d.csv", "--epochs", 2, "-q", "--save", "m.safetensors")[0] == 0
    code, _, err = xnn_command("evaluate", "m.safetensors", "--data", "gap.csv")
    assert code == 2 and "gap.csv, line 3, column 'a': no value stands there. Remove the row, or fill in" in err
