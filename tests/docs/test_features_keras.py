"""What the table of features says of Keras is found here, with JAX behind it: a row, a function that tries it.

``nox -s peers`` installs Keras; without it these tests are skipped.
"""

import contextlib
import importlib.metadata
import inspect
import io
import os
import pickle
import subprocess
import sys
import warnings
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.docs.features import Features, X, Y, column, step_ratio, word

for needed in ("jax", "sklearn"):
    pytest.importorskip(needed, reason=f"{needed} is not installed")
if find_spec("keras") is None:
    pytest.skip("Keras is not installed", allow_module_level=True)
os.environ.setdefault("KERAS_BACKEND", "jax")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras
    import sklearn.metrics

if keras.backend.backend() != "jax":
    pytest.skip(f"Keras has {keras.backend.backend()} behind it", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras's own: it is the peer that is tried
feature = Features()
x = X.astype("float32")
ops, layers = keras.ops, keras.layers


def test_every_row_is_tried():
    assert list(column("Keras")) == list(feature)


@pytest.mark.parametrize("name", feature)
def test_the_cells_are_what_is_found(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert column("Keras")[name] == word(feature[name]())


def network(*middle, activation="tanh", loss="binary_crossentropy", optimizer=None, rate=0.02, **options):
    """A network of one hidden layer, begun with the same weights each time."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((2,)), layers.Dense(8, activation=activation), *middle, layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer or keras.optimizers.Adam(rate), loss, **options)
    return model


def fitted(epochs=1, data=(x, Y), callbacks=None, fit=None, **options):
    model = network(**options)
    model.fit(*data, epochs=epochs, verbose=0, callbacks=callbacks, **fit or {})
    return model


def outputs(model, of=x):
    return model.predict(of, verbose=0)


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


def public():
    """The names in Keras and in its public modules."""
    modules = [keras, *(value for value in vars(keras).values() if inspect.ismodule(value))]
    return {name for module in modules for name in vars(module)}


# --- gradients --------------------------------------------------------------------------------------------------------


@feature("names the wrong line of a gradient written by hand")
def wrong_line():
    @ops.custom_gradient
    def cube(z):
        def gradient(*rest, upstream=None):
            return (rest[-1] if upstream is None else upstream) * 2.0 * z

        return z**3, gradient

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        wrong, right = fitted(activation=cube), fitted(activation=lambda z: z**3)
    assert not same(wrong, right)  # the wrong gradient was followed
    named = [str(each.message) for each in said if "gradient" in str(each.message)]
    return bool(named) or any("gradcheck" in name or "check_grad" in name for name in map(str.lower, public()))


@feature("says why a network does not learn")
def why():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        fitted(20, rate=1e-9)
    return any("learn" in str(each.message) for each in said)


@feature("derives gradients by itself")
def derives():
    model = network(activation=lambda z: z**3)
    losses = model.fit(x, Y, epochs=20, verbose=0).history["loss"]
    return bool(losses[-1] < losses[0])


@feature("convolutions, recurrent layers, attention")
def other_layers():
    given = keras.Input((8, 2))
    found = layers.LSTM(4, return_sequences=True)(layers.Conv1D(4, 3)(given))
    found = layers.MultiHeadAttention(2, 4)(found, found)
    model = keras.Model(given, layers.Dense(1)(layers.Flatten()(found)))
    model.compile("adam", "mse")
    sequences = np.random.default_rng(0).normal(size=(20, 8, 2))
    before = [array.copy() for array in model.get_weights()]
    model.fit(sequences, sequences.sum((1, 2)), verbose=0)
    return all(np.any(a != b) for a, b in zip(before[:5], model.get_weights()[:5], strict=True))


@feature("own activations and losses")
def own_parts():
    def cubed(y, p):
        return ops.mean(ops.abs(y - p) ** 3, axis=-1)

    model = fitted(activation=lambda z: z**3, loss=cubed)
    expected = np.mean(np.abs(Y - outputs(model)[:, 0]) ** 3)
    return model.evaluate(x, Y, verbose=0) == pytest.approx(expected, rel=1e-4)


# --- where it computes ------------------------------------------------------------------------------------------------


PROGRAM = (
    "import numpy as np, keras\n"
    "x = np.eye(8, dtype='float32')\n"
    "m = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, activation='sigmoid')])\n"
    "m.compile('adam', 'binary_crossentropy')\n"
)


def with_backend(backend, program):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM + program], capture_output=True, text=True,
                          env=os.environ | {"KERAS_BACKEND": backend}, timeout=300)  # fmt: skip
    return done.returncode == 0, done.stderr


@feature("trains on NumPy without another framework")
def numpy_alone():
    fit = "m.fit(x, np.arange(8) % 2, verbose=0)"
    alone, said = with_backend("numpy", fit)
    assert alone or "fit not implemented for NumPy backend" in said
    for backend in ("jax", "torch"):
        assert with_backend(backend, fit)[0]
    assert (Path(keras.__file__).parent / "src" / "backend" / "tensorflow" / "trainer.py").exists()
    return True if alone else "no: TensorFlow, JAX or PyTorch"


@feature("trains on a GPU")
def gpu():
    import jax

    if jax.default_backend() == "gpu":
        with keras.device("gpu:0"):
            return fitted().weights[0].value.devices().pop().platform == "gpu"
    with pytest.raises(RuntimeError, match="gpu"), keras.device("gpu:0"):  # JAX is asked for one
        fitted()
    return True


# --- going on ---------------------------------------------------------------------------------------------------------


@feature("goes on as if it had not stopped: 10 + 10 epochs are 20")
def goes_on():
    halves = fitted(10)
    halves.fit(x, Y, epochs=10, verbose=0)
    return "yes: a second `fit`" if same(fitted(20), halves) else False


@feature("resumes a run from a file to the same bits")
def resumes():
    class Interrupted(Exception):
        pass

    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise Interrupted

    def resumed(shuffle):
        options = {"shuffle": shuffle, "batch_size": 16}
        whole = fitted(4, fit=options)
        folder = f"kept{shuffle}"
        with pytest.raises(Interrupted):
            fitted(4, callbacks=[keras.callbacks.BackupAndRestore(folder), Interrupt()], fit=options)
        return same(whole, fitted(4, callbacks=[keras.callbacks.BackupAndRestore(folder)], fit=options))

    found = {shuffle: resumed(shuffle) for shuffle in (True, False)}
    return {
        (True, True): True,
        (False, True): "without shuffling: `BackupAndRestore`",
    }.get((found[True], found[False]), False)  # fmt: skip


@feature("saves a model without pickle")
def saves():
    model = fitted()
    model.save("m.keras")
    with zipfile.ZipFile("m.keras") as file:
        for name in file.namelist():
            with pytest.raises(Exception, match=r"."):
                pickle.loads(file.read(name))
    return "yes: `.keras`" if np.array_equal(outputs(keras.saving.load_model("m.keras")), outputs(model)) else False


# --- what is learnt ---------------------------------------------------------------------------------------------------


@feature("several outputs: the loss that is reported has the gradient that is followed")
def several_outputs():
    rng = np.random.default_rng(0)
    given, wanted, rate = rng.normal(size=(20, 2)), rng.normal(size=(20, 3)), 1e-2
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), layers.Dense(4, activation="tanh"), layers.Dense(3)])
    model.compile(keras.optimizers.SGD(rate), "mse")
    weights, losses = [], []
    for epoch in range(3):
        losses += model.fit(given, wanted, batch_size=20, verbose=0).history["loss"]
        if epoch < 2:
            weights.append(model.get_weights())
    return step_ratio(weights, losses, rate) == pytest.approx(1, rel=0.05)


@feature("class weights")
def class_weights():
    plain, heavy = (outputs(fitted(20, fit={"class_weight": each})).mean() for each in (None, {0: 1.0, 1: 100.0}))
    return "yes: `class_weight`" if heavy > plain + 0.1 else False


@feature("sample weights")
def sample_weights():
    nothing = np.where(Y == 1, 1e-6, 1.0)
    plain, light = (outputs(fitted(20, fit={"sample_weight": each})).mean() for each in (None, nothing))
    return "yes: `sample_weight`" if light < plain - 0.05 else False


@feature("dropout")
def dropout():
    model = network(layers.Dropout(0.5))
    in_training = [np.asarray(model(x, training=True)) for _ in range(2)]
    return not np.array_equal(*in_training) and np.array_equal(outputs(model), outputs(model))


@feature("schedules of the learning rate")
def schedules():
    rates = []
    for kind in (keras.optimizers.Adam, keras.optimizers.SGD, keras.optimizers.Nadam):
        decay = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
        assert isinstance(decay, keras.optimizers.schedules.LearningRateSchedule)
        model = fitted(optimizer=kind(decay))
        rates.append(float(ops.convert_to_numpy(model.optimizer.learning_rate)))
    steps = -(-len(x) // 32)
    return "yes: `LearningRateSchedule`" if rates == pytest.approx([0.1 * 0.5**steps] * 3, rel=1e-4) else False


@feature("stops early and keeps the best weights")
def stops_early():
    rng = np.random.default_rng(0)
    noise, given = rng.integers(0, 2, 200), rng.normal(size=(200, 2))
    stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    held = (given[160:], noise[160:])
    model = network()
    losses = model.fit(given[:160], noise[:160], epochs=200, validation_data=held, callbacks=[stop], verbose=0)
    losses = losses.history["val_loss"]
    best = model.evaluate(*held, verbose=0) == pytest.approx(min(losses), abs=1e-6) != pytest.approx(losses[-1])
    return "yes: `restore_best_weights`" if best and len(losses) < 200 else False


@feature("standardizes its inputs by itself")
def standardizes():
    def trained(of, *first):
        for layer in first:
            layer.adapt(of)
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((2,)), *first, layers.Dense(8, activation="tanh"), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(of, Y, epochs=3, verbose=0)
        return outputs(model, of)

    both = x, 1000 * x + 7
    alone = np.allclose(*map(trained, both), atol=1e-3)
    layer = np.allclose(*(trained(of, layers.Normalization()) for of in both), atol=1e-3)
    return True if alone else "a layer: `Normalization`" if layer else False


@feature("takes tables as they come, with text and gaps")
def whole_tables():
    gaps = np.where(np.arange(len(x))[:, None] % 7, x, np.nan)
    assert np.isnan(outputs(fitted(data=(gaps, Y)))).all()  # they are not refused, and nothing is learnt
    kinds = keras.utils.FeatureSpace
    try:
        space = kinds({"word": kinds.string_categorical(num_oov_indices=0), "number": kinds.float()})
    except ImportError as error:
        assert "TensorFlow" in str(error)
    else:  # TensorFlow is there
        import tensorflow

        table = {"word": ["a", "b", "b"], "number": [1.0, 2.0, 3.0]}
        space.adapt(tensorflow.data.Dataset.from_tensor_slices(table))
        assert np.asarray(space(table)).shape[0] == 3
    return "text, with TensorFlow: `FeatureSpace`"


@feature("measures all samples together after each epoch, such as ROC AUC")
def whole_set():
    auc = keras.metrics.AUC(name="auc")
    model = network(metrics=[auc])
    found = model.fit(x, Y, epochs=3, batch_size=8, validation_data=(x, Y), verbose=0).history["val_auc"]
    apart = abs(found[-1] - sklearn.metrics.roc_auc_score(Y, outputs(model)[:, 0]))
    if len(found) != 3 or apart > 0.01:
        return False
    return True if apart < 1e-6 else f"nearly: `AUC`, of {auc.num_thresholds} thresholds"


# --- beside others ----------------------------------------------------------------------------------------------------


@feature("estimators for pipelines and searches")
def estimators():
    from keras.wrappers import SKLearnClassifier
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def made(X, y):
        model = keras.Sequential([keras.Input(X.shape[1:]), layers.Dense(2, activation="softmax")])
        model.compile("adam", "categorical_crossentropy")
        return model

    pipe = make_pipeline(StandardScaler(), SKLearnClassifier(made, fit_kwargs={"verbose": 0}))
    kinds = [{"epochs": epochs, "verbose": 0} for epochs in (1, 2)]
    search = GridSearchCV(pipe, {"sklearnclassifier__fit_kwargs": kinds}, cv=2, error_score="raise").fit(x, Y)
    return "wrappers: `SKLearnClassifier`" if search.predict(x).shape == Y.shape else False


@feature("computes where the arrays of PyTorch or JAX are")
def arrays():
    import jax
    import torch

    model = fitted(data=(jax.numpy.asarray(x), jax.numpy.asarray(Y)))
    of_jax, of_torch = (model(make(x)) for make in (jax.numpy.asarray, torch.asarray))
    both = isinstance(of_torch, torch.Tensor)
    return both or ("those of its backend" if isinstance(of_jax, jax.Array) else False)


@feature("trains by SciPy's or another second-order optimizer")
def second_order():
    names = " ".join(name for name in vars(keras.optimizers) if name[0].isupper()).lower()
    return any(word in names for word in ("bfgs", "newton", "conjugate", "hessian", "scipy"))


@feature("writes ONNX")
def onnx():
    """From its own backends of PyTorch, and of JAX where jax2onnx is; PyTorch's needs nothing more."""
    done, said = with_backend("torch", "m.export('m.onnx', format='onnx', verbose=False)")
    assert done, said
    model = pytest.importorskip("onnx").load("m.onnx")
    return 'yes: `export(format="onnx")`' if len(model.graph.node) >= 2 else False


@feature("draws what was learnt")
def draws():
    """What it draws is the network's structure, and pictures with boxes and masks that it is given."""
    given = {"plot_bounding_box_gallery", "plot_image_gallery", "plot_segmentation_mask_gallery", "plot_model"}
    given |= {"draw_bounding_boxes", "draw_segmentation_masks"}
    more = {name for name in public() if name.startswith(("plot_", "draw_"))} - given
    return bool(more) or hasattr(keras.callbacks.History, "plot")


@feature("a progress bar")
def progress():
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        network().fit(x, Y, epochs=2, verbose=1)
    return "━" in said.getvalue() and "Epoch 2/2" in said.getvalue()


@feature("a command line")
def command_line():
    commands = [each for each in importlib.metadata.distribution("keras").entry_points if "script" in each.group]
    return bool(commands) or find_spec("keras.__main__") is not None
