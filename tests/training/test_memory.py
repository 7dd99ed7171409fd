"""Memory that is used up: a sentence, a command that ends, and a model that still predicts."""

import gc
import json
import os
import subprocess
import sys
import weakref
from functools import lru_cache
from pathlib import Path

import numpy
import pytest

import xnn
from tests.rig import refuses
from xnn.errors import OutOfMemoryError
from xnn.nn import MLP
from xnn.training import epoch_steps

# Under a limit of its own the process is refused what a small machine would have been: on a GPU CuPy keeps to
# CUPY_GPU_MEMORY_LIMIT, elsewhere the system limits the address space.
_SCRIPT = """
import json, sys
import numpy, xnn

where = json.loads(sys.argv[1])
X, y = numpy.linspace(-1.0, 1.0, 5000)[:, None], numpy.arange(5000) % 2
options = dict(epochs=1, validation=None, scale=None, optimizer="sgd", progress=False, doctor="off") | where
model = xnn.train(X, y, hidden=4, **options).model
before = model.predict_proba(X)
wide = xnn.train(X[:32], y[:32], hidden=2_000_000, batch_size=1, **options | {"epochs": 1}).model
if where["backend"] != "cupy":
    import resource
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 3 * 2**29,) * 2)  # a part of the predictions takes 2 GB

said = []
for work in (
    lambda: xnn.train(X, y, hidden=2_000_000, batch_size=None, **options),
    lambda: wide.predict(X),
    lambda: wide.score(X, y),
):
    try:
        work()
    except MemoryError as error:
        said.append([type(error).__name__, str(error)])
same = numpy.array_equal(model.predict_proba(X), before) and len(wide.predict(X[:4])) == 4
print(json.dumps([said, bool(same)]))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits the address space as Linux does")
def test_a_process_that_runs_out_goes_on(where):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SCRIPT, json.dumps(where)],
        capture_output=True,
        text=True,
        env=os.environ | {"CUPY_GPU_MEMORY_LIMIT": str(2**30)},
        cwd=Path(xnn.__file__).parents[1],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said, same = json.loads(done.stdout.splitlines()[-1])
    assert [kind for kind, _ in said] == ["OutOfMemoryError"] * 3
    for _, sentence in said:
        assert "has no room for" in sentence
        assert "GiB more" in sentence
        assert "batch_size" in sentence
        assert "\n" not in sentence
    assert same


@pytest.mark.parametrize("units", [10**15, 10**18, 10**19], ids=["refused", "beyond an array", "beyond an axis"])
def test_weights_that_no_computer_holds(where, units):
    """They are drawn on the host, whatever the library."""
    for work in (
        lambda: xnn.train(
            [[0.0], [1.0]] * 10, [0.0, 1.0] * 10, hidden=units, task="regression", progress=False, **where
        ),
        lambda: MLP((1, units)).init(**where),
    ):
        with refuses(OutOfMemoryError, "this computer has no room", "fewer hidden units"):
            work()


def test_an_array_there_was_no_memory_for_is_not_read(lib):
    """JAX makes it later than it is asked for, and NumPy ends the process where it reads what was never made."""
    with refuses(OutOfMemoryError, "has no room"), lib.place.scope():
        column = lib.place.floats(numpy.ones((2**23, 1)))
        xnn.to_host(column @ column.T)  # 2^46 entries: beyond any address


def test_who_keeps_the_error_keeps_no_data(where):
    """A notebook keeps the last error, and with it the frames that it passed."""
    seen = []

    def fail(run):
        seen.append(weakref.ref(run.data))
        raise MemoryError("Unable to allocate 9.00 GiB for an array")

    X = numpy.linspace(-1.0, 1.0, 40)[:, None]
    with pytest.raises(OutOfMemoryError, match="9 GiB") as kept:
        xnn.train(X, X[:, 0], epochs=2, callbacks=[fail], progress=False, doctor="off", **where)
    gc.collect()
    assert kept.value.__traceback__ is not None
    assert seen[0]() is None


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory as Linux tells it")
def test_steps_and_trainings_take_no_more_memory(where, monkeypatch):
    """JAX keeps what it compiles: of xnn's own only so many networks are remembered, and nothing is compiled beside.

    Of functions that are compiled within a compiled one it keeps what it traced for each shape, for ever.
    """
    if where["backend"] == "jax":
        import jax
        from jax.extend.core import ClosedJaxpr

        monkeypatch.setattr(epoch_steps, "_remembered", lru_cache(1)(epoch_steps._compile))
        monkeypatch.setattr(epoch_steps, "_remembered_network", lru_cache(1)(epoch_steps._compile_network))
        monkeypatch.setattr(sys.modules["xnn.training.train"], "FEWEST_STEPS", 140)
        trainings, most = 3, 0

        def held():
            traced = sum(isinstance(each, ClosedJaxpr) for each in gc.get_objects())
            return len(jax.devices()[0].client.live_executables()) + traced
    elif where["backend"] == "array_api_strict":
        pytest.skip("is NumPy")
    else:
        trainings, most = 60, 4 * 2**20

        def held():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    rng = numpy.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)), rng.normal(size=40)

    def train(i):
        model = xnn.train(
            X, y, hidden=(2 + i, 3 + i), batch_size=8, progress=False, doctor="off",
            epochs=None if where["backend"] == "jax" else 2, **where,
        ).model  # fmt: skip
        model.predict(X)

    for i in range(2):
        train(i)
    gc.collect()
    before = held()
    for i in range(2, 2 + trainings):
        train(i)
    gc.collect()
    assert held() - before <= most
