"""What a library's errors become: one sentence that says what to do. Of memory that is used up: tests/training."""

import sys
from importlib.machinery import ModuleSpec
from types import SimpleNamespace

import numpy
import pytest

import xnn
from tests.rig import refuses
from xnn.backends import resolve, scope
from xnn.backends.cupy_backend import CUPY, CupyBackend
from xnn.errors import BackendError, MixedArraysError, OutOfMemoryError, UnknownNameError
from xnn.nn import MLP, SquaredError
from xnn.optimizers import SGD

# --- memory --------------------------------------------------------------------------------------------------------

# As the libraries said it on a CPU, CuPy's by making its OutOfMemoryError; those for a GPU of PyTorch and JAX are from
# their sources.
ASKED = {
    "NumPy": ("Unable to allocate 2.18 TiB for an array with shape (3, 10) and data type float64", "2.18 TiB more"),
    "NumPy, whole": (
        "Unable to allocate 745. GiB for an array with shape (3, 10) and data type int8",
        "745 GiB more",
    ),
    "PyTorch": (
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to "
        "allocate 240000000000 bytes. Error code 12 (Cannot allocate memory)",
        "224 GiB more",
    ),
    "PyTorch, CUDA": (
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 7.79 GiB of which 13.69 MiB is "
        "free.",
        "20 MiB more",
    ),
    "JAX": ("RESOURCE_EXHAUSTED: Out of memory allocating 4000000000000 bytes.", "3.64 TiB more"),
    "JAX, CUDA": ("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 298.02GiB.", "298 GiB more"),
    "CuPy": ("Out of memory allocating 4,000,000,000 bytes (allocated so far: 1,000,000 bytes).", "3.73 GiB more"),
    "a few": ("Out of memory allocating 512 bytes (allocated so far: 0 bytes).", "512 bytes more"),
    "CUDA itself": ("cudaErrorMemoryAllocation: out of memory", "what was asked for"),
}


@pytest.mark.host
@pytest.mark.parametrize(("words", "expected"), ASKED.values(), ids=ASKED)
def test_how_much_was_asked_for(words, expected):
    assert scope.asked(words) == expected


@pytest.mark.host
def test_the_sentence_says_whose_memory_it_is():
    class CupysError(MemoryError):
        """Stands for cupy.cuda.memory.OutOfMemoryError, which is one too."""

    CupysError.__module__ = "cupy.cuda.memory"
    second = SimpleNamespace(id=1)
    error = CupysError("Out of memory allocating 2,147,483,648 bytes (...).")
    device = scope.translate(error, CUPY, second, "float64")
    assert type(device) is OutOfMemoryError
    assert isinstance(device, MemoryError)
    for word in ("cuda:1 has no room for 2 GiB more", "batch_size", "fewer hidden units", "float32", "memmap"):
        assert word in str(device)
    host = scope.translate(MemoryError(), CUPY, second, "float32")
    assert "this computer has no room" in str(host)
    assert "float32" not in str(host)


def test_an_error_that_is_nobodys_passes(lib):
    place = lib.place
    with pytest.raises(ZeroDivisionError, match="mine"), place.scope():
        raise ZeroDivisionError("mine")
    with pytest.raises(ValueError, match="mine"), place.scope():
        raise ValueError("mine")
    with pytest.raises(KeyboardInterrupt), place.scope():
        raise KeyboardInterrupt


# --- CuPy ----------------------------------------------------------------------------------------------------------

# CuPy 14.2 said these, which needs no GPU: without driver, without libraries, and CUDARuntimeError(code) by its number.
# All its classes but ImportError are RuntimeErrors, those of arrays TypeErrors.
CUPYS = {
    "cuBLAS": (
        ImportError("libcublas.so.12: cannot open shared object file: No such file or directory"),
        BackendError,
        "libcublas.so.12 is missing",
        "[ctk]",
    ),
    "cuBLAS, looked for": (
        ImportError(
            'Failure finding "libcublasLt.so.13 or libcublasLt.so.12": No such file: libcublasLt.so.13 or '
            "libcublasLt.so.12, No such file: libcublasLt.so.13 or libcublasLt.so.12\n"
        ),
        BackendError,
        "libcublasLt.so.13 is missing",
        "[ctk]",
    ),
    "NVRTC": (
        RuntimeError(
            'Failure finding "libnvrtc.so.13 or libnvrtc.so.12": No such file: libnvrtc.so.13 or libnvrtc.so.12\n'
        ),
        BackendError,
        "libnvrtc.so.13 is missing",
        "[ctk]",
    ),
    "no GPU": (
        RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected"),
        BackendError,
        "finds no GPU",
        "nvidia-smi",
        "CUDA_VISIBLE_DEVICES",
    ),
    "another's GPU": (
        RuntimeError("cudaErrorDevicesUnavailable: CUDA-capable device(s) is/are busy or unavailable"),
        BackendError,
        "another program",
    ),
    "a GPU it does not know": (
        RuntimeError("cudaErrorNoKernelImageForDevice: no kernel image is available for execution on the device"),
        BackendError,
        "newest CuPy for a new GPU",
    ),
    "PTX": (
        RuntimeError("cudaErrorUnsupportedPtxVersion: the provided PTX was compiled with an unsupported toolchain."),
        BackendError,
        "update the driver",
    ),
    "half a driver": (
        RuntimeError("cudaErrorSystemDriverMismatch: system has unsupported display driver / cuda driver combination"),
        BackendError,
        "restart the computer",
    ),
    "a CuPy array in NumPy": (
        TypeError(
            "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a NumPy array "
            "explicitly."
        ),
        MixedArraysError,
        "cupy.asarray",
        "xnn.to_host",
    ),
    "a NumPy array in a product": (
        TypeError("Argument 'b' has incorrect type (expected cupy._core.core._ndarray_base, got numpy.ndarray)"),
        MixedArraysError,
        "cupy.asarray",
    ),
    "a NumPy array in a sum": (TypeError("Unsupported type <class 'numpy.ndarray'>"), MixedArraysError, "cupy.asarray"),
}


@pytest.mark.host
@pytest.mark.parametrize("case", CUPYS.values(), ids=CUPYS)
def test_what_cupy_says(case):
    error, kind, *words = case
    found = CUPY.explain(error)
    assert type(found) is kind
    assert "cudaError" not in str(found)
    assert "\n" not in str(found)
    for word in words:
        assert word in str(found)


@pytest.mark.host
def test_what_needs_no_other_words():
    assert CUPY.explain(RuntimeError("cudaErrorIllegalAddress: an illegal memory access was encountered")) is None
    assert CUPY.explain(ValueError("operands could not be broadcast together")) is None


@pytest.mark.host
@pytest.mark.parametrize(
    ("driver", "words"),
    [
        (0, ("no NVIDIA driver", "install one", "nvidia-smi", "--gpus all")),
        (11040, ("too old", "CUDA 11", "CUDA 12", "update the driver")),
    ],
)
def test_the_driver(monkeypatch, driver, words):
    """A fake stands for CuPy 14.2, built with CUDA 12.9, on a driver that is old, or missing, which is version 0."""

    def refuse():
        raise RuntimeError("cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime version")

    runtime = SimpleNamespace(driverGetVersion=lambda: driver, runtimeGetVersion=lambda: 12090)
    cuda = SimpleNamespace(runtime=runtime, Device=refuse)
    fake = SimpleNamespace(cuda=cuda, __version__="14.2.0", __spec__=ModuleSpec("cupy", None))
    for name, module in (("cupy", fake), ("cupy.cuda", cuda)):
        monkeypatch.setitem(sys.modules, name, module)
    xnn.register_backend(CupyBackend(f"fake cupy, driver {driver}", "cupy", "pip install cupy"))
    name = f"fake cupy, driver {driver}"
    reason = xnn.backends()[name].reason
    assert "cudaError" not in reason
    for word in words:
        assert word in reason
    for door in (lambda: resolve(name), lambda: MLP((2, 1)).init(backend=name), lambda: xnn.train(backend=name)):
        with refuses(BackendError, "is not available", reason):
            door()


@pytest.mark.host
def test_cupys_devices_have_the_users_names():
    """A fake stands for cupy.cuda.Device, which prints itself as <CUDA Device 1>."""
    assert CUPY.device_name(SimpleNamespace(id=1)) == "cuda:1"


@pytest.mark.host
def test_a_gpu_by_its_number():
    """Two stand-ins for cupy.cuda.Device; what looks them up is what looks up the real ones."""
    first, second = SimpleNamespace(id=0), SimpleNamespace(id=1)

    class Two(CupyBackend):
        def _devices(self):
            return [first, second]

    cupy = Two("cupy", "numpy", "pip install cupy")
    found = {name: xnn.Backend.device(cupy, name) for name in ("cuda", "cuda:0", "cuda:1")}
    assert found == {"cuda": first, "cuda:0": first, "cuda:1": second}
    assert cupy.devices() == ("cuda:0", "cuda:1")
    for wrong in ("cuda:2", "gpu", "1"):
        with refuses(UnknownNameError, "cupy device", repr(wrong), "Known: cuda:0, cuda:1"):
            xnn.Backend.device(cupy, wrong)


# --- arrays of two libraries ---------------------------------------------------------------------------------------


@pytest.mark.libs("array_api_strict", "torch", "jax", "cupy")
def test_numpy_meets_another_library(lib):
    mlp, loss, sgd = MLP((2, 3)), SquaredError(), SGD()
    hosts = mlp.init(dtype="float64")
    theirs = lib.tree(hosts)
    x, t = numpy.ones((4, 2)), numpy.zeros((4, 3))
    outputs, traces = mlp.forward(theirs, lib.array(x))
    words = (lib.name, "numpy", "convert them to one library")
    for mixture in (
        lambda: mlp(theirs, x),
        lambda: mlp(hosts, lib.array(x)),
        lambda: mlp.backward(theirs, traces, t),
        lambda: mlp.backward(hosts, mlp.forward(hosts, x)[1], lib.array(t)),
        lambda: loss(outputs, t),
        lambda: loss.gradient(t, outputs),
        lambda: sgd.update(theirs, hosts, sgd.init(theirs), 0.1),
        lambda: sgd.update(hosts, theirs, sgd.init(hosts), 0.1),
    ):
        with refuses(MixedArraysError, *words):
            mixture()
