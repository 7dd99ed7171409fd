"""What every test needs, doctests in ``xnn/`` included: one thread, and the table of backends left as it was."""

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

# Set before NumPy is imported, which reads them once. One thread makes times comparable, lets pytest-xdist have the
# cores, and keeps sums in one order.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("MPLBACKEND", "agg")  # no windows
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # leaves the device to the other libraries

# Doctests are looked for in every file: this one is for type checkers, and this one cannot be imported without PyTorch.
collect_ignore = ["tests/types/downstream.py", *([] if find_spec("torch") else ["xnn/interop/scaling_modules.py"])]


@pytest.fixture(autouse=True)
def tables_restored() -> Iterator[None]:
    """Undo what is registered: docstrings and pages show it, and no test may see another's part or backend."""
    from xnn.backends import registry
    from xnn.nn import ACTIVATIONS, LOSSES
    from xnn.optimizers import OPTIMIZERS, SCHEDULES

    tables: list[dict[str, Any]] = [registry._REGISTRY, ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES]
    before = [dict(table) for table in tables]
    yield
    for table, entries in zip(tables, before, strict=True):
        table.clear()
        table.update(entries)


@pytest.fixture(autouse=True)
def figures_closed() -> Iterator[None]:
    """Close the figures that pyplot keeps open: it warns of more than 20."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
