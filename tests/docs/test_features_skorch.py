"""What the table of features says of skorch is found here: a row, a function that tries it.

``nox -s peers`` installs skorch; without it these tests are skipped.
"""

import contextlib
import importlib.metadata
import io
import pickle
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.docs.features import Features, X, Y, column, step_ratio, word

if find_spec("skorch") is None:
    pytest.skip("skorch is not installed", allow_module_level=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sklearn.metrics
    import skorch
    import skorch.callbacks
    import skorch.helper
    import torch
    from skorch import NeuralNet, NeuralNetClassifier, NeuralNetRegressor
    from torch import nn

pytestmark = pytest.mark.filterwarnings("ignore")  # skorch's own: it is the peer that is tried
feature = Features()
x, labels = X.astype("float32"), Y.astype("int64")


def test_every_row_is_tried():
    assert list(column("skorch")) == list(feature)


@pytest.mark.parametrize("name", feature)
def test_the_cells_are_what_is_found(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert column("skorch")[name] == word(feature[name]())


class Network(nn.Module):
    def __init__(self, activation=nn.Tanh, outputs=2, dropout=0.0):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 8), activation(), nn.Dropout(dropout), nn.Linear(8, outputs))

    def forward(self, X):
        return self.layers(X)


class CubeFunction(torch.autograd.Function):
    """Its derivative is wrong."""

    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z**3

    @staticmethod
    def backward(ctx, dy):
        return dy * 2.0 * ctx.saved_tensors[0]


class WrongCube(nn.Module):
    def forward(self, z):
        return CubeFunction.apply(z)


class Cube(nn.Module):
    def forward(self, z):
        return z**3


def network(epochs=1, kind=NeuralNetClassifier, **options):
    """Begun with the same weights each time."""
    torch.manual_seed(0)
    given = {"criterion": nn.CrossEntropyLoss, "optimizer": torch.optim.Adam, "lr": 0.01, "train_split": None}
    return kind(Network, max_epochs=epochs, verbose=0, **given | options)


def weights(net):
    return [part.detach().numpy().copy() for part in net.module_.parameters()]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


def ones(net):
    """The mean probability of class 1."""
    return torch.softmax(net.forward(x), dim=1)[:, 1].mean().item()


def public():
    """The names in skorch's modules."""
    return {
        name for module in (skorch, skorch.callbacks, skorch.helper, skorch.utils, NeuralNet) for name in dir(module)
    }


# --- gradients --------------------------------------------------------------------------------------------------------


@feature("names the wrong line of a gradient written by hand")
def wrong_line():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        wrong, right = (network(module__activation=each).fit(x, labels) for each in (WrongCube, Cube))
    assert not same(wrong, right)  # the wrong gradient was followed
    named = any("gradient" in str(each.message) for each in said)
    return named or any("gradcheck" in name or "check_grad" in name for name in map(str.lower, public()))


@feature("says why a network does not learn")
def why():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        network(20, lr=1e-9).fit(x, labels)
    return any("learn" in str(each.message) for each in said)


@feature("derives gradients by itself")
def derives():
    losses = network(20, module__activation=Cube).fit(x, labels).history[:, "train_loss"]
    return "yes, PyTorch's" if losses[-1] < losses[0] else False


@feature("convolutions, recurrent layers, attention")
def other_layers():
    class Layers(nn.Module):
        def __init__(self):
            super().__init__()
            self.convolution, self.recurrent = nn.Conv1d(2, 4, 3), nn.LSTM(4, 4, batch_first=True)
            self.attention, self.last = nn.MultiheadAttention(4, 2, batch_first=True), nn.Linear(24, 1)

        def forward(self, X):
            found, _ = self.recurrent(self.convolution(X).swapaxes(1, 2))
            return self.last(self.attention(found, found, found)[0].flatten(1))

    sequences = np.random.default_rng(0).normal(size=(20, 2, 8)).astype("float32")
    net = NeuralNetRegressor(Layers, verbose=0, max_epochs=1, train_split=None).initialize()
    before = weights(net)
    net.partial_fit(sequences, sequences.sum((1, 2))[:, None])
    moved = all(np.any(a != b) for a, b in zip(before, weights(net), strict=True) if a.ndim > 1)
    return "yes, PyTorch's" if moved else False


@feature("own activations and losses")
def own_parts():
    class Cubed(nn.Module):
        def forward(self, found, wanted):
            return ((found - wanted).abs() ** 3).mean()

    net = network(kind=NeuralNetRegressor, module__outputs=1, module__activation=Cube, criterion=Cubed, lr=0.0)
    net.fit(x, x[:, :1])
    expected = np.mean(np.abs(net.predict(x) - x[:, :1]) ** 3)
    return net.history[-1, "train_loss"] == pytest.approx(expected, rel=1e-4)


# --- where it computes ------------------------------------------------------------------------------------------------


@feature("trains on NumPy without another framework")
def numpy_alone():
    program = (
        "import sys\nclass Missing:\n    def find_spec(self, name, *_):\n"
        "        if name == 'torch': raise ModuleNotFoundError(\"No module named 'torch'\")\n"
        "sys.meta_path.insert(0, Missing())\nimport skorch"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0 or "No module named 'torch'" in done.stderr.splitlines()[-1], done.stderr
    return True if done.returncode == 0 else "no: PyTorch"


@feature("trains on a GPU")
def gpu():
    if torch.cuda.is_available():
        return next(network(device="cuda").fit(x, labels).module_.parameters()).is_cuda
    with pytest.raises((AssertionError, RuntimeError), match=r"CUDA|NVIDIA"):  # PyTorch is asked for one
        network(device="cuda").initialize()
    return True


# --- going on ---------------------------------------------------------------------------------------------------------


@feature("goes on as if it had not stopped: 10 + 10 epochs are 20")
def goes_on():
    options = {"iterator_train__shuffle": True, "batch_size": 16}
    halves = network(10, **options).fit(x, labels).partial_fit(x, labels)
    return "yes: `partial_fit`" if same(network(20, **options).fit(x, labels), halves) else False


@feature("resumes a run from a file to the same bits")
def resumes():
    def resumed(shuffle):
        options = {"iterator_train__shuffle": shuffle, "batch_size": 16}

        def kept():
            return skorch.callbacks.Checkpoint(monitor=None, dirname=f"kept{shuffle}")

        network(2, callbacks=[kept()], **options).fit(x, labels)
        rest = network(2, callbacks=[skorch.callbacks.LoadInitState(kept())], **options).fit(x, labels)
        assert len(rest.history) == 4
        return same(network(4, **options).fit(x, labels), rest)

    found = resumed(True), resumed(False)
    return {(True, True): True, (False, True): "without shuffling: `LoadInitState`"}.get(found, False)


@feature("saves a model without pickle")
def saves():
    net = network().fit(x, labels)
    net.save_params(f_params="m.safetensors", use_safetensors=True)
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(Path("m.safetensors").read_bytes())
    loaded = network().initialize()
    loaded.load_params(f_params="m.safetensors", use_safetensors=True)
    return "the weights: `use_safetensors=True`" if same(net, loaded) else False


# --- what is learnt ---------------------------------------------------------------------------------------------------


@feature("several outputs: the loss that is reported has the gradient that is followed")
def several_outputs():
    rng, rate = np.random.default_rng(0), 1e-2
    given, wanted = (rng.normal(size=(20, size)).astype("float32") for size in (2, 3))
    net = NeuralNetRegressor(Network, module__outputs=3, lr=rate, max_epochs=1, verbose=0, train_split=None)
    kept = []
    for _ in range(3):
        net.partial_fit(given, wanted)
        kept.append(weights(net))
    return step_ratio(kept[:2], net.history[:, "train_loss"], rate) == pytest.approx(1, rel=0.05)


@feature("class weights")
def class_weights():
    plain, heavy = (ones(network(20, **given).fit(x, labels)) for given in
                    ({}, {"criterion__weight": torch.tensor([1.0, 100.0])}))  # fmt: skip
    with pytest.raises(TypeError):
        network().fit(x, labels, class_weight={0: 1.0, 1: 100.0})
    return "by the criterion's `weight`" if heavy > plain + 0.1 else False


@feature("sample weights")
def sample_weights():
    class Weighted(NeuralNetClassifier):
        def get_loss(self, y_pred, y_true, X=None, training=False):
            each = super().get_loss(y_pred, y_true, X, training)
            return (each * X["factor"]).mean()

    class OfDict(Network):
        def forward(self, X, factor):
            return super().forward(X)

    with pytest.raises(TypeError):
        network().fit(x, labels, sample_weight=np.ones(len(x)))
    nothing = np.where(Y == 1, 1e-6, 1.0).astype("float32")
    torch.manual_seed(0)
    net = Weighted(OfDict, criterion=nn.CrossEntropyLoss, criterion__reduction="none", optimizer=torch.optim.Adam,
                   lr=0.01, max_epochs=20, verbose=0, train_split=None)  # fmt: skip
    net.fit({"X": x, "factor": nothing}, labels)
    found = torch.softmax(net.forward({"X": x, "factor": nothing}), dim=1)[:, 1].mean().item()
    return "by a loss of your own" if found < ones(network(20).fit(x, labels)) - 0.05 else False


@feature("dropout")
def dropout():
    net = network(module__dropout=0.5).initialize()
    given = torch.tensor(x)
    in_training = [net.forward(given, training=True) for _ in range(2)]
    return not torch.equal(*in_training) and torch.equal(net.forward(given), net.forward(given))


@feature("schedules of the learning rate")
def schedules():
    decay = skorch.callbacks.LRScheduler(torch.optim.lr_scheduler.ExponentialLR, gamma=0.5)
    for optimizer in (torch.optim.Adam, torch.optim.SGD, torch.optim.RMSprop):
        net = network(3, optimizer=optimizer, lr=0.1, callbacks=[decay]).fit(x, labels)
        assert net.optimizer_.param_groups[0]["lr"] == pytest.approx(0.1 * 0.5**3)
    return "yes: `LRScheduler`"


@feature("stops early and keeps the best weights")
def stops_early():
    rng = np.random.default_rng(0)
    noise, given = rng.integers(0, 2, 200), rng.normal(size=(200, 2)).astype("float32")
    held = skorch.dataset.Dataset(given[160:], noise[160:])
    stop = skorch.callbacks.EarlyStopping(patience=3, load_best=True)
    net = network(200, callbacks=[stop], train_split=skorch.helper.predefined_split(held))
    net.fit(given[:160], noise[:160])
    losses = net.history[:, "valid_loss"]
    now = nn.functional.cross_entropy(net.forward(given[160:]), torch.tensor(noise[160:])).item()
    best = now == pytest.approx(min(losses), abs=1e-6) != pytest.approx(losses[-1], abs=1e-6)
    return "yes: `load_best`" if best and len(losses) < 200 else False


@feature("standardizes its inputs by itself")
def standardizes():
    found = [network(5).fit(of, labels).predict_proba(of) for of in (x, 1000 * x + 7)]
    return np.allclose(*found, atol=1e-3)


@feature("takes tables as they come, with text and gaps")
def whole_tables():
    import pandas

    frame = pandas.DataFrame({"word": np.where(Y == 1, "yes", "no"), "number": x[:, 0]})
    try:
        network().fit(frame, labels)
    except Exception:
        return False
    return True


@feature("measures all samples together after each epoch, such as ROC AUC")
def whole_set():
    auc = skorch.callbacks.EpochScoring("roc_auc", lower_is_better=False, name="auc")
    split = skorch.helper.predefined_split(skorch.dataset.Dataset(x, labels))
    net = network(3, batch_size=8, callbacks=[auc], train_split=split).fit(x, labels)
    expected = sklearn.metrics.roc_auc_score(Y, net.predict_proba(x)[:, 1])
    return "yes: `EpochScoring`" if net.history[-1, "auc"] == pytest.approx(expected, abs=1e-9) else False


# --- beside others ----------------------------------------------------------------------------------------------------


@feature("estimators for pipelines and searches")
def estimators():
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pipe = make_pipeline(StandardScaler(), network())
    grid = {"neuralnetclassifier__lr": [0.01, 0.1]}
    search = GridSearchCV(pipe, grid, cv=2, error_score="raise").fit(x, labels)
    return search.best_params_["neuralnetclassifier__lr"] in (0.01, 0.1)


@feature("computes where the arrays of PyTorch or JAX are")
def arrays():
    jax = pytest.importorskip("jax.numpy")
    net = network().fit(torch.tensor(x), torch.tensor(labels))
    assert isinstance(net.forward(torch.tensor(x)), torch.Tensor)
    try:
        net.forward(jax.asarray(x))
    except TypeError:
        return "those of PyTorch"
    return True


@feature("trains by SciPy's or another second-order optimizer")
def second_order():
    net = network(3, optimizer=torch.optim.LBFGS, lr=0.1, kind=NeuralNetRegressor, module__outputs=1,
                  criterion=nn.MSELoss)  # fmt: skip
    losses = net.fit(x, x[:, :1]).history[:, "train_loss"]
    return "PyTorch's L-BFGS" if losses[-1] < losses[0] else False


@feature("writes ONNX")
def onnx():
    if any("onnx" in name.lower() for name in public()):
        return True
    pytest.importorskip("onnx")
    torch.onnx.export(network().initialize().module_.eval(), (torch.tensor(x),), "m.onnx", dynamo=False)
    return "no: PyTorch does" if Path("m.onnx").stat().st_size > 0 else False


@feature("draws what was learnt")
def draws():
    return any(name.lower().startswith(("plot", "draw")) or "display" in name.lower() for name in public())


@feature("a progress bar")
def progress():
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        bar = skorch.callbacks.ProgressBar(detect_notebook=False)
        network(2, batch_size=8, callbacks=[bar]).fit(x, labels)
    return "yes: `ProgressBar`" if "%|" in said.getvalue() else False


@feature("a command line")
def command_line():
    from skorch.cli import parse_args

    commands = [each for each in importlib.metadata.distribution("skorch").entry_points if "script" in each.group]
    if commands or find_spec("skorch.__main__"):
        return True
    return "a helper for one of your own: `skorch.cli`" if callable(parse_args) else False
