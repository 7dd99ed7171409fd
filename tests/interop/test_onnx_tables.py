"""ONNX files of models that were trained on tables: an input a column, and text and gaps become what they do here."""

import sys

import numpy as np
import pandas as pd
import polars
import pytest

import xnn
from tests.interop.test_onnx import assert_the_same, session
from tests.nn.rows import ACTIVATION_ROWS
from tests.rig import refuses
from tests.training.made_tables import houses, titanic
from tests.training.problems import blobs, fit
from xnn.errors import DataError, DtypeError, NotFiniteError, OptionError
from xnn.training import UnknownCategoryWarning

pytestmark = pytest.mark.host
onnx = pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
from onnx.reference import ReferenceEvaluator  # noqa: E402

from xnn.interop.onnx import LOWEST_OPSET, export, inputs  # noqa: E402


def known_to_float32(frame):
    """The numbers of a frame as float32 holds them, so that both sides are given the same."""
    return frame.assign(**{name: frame[name].astype("float32").astype("float64") for name in frame.select_dtypes("f")})


def passengers():
    frame = known_to_float32(pd.DataFrame(titanic(n=300)))
    return frame, np.array(["no", "yes"])[frame.pop("survived")], {"validation": None}


def prices():
    """Commas between thousands are read as the command reads them."""
    frame = pd.DataFrame(houses(n=300))
    for name in ("lot", "price"):
        frame[name] = frame[name].str.replace(",", "").astype(float)
    return frame, frame.pop("price").to_numpy(), {"validation": None}


def several_labels():
    frame, y, options = passengers()
    labels = np.stack([y == "yes", frame["sex"] == "male"], axis=1)
    return frame, labels, options | {"loss": "binary_cross_entropy"}


def three_classes():
    frame, _, options = passengers()
    y = frame.pop("class").to_numpy()
    small = frame[["age", "fare"]].to_numpy() / 128.0  # which float32 holds too
    return frame.assign(age=small[:, 0], fare=small[:, 1]), y, options | {"scale": None}


TASKS = {
    "binary": passengers, "regression": prices, "several labels": several_labels, "three classes": three_classes,
}  # fmt: skip


def run(path, feed):
    made = session(path)
    return dict(zip([each.name for each in made.get_outputs()], made.run(None, feed), strict=True))


def evaluated(path, feed):
    made = ReferenceEvaluator(str(path))
    return dict(zip(made.output_names, made.run(None, feed), strict=True))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", ACTIVATION_ROWS)
def test_every_activation_and_task(name, task, tmp_path):
    frame, y, options = TASKS[task]()
    options = {"hidden": (16, 8), "activation": ACTIVATION_ROWS[name].activation, **options}
    model = fit(frame, y, **options).model
    assert model.table is not None
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", inputs(model, frame)), frame)
    assert_the_same(model, evaluated(tmp_path / "m.onnx", inputs(model, frame)), frame)


@pytest.mark.parametrize("task", TASKS)
def test_any_number_of_samples(task, tmp_path):
    frame, y, options = TASKS[task]()
    model = fit(frame, y, **options).model
    export(model, tmp_path / "m.onnx")
    for rows in (frame[:1], frame[:2], pd.concat([frame] * 4)):
        assert_the_same(model, run(tmp_path / "m.onnx", inputs(model, rows)), rows)


def test_every_opset_up_to_the_newest(tmp_path):
    frame, y, options = passengers()
    model = fit(frame, y, **options).model
    for opset in range(LOWEST_OPSET, onnx.defs.onnx_opset_version() + 1):
        export(model, tmp_path / "m.onnx", opset=opset)
        assert_the_same(model, evaluated(tmp_path / "m.onnx", inputs(model, frame)), frame)


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    n = 60
    return pd.DataFrame(
        {
            "age": np.where(np.arange(n) % 5 == 0, np.nan, rng.normal(30, 10, n).round()),
            "sex": rng.choice(["m", "w"], n),
            "port": pd.Categorical(np.where(np.arange(n) % 7 == 0, None, rng.choice(["S", "C"], n))),
            "alone": rng.choice(["Yes", "no"], n),
            "rank": pd.Categorical(rng.integers(1, 4, n)),
            "height": rng.normal(170, 10, n).round(),
        }
    )


Y = np.arange(60) % 2


def test_inputs_are_the_columns_by_name_and_type(frame, tmp_path):
    export(fit(frame, Y).model, tmp_path / "m.onnx")
    made = session(tmp_path / "m.onnx")
    text, number = "tensor(string)", "tensor(float)"
    assert {each.name: (each.type, each.shape) for each in made.get_inputs()} == {
        "age": (number, ["samples"]),
        "sex": (text, ["samples"]),
        "port": (text, ["samples"]),
        "alone": (number, ["samples"]),
        "rank": (text, ["samples"]),
        "height": (number, ["samples"]),
    }
    export(fit(frame, Y).model, tmp_path / "m.onnx", dtype="float64")
    assert session(tmp_path / "m.onnx").get_inputs()[0].type == "tensor(double)"


def test_inputs_of_a_frame_are_what_the_columns_hold(frame):
    """Written out by hand: None is the empty text, yes and no are 1 and 0, numbers that are categories are text."""
    found = inputs(fit(frame, Y).model, frame.iloc[[5, 7, 0, 1]])
    assert np.array_equal(found["age"], frame["age"].iloc[[5, 7, 0, 1]].astype("float32"), equal_nan=True)
    assert np.isnan(found["age"][[0, 2]]).all()
    assert found["port"].tolist()[1:3] == ["", ""] and found["port"][0] in ("S", "C")
    assert found["alone"].tolist() == [float(word == "Yes") for word in frame["alone"].iloc[[5, 7, 0, 1]]]
    assert found["rank"].tolist() == [str(rank) for rank in frame["rank"].iloc[[5, 7, 0, 1]]]
    assert {name: array.dtype.str[1:] for name, array in found.items()} == {
        "age": "f4", "sex": "O", "port": "O", "alone": "f4", "rank": "O", "height": "f4",
    }  # fmt: skip


def test_what_training_did_not_have(frame, tmp_path):
    """An unknown category; a gap where training had none, of numbers and of text."""
    model = fit(frame, Y).model
    export(model, tmp_path / "m.onnx")
    rows = frame[:4].copy()
    rows.loc[0, "sex"], rows.loc[1, "sex"], rows.loc[2, "height"] = "x", None, np.nan
    with pytest.warns(UnknownCategoryWarning, match="'sex' holds 'x'"):
        feed = inputs(model, rows)
    assert feed["sex"].tolist()[:2] == ["x", ""] and np.isnan(feed["height"][2])
    with pytest.warns(UnknownCategoryWarning, match="'sex' holds 'x'"):
        expected = model.predict_proba(rows)
    found = run(tmp_path / "m.onnx", feed)["probabilities"]
    assert np.max(abs(found - expected)) <= 1e-6
    # The category matters, or the comparison says nothing.
    assert np.max(abs(found[0] - run(tmp_path / "m.onnx", inputs(model, frame[:1]))["probabilities"])) > 1e-4


def test_the_order_of_columns_and_others_do_not_matter(frame, tmp_path):
    model = fit(frame, Y).model
    export(model, tmp_path / "m.onnx")
    feed = inputs(model, frame.iloc[:, ::-1].assign(other=1.0))
    assert_the_same(model, run(tmp_path / "m.onnx", feed), frame)


def test_frames_of_polars_and_numbers_alone(frame, tmp_path):
    model = fit(frame, Y).model
    theirs = polars.DataFrame(
        {name: [None if pd.isna(v) else v for v in frame[name].astype(object)] for name in frame}, strict=False
    )
    for name, array in inputs(model, theirs).items():
        assert np.array_equal(array.astype(str), inputs(model, frame)[name].astype(str))
    X, y = blobs()
    assert inputs(fit(X, y).model, X)["X"].dtype == np.float32
    assert np.array_equal(inputs(fit(X, y).model, X, dtype="float64")["X"], X)


def test_large_numbers_keep_their_digits_in_float64(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"when": 1.7e9 + rng.normal(0, 60, 60), "word": rng.choice(["a", "b"], 60)})
    frame.loc[3, "when"] = np.nan
    model = fit(frame, Y).model
    export(model, tmp_path / "m.onnx", dtype="float64")
    found = run(tmp_path / "m.onnx", inputs(model, frame, dtype="float64"))
    assert_the_same(model, found, frame)


def test_a_model_of_a_file_is_exported_too(tmp_path):
    from tests.training.made_tables import write

    table = xnn.datasets.load(write(tmp_path / "t.csv", titanic(n=200)), "survived")
    model = fit(table.X, table.y, validation=None).model
    model.save(tmp_path / "m.safetensors")
    export(xnn.load(tmp_path / "m.safetensors"), tmp_path / "m.onnx")
    # Ages and fares are no float32.
    found = run(tmp_path / "m.onnx", inputs(model, table.X))
    assert np.max(abs(found["probabilities"] - model.predict_proba(table.X))) <= 1e-6


def test_columns_called_as_something_within_the_graph(frame, tmp_path):
    called = dict(zip(frame, ["encoded", "classes", "layer.0.W", "constant.0", "X", "relu.1 Ä"], strict=True))
    frame = frame.rename(columns=called)
    model = fit(frame, Y).model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", inputs(model, frame)), frame)


def test_the_empty_text_is_a_category_where_training_had_no_gaps(frame, tmp_path):
    frame["sex"] = frame["sex"].replace("m", "")
    model = fit(frame, Y).model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", inputs(model, frame)), frame)
    frame.loc[0, "sex"] = None
    with refuses(DataError, "'sex'", "a gap", "the empty text"):
        inputs(model, frame)


@pytest.mark.parametrize("name", ["", "prediction", "probabilities"])
def test_names_that_onnx_cannot_have_are_refused(frame, name, tmp_path):
    with refuses(OptionError, f"column {name!r}", "name"):
        export(fit(frame.rename(columns={"sex": name}), Y).model, tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())


def test_text_that_onnx_cannot_tell_from_a_gap_is_refused(frame, tmp_path):
    frame["port"] = frame["port"].astype(object).replace("S", "")
    with refuses(OptionError, "column 'port'", "the empty text and gaps", "another word"):
        export(fit(frame, Y).model, tmp_path / "m.onnx")
    frame["port"] = frame["port"].fillna("\ud800")
    with refuses(OptionError, "column 'port'", "not Unicode"):
        export(fit(frame, Y).model, tmp_path / "m.onnx")


def test_wrong_inputs_are_refused_as_predict_does(frame):
    model = fit(frame, Y).model
    with refuses(DataError, "no column 'sex'"):
        inputs(model, frame.drop(columns="sex"))
    with refuses(DataError, "data frame"):
        inputs(model, np.zeros((2, 6)))
    with refuses(DtypeError, "'height'", "'tall'", "row 1"):
        inputs(model, frame.assign(height=["1", "tall"] * 30))
    with refuses(NotFiniteError, "'height'", "1e+39", "float32"):
        inputs(model, frame.assign(height=1e39))
    with refuses(OptionError, "dtype", "'float16'"):
        inputs(model, frame, dtype="float16")
    with refuses(OptionError, "model", "Result", "give its .model"):
        inputs(fit(frame, Y), frame)
    X, y = blobs()
    with refuses(NotFiniteError, "X reaches 1e+39", "float32"):
        inputs(fit(X, y).model, np.full((1, 4), -1e39))


def test_inputs_need_no_onnx(frame, monkeypatch):
    for name in [name for name in sys.modules if name == "onnx" or name.startswith("onnx.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert list(inputs(fit(frame, Y).model, frame)) == list(frame)
