"""What every test needs, doctests in ``xnn/`` included: one thread, and the table of backends left as it was."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

# Set before NumPy is imported, which reads them once. One thread makes times comparable, lets pytest-xdist have the
# cores, and keeps sums in one order.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # leaves the device to the other libraries

# Doctests are looked for in every file, and this one cannot be imported without PyTorch.
collect_ignore = [] if find_spec("torch") else ["xnn/interop/scaling_modules.py"]


@pytest.fixture(autouse=True)
def registry_restored() -> Iterator[None]:
    """Undo ``register_backend``: docstrings show it, and no test may see another's backend."""
    from xnn.backends import _registry

    before = dict(_registry._REGISTRY)
    yield
    _registry._REGISTRY.clear()
    _registry._REGISTRY.update(before)
