"""Models in files: there and back on every backend, nothing but tensors and JSON, and what is damaged is refused."""

import errno
import json
import os
import stat
import struct
import threading
import zlib
from dataclasses import dataclass
from functools import cache

import numpy
import pandas
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from safetensors.numpy import load_file, save_file

import xnn
from tests.rig import refuses
from tests.training.flips import flips
from tests.training.problems import blobs, curve, fit
from xnn.errors import FileError, OptionError, UnknownNameError
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
    assert list(metadata) == ["xnn model 2"]
    digits, text = metadata["xnn model 2"].split(" ", 1)
    assert int(digits, 16) == zlib.crc32(content.replace(digits.encode(), b"00000000", 1))
    description = json.loads(text)
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
    with refuses(FileError, "there is no file", "missing.safetensors"):
        xnn.load(tmp_path / "missing.safetensors")
    with refuses(FileError, "is a folder"):
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
        with refuses(FileError, str(path), "holds no 'xnn model 2'"):
            xnn.load(path)


def changed(path, change=None, text=None, drop=None, replace=None):
    """Rewrite a model's file with another description or without a tensor."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]["xnn model 2"]
    description = json.loads(metadata[9:])
    tensors = load_file(path)
    if change:
        change(description)
    tensors.pop(drop, None)
    tensors |= replace or {}
    metadata = {"xnn model 2": "00000000 " + (json.dumps(description) if text is None else text)}
    save_file(tensors, path, metadata)
    # As whoever forges a file would do: with a checksum that is right.
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"00000000 ', b'"%08x ' % zlib.crc32(content), 1))
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


# Files that cannot be wrong
def test_no_byte_can_change_unnoticed(tmp_path):
    """`python -m tests.training.flips 6000` does it for more."""
    assert flips(150, tmp_path, seed=1) == (150, 0)


def test_metadata_are_held_to_what_they_may_be(tmp_path):
    whole = kept(trained("classes"), tmp_path).read_bytes()
    path = tmp_path / "model.safetensors"
    for change in (
        lambda d: d["task"].update(classes=[0, 2, 1]),
        lambda d: d["task"].update(classes=[0, 1, 1]),
        lambda d: d["task"].update(classes=[0, 1, True]),
        lambda d: d["task"].update(classes=[0, 1, 2.0]),
        lambda d: d["task"].update(classes=[[0], [1], [2]]),
        lambda d: d["task"].update(classes={"0": 0}),
        lambda d: d["task"].update(classes=["a", "b", "c"], dtype="<U500000000"),
        lambda d: d["task"].update(classes=["a", "b", "c"], dtype="<U2"),
        lambda d: d["task"].update(classes=[0.0, 1.0, float("nan")], dtype="<f8"),
        lambda d: d["task"].update(classes=[0.0, 1.0, float("inf")], dtype="<f8"),
        lambda d: d["task"].update(dtype="O"),
        lambda d: d["task"].update(dtype=["i8"]),
        lambda d: d["task"].update(dtype="i1", classes=[0, 1, 300]),
        lambda d: d.update(task=[]),
        lambda d: d.update(bias="yes"),
        lambda d: d.update(bias=0),
        lambda d: d.update(dropout="0.1"),
        lambda d: d.update(dropout=True),
        lambda d: d.update(dtype=64),
        lambda d: d.update(sizes=[4.0, 8, 3]),
        lambda d: d.update(sizes=[True, 8, 3]),
        lambda d: d.update(sizes=[4, 2**70, 3]),
        lambda d: d.update(activation="relu"),
        lambda d: d.update(activation=["leaky_relu", {"slope": "steep"}]),
        lambda d: d.update(activation=["leaky_relu", {"slope": True}]),
        lambda d: d.update(activation=[["relu"], {}]),
        lambda d: d.update(loss=["softmax_cross_entropy", {"class_weights": "abc"}]),
        lambda d: d.update(loss=["softmax_cross_entropy", {"label_smoothing": [0.1]}]),
        lambda d: d.update(feature_names=["a"]),
        lambda d: d.update(feature_names=["a", "b", "c", 4]),
        lambda d: d.update(feature_names="abcd"),
    ):
        path.write_bytes(whole)
        with refuses(FileError, str(path), "damaged, or of another version of xnn: "):
            xnn.load(changed(path, change))
    path.write_bytes(whole)
    with refuses(FileError, str(path), "damaged"):
        xnn.load(changed(path, text="[" * 100_000))
    for name, value in (("input.scale", 0.0), ("input.scale", -1.0), ("input.shift", numpy.nan)):
        path.write_bytes(whole)
        with refuses(FileError, str(path), "damaged", "scaling"):
            xnn.load(changed(path, replace={name: numpy.full(4, value)}))


def test_a_history_has_as_many_figures_as_epochs(tmp_path):
    path = tmp_path / "run.safetensors"
    fit(X, Y, epochs=3).save(path)
    whole = path.read_bytes()
    assert xnn.load(path).run.history.epochs == 3
    for name in ("loss", "learning_rate", "seconds", "metrics.0", "validation_loss", "validation_metrics.0"):
        path.write_bytes(whole)
        with refuses(FileError, str(path), "damaged", "3 epochs"):
            xnn.load(changed(path, replace={f"history.{name}": numpy.zeros(4)}))
    path.write_bytes(whole)
    without = {f"history.{name}": numpy.zeros(2) for name in ("validation_loss", "validation_metrics.0")}
    assert xnn.load(changed(path, replace=without)).run.history.validation_loss == [0.0, 0.0]


def test_numpys_numbers_are_saved_wherever_they_are(tmp_path):
    options = {
        "hidden": (numpy.int64(8), numpy.uint8(5)),
        "activation": LeakyReLU(numpy.float32(0.25)),
        "loss": SoftmaxCrossEntropy(numpy.float64(0.1), (numpy.float32(1.0), numpy.int64(2), 0.5)),
        "dropout": numpy.float64(0.1),
        "bias": numpy.True_,
        "l1": numpy.float32(1e-4),
        "l2": numpy.float64(1e-4),
        "batch_size": numpy.uint8(8),
        "epochs": numpy.int8(2),
        "learning_rate": numpy.float32(0.01),
        "seed": numpy.int32(3),
        "validation": numpy.float32(0.2),
        "patience": numpy.int64(2),
        "clip_norm": numpy.float32(1.0),
    }
    result = fit(X, Y, **options, checkpoint=tmp_path / "run.safetensors")
    loaded = xnn.load(kept(result.model, tmp_path))
    assert_array_equal(loaded.outputs(X), result.model.outputs(X))
    assert loaded.mlp == result.model.mlp
    assert xnn.load(tmp_path / "run.safetensors").run.options == result.model.run.options


def test_parts_of_ones_own_come_back_where_they_are_registered(tmp_path, monkeypatch):
    for table in (xnn.nn.ACTIVATIONS, xnn.nn.LOSSES, xnn.optimizers.OPTIMIZERS):
        for name in list(table):
            monkeypatch.setitem(table, name, table[name])  # so that it is as it was, afterwards

    @dataclass(frozen=True)
    class Steep(ReLU):
        slope: float = 2.0

        def forward(self, z):
            return self.slope * super().forward(z)

        def backward(self, dy, z, y):
            return self.slope * super().backward(dy, z, y)

    class Options(ReLU):
        def __init__(self, slope):
            self.slope = slope

    model = fit(X, Y, activation=Steep(3.0)).model
    with refuses(FileError, "Steep", "xnn.training.register(name, Steep)"):
        model.save(tmp_path / "m.safetensors")
    xnn.training.register("steep", Steep)
    try:
        loaded = xnn.load(kept(model, tmp_path))
        assert loaded.mlp.activation == Steep(3.0)
        assert_array_equal(loaded.outputs(X), model.outputs(X))
        assert fit(X, Y, activation="steep").model.mlp.activation == Steep()
        with refuses(OptionError, "'steep'", "Steep", "another name"):
            xnn.training.register("steep", MyActivation)
    finally:
        del xnn.nn.ACTIVATIONS["steep"]
    with refuses(FileError, "damaged", "'steep'"):
        xnn.load(tmp_path / "model.safetensors")
    with refuses(OptionError, "dataclass", "Options"):
        xnn.training.register("options", Options)
    with refuses(OptionError, "Activation, a Loss", "int"):
        xnn.training.register("int", int)


def test_two_savers_at_one_path_leave_a_whole_file(tmp_path):
    path = tmp_path / "m.safetensors"
    models = [trained("classes"), trained("bytes")]
    models[0].save(path)
    wrong, done = [], threading.Event()

    def read():
        while not done.is_set():
            try:
                xnn.load(path)
            except Exception as error:
                wrong.append(error)

    savers = [threading.Thread(target=lambda m=m: [m.save(path) for _ in range(20)]) for m in models]
    reader = threading.Thread(target=read)
    for thread in (reader, *savers):
        thread.start()
    for thread in savers:
        thread.join()
    done.set()
    reader.join()
    assert wrong == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.safetensors"]


def test_links_are_followed_modes_kept_and_devices_refused(tmp_path):
    model, target, link = trained("classes"), tmp_path / "target.safetensors", tmp_path / "link.safetensors"
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "link.safetensors.part").symlink_to(other)
    link.symlink_to(target)
    model.save(link)
    assert link.is_symlink()
    assert xnn.load(target).classes.tolist() == [0, 1, 2]
    assert other.read_text() == "mine"
    target.chmod(0o640)
    model.save(link)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path / "pipe", "pipe"), ("/dev/null", "device"), ("/dev/full", "device")):
        with refuses(FileError, "cannot be written", words):
            model.save(path)
        with refuses(FileError, "cannot be read", words):
            xnn.load(path)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    for path, words in ((tmp_path / ("n" * 300), "name is too long"), (3, "path"), ("a\0b", "path"), ("", "path")):
        with refuses(FileError, words):
            model.save(path)
        with refuses(FileError, words):
            xnn.load(path)
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    with refuses(FileError, str(circle)):
        xnn.load(circle)
    longest = tmp_path / ("n" * 255)
    model.save(longest)
    assert xnn.load(longest).classes.tolist() == [0, 1, 2]


def test_what_the_system_says_is_one_sentence(tmp_path, monkeypatch):
    def fails(number):
        def write(file, part):
            raise OSError(number, os.strerror(number))

        return write

    path = tmp_path / "m.safetensors"
    trained("classes").save(path)
    before = path.read_bytes()
    for number, words in ((errno.ENOSPC, "no space left"), (errno.EROFS, "read-only"), (errno.EIO, "nput/output")):
        monkeypatch.setattr("xnn.files._write_all", fails(number))
        with refuses(FileError, f"{path} cannot be written: ", words):
            trained("bytes").save(path)
        assert path.read_bytes() == before
        assert [entry.name for entry in tmp_path.iterdir()] == ["m.safetensors"]
    monkeypatch.setattr(os, "access", lambda *_: False)
    with refuses(FileError, "you have no permission"):
        trained("bytes").save(path)
    with refuses(FileError, "you have no permission"):
        xnn.load(path)
