"""Models in files: there and back on every backend, nothing but tensors and JSON, and what is damaged is refused."""

import json
import struct
from dataclasses import dataclass
from functools import cache

import numpy
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from safetensors.numpy import load_file, save_file

import xnn
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit
from xnn.errors import FileError, UnknownNameError
from xnn.nn import ELU, Huber, LeakyReLU, ReLU, SoftmaxCrossEntropy, SquaredError

X, Y = blobs()
KINDS = {
    "classes": (X, Y, {}),
    "bytes": (X, Y.astype("uint8"), {"hidden": ()}),
    "strings": (X, numpy.array(["käse", "b", "ccc"])[Y], {"bias": False}),
    "booleans": (X, Y == 1, {"dropout": 0.3, "dtype": "float64"}),
    "several labels": (X, numpy.eye(3)[Y], {"loss": "binary_cross_entropy"}),
    "numbers": (*curve(), {"activation": LeakyReLU(0.2), "loss": Huber(2.5)}),
    "many numbers": (*curve(outputs=2), {"activation": ELU(0.7), "output": "tanh", "hidden": (8, 5)}),
    "smoothed": (X, Y, {"loss": SoftmaxCrossEntropy(0.1, (1.0, 2.0, 0.5)), "scale": None}),
    "a frame": (pandas.DataFrame(X, columns=list("abcd")), Y, {"dtype": "float64"}),
}


@cache
def trained(kind):
    data, y, options = KINDS[kind]
    return fit(data, y, **options).model


def kept(model, tmp_path):
    path = tmp_path / "model.safetensors"
    model.save(path)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(kind, where, tmp_path):
    model, data = trained(kind), KINDS[kind][0]
    loaded = xnn.load(kept(model, tmp_path), **where)
    assert loaded.place.backend.name == where["backend"]
    assert loaded.place.dtype == model.place.dtype
    for a, b in zip(loaded.host_params(), model.host_params(), strict=True):
        assert_array_equal(a.W, b.W)
        assert (a.b is None) == (b.b is None)
        if a.b is not None:
            assert_array_equal(a.b, b.b)
        assert a.W.dtype == model.place.dtype
    assert repr(loaded.mlp) == repr(model.mlp)
    assert loaded.task.loss == model.task.loss
    assert type(loaded.task) is type(model.task)
    assert loaded.feature_names == model.feature_names
    predictions, expected = loaded.predict(data), model.predict(data)
    assert predictions.dtype == expected.dtype
    assert predictions.shape == expected.shape
    if model.task.loss.output.__class__.__name__ == "Identity":
        assert_allclose(predictions, expected, rtol=1e-4, atol=1e-4)
    else:
        assert_array_equal(predictions, expected)
        assert_allclose(loaded.predict_proba(data), model.predict_proba(data), rtol=1e-5, atol=1e-6)


def test_from_every_library_to_every_other(where, tmp_path):
    model = fit(X, Y, dtype="float64", batch_size=27, **where).model
    path = kept(model, tmp_path)
    assert_allclose(xnn.load(path).predict_proba(X), model.predict_proba(X), rtol=1e-10)
    again = xnn.load(path, **where)
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    first = load_file(path)
    again.save(path)
    for name, tensor in load_file(path).items():
        assert_array_equal(tensor, first[name])


def test_a_file_holds_tensors_and_json_alone(tmp_path):
    """Read by hand, as the format is published: a length, a JSON header, and the numbers."""
    content = kept(trained("strings"), tmp_path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__")
    assert list(metadata) == ["xnn model 1"]
    description = json.loads(metadata["xnn model 1"])
    assert description["sizes"] == [4, 8, 3]
    assert description["task"]["classes"] == ["b", "ccc", "käse"]
    assert set(header) == {"input.shift", "input.scale", "layer.0.W", "layer.1.W"}
    numbers = sum(tensor["data_offsets"][1] - tensor["data_offsets"][0] for tensor in header.values())
    assert len(content) == 8 + length + numbers


def test_a_path_may_be_a_string_and_is_replaced_whole(tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_text("old")
    trained("classes").save(str(path))
    assert xnn.load(str(path)).classes.tolist() == [0, 1, 2]
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.safetensors"]


@dataclass(frozen=True)
class MyActivation(ReLU):
    pass


@dataclass(frozen=True)
class MyLoss(SquaredError):
    pass


@pytest.mark.parametrize(
    ("options", "name"), [({"activation": MyActivation()}, "MyActivation"), ({"loss": MyLoss()}, "MyLoss")]
)
def test_parts_of_ones_own_are_not_saved(tmp_path, options, name):
    model = fit(*curve(), **options).model
    with refuses(FileError, "not saved", name, "xnn's own"):
        model.save(tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_refused(tmp_path):
    for path in (tmp_path / "nowhere" / "m.safetensors", tmp_path):
        with refuses(FileError, str(path), "cannot be written"):
            trained("classes").save(path)
    with refuses(FileError, f"there is no folder {tmp_path / 'nowhere'}: make it first"):
        trained("classes").save(str(tmp_path / "nowhere" / "m.safetensors"))
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_refused(tmp_path):
    with refuses(FileError, "missing.safetensors", "not a file"):
        xnn.load(tmp_path / "missing.safetensors")
    with refuses(FileError, "not a file"):
        xnn.load(tmp_path)
    whole = kept(trained("classes"), tmp_path).read_bytes()
    for i, content in enumerate([b"", b"abc", b"\x00" * 64, whole[:40], whole[:-5], whole + b"more", b"\xff" * 500]):
        path = tmp_path / f"{i}.safetensors"
        path.write_bytes(content)
        with refuses(FileError, str(path), "not a safetensors file"):
            xnn.load(path)
    for i, metadata in enumerate([None, {"format": "pt"}, {"xnn model 99": "{}"}]):
        path = tmp_path / f"foreign{i}.safetensors"
        save_file({"weight": numpy.ones(3)}, path, metadata)
        with refuses(FileError, str(path), "holds no 'xnn model 1'"):
            xnn.load(path)


def changed(path, change=None, text=None, drop=None, replace=None):
    """Rewrite a model's file with another description or without a tensor."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    description = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["xnn model 1"])
    tensors = load_file(path)
    if change:
        change(description)
    tensors.pop(drop, None)
    tensors |= replace or {}
    metadata = {"xnn model 1": json.dumps(description) if text is None else text}
    save_file(tensors, path, metadata)
    return path


DAMAGES = {
    "no description": {"text": ""},
    "half a description": {"text": '{"sizes": [4'},
    "another kind of description": {"text": "[1, 2]"},
    "null": {"text": "null"},
    "no sizes": {"change": lambda d: d.pop("sizes")},
    "wrong sizes": {"change": lambda d: d.update(sizes=[4, 0, 3])},
    "sizes that are no list": {"change": lambda d: d.update(sizes=7)},
    "sizes of text": {"change": lambda d: d.update(sizes=["a", "b"])},
    "other sizes": {"change": lambda d: d.update(sizes=[4, 9, 3])},
    "unknown activation": {"change": lambda d: d.update(activation=["swoosh", {}])},
    "unknown option": {"change": lambda d: d.update(activation=["relu", {"slope": 2}])},
    "options that are none": {"change": lambda d: d.update(activation=["relu", 3])},
    "unknown loss": {"change": lambda d: d.update(loss=["swoosh", {}])},
    "unknown task": {"change": lambda d: d["task"].update(kind="swoosh")},
    "no classes": {"change": lambda d: d["task"].pop("classes")},
    "fewer classes": {"change": lambda d: d["task"].update(classes=[0, 1])},
    "unknown dtype": {"change": lambda d: d.update(dtype="float8")},
    **{
        f"no {name}": {"drop": name}
        for name in ("layer.0.W", "layer.0.b", "layer.1.W", "layer.1.b", "input.shift", "input.scale")
    },
    **{
        f"other shape of {name}": {"replace": {name: numpy.ones((2, 2), dtype="float32")}}
        for name in ("layer.0.W", "layer.1.b", "input.shift")
    },
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_files_are_refused(tmp_path, damage):
    path = changed(kept(trained("classes"), tmp_path), **damage)
    with refuses(FileError, str(path), "damaged"):
        xnn.load(path)


def test_the_backend_to_load_on_must_be_known(tmp_path):
    path = kept(trained("classes"), tmp_path)
    with refuses(UnknownNameError, "backend 'numpi'"):
        xnn.load(path, backend="numpi")
    with refuses(UnknownNameError, "device 'moon'"):
        xnn.load(path, device="moon")
