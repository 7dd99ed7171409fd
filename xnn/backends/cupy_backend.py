"""CuPy: NumPy's interface on CUDA."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy

from ..errors import BackendError, MixedArraysError, XnnError
from .backend import Backend, F
from .cuda_graph import GraphRecorder, recording
from .cupy_fuse import fused
from .cupy_namespace import cupy_namespace
from .namespaces import Array, Namespace
from .replay import Replayed
from .tree import flatten, unflatten

_LIBRARY = r"lib\w+\.so[.\d]*|\w+\.dll"  # of CUDA: libcublas.so.12, nvrtc64_120_0.dll
_MISSING = ("cannot open shared object file", "Failure finding", "failed to load", "Could not find module")
_MIXED = ("Implicit conversion to a NumPy array", "Unsupported type <class 'numpy.ndarray'>", "expected cupy._core")
_CODES = {
    "cudaErrorNoDevice": "the NVIDIA driver finds no GPU: see whether nvidia-smi lists one, and whether "
    "CUDA_VISIBLE_DEVICES hides it.",
    "cudaErrorDevicesUnavailable": "the GPU is taken by another program: nvidia-smi shows which, end it or choose "
    "another device.",
    "cudaErrorNoKernelImageForDevice": "this CuPy has no code for this GPU: install the newest CuPy for a new GPU, an "
    "older one for an old GPU.",
    "cudaErrorUnsupportedPtxVersion": "the NVIDIA driver is older than the CUDA that CuPy compiles with: update the "
    "driver.",
    "cudaErrorSystemDriverMismatch": "the NVIDIA driver was changed and is only half in use: restart the computer.",
}


@dataclass(frozen=True)
class CupyBackend(Backend):
    """CuPy on one or more CUDA GPUs, named ``cuda:0``, ``cuda:1``, ..."""

    branches: bool = False  # whether a recorded step computes side by side what waits for nothing: not yet measured

    scans: ClassVar[bool] = True
    remembers: ClassVar[bool] = False  # a graph holds its memory, the data set too
    # Otherwise CuPy raises a MemoryError, before which it has given the device all that its pool did not need.
    exhausted: ClassVar[tuple[str, ...]] = ("cudaErrorMemoryAllocation", "CUBLAS_STATUS_ALLOC_FAILED")

    @property
    def namespace(self) -> Namespace:
        """The standard's functions, some of them by a shorter way."""
        return cupy_namespace()

    def _devices(self) -> list[Any]:
        import cupy

        return [cupy.cuda.Device(i) for i in range(cupy.cuda.runtime.getDeviceCount())]

    def device_name(self, device: Any) -> str:
        """``"cuda:0"`` for ``<CUDA Device 0>``."""
        return f"cuda:{device.id}"

    def device(self, name: str | None) -> Any:
        """Turn ``"cuda:1"`` into a ``cupy.cuda.Device``; None is the current one."""
        import cupy

        return cupy.cuda.Device() if name is None else super().device(name)

    def scope(self, device: Any, dtype: str) -> AbstractContextManager[Any]:
        """Make `device` the current one: CuPy launches there whatever the arrays' own device."""
        return device

    def explain(self, error: Exception) -> XnnError | None:
        """Say what CUDA's error codes, and libraries of CUDA's that are missing, ask the user to do."""
        text = str(error)
        if any(words in text for words in _MIXED):
            return MixedArraysError(
                "arrays of cupy and numpy meet in one call: convert them to one library first (cupy.asarray moves an "
                "array to the GPU, xnn.to_host brings one back)."
            )
        if isinstance(error, (ImportError, OSError, RuntimeError)) and any(words in text for words in _MISSING):
            library = re.search(_LIBRARY, text)
            return BackendError(
                f"CUDA's library {library[0] if library else 'that CuPy needs'} is missing: {self.install} brings it."
            )
        if "cudaErrorInsufficientDriver" in text:
            return BackendError(_driver())
        return next((BackendError(sentence) for code, sentence in _CODES.items() if code in text), None)

    def from_host(self, host: numpy.ndarray, device: Any) -> Array:
        """Copy a NumPy array to the GPU."""
        with device:
            return self.namespace.asarray(host)

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy a GPU array to NumPy."""
        return array.get()

    def compile(self, function: F, donate: tuple[int, ...] = ()) -> F:
        """Record a function that works in donated memory, as a training step does, as a CUDA graph."""
        return cast(F, Replayed(function, donate, GraphRecorder(self.branches))) if donate else function

    def scan(self, body: Callable[..., Any], carry: Any, steps: Any) -> tuple[Any, Any]:
        """Call `body` for each step: recorded, they are one graph."""
        stacked: list[Array] = []
        structure: Any = None
        count = steps[0].shape[0]
        for i in range(count):
            carry, result = body(carry, tuple(step[i] for step in steps))
            leaves, structure = flatten(result)
            # Not xp.stack, which tells the device from the host where its parts are.
            stacked = stacked or [self._repeated(leaf, count) for leaf in leaves]
            for every, leaf in zip(stacked, leaves, strict=True):
                if hasattr(leaf, "shape"):
                    every[i] = leaf
        return carry, unflatten(structure, stacked)

    def _repeated(self, leaf: Any, count: int) -> Array:
        """Return `count` times a number, or room for as many arrays like `leaf`."""
        if hasattr(leaf, "shape"):
            return self.namespace.empty((count, *leaf.shape), dtype=leaf.dtype)
        return self.namespace.full((count,), leaf)

    def matmul(self, a: Array, b: Array) -> Array:
        """Return ``a b``, in a recorded function by what can be recorded."""
        now = recording()
        return a @ b if now is None else now.products(a, b)

    def affine(self, x: Array, W: Array, b: Array) -> Array:
        """Return ``x W + b``, in a recorded function in one pass."""
        now = recording()
        return super().affine(x, W, b) if now is None else now.products(x, W, b)

    def aside(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return ``function(*arguments)``, in a recorded function computed on a stream beside."""
        now = recording()
        return function(*arguments) if now is None else now.aside(function, *arguments)

    def join(self) -> None:
        """Let what follows wait for what is computed aside."""
        now = recording()
        if now is not None:
            now.join()

    def fuse(self, formula: F) -> F:
        """Make one kernel of an elementwise formula by ``cupy.fuse``."""
        return cast(F, fused(formula))

    def apply(self, rule: Callable[..., Any], rate: Any, t: Any, *arrays: Array) -> tuple[Array, ...]:
        """Apply an optimizer's rule, where it treats each entry by itself, in one pass over the arrays."""
        if not getattr(rule, "elementwise", False):
            return rule(*arrays, rate=rate, t=t)
        p, g, *slots = arrays
        # Numbers of the arrays' type: cupy.fuse makes half precision of Python's.
        rate, t = (p.dtype.type(x) if isinstance(x, (int, float)) else x for x in (rate, t))
        fused(rule, in_place=True)(p, g, *slots, rate, t)
        return (p, *slots)


def _driver() -> str:
    from cupy.cuda import runtime

    allowed, needed = runtime.driverGetVersion() // 1000, runtime.runtimeGetVersion() // 1000
    if not allowed:
        return "there is no NVIDIA driver: install one, till nvidia-smi works (docker run takes --gpus all)."
    return (
        f"the NVIDIA driver is too old, it is for CUDA {allowed}, and this CuPy for CUDA {needed}: update the driver."
    )


CUPY = CupyBackend(
    "cupy",
    "cupy",
    'pip install "cupy-cuda12x[ctk]" (or "cupy-cuda13x[ctk]", as nvidia-smi shows)',
)
