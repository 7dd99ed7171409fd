"""The commands as a user types them: what they print, what they write, and how they say no."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

import xnn as package


@pytest.fixture
def houses(tmp_path) -> Path:
    """A regression whose answer is known: price = 3 size + 10 rooms, in thousands."""
    rng = np.random.default_rng(0)
    size, rooms = rng.integers(30, 200, 300), rng.integers(1, 7, 300)
    rows = zip(size, rooms, 3000 * size + 10_000 * rooms, strict=True)
    return write_csv(tmp_path / "houses.csv", ["size", "rooms", "price"], rows)


@pytest.fixture
def flowers(tmp_path) -> Path:
    """Three species, told apart by the sum of two lengths."""
    rng = np.random.default_rng(1)
    lengths = rng.random((240, 2))
    species = np.array(["iris", "lily", "rose"])[np.digitize(lengths.sum(axis=1), (0.8, 1.2))]
    return write_csv(tmp_path / "flowers.csv", ["petal", "sepal", "species"], np.column_stack([lengths, species]))


def write_csv(path: Path, header, rows) -> Path:
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_the_version_is_said(xnn):
    pyproject = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text())
    answer = xnn("--version")
    assert (answer.code, answer.out, answer.err) == (0, f"xnn {pyproject['project']['version']}\n", "")
    assert "--version" in xnn("--help").out
    assert "Neural networks written by hand" in xnn("--help").out


def test_without_data_the_digits_are_learnt(xnn):
    answer = xnn("train")
    assert answer.code == 0
    assert "1,617 samples, 180 held out" in answer.out
    assert float(answer.out.rsplit("held out ", 1)[1].rstrip("%\n")) >= 97.0
    lines = answer.err.splitlines()  # no bar where standard error is no terminal
    assert all(line.startswith("epoch ") for line in lines) and lines[-1].startswith("epoch 20/20 loss ")


@pytest.mark.filterwarnings("always")
def test_a_run_that_does_not_learn_is_said_in_one_line(xnn):
    answer = xnn("train", "--learning-rate", 1e-9)
    assert answer.code == 0
    warnings = [line for line in answer.err.splitlines() if not line.startswith("epoch ")]
    assert len(warnings) == 1 and warnings[0].startswith("warning: the loss is ")


def test_prices_are_learnt_kept_and_predicted_by_the_names_of_the_columns(xnn, houses, tmp_path):
    trained = xnn("train", "--data", houses, "--target", "price", "--epochs", 150, "--schedule", "cosine:warmup=2",
                  "--batch-size", 16, "--save", "m.safetensors", "--plot", "h.png")  # fmt: skip
    assert trained.code == 0, trained.err
    assert (tmp_path / "h.png").read_bytes().startswith(b"\x89PNG")
    new = write_csv(tmp_path / "new.csv", ["note", "rooms", "size"], [["a", 2, 50], ["b", 5, 150]])
    answer = xnn("predict", "m.safetensors", "--data", new)
    predictions = [float(row["prediction"]) for row in read_csv(answer.out)]
    assert predictions == pytest.approx([170_000, 500_000], rel=0.05)


def test_columns_are_left_out(xnn, tmp_path):
    """As the error says; the column that was left out may be in the file to predict, or not."""
    rows = [[f"A{i}", i % 7, i % 3, i % 7 + i % 3] for i in range(60)]
    write_csv(tmp_path / "d.csv", ["row id", "a", "b", "sum"], rows)
    refused = xnn("train", "--data", "d.csv")
    assert refused.code == 2
    assert "in the command --drop 'row id'" in refused.err
    words = ["--task", "regression", "--epochs", 100, "--batch-size", 8, "--learning-rate", 0.01]
    trained = xnn("train", "--data", "d.csv", "--drop", "row id", "--drop", "b", *words, "--save", "m.safetensors")
    assert trained.out.startswith("1-128-64-1 network")
    write_csv(tmp_path / "new.csv", ["a"], [[0], [6]])
    low, high = (float(row["prediction"]) for row in read_csv(xnn("predict", "m.safetensors", "--data", "new.csv").out))
    assert (low, high) == pytest.approx((1, 7), abs=0.5)  # the mean of b is 1
    assert len(read_csv(xnn("predict", "m.safetensors", "--data", "d.csv").out)) == 60


def test_columns_are_left_out_of_a_file_without_names(xnn, tmp_path):
    rows = [["x" if i % 2 else "y", i % 7, 2.5 * (i % 7)] for i in range(60)]
    write_csv(tmp_path / "d.csv", rows[0], rows[1:])
    (tmp_path / "ids.csv").write_text("".join(f"id{max(i, 1)},{i % 7},{2.5 * (i % 7)}\n" for i in range(60)))
    assert "in the command --drop 0" in xnn("train", "--data", "ids.csv").err
    assert xnn("train", "--data", "d.csv", "--drop", 0, "--epochs", 1, "--save", "m.safetensors").code == 0
    write_csv(tmp_path / "new.csv", ["x", 3], [["y", 4], ["x", 5]])
    assert len(read_csv(xnn("predict", "m.safetensors", "--data", "new.csv", "--drop", 0).out)) == 3


def test_classes_come_back_by_name_with_probabilities(xnn, flowers, tmp_path):
    assert xnn("train", "--data", flowers, "--epochs", 200, "--batch-size", 32, "--save", "m.safetensors").code == 0
    new = write_csv(tmp_path / "new.csv", ["petal", "sepal"], [[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]])
    assert [row["prediction"] for row in read_csv(xnn("predict", "m.safetensors", "--data", new).out)] == [
        "iris",
        "lily",
        "rose",
    ]
    xnn("predict", "m.safetensors", "--data", new, "--probabilities", "--output", "p.csv")
    rows = read_csv((tmp_path / "p.csv").read_text())
    assert list(rows[0]) == ["iris", "lily", "rose"]
    assert [sum(map(float, row.values())) for row in rows] == pytest.approx([1.0] * 3)


def test_every_option_reaches_the_network(xnn, flowers, tmp_path):
    answer = xnn("train", "--data", flowers, "--target", "species", "--hidden", "7,5", "--activation",
                 "leaky_relu:slope=0.2", "--optimizer", "adamw:weight_decay=0.1", "--loss",
                 "softmax_cross_entropy:label_smoothing=0.1", "--initializer", "normal:std=0.2", "--epochs", 2,
                 "--batch-size", 0, "--l1", 1e-4, "--l2", 1e-4, "--penalize-biases", "--dropout", 0.2, "--no-bias",
                 "--clip-norm", 1, "--clip-value", 0.5, "--scale", "none", "--balanced", "--validation", 0.25,
                 "--patience", 5, "--dtype", "float64", "--seed", 3, "--save", "m.safetensors", "--quiet")  # fmt: skip
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    header = (tmp_path / "m.safetensors").read_bytes()
    metadata = json.loads(header[8 : 8 + int.from_bytes(header[:8], "little")])["__metadata__"]
    model = json.loads(metadata["xnn model 2"].partition(" ")[2])
    assert model["sizes"] == [2, 7, 5, 3]
    assert model["activation"] == ["leaky_relu", {"slope": 0.2}]
    assert model["loss"] == ["softmax_cross_entropy", {"label_smoothing": 0.1, "class_weights": None}]
    assert (model["bias"], model["dropout"], model["dtype"]) == (False, 0.2, "float64")
    assert model["feature_names"] == ["petal", "sepal"]


def test_arrays_of_numpy_are_data_too(xnn, tmp_path):
    rng = np.random.default_rng(0)
    X = rng.random((60, 3))
    np.savez(tmp_path / "d.npz", X=X, y=(X.sum(axis=1) > 1.5).astype(int))
    np.save(tmp_path / "d.npy", np.column_stack([X, X.sum(axis=1)]))
    assert "binary" not in xnn("train", "--data", "d.npz", "--epochs", 1, "--save", "m.safetensors").err
    assert len(read_csv(xnn("predict", "m.safetensors", "--data", "d.npz").out)) == 60
    assert "regression" in xnn("train", "--data", "d.npy", "--epochs", 1).out


def test_backends_are_listed_with_the_reason_of_those_missing(xnn):
    answer = xnn("backends")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].split() == ["backend", "available", "version", "devices"]
    row = next(line.split() for line in lines if line.startswith("numpy "))
    assert row == ["numpy", "yes", np.__version__, "cpu"]
    for line in lines[1:]:
        if line.split()[1:2] == ["no"]:
            assert f"{line.split()[0]}: " in answer.out  # the reason, below


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--epochs", "0"], "epochs must be a whole number, at least 1, got 0"),
        (["--epochs", "many"], "--epochs"),
        (["--learning-rate", "-1"], "learning_rate must be positive"),
        (["--hidden", "a,b"], "--hidden must be whole numbers"),
        (["--hidden", "0"], "hidden must be a whole number of units"),
        (["--schedule", "cosin"], "Did you mean 'cosine'?"),
        (["--schedule", "cosine:wrmup=2"], "Did you mean 'warmup'?"),
        (["--schedule", "cosine:warmup"], "name=value"),
        (["--optimizer", "adam:beta1=high"], "numbers, true or false"),
        (["--optimizer", "adam:beta1=2"], "beta1 must be in [0, 1)"),
        (["--backend", "nunpy"], "Did you mean 'numpy'?"),
        (["--device", "cuda:0"], "unknown numpy device 'cuda:0'"),
        (["--dtype", "float16"], "'float32' or 'float64'"),
        (["--validation", "1.5"], "validation"),
        (["--save", "no/such/folder/m.safetensors"], "make it first"),
        (["--save", "."], "is a folder"),
        (["--data", "nothing.csv"], "no file nothing.csv"),
        (["--target", "price"], "--target price needs --data"),
        (["--drop", "price"], "--drop price needs --data"),
        (["--data", "houses.csv", "--drop", "sice"], "Did you mean 'size'?"),
        (["--data", "houses.csv", "--target", "prize"], "Did you mean 'price'?"),
        (["--data", "houses.csv", "--task", "clustering"], "task must be one of"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_two(xnn, houses, words, expected):
    answer = xnn("train", *words)
    assert answer.code == 2
    assert expected in " ".join(answer.err.split())
    assert "Traceback" not in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("units", [10**15, 10**19])
def test_memory_that_nobody_has_is_one_sentence(xnn, units):
    answer = xnn("train", "--hidden", units, "--save", "m.safetensors")
    assert answer.code == 2
    assert answer.err.startswith("error: out of memory: this computer has no room for ")
    assert "fewer hidden units" in answer.err
    assert answer.err.count("\n") == 1
    assert not Path("m.safetensors").exists()


def test_memory_that_runs_out_before_anything_is_computed_is_one_sentence(xnn, houses, monkeypatch):
    def exhausted(*arguments, **options):
        raise MemoryError  # as Python itself says it

    monkeypatch.setattr(package.datasets, "load", exhausted)
    answer = xnn("train", "--data", houses)
    assert answer.code == 2
    assert answer.err == "error: out of memory: nothing is left: give fewer rows.\n"


def test_predict_says_what_is_wrong_with_file_or_model(xnn, houses, flowers, tmp_path):
    assert xnn("train", "--data", houses, "--epochs", 1, "--save", "m.safetensors").code == 0
    assert "'size'" in xnn("predict", "m.safetensors", "--data", flowers).err
    assert "there is no file m2.safetensors" in xnn("predict", "m2.safetensors", "--data", houses).err
    assert "is not a safetensors file" in xnn("predict", houses, "--data", houses).err
    assert "use predict" in xnn("predict", "m.safetensors", "--data", houses, "--probabilities").err
    assert xnn("predict", "m.safetensors").code == 2


def test_nothing_is_written_where_training_fails(xnn, houses, tmp_path):
    assert xnn("train", "--data", houses, "--target", "prize", "--save", "m.safetensors").code == 2
    assert not (tmp_path / "m.safetensors").exists()


def test_the_installed_command_runs(tmp_path):
    words = [sys.executable, "-m", "xnn", "train", "--epochs", "1", "--quiet"]
    paths = [str(Path(package.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


PROGRAM = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

rng = np.random.default_rng(0)
params = {"W1": rng.normal(size=(3, 4)), "W2": rng.normal(size=(4, 1))}
X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
data = X, np.array([[0.0], [1], [1], [0]])

def loss(params, X, y):
    return np.sum((sigmoid(sigmoid(X @ params["W1"]) @ params["W2"]) - y) ** 2)

def gradients(params, X, y):
    a = sigmoid(X @ params["W1"])
    out = sigmoid(a @ params["W2"])
    delta = 2 * (out - y) * SLOPE_OF_OUT
    return {"W1": X.T @ (delta @ params["W2"].T * a * (1 - a)), "W2": a.T @ delta}
"""


def test_check_passes_a_right_gradient(xnn, tmp_path):
    (tmp_path / "net.py").write_text(PROGRAM.replace("SLOPE_OF_OUT", "out * (1 - out)"))
    answer = xnn("check", "net.py")
    assert (answer.code, answer.err) == (0, "")
    assert "right" in answer.out.splitlines()[0]


def test_check_names_the_bug_and_ends_with_one(xnn, tmp_path):
    (tmp_path / "net.py").write_text(PROGRAM.replace("SLOPE_OF_OUT", "-out * (1 - out)"))
    answer = xnn("check", "net.py")
    assert answer.code == 1
    assert "WRONG" in answer.out.splitlines()[0]
    assert "\nsign" in answer.out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "no file net.py"),
        ("loss = 1 +", "net.py, line 1: SyntaxError"),
        ("import numpy\n\nnumpy.ones(3) @ numpy.ones(2)\n", "net.py, line 3: ValueError"),
        ("def loss(p): return 0.0\nparams = [1.0]\n", "defines no gradients"),
        ("raise SystemExit(3)", "SystemExit"),
    ],
)
def test_check_says_why_a_file_cannot_be_used(xnn, tmp_path, text, expected):
    if text is not None:
        (tmp_path / "net.py").write_text(text)
    answer = xnn("check", "net.py")
    assert answer.code == 2
    assert expected in answer.err
    assert "Traceback" not in answer.err


DIAGNOSED = (
    PROGRAM.replace("SLOPE_OF_OUT", "out * (1 - out)")
    + """
def predict(params, X):
    return sigmoid(sigmoid(X @ params["W1"]) @ params["W2"])

learning_rate = 0.5
step = 3  # a number of that name, not a function
"""
)


def test_diagnose_passes_a_right_program(xnn, tmp_path):
    (tmp_path / "net.py").write_text(DIAGNOSED)
    answer = xnn("diagnose", "net.py", "--save", "report.html")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Nothing is wrong")
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("command", ["check", "diagnose"])
@pytest.mark.parametrize(
    ("reseed", "right"), [("", False), ("def reseed(): np.random.seed(1)", True), ("reseed = 1", True)]
)
def test_a_file_says_how_it_draws_the_same_again(xnn, tmp_path, command, reseed, right):
    text = """
import numpy as np
X, y = np.random.default_rng(0).normal(size=(20, 3)), np.linspace(0.1, 2.0, 20)
data, params = (X, y), np.full(3, 0.5)
def loss(w, X, y):
    return np.mean((X * (np.random.rand(*X.shape) < 0.5) @ w - y) ** 2)
def gradients(w, X, y):
    kept = X * (np.random.rand(*X.shape) < 0.5)
    return 2 * kept.T @ (kept @ w - y) / len(X)
"""
    (tmp_path / "net.py").write_text(text + reseed)
    answer = xnn(command, "net.py")
    assert ("nondeterministic" in answer.out) == (not right), answer.out
    assert "raises" not in answer.out
    assert (answer.code == 0) == right, answer.out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("delta = 2 *", "delta = -2 *", "sign"),
        ("learning_rate = 0.5", "learning_rate = 5000.0", "learning-rate-high"),
        ("[[0.0], [1], [1], [0]]", "[0.0, 1, 1, 0]", "loss-broadcast"),
        ("rng.normal(size=(3, 4))", "np.zeros((3, 4))", None),
        ("def gradients(params, X, y):", "def gradients(params, X, y):\n    X[0] = 7.0", "mutates"),
    ],
)
def test_diagnose_names_what_is_wrong_and_ends_with_one(xnn, tmp_path, old, new, code):
    assert old in DIAGNOSED
    (tmp_path / "net.py").write_text(DIAGNOSED.replace(old, new))
    answer = xnn("diagnose", "net.py")
    if code is None:  # the second layer is drawn at random, so the first one's units part
        assert answer.code == 0
        return
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[0].startswith("Change this first")
    assert lines[2].startswith(code)


def test_diagnose_shows_a_patch_and_writes_it_when_asked(xnn, tmp_path):
    text = DIAGNOSED.replace("learning_rate = 0.5", "learning_rate = 5000.0  # bold")
    assert text != DIAGNOSED
    file = tmp_path / "net.py"
    file.write_text(text)
    file.chmod(0o640)
    assert "--fix" in xnn("diagnose", "net.py", "--write").err
    answer = xnn("diagnose", "net.py", "--fix")
    assert answer.code == 1
    assert "-learning_rate = 5000.0  # bold\n+learning_rate = " in answer.out
    assert file.read_text() == text
    told = xnn("diagnose", "net.py", "--fix", "--format", "json")
    assert "+learning_rate" in json.loads(told.out)["findings"][0]["fix"]["diff"]
    answer = xnn("diagnose", "net.py", "--fix", "--write")
    assert (answer.code, "was changed" in answer.err) == (1, True)
    assert file.stat().st_mode & 0o777 == 0o640
    assert xnn("diagnose", "net.py", "--fix").code == 0


def test_diagnose_says_that_no_fix_was_proven(xnn, tmp_path):
    text = DIAGNOSED.replace("learning_rate = 0.5", "learning_rate = 10 * 500.0")
    (tmp_path / "net.py").write_text(text)
    answer = xnn("diagnose", "net.py", "--fix", "--write")
    assert (answer.code, answer.err) == (1, "No fix was proven: the findings above say what is known.\n")
    assert (tmp_path / "net.py").read_text() == text


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (None, [], "no file net.py"),
        ("loss = 1 +", [], "net.py, line 1: SyntaxError"),
        ("def loss(p): return 0.0\nparams = [1.0]\n", [], "defines no gradients"),
        (DIAGNOSED.replace("data = X,", "other = X,"), [], "write data = (X, y)"),
        (DIAGNOSED.replace("params = {", "params = None #{"), [], "params hold no array"),
        (DIAGNOSED.replace("learning_rate = 0.5", "learning_rate = -1"), [], "learning_rate must be positive"),
        (DIAGNOSED, ["--save", "no/such/report.html"], "make it first"),
    ],
)
def test_diagnose_says_why_a_file_cannot_be_used(xnn, tmp_path, text, words, expected):
    if text is not None:
        (tmp_path / "net.py").write_text(text)
    answer = xnn("diagnose", "net.py", *words)
    assert answer.code == 2
    assert expected in answer.err
    assert "Traceback" not in answer.err and answer.err.count("\n") == 1


def test_diagnose_of_functions_that_cannot_be_called(xnn, tmp_path):
    (tmp_path / "net.py").write_text(DIAGNOSED.replace("def loss(params, X, y):", "def loss(params):"))
    answer = xnn("diagnose", "net.py")
    assert answer.code == 2
    assert "raises" in answer.out and "positional" in answer.out


HERE = {"env": os.environ | {"PYTHONPATH": str(Path(package.__file__).parents[1])}, "text": True}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_is_written_down_ended_by_a_signal_and_resumed(tmp_path, number, code):
    """Exit codes are those of the signals; what is resumed is what would have been."""
    X = np.random.default_rng(0).normal(size=(400, 3))
    write_csv(tmp_path / "t.csv", ["a", "b", "c", "d"], [[*row, row[0] > 0] for row in X.tolist()])
    words = [sys.executable, "-m", "xnn", "train", "--data", "t.csv", "--batch-size", "1", "--hidden", "4"]
    kept = ["--checkpoint", "run.safetensors"]
    process = subprocess.Popen(
        [*words, *kept, "--epochs", "100000", "--every", "0.1"], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **HERE,
    )  # fmt: skip
    while not (tmp_path / "run.safetensors").exists():
        time.sleep(0.01)
        assert process.poll() is None, process.communicate()
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in err) == (code, False), err
    assert ("interrupted in epoch" in out) == (number == signal.SIGINT)
    before = package.load(tmp_path / "run.safetensors").run
    assert before.step > 0
    epochs = ["--epochs", str(before.epoch + 1)]
    for more in ([*kept, "--resume", "--save", "resumed.safetensors"], ["--save", "whole.safetensors"]):
        done = subprocess.run([*words, *epochs, *more], cwd=tmp_path, capture_output=True, **HERE)
        assert done.returncode == 0, done.stderr
    resumed, whole = (package.load(tmp_path / f"{name}.safetensors").outputs(X) for name in ("resumed", "whole"))
    assert np.array_equal(resumed, whole)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_what_cannot_be_printed_is_told(tmp_path):
    X = [[0.0], [1.0]] * 8
    model = package.train(X, [0, 1] * 8, hidden=2, epochs=1, progress=False, doctor="off").model
    model.save(tmp_path / "m.safetensors")
    (tmp_path / "t.csv").write_text("1\n2\n")
    words = [sys.executable, "-m", "xnn", "predict", "m.safetensors", "--data", "t.csv"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(words, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, **HERE)
    assert (done.returncode, done.stderr) == (2, "error: standard output cannot be written: No space left on device.\n")


def test_a_pipe_is_no_file_of_data(xnn, tmp_path):
    os.mkfifo(tmp_path / "t.csv")
    assert xnn("train", "--data", "t.csv").err == "error: t.csv cannot be read: it is a pipe, not a file.\n"
