"""ONNX files: what onnxruntime and ONNX's own evaluator compute is what the model predicts."""

import sys
from dataclasses import dataclass

import numpy
import pytest

import xnn
from tests.nn.rows import ACTIVATION_ROWS
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit
from xnn.errors import BackendError, FileError, NotFiniteError, OptionError

pytestmark = pytest.mark.host
onnx = pytest.importorskip("onnx", reason="onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
from onnx.reference import ReferenceEvaluator  # noqa: E402

from xnn.interop.onnx import LOWEST_OPSET, export  # noqa: E402

X3, Y3 = blobs()
X2, Y2 = blobs(classes=2)
XN, YN = curve()
# By the task: X, y, and options of train. Features far from 0, as years are, lose their digits in float32.
TASKS = {
    "binary": (X2, numpy.array(["no", "yes"])[Y2], {}),
    "binary, two units": (X2, Y2 == 1, {"loss": "softmax_cross_entropy"}),
    "multiclass": (X3, numpy.array(["setosa", "versicolor", "Ä \N{SNOWMAN}"])[Y3], {}),
    "multilabel": (X3, numpy.stack([Y3 == 0, Y3 > 0, X3[:, 0] > 0], axis=1), {"loss": "binary_cross_entropy"}),
    "regression": (XN, YN, {}),
    "regression, two outputs": (XN + 1e6, curve(outputs=2)[1], {}),
    "regression, unscaled": (XN, YN / 10.0, {"scale": None, "bias": False, "loss": "huber"}),
}


def single(X):
    return numpy.asarray(X, dtype="float32")


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run(path, X):
    """What onnxruntime gives, by name."""
    made = session(path)
    return dict(zip([each.name for each in made.get_outputs()], made.run(None, {"X": X}), strict=True))


def evaluated(path, X):
    """What ONNX's own evaluator gives, which computes each operator with NumPy."""
    made = ReferenceEvaluator(str(path))
    return dict(zip(made.output_names, made.run(None, {"X": X}), strict=True))


def assert_the_same(model, found, X, tolerance=1e-6):
    """Classes are the same but where two are equally probable; numbers differ by the tolerance, of y's own spread."""
    expected = model.predict(X)
    if model.classes is None and "probabilities" not in found:
        spread = model.task.scaling.scale.max()
        assert found["prediction"].shape == expected.shape
        assert numpy.all(abs(found["prediction"] - expected) <= tolerance * numpy.maximum(spread, abs(expected)))
        return
    p = model.predict_proba(X)
    assert found["probabilities"].shape == p.shape
    assert numpy.max(abs(found["probabilities"] - p)) <= tolerance
    assert found["prediction"].tolist() == expected.tolist()


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", ACTIVATION_ROWS)
def test_every_activation_and_task(name, task, tmp_path):
    X, y, options = TASKS[task]
    model = fit(X, y, activation=ACTIVATION_ROWS[name].activation, hidden=(16, 8), **options).model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", single(X)), single(X))
    assert_the_same(model, evaluated(tmp_path / "m.onnx", single(X)), single(X))


@pytest.mark.parametrize("name", ACTIVATION_ROWS)
def test_every_activation_after_the_last_layer(name, tmp_path):
    model = fit(XN, YN / 100.0, output=ACTIVATION_ROWS[name].activation, scale=None).model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", single(XN)), single(XN))
    # So large that a naive formula overflows; sums of terms of 1e4 differ by what rounding costs the terms.
    X = single(XN * 1e4)
    expected, found = model.predict(X), run(tmp_path / "m.onnx", X)["prediction"]
    assert numpy.max(abs(found - expected)) <= 1e-6 * max(1.0, numpy.max(abs(expected)))


@pytest.mark.parametrize(
    "classes",
    [
        numpy.array([False, True]),
        numpy.array([-3, 5, 7], dtype="int8"),
        numpy.array([1, 2, 2**62]),
        numpy.array([1, 2, 250], dtype="uint8"),
        numpy.array([0.0, 0.5, 1.0]),
        numpy.array([1, 2, 3], dtype=">i4"),
        numpy.array(["a", "longer", "z"]),
    ],
    ids=lambda classes: classes.dtype.str,
)
def test_classes_keep_their_type(classes, tmp_path):
    X, labels = blobs(classes=len(classes))
    model = fit(X, classes[labels], task="classification").model
    export(model, tmp_path / "m.onnx")
    found = run(tmp_path / "m.onnx", single(X))["prediction"]
    assert found.dtype.kind == ("O" if classes.dtype.kind == "U" else classes.dtype.kind)
    assert found.dtype.kind == "O" or found.dtype.itemsize == classes.dtype.itemsize
    assert found.tolist() == model.predict(single(X)).tolist()


@pytest.mark.parametrize("task", TASKS)
def test_any_number_of_samples(task, tmp_path):
    X, y, options = TASKS[task]
    model = fit(X, y, **options).model
    export(model, tmp_path / "m.onnx")
    made = session(tmp_path / "m.onnx")
    assert made.get_inputs()[0].shape == ["samples", X.shape[1]]
    for n in (1, 2, 1000):
        few = single(numpy.resize(X, (n, X.shape[1])))
        found = dict(zip([each.name for each in made.get_outputs()], made.run(None, {"X": few}), strict=True))
        assert_the_same(model, found, few)


def test_digits_as_they_are_trained_by_default(tmp_path):
    X, y = xnn.datasets.digits()
    model = xnn.train(X, y, epochs=5, progress=False).model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", single(X)), single(X))


def test_features_in_float64_keep_their_digits(tmp_path):
    """Seconds since 1970: float32 knows them to two minutes."""
    X, y = XN + 1.7e9, YN
    model = fit(X, y).model
    export(model, tmp_path / "m.onnx", dtype="float64")
    found = run(tmp_path / "m.onnx", X)
    assert found["prediction"].dtype == numpy.float64
    assert_the_same(model, found, X)


def test_a_model_in_float64_is_computed_in_float32(tmp_path):
    model = fit(X3, Y3, dtype="float64").model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", single(X3)), single(X3))


def test_every_opset_up_to_the_newest(tmp_path):
    model = fit(X3, Y3, activation="gelu").model
    newest = onnx.defs.onnx_opset_version()
    for opset in range(LOWEST_OPSET, newest + 1):
        path = tmp_path / f"{opset}.onnx"
        export(model, path, opset=opset)
        assert onnx.load(path).opset_import[0].version == opset
        assert_the_same(model, evaluated(path, single(X3)), single(X3))
    for opset in (LOWEST_OPSET - 1, newest + 1, "13", True, 13.0):
        with refuses(OptionError, "opset", "13", str(newest), repr(opset)):
            export(model, tmp_path / "m.onnx", opset=opset)


def test_the_lowest_opset_is_the_lowest(tmp_path):
    """One lower, and the checker or the operators refuse: Softmax and Squeeze were others."""
    model = fit(XN, YN, activation="softmax").model
    export(model, tmp_path / "m.onnx")
    made = onnx.load(tmp_path / "m.onnx")
    made.opset_import[0].version = LOWEST_OPSET - 1
    with pytest.raises(Exception, match=r"Squeeze|axis|input"):
        onnx.checker.check_model(made, full_check=True)


def test_names_and_classes_are_in_the_metadata(tmp_path):
    model = fit(X3, numpy.array(["a", "b", "c"])[Y3], feature_names=["p", "q", "r", "s"]).model
    export(model, tmp_path / "m.onnx")
    made = onnx.load(tmp_path / "m.onnx")
    assert {each.key: each.value for each in made.metadata_props} == {
        "feature_names": '["p", "q", "r", "s"]',
        "classes": '["a", "b", "c"]',
    }
    assert made.producer_name == "xnn"


@dataclass(frozen=True)
class Cube(xnn.nn.Activation):
    def forward(self, z):
        return z**3

    def backward(self, dy, z, y):
        return 3.0 * z**2 * dy


@dataclass(frozen=True)
class HalfReLU(xnn.nn.ReLU):
    def forward(self, z):
        return 0.5 * super().forward(z)

    def backward(self, dy, z, y):
        return 0.5 * super().backward(dy, z, y)


def test_what_onnx_cannot_say_is_refused_by_name(tmp_path):
    path = tmp_path / "m.onnx"
    for own in (Cube(), HalfReLU()):  # one derived from an activation of xnn's is another function
        for options in ({"activation": own}, {"output": own}):
            with refuses(OptionError, type(own).__name__, "no operator", "ReLU"):
                export(fit(XN, YN, **options).model, path)
    assert not path.exists()


def test_a_loss_of_ones_own_needs_no_operator(tmp_path):
    @dataclass(frozen=True)
    class Quartic(xnn.nn.Loss):
        def forward(self, outputs, targets):
            r = outputs - targets
            return numpy.sum(r**4, axis=-1), r

        def backward(self, saved):
            return 4.0 * saved**3

    model = fit(XN, YN, loss=Quartic()).model
    export(model, tmp_path / "m.onnx")
    assert_the_same(model, run(tmp_path / "m.onnx", single(XN)), single(XN))


def test_wrong_arguments_are_refused(tmp_path, monkeypatch):
    result = fit(X3, Y3)
    with refuses(OptionError, "model", "Result", "give its .model"):
        export(result, tmp_path / "m.onnx")
    with refuses(OptionError, "dtype", "'float16'"):
        export(result.model, tmp_path / "m.onnx", dtype="float16")
    with refuses(FileError, "no_folder"):
        export(result.model, tmp_path / "no_folder" / "m.onnx")
    result.model.params[0].W[0, 0] = numpy.nan
    with refuses(NotFiniteError, "not finite"):
        export(result.model, tmp_path / "m.onnx")
    double = fit(X3, Y3, dtype="float64").model
    double.params[0].W[0, 0] = -1e39
    with refuses(NotFiniteError, "1e+39", "float32"):
        export(double, tmp_path / "m.onnx")
    monkeypatch.setattr("xnn.interop.onnx._MOST_BYTES", 100)
    with refuses(FileError, "2 GiB"):
        export(fit(X3, Y3).model, tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())


def test_without_onnx_the_error_names_it(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name == "onnx" or name.startswith("onnx.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with refuses(BackendError, "xnn.interop.onnx", "pip install onnx"):
        export(fit(X3, Y3).model, tmp_path / "m.onnx")
