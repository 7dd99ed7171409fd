"""Other libraries are imported only when they are used."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.host
PROGRAM = """
import sys, xnn, xnn.interop.onnx, xnn.interop.torch
xnn.train(*xnn.datasets.xor(), hidden=2, epochs=1, progress=False, doctor="off")
print(sorted({"torch", "onnx", "onnxruntime", "matplotlib", "IPython"} & set(sys.modules)))
"""


def test_no_other_library_is_imported_unasked():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "[]\n"
