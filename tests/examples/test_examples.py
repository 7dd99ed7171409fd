"""The five cases: each script run as a user runs it, and the figures that each case promises, on every backend."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import xnn
from xnn.backends import resolve

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SCRIPTS = tuple(sorted(path for path in EXAMPLES.glob("*.py") if not path.stem.startswith("_")))

pytestmark = pytest.mark.libs("numpy", "array_api_strict", "torch", "jax", "cupy")


@pytest.fixture
def dtype():
    return "float32"


@pytest.fixture
def where(lib, dtype):
    """The options that every example has, for each library of the rig."""
    return {"backend": lib.name, "device": lib.place.backend.device_name(lib.place.device), "dtype": dtype}


@pytest.fixture
def case(monkeypatch):
    """Import an example by the start of its name, as Python does when it runs the file: with its folder on the path."""
    monkeypatch.syspath_prepend(EXAMPLES)

    def load(prefix):
        (path,) = EXAMPLES.glob(f"{prefix}_*.py")
        return importlib.import_module(path.stem)

    return load


@pytest.fixture
def images(monkeypatch):
    """The MNIST test images, if they are here already: a test downloads nothing."""
    given = os.environ.get("XNN_DATA_DIR")
    for folder in [Path(given)] if given else [ROOT / "shared" / "data", ROOT.parent / "shared" / "data"]:
        if (folder / "mnist" / "t10k-images-idx3-ubyte.gz").exists():
            monkeypatch.setenv("XNN_DATA_DIR", str(folder))
            return xnn.datasets.mnist("test")
    return pytest.skip("the MNIST test files are not here: set XNN_DATA_DIR to the folder above mnist/")


@pytest.mark.host
@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.stem.startswith("case")], ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_each_case_is_what_the_commands_take(command, path):
    done = subprocess.run([sys.executable, "-m", "xnn", command, str(path)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    first = done.stdout.splitlines()[0]
    assert first.startswith({"check": "The gradient is WRONG", "diagnose": "Change this first"}[command])


def script(name, *arguments, **environment):
    """Run a script on one thread; return its exit code, output and errors."""
    pinned = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    (path,) = EXAMPLES.glob(f"{name}_*.py")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path), *arguments],
        capture_output=True, text=True, encoding="utf-8", env=os.environ | pinned | environment, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def figures(output, row):
    """Return the cells of a printed table's row that begins with `row`."""
    (line,) = [line for line in output.splitlines() if line.startswith(f"│ {row}")]
    return [cell.strip() for cell in line.strip("│").split("│")][1:]


def share(cell):
    return float(cell.split("%")[0]) / 100


# Case 0


def test_case0_prints_what_it_promises():
    code, output, errors = script("case0")
    assert (code, errors) == (0, "")
    for rate in ("1", "0.001"):
        assert share(figures(output, f"theirs, rate {rate} ")[-1]) < 0.5
    for decay in ("inverse time", "exponential"):
        first, last, accuracy = figures(output, f"right, {decay}")
        assert float(last) < 0.6 * float(first)
        assert share(accuracy) >= 0.97
    assert "predict: [" in output


def test_case0_learns_with_a_rate_that_decays(case, where):
    schedule = xnn.optimizers.InverseTime(decay=0.01)
    result = case("case0").right(schedule, 50, **where)
    assert result.history.validation_accuracy[-1] >= 0.95  # 0.97 needs the script's 300 epochs
    assert result.history.learning_rate == pytest.approx([0.5 / (1 + 0.01 * epoch) for epoch in range(50)])
    *_, X, y = case("case0").split()
    assert np.mean(result.model.predict(X) == y) == pytest.approx(result.history.validation_accuracy[-1])


def test_case0_overflows_nowhere(case, where):
    found = case("case0").extremes(**where)
    assert found["theirs: softmax"][:2] == [0.5, 0.5]
    assert found["right: softmax"] == [1, 0, 0]
    assert found["right: gradient"] == [1, 0, -1]
    assert found["right: loss"] == [20_000]


# Case 1


def test_case1_reaches_its_accuracy_in_100_epochs(images, tmp_path):
    code, output, errors = script("case1", "--output", str(tmp_path))
    assert (code, errors) == (0, "")
    counted, theirs, right = map(float, figures(output, "100 "))
    assert 89.2 <= right <= 89.4
    assert theirs < 15
    assert 1 <= counted <= 2  # what the author saw, and took for the accuracy
    assert "theirs (10000, 64), right (64,)" in output
    assert (tmp_path / "case1_accuracy.png").stat().st_size > 10_000


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_case1_is_the_same_on_every_backend(case, images, where, dtype):
    right = case("case1").right
    expected = right(*images, 5, seed=2, dtype=dtype).history.validation_loss
    found = right(*images, 5, seed=2, **where).history.validation_loss
    assert found == pytest.approx(expected, rel={"float32": 1e-4, "float64": 1e-10}[dtype])


def test_case1_says_what_to_do_without_the_images(tmp_path):
    hidden = tmp_path / "pooch.py"
    hidden.write_text("raise ImportError('this test downloads nothing')")
    code, output, errors = script("case1", XNN_DATA_DIR=str(tmp_path), PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert (code, output) == (2, "")
    assert errors.startswith("error: MNIST's t10k-images-idx3-ubyte.gz is not in ")
    assert "XNN_DATA_DIR" in errors


# Case 2


def test_case2_prints_what_it_promises():
    pytest.importorskip("scipy")
    code, output, errors = script("case2")
    assert (code, errors) == (0, "")
    assert float(figures(output, "theirs: 1 / (1 + e^z)")[-1]) == pytest.approx(6.64, abs=0.01)
    assert 1e-4 < float(figures(output, "theirs, sigmoid repaired")[-1]) < 0.02


@pytest.mark.parametrize("dtype", ["float64"])
@pytest.mark.parametrize("decay", [0, 1, 10])
def test_case2_gradient_is_right(case, where, decay):
    module = case("case2")
    inputs, theta = module.problem()
    vector = module.reordered(theta)
    right = module.right(inputs, decay, resolve(**where))
    assert vector.shape == (38,)
    assert module.check(right, vector) < 1e-9
    # The author's program with both bugs repaired is another one with the same loss and gradient.
    loss, gradient = module.theirs(inputs, decay, module.sigmoid)(theta)
    assert right(vector) == (pytest.approx(loss), pytest.approx(module.reordered(gradient)))


@pytest.mark.parametrize("dtype", ["float64"])
@pytest.mark.parametrize("method", ["CG", "L-BFGS-B"])
def test_case2_minimum_is_found(case, where, method):
    pytest.importorskip("scipy")
    module = case("case2")
    inputs, theta = module.problem()
    right = module.right(inputs, 1.0, resolve(**where))
    converged, loss, _ = module.minimize(right, module.reordered(theta), method)
    assert converged
    assert loss == pytest.approx(1.8464, abs=1e-3)
    converged, _, message = module.minimize(module.theirs(inputs, 1.0, module.flipped_sigmoid), theta, method)
    assert not converged
    assert method != "CG" or message == "Desired error not necessarily achieved due to precision loss"


def test_case2_says_what_to_install_without_scipy(case, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(xnn.errors.BackendError, match="pip install scipy"):
        case("case2").minimize(lambda v: (0.0, v), np.zeros(1), "CG")


def test_case2_is_trained_by_conjugate_gradients():
    code, output, errors = script("conjugate")
    assert (code, errors) == (0, "")
    assert "The gradient is right." in output
    ends = [float(line.split("│")[4]) for line in output.splitlines() if line.startswith("│ CG ")]
    guessing = -sum(p * np.log(p) + (1 - p) * np.log(1 - p) for p in (0.2, 0.4, 0.4))
    assert ends[0] == pytest.approx(guessing, abs=1e-6)
    assert ends[1] < 1e-4


# Case 3


def test_case3_prints_what_it_promises(tmp_path):
    code, output, errors = script("case3", "--output", str(tmp_path))
    assert (code, errors) == (0, "")
    first, last, shape = figures(output, "theirs")
    assert (first, shape) == ("9.42", "(6, 3)")
    assert 17.9 < float(last) < 18
    first, last, shape = figures(output, "right, rate 0.1")
    assert float(last) < 0.05
    assert shape == "(3,)"
    for name, least in (("circle", 0.99), ("XOR", 0.99), ("Gaussian", 0.99), ("spiral", 0.97)):
        assert all(share(cell) >= least for cell in figures(output, name))
    assert "targets must have the shape of the outputs, (6, 1), got (6,)" in output
    assert "X must have 2 features" in output
    assert (tmp_path / "case3_regions.png").stat().st_size > 50_000


def test_case3_six_points_are_learnt(case, where):
    module = case("case3")
    result = module.right(1000, 0.1, **where)
    assert result.history.loss[-1] < 0.05
    assert (result.model.predict(module.X).round() == module.Y).all()


def test_case3_sets_are_learnt(case, where):
    name, epochs = ("spiral", 100) if where["backend"] == "numpy" else ("circle", 10)  # the others step more slowly
    result, _ = case("case3").learn_set(name, epochs, **where)
    assert result.history.validation_accuracy[-1] >= 0.97


# Case 4


def test_case4_prints_what_it_promises(tmp_path):
    code, output, errors = script("case4", "--output", str(tmp_path))
    assert (code, errors) == (0, "")
    rows = {
        row: [share(cell) for cell in figures(output, row)]
        for row in ("rate 0.5, beta 0.5 ", "rate 0.1", "rate 0.5, beta 0.95")
    }
    assert all(right >= 0.95 for _, right in rows.values())
    assert [theirs for theirs, _ in rows.values()] == pytest.approx([0.81, 0.0, 0.89], abs=0.03)
    assert (tmp_path / "case4_loss.png").stat().st_size > 50_000


def test_case4_stack_of_networks_is_each_network(case, where):
    module = case("case4")
    setting, chosen = module.SETTINGS[2], resolve(**where)
    losses = module.follow(module.right(setting, 3, 4, chosen), 4, chosen).losses
    mlp, loss = xnn.nn.MLP((3, 4, 1), "sigmoid", "sigmoid", bias=False), xnn.nn.SumOfSquares()
    optimizer = xnn.optimizers.Momentum(beta=setting.beta, average=True)
    for seed, column in enumerate(losses.T):
        params = [xnn.nn.Dense(W[seed], None) for W in module.weights(3)]
        state = optimizer.init(params)
        for expected in column:
            outputs, traces = mlp.forward(params, module.X)
            assert float(loss(outputs, module.Y)) == pytest.approx(expected, rel=1e-5)
            gradients = mlp.backward(params, traces, loss.gradient(outputs, module.Y))
            params, state = optimizer.update(params, gradients, state, setting.rate)


# All of them


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_wrong_option_gets_a_sentence(case, path, capsys):
    module = case(path.stem.split("_")[0])
    common = importlib.import_module("_common")
    for arguments, sentence in (
        (["--backend", "nunpy"], "error: unknown backend 'nunpy'. Did you mean 'numpy'?"),
        (["--dtype", "float16"], "error: dtype must be 'float32' or 'float64', got 'float16'."),
        (["--device", "cuda:7"], "error: unknown numpy device 'cuda:7'."),
    ):
        with pytest.raises(SystemExit) as ended:
            common.run(lambda arguments=arguments: module.main(arguments))
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith(sentence)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_is_short_enough_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 200


@pytest.mark.parametrize(
    ("option", "value", "least"),
    [("--epochs", "0", 1), ("--epochs", "few", 1), ("--seed", "-1", 0), ("--seed", "1.5", 0)],
)
def test_a_whole_number_is_asked_for(case, capsys, option, value, least):
    with pytest.raises(SystemExit) as ended:
        case("case1").main([f"{option}={value}"])
    assert ended.value.code == 2
    assert f"{option}: must be a whole number, at least {least}, got {value!r}" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_gets_a_sentence(case, capsys, tmp_path):
    (tmp_path / "file").write_text("")
    case("case4")  # puts the examples on the path
    common = importlib.import_module("_common")
    with pytest.raises(SystemExit) as ended:
        common.run(lambda: common.save(common.new_figure(1, 1), tmp_path / "file" / "folder", "picture.png"))
    assert ended.value.code == 2
    assert "cannot be written (Not a directory): choose a folder with --output." in capsys.readouterr().err
