"""Other libraries are imported where they are asked for, and a missing one is named with what installs it."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.host


def python(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


OTHERS = {"IPython", "matplotlib", "mpi4py", "onnx", "onnxruntime", "scipy", "sklearn", "torch"}


@pytest.mark.parametrize(
    "program",
    [
        "import xnn; xnn.train(*xnn.datasets.xor(), hidden=2, epochs=1, progress=False, doctor='off')",
        "import xnn.interop, xnn.interop.mpi, xnn.interop.onnx, xnn.interop.torch",
    ],
)
def test_no_other_library_is_imported_unasked(program):
    program += f"\nimport sys\nprint({OTHERS} & set(sys.modules))"
    assert python(program) == (0, "set()\n", "")


@pytest.mark.parametrize(
    ("library", "needed", "distribution"),
    [("sklearn", "scikit-learn 1.6", "scikit-learn"), ("scipy", "SciPy 1.13", "scipy")],
)
def test_a_missing_library_is_named(library, needed, distribution):
    code, _, errors = python(f"import sys, xnn; sys.modules[{library!r}] = None; xnn.interop.{library}")
    assert code == 1
    install = f"pip install --upgrade {distribution}"
    assert errors.splitlines()[-1] == f"ImportError: xnn.interop.{library} needs {needed} or newer: {install}"
