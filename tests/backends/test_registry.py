"""Libraries that are missing, broken, or a stranger's own."""

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy
import pytest
from numpy.testing import assert_allclose

import xnn
from tests.rig import refuses
from xnn.backends import registry, resolve
from xnn.errors import BackendError
from xnn.nn import LOSSES, MLP

ITSELF = ["array_api_strict", "cupy", "jax", "numpy", "torch"]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a package that can be imported for the length of the test."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def write(name: str, source: str) -> None:
        path = tmp_path.joinpath(*name.split("."))
        path.mkdir(parents=True)
        (path / "__init__.py").write_text(textwrap.dedent(source))

    yield write
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]


def test_the_table():
    assert sorted(xnn.backends()) == ITSELF
    for name, status in xnn.backends().items():
        assert status.name == name
        assert status.available == (status.reason is None)
        assert bool(status.devices) == status.available


def test_registering_is_undone_between_tests_one():
    xnn.register_backend(xnn.Backend("passing", "numpy", "pip install numpy"))
    assert "passing" in xnn.backends()


def test_registering_is_undone_between_tests_two():
    assert "passing" not in xnn.backends()


# --- missing and broken --------------------------------------------------------------------------------------------


def refused_at_every_door(name: str, *words: str) -> None:
    """The same reason from the table, from resolve and from a network's init."""
    status = xnn.backends()[name]
    assert not status.available
    assert status.devices == ()
    for word in words:
        assert word in status.reason
    assert "\n" not in status.reason
    for door in (lambda: resolve(name), lambda: MLP((2, 1)).init(backend=name)):
        with refuses(BackendError, f"backend {name!r} is not available", status.reason):
            door()


@pytest.mark.parametrize("name", ["no_such_library", "no_such_library.arrays"])
def test_a_missing_one(name):
    xnn.register_backend(xnn.Backend("missing", name, "pip install no-such-library"))
    refused_at_every_door("missing", name, "not installed", "pip install no-such-library")
    assert xnn.backends()["missing"].version is None


def test_one_that_computes_on_no_device(package):
    """CuPy without a driver: it imports, has a version, and raises at the first array."""
    package(
        "fake_cuda_arrays",
        """
        __version__ = "14.1.0"

        class Info:
            def default_device(self): return "cuda:0"
            def devices(self): return ["cuda:0"]

        def __array_namespace_info__(): return Info()

        def asarray(host, device=None):
            raise RuntimeError("cudaErrorInsufficientDriver: CUDA driver version is insufficient\\nframe 1\\nframe 2")
        """,
    )
    xnn.register_backend(xnn.Backend("fake", "fake_cuda_arrays", "pip install fake-cuda-arrays"))
    refused_at_every_door("fake", "installed but does not compute", "RuntimeError", "cudaErrorInsufficientDriver")
    assert "frame" not in xnn.backends()["fake"].reason
    assert xnn.backends()["fake"].version == "14.1.0"


def test_one_that_has_no_device_at_all(package):
    package(
        "fake_deviceless",
        """
        def __array_namespace_info__():
            raise OSError("")
        """,
    )
    xnn.register_backend(xnn.Backend("fake", "fake_deviceless", "pip install fake"))
    refused_at_every_door("fake", "installed but does not compute", "OSError")


def test_one_that_cannot_be_imported(package):
    package("fake_broken", "raise ImportError('libcudart.so.13: cannot open shared object file')")
    xnn.register_backend(xnn.Backend("fake", "fake_broken", "pip install fake"))
    refused_at_every_door("fake", "installed but does not compute", "ImportError", "libcudart.so.13")
    assert xnn.backends()["fake"].version is None


@pytest.mark.parametrize("error", ["ImportError", "RuntimeError", "AttributeError"])
def test_one_whose_parent_package_cannot_be_imported(package, error):
    """Looking for ``dask.array`` imports ``dask``."""
    package(f"fake_parent_{error}", f"raise {error}('half installed')")
    package(f"fake_parent_{error}.arrays", "")
    xnn.register_backend(xnn.Backend("fake", f"fake_parent_{error}.arrays", "pip install fake"))
    refused_at_every_door("fake", "installed but does not compute", error, "half installed")


def test_one_that_computes_wrongly(package):
    package(
        "fake_wrong",
        """
        from numpy import asarray, __array_namespace_info__
        def sum(x): return 13.0
        """,
    )
    xnn.register_backend(xnn.Backend("fake", "fake_wrong", "pip install fake"))
    refused_at_every_door("fake", "computes wrongly", "13.0 for 12")


def test_one_that_lacks_another_is_not_called_missing_itself(package):
    """Or its user would install again what is installed."""
    package("fake_incomplete", "import no_such_dependency")
    package("fake_incomplete.arrays", "")
    for name in ("fake_incomplete", "fake_incomplete.arrays"):
        xnn.register_backend(xnn.Backend("fake", name, "pip install fake"))
        refused_at_every_door("fake", "installed but does not compute", "no_such_dependency")


def test_a_broken_one_hides_no_other(package):
    package("fake_half", "raise RuntimeError('half installed')")
    xnn.register_backend(xnn.Backend("fake", "fake_half", "pip install fake"))
    status = xnn.backends()
    assert not status["fake"].available
    assert status["numpy"].available


def test_cupy_says_how_to_install_it():
    reason = xnn.backends()["cupy"].reason
    if reason is None:
        pytest.skip("CuPy works here")
    if "not installed" in reason:
        for word in ("cupy-cuda12x[ctk]", "cupy-cuda13x[ctk]", "nvidia-smi"):
            assert word in reason
    else:  # installed, with no GPU to run on
        assert "cudaError" not in reason
        assert "nvidia-smi" in reason or "[ctk]" in reason


# --- a stranger's own ----------------------------------------------------------------------------------------------


def test_a_library_of_ones_own_works_from_end_to_end():
    """Any library that follows the standard, in one line."""
    strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    xnn.register_backend(xnn.Backend("mine", "array_api_strict", "pip install array-api-strict"))
    assert xnn.backends()["mine"].available

    mlp = MLP((3, 4, 2), activation="gelu")
    loss = LOSSES["softmax_cross_entropy"]()
    host_x, host_labels = numpy.arange(6.0).reshape(2, 3) / 6.0, numpy.array([0, 1])

    def value_and_bias_gradient(backend: str):
        place = resolve(backend, dtype="float64")
        params = mlp.init(5, backend=backend, dtype="float64")
        outputs, traces = mlp.forward(params, place.floats(host_x))
        labels = place.asarray(host_labels)
        gradients = mlp.backward(params, traces, loss.gradient(outputs, labels))
        return loss(outputs, labels), gradients[0].b

    value, gradient = value_and_bias_gradient("mine")
    expected, expected_gradient = value_and_bias_gradient("numpy")
    assert type(gradient) is type(strict.ones(1))
    assert_allclose(float(value), float(expected), rtol=1e-12)
    assert_allclose(xnn.to_host(gradient), expected_gradient, rtol=1e-10)


def test_a_subclass_may_answer_for_its_library():
    class Loud(xnn.Backend):
        def devices(self):
            return ("loud",)

        def device(self, name):
            return "cpu"

    xnn.register_backend(Loud("loud", "numpy", "pip install numpy"))
    assert xnn.backends()["loud"].devices == ("loud",)
    assert resolve("loud").device == "cpu"


def test_a_name_may_be_replaced():
    mine = xnn.Backend("cupy", "numpy", "pip install numpy")
    xnn.register_backend(mine)
    assert registry._REGISTRY["cupy"] is mine
    assert resolve("cupy").backend is mine


# --- importing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["xnn", "xnn.nn", "xnn.backends"])
def test_importing_imports_no_library_that_is_not_asked_for(module):
    heavy = (
        "torch",
        "jax",
        "cupy",
        "array_api_strict",
        "rich",
        "typer",
        "safetensors",
        "matplotlib",
        "pandas",
        "scipy",
    )
    code = f"import sys, {module}; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(xnn.__file__).parents[1],
    )
    assert done.stdout.split() == []


def test_public_names_are_there():
    for name in xnn.__all__:
        assert getattr(xnn, name) is not None
