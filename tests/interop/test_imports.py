"""Other libraries are imported where they are asked for, and a missing one is named with what installs it."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.host


def python(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("program", ["import xnn; xnn.train(epochs=1, progress=False)", "import xnn.interop"])
def test_xnn_imports_neither(program):
    program += "\nimport sys\nprint({'sklearn', 'scipy'} & set(sys.modules))"
    assert python(program) == (0, "set()\n", "")


@pytest.mark.parametrize(
    ("library", "sentence"),
    [
        (
            "sklearn",
            "ImportError: xnn.interop.sklearn needs scikit-learn 1.6 or newer: pip install --upgrade 'xnn[sklearn]'",
        ),
        ("scipy", "ImportError: xnn.interop.scipy needs SciPy 1.11 or newer: pip install --upgrade 'xnn[scipy]'"),
    ],
)
def test_a_missing_library_is_named(library, sentence):
    code, _, errors = python(f"import sys, xnn; sys.modules[{library!r}] = None; xnn.interop.{library}")
    assert code == 1
    assert errors.splitlines()[-1] == sentence
