"""Weights to and from PyTorch."""

import pickle
import sys

import numpy
import pytest

import xnn
from tests.nn.rows import ACTIVATION_ROWS
from tests.rig import refuses
from tests.training.problems import blobs, curve, fit
from xnn.errors import BackendError, NotFiniteError, OptionError, ShapeError
from xnn.interop.torch import from_module, to_module

X3, Y3 = blobs()
X2, Y2 = blobs(classes=2)
XN, YN = curve()
TASKS = {
    "binary": (X2, numpy.array(["no", "yes"])[Y2], {}),
    "multiclass": (X3, numpy.array(["a", "b", "c"])[Y3], {"dropout": 0.25}),
    "multilabel": (X3, numpy.stack([Y3 == 0, Y3 > 0], axis=1), {"loss": "binary_cross_entropy", "bias": False}),
    "regression": (XN + 1e6, YN, {"hidden": (8, 6)}),
    "regression, two outputs": (XN, curve(outputs=2)[1], {"hidden": ()}),
    "unscaled": (XN, YN / 100.0, {"scale": None, "dtype": "float64"}),
}


def of(torch, module, X, model):
    """What the module gives, in the model's precision."""
    with torch.no_grad():
        return module(torch.tensor(numpy.asarray(X), dtype=getattr(torch, model.place.dtype))).numpy()


def ours(model, X):
    """The same by the model: logits, or numbers in y's own units."""
    X = numpy.asarray(X, dtype=model.place.dtype)
    return model.outputs(X) if model.classes is not None or not hasattr(model.task, "scaling") else model.predict(X)


@pytest.mark.parametrize("task", TASKS)
def test_the_module_computes_what_the_model_does(task, torch):
    X, y, options = TASKS[task]
    model = fit(X, y, **options).model
    module = to_module(model)
    expected = ours(model, X)
    assert type(module) is torch.nn.Sequential
    numpy.testing.assert_allclose(
        of(torch, module, X, model), expected.reshape(len(X), -1), rtol=1e-6, atol=1e-6 * abs(expected).max()
    )


@pytest.mark.parametrize("name", ACTIVATION_ROWS)
def test_every_activation_goes_there_and_comes_back(name, torch):
    activation = ACTIVATION_ROWS[name].activation
    model = fit(XN, YN, activation=activation, output=activation, dtype="float64").model
    module = to_module(model)
    expected = ours(model, XN)
    numpy.testing.assert_allclose(of(torch, module, XN, model)[:, 0], expected, rtol=1e-9, atol=1e-7)
    back = from_module(module)
    assert back.mlp.activation == activation
    assert back.mlp.output == activation
    numpy.testing.assert_array_equal(back.predict(XN), expected)


@pytest.mark.parametrize("task", TASKS)
def test_there_and_back_are_the_same_bits(task, torch):
    X, y, options = TASKS[task]
    model = fit(X, y, **options).model
    classes = None if model.classes is None else model.classes.tolist()
    loss = "binary_cross_entropy" if task == "multilabel" else "auto"
    back = from_module(to_module(model), classes=classes, loss=loss)
    assert back.mlp.sizes == model.mlp.sizes
    assert back.mlp.dropout == model.mlp.dropout
    assert back.mlp.bias == model.mlp.bias
    numpy.testing.assert_array_equal(back.predict(X), model.predict(X))
    if classes is not None:
        numpy.testing.assert_array_equal(back.predict_proba(X), model.predict_proba(X))
    assert back.place == model.place


def test_a_state_dict_is_loaded_into_a_sequential_and_comes_back(torch):
    nn = torch.nn
    model = fit(X3, Y3, scale=None, activation="tanh").model
    state = to_module(model).state_dict()
    assert list(state) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert state["0.weight"].shape == (8, 4)
    plain = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    plain.load_state_dict(state)
    numpy.testing.assert_array_equal(from_module(plain, classes=[0, 1, 2]).predict_proba(X3), model.predict_proba(X3))


def test_weights_are_copies_and_learn(torch):
    model = fit(XN, YN).model
    before = model.predict(XN)
    module = to_module(model)
    loss = torch.nn.functional.mse_loss(module(torch.tensor(XN, dtype=torch.float32))[:, 0], torch.tensor(YN).float())
    loss.backward()
    with torch.no_grad():
        for part in module.parameters():
            assert part.grad.abs().sum() > 0
            part -= 1e-3 * part.grad
    numpy.testing.assert_array_equal(model.predict(XN), before)
    assert numpy.any(from_module(module).predict(XN) != before)


def test_the_module_can_be_pickled(torch):
    module = pickle.loads(pickle.dumps(to_module(fit(XN, YN).model)))
    assert type(module[0]).__name__ == "Standardize"


def test_a_module_made_in_torch_can_be_saved_and_trained_on(torch, tmp_path):
    """Classes in an order of the user's own, a softmax at the end, a Sequential within, a Flatten first."""
    nn = torch.nn
    torch.manual_seed(0)
    body = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.2), nn.Dropout(0.1), nn.Linear(8, 6), nn.LeakyReLU(0.2),
                         nn.Dropout(0.1))  # fmt: skip
    module = nn.Sequential(nn.Flatten(), body, nn.Linear(6, 3, bias=False), nn.Softmax(dim=1)).eval()
    model = from_module(module, classes=["c", "a", "b"])
    assert model.classes.tolist() == ["a", "b", "c"]
    assert (model.mlp.dropout, model.mlp.activation) == (0.1, xnn.nn.LeakyReLU(0.2))
    p = of(torch, module, X3, model)
    numpy.testing.assert_allclose(model.predict_proba(X3), p[:, [1, 2, 0]], atol=1e-6)
    assert model.predict(X3).tolist() == numpy.array(["c", "a", "b"])[p.argmax(axis=1)].tolist()
    model.save(tmp_path / "m.safetensors")
    loaded = xnn.load(tmp_path / "m.safetensors")
    numpy.testing.assert_array_equal(loaded.predict_proba(X3), model.predict_proba(X3))
    y = numpy.array(["a", "b", "c"])[Y3]
    better = xnn.train(X3, y, init=loaded, epochs=30, learning_rate=0.01, progress=False).model
    assert better.score(X3, y) > model.score(X3, y)


def test_one_output_is_the_second_class(torch):
    module = torch.nn.Sequential(torch.nn.Linear(4, 1), torch.nn.Sigmoid())
    p = of(torch, module, X2, fit(X2, Y2).model)[:, 0]
    for model in (from_module(module, classes=["no", "yes"]), from_module(module, loss="binary_cross_entropy")):
        numpy.testing.assert_allclose(model.predict_proba(X2)[:, 1], p, atol=1e-6)
    assert from_module(module, loss="binary_cross_entropy").classes.tolist() == [0, 1]
    with refuses(OptionError, "'yes'", "sorted"):
        from_module(module, classes=["yes", "no"])


def test_half_precision_becomes_single(torch):
    module = torch.nn.Sequential(torch.nn.Linear(3, 1)).to(torch.bfloat16)
    assert from_module(module).place.dtype == "float32"


def test_what_xnn_has_not_is_refused_by_name(torch):
    nn = torch.nn

    class Own(nn.ReLU):
        pass

    class Net(nn.Module):
        pass

    def within(*modules):
        return nn.Sequential(nn.Linear(3, 4), *modules, nn.Linear(4, 2))

    for module, words in [
        (within(nn.BatchNorm1d(4)), ["BatchNorm1d"]),
        (within(nn.ReLU6()), ["ReLU6"]),
        (within(Own()), ["Own"]),
        (within(nn.Softplus(beta=2.0)), ["Softplus(beta=2.0"]),
        (within(nn.Softmax(dim=0)), ["Softmax(dim=0)"]),
        (within(nn.ReLU(), nn.Tanh()), ["Tanh", "behind ReLU"]),
        (within(nn.ReLU(), nn.Linear(4, 4), nn.Tanh()), ["ReLU()", "Tanh()", "one activation"]),
        (within(nn.ReLU(), nn.Dropout(0.1), nn.Linear(4, 4), nn.ReLU()), ["dropout 0.1", "dropout 0"]),
        (nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5)), ["Dropout", "last Linear"]),
        (nn.Sequential(nn.ReLU(), nn.Linear(3, 4)), ["ReLU()", "before the first Linear"]),
        (nn.Sequential(nn.ReLU()), ["no torch.nn.Linear"]),
        (nn.Sequential(), ["no torch.nn.Linear"]),
        (Net(), ["Net", "Sequential"]),
        ({"0.weight": 1}, ["dict", "Sequential"]),
    ]:
        with refuses(OptionError, *words):
            from_module(module)
    with refuses(ShapeError, "4 units", "takes 5"):
        from_module(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 2)))
    two = nn.Sequential(nn.Linear(3, 2))
    with refuses(ShapeError, "2 outputs", "got 3"):
        from_module(two, classes=[0, 1, 2])
    with refuses(OptionError, "different"):
        from_module(two, classes=["a", "a"])
    with refuses(OptionError, "softmax_cross_entropy", "SquaredError"):
        from_module(two, classes=[0, 1], loss="squared_error")
    with refuses(OptionError, "Unstandardize"):
        from_module(to_module(fit(XN, YN).model), classes=[0, 1])
    with torch.no_grad():
        two[0].weight[0, 0] = float("nan")
    with refuses(NotFiniteError, "Linear(in_features=3"):
        from_module(two)


def test_an_activation_of_ones_own_is_refused_by_name(torch):
    class Cube(xnn.nn.Activation):
        def forward(self, z):
            return z**3

        def backward(self, dy, z, y):
            return 3.0 * z**2 * dy

    with refuses(OptionError, "Cube", "torch.nn"):
        to_module(fit(XN, YN, activation=Cube()).model)
    with refuses(OptionError, "Result", "give its .model"):
        to_module(fit(XN, YN))


def test_without_torch_the_error_names_it(monkeypatch):
    model = fit(XN, YN).model
    monkeypatch.setitem(sys.modules, "torch", None)
    with refuses(BackendError, "xnn.interop.torch", "pip install torch"):
        to_module(model)


def test_a_module_of_a_table_takes_what_encode_makes_of_it_and_becomes_a_model_of_frames_again(torch, tmp_path):
    pandas = pytest.importorskip("pandas")
    rng = numpy.random.default_rng(0)
    frame = pandas.DataFrame({"word": rng.choice(["a", "b", "c"], 60), "number": rng.normal(size=60)})
    frame.loc[::6, "number"], frame.loc[1::6, "word"] = numpy.nan, None
    y = numpy.array(["no", "yes"])[(frame["word"] == "a").astype(int)]
    model = fit(frame, y).model
    module = to_module(model)
    assert [type(each).__name__ for each in module][:2] == ["Standardize", "Linear"]
    assert module[1].in_features == 3 + 1 + 1 + 1  # the words, their gaps, the number, its gaps
    with torch.no_grad():
        logits = module(torch.tensor(model.encode(frame), dtype=torch.float32)).numpy()
    numpy.testing.assert_allclose(logits, model.outputs(frame), rtol=0, atol=1e-6)

    back = from_module(module, classes=["no", "yes"], table=model.table)
    numpy.testing.assert_array_equal(back.predict_proba(frame), model.predict_proba(frame))
    assert back.feature_names == ("word", "number")
    back.save(tmp_path / "m.safetensors")
    assert xnn.load(tmp_path / "m.safetensors").predict(frame).tolist() == model.predict(frame).tolist()
    plain = from_module(module, classes=["no", "yes"])
    numpy.testing.assert_array_equal(plain.predict(model.encode(frame)), model.predict(frame))

    with refuses(OptionError, "table", "Model", "give model.table"):
        from_module(module, table=model)
    with refuses(ShapeError, "6 features", "takes 4"):
        from_module(torch.nn.Sequential(torch.nn.Linear(4, 1)), table=model.table)
