"""How the command starts: nothing imports NumPy too early, help and completion are quick, Ctrl-C ends with 130."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import pytest

import xnn as package
from xnn import names

pytestmark = pytest.mark.host

ROOT = Path(package.__file__).parents[1]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("_XNN")}
ENVIRONMENT |= {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}


def python(*words: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=ENVIRONMENT | more, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "import xnn",
        "import xnn.cli.app",
        "import xnn; xnn.XnnError, xnn.errors, xnn.__version__, dir(xnn)",
        "import xnn.cli.environment as e; e.set_core_type(); e.set_threads()",
        "import sys, xnn.cli; sys.argv[1:] = ['train', '--help']\ntry: xnn.cli.main()\nexcept SystemExit: pass",
    ],
)
def test_what_comes_before_the_work_imports_no_numpy(statement):
    assert python("-c", f"{statement}\nprint('numpy' in __import__('sys').modules)").split()[-1] == "False"


def test_the_kernels_are_named_before_numpy_is_imported(tmp_path):
    (tmp_path / "net.py").write_text(
        "import os, sys\nprint(os.environ.get('OPENBLAS_CORETYPE'), os.environ.get('OMP_NUM_THREADS'))\n"
        "loss, params = (lambda p: (p**2).sum()), __import__('numpy').ones(2)\ngradients = lambda p: 2 * p\n"
    )
    code = (
        "import sys, xnn.cli as c; from xnn.cli import environment as e\n"
        "e.core_type = lambda *_: 'numpy' not in sys.modules and 'SkylakeX'\n"
        f"sys.argv[1:] = ['check', {str(tmp_path / 'net.py')!r}]; c.main()"
    )
    ranks = {"PMI_RANK": "0", "PMI_SIZE": "4", "MPI_LOCALNRANKS": "4096"}
    unset = {name: value for name, value in ENVIRONMENT.items() if name[-12:] not in ("_NUM_THREADS", "LAS_CORETYPE")}
    done = subprocess.run([sys.executable, "-c", code], env=unset | ranks, capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("SkylakeX 1\n"), done.stdout + done.stderr


@pytest.mark.parametrize(
    "before",
    ["", "import xnn.backends", "import xnn.training", "from xnn.backends import resolve", "xnn.nn", "xnn.train"],
)
def test_backends_is_the_function_whatever_was_imported_before(before):
    code = f"import xnn\n{before}\nfrom xnn import backends\nprint(backends is xnn.backends, backends.__name__)"
    code += "\nfrom xnn.backends import namespace; print(xnn.backends()['numpy'].available)"
    assert python("-c", code).split() == ["True", "backends", "True"]


@pytest.mark.parametrize("words", [["-m", "xnn"], ["-m", "xnn.cli"]])
def test_python_runs_the_package_as_the_command(words):
    assert python(*words, "--version") == f"xnn {package.__version__}\n"


@pytest.mark.parametrize("command", [[], ["train"], ["predict"], ["check"], ["diagnose"], ["backends"]])
def test_a_short_name_for_help(xnn, command):
    short, long = xnn(*command, "-h"), xnn(*command, "--help")
    assert short.code == 0 and short.out.startswith("Usage: xnn") and short.out == long.out


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("activation", names.ActivationName),
        ("task", names.TaskName),
        ("loss", names.LossName),
        ("optimizer", names.OptimizerName),
        ("schedule", names.ScheduleName),
        ("initializer", names.InitializerName),
        ("scale", names.ScaleName),
        ("metrics", names.MetricName),
        ("backend", names.BackendName),
        ("dtype", names.DtypeName),
    ],
)
def test_help_lists_the_names_that_an_option_takes(xnn, option, told):
    said = " ".join(xnn("train", "--help").out.split()).partition(f"--{option} ")[2].partition(" --")[0]
    assert ", ".join(get_args(told)) in said.replace(" or none", "")


@pytest.mark.parametrize(
    ("shell", "typed", "expected"),
    [
        ("bash", "xnn tr", ["train"]),
        ("bash", "xnn train --act", ["--activation"]),
        ("bash", "xnn train --activation le", ["leaky_relu"]),
        ("bash", "xnn train --loss a", ["auto", "absolute_error"]),
        ("bash", "xnn train --metrics accuracy,abs", ["accuracy,absolute_error"]),
        ("bash", "xnn check --format g", ["github"]),
    ],
)
def test_the_shell_completes(shell, typed, expected):
    words = typed.split()
    asked = {"_XNN_COMPLETE": f"complete_{shell}", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    assert python("-m", "xnn", **asked).split() == expected


def test_the_script_that_makes_a_shell_complete_names_the_command():
    said = python("-m", "xnn", _XNN_COMPLETE="source_bash")
    assert "complete " in said and " xnn" in said


def test_metrics_are_named(xnn):
    words = ["train", "--epochs", 1, "--hidden", "4"]
    assert "accuracy" in xnn(*words).out
    answer = xnn(*words, "--task", "regression", "--metrics", "absolute_error, binary_accuracy")
    assert "absolute error" in answer.out and "binary accuracy" in answer.out
    refused = xnn(*words, "--metrics", "acuracy")
    assert refused.code == 2 and "Did you mean 'accuracy'?" in refused.err


def test_ctrl_c_saves_what_was_learnt(tmp_path):
    """Where no epoch is finished yet, too."""
    words = [sys.executable, "-m", "xnn", "train", "--epochs", "100000", "--batch-size", "1", "--save", "m.safetensors"]
    kept = ["--checkpoint", "run.safetensors", "--every", "0.1"]
    process = subprocess.Popen(
        [*words, *kept], cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not (tmp_path / "run.safetensors").exists():
        time.sleep(0.01)
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in err) == (130, False), err
    assert "interrupted in epoch 1" in out
    digits = package.datasets.digits()
    untrained = 0.1  # ten classes
    assert package.load(tmp_path / "m.safetensors").score(digits.X, digits.y) > 2 * untrained


@pytest.mark.parametrize(
    ("command", "raising"),
    [
        (["train", "--data", "t.csv"], "xnn.datasets.load"),
        (["check", "net.py"], "xnn.gradcheck.check_gradients"),
        (["backends"], "xnn.backends.kernels"),
    ],
)
def test_ctrl_c_outside_training_is_a_word_and_130(xnn, tmp_path, monkeypatch, command, raising):
    import importlib

    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "net.py").write_text("loss = gradients = print\nparams = 0.0\n")

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    module, _, name = raising.rpartition(".")
    monkeypatch.setattr(importlib.import_module(module), name, interrupted)
    answer = xnn(*command)
    assert (answer.code, answer.err.splitlines()[-1]) == (130, "interrupted")


def test_ctrl_c_while_the_program_is_loaded_is_130():
    code = (
        "import builtins, xnn.cli\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "__import__('sys').meta_path.insert(0, Finder()); xnn.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
