"""Matrix products by the cuBLASLt that CuPy brings, with a bias added on the way, and legal in a CUDA graph.

CuPy refuses its own products while a stream is captured, since cuBLAS may allocate memory there (CuPy's issue 6290).
cuBLASLt is given its workspace at each call, so nothing is allocated.

References
----------
NVIDIA, "cuBLAS", section "Using the cuBLASLt API".
"""

import ctypes
from functools import cache
from typing import Any, NamedTuple

from .namespaces import Array

_WORKSPACE = 32 * 2**20  # bytes: what NVIDIA recommends for Hopper, and plenty for what came before
# From cublasLt.h and library_types.h, where they are part of the interface and do not change.
_TRANSPOSE_A, _TRANSPOSE_B, _EPILOGUE, _BIAS_POINTER, _MAX_WORKSPACE = 3, 4, 7, 8, 1
_TRANSPOSED, _BIAS = 1, 4
_FLOAT32, _FLOAT64 = 0, 1
_IN_FLOAT32, _IN_FLOAT64, _IN_BF16, _IN_TF32 = 68, 70, 75, 77


class _Heuristic(ctypes.Structure):
    """``cublasLtMatmulHeuristicResult_t``: the way that cuBLASLt would take."""

    _fields_ = (
        ("algorithm", ctypes.c_uint64 * 8),
        ("workspace", ctypes.c_size_t),
        ("state", ctypes.c_int),
        ("waves", ctypes.c_float),
        ("reserved", ctypes.c_int * 4),
    )


class _Plan(NamedTuple):
    """One product at one set of shapes, as cuBLASLt wants it told."""

    description: Any
    layouts: tuple[Any, Any, Any]
    heuristic: _Heuristic
    one: Any
    zero: Any


class Products:
    """Products of two matrices, each stored by rows or, as a transposed one is, by columns."""

    def __init__(self) -> None:
        import cupy

        self._cupy = cupy
        self._library = _library()
        self._workspaces: dict[int, Array] = {}  # of each stream its own: they compute at the same time
        self._plans: dict[Any, _Plan | None] = {}

    def __call__(self, a: Array, b: Array, bias: Array | None = None) -> Array:
        """Return ``a b``, plus `bias` in each row."""
        a, b = self._stored(a), self._stored(b)
        out = self._cupy.empty((a.shape[0], b.shape[1]), a.dtype)
        if not out.size or not a.shape[1]:
            out[...] = 0.0 if bias is None else bias
            return out
        key = a.shape, b.shape, a.flags.c_contiguous, b.flags.c_contiguous, a.dtype, bias is None, _computed_in(a.dtype)
        if key not in self._plans:
            self._plans[key] = self._plan(a, b, bias)
        plan = self._plans[key]
        if plan is None:  # no kernel of cuBLASLt's adds a bias to such numbers
            out = self(a, b)
            out += bias
            return out
        if bias is not None:
            self._set(plan.description, _BIAS_POINTER, ctypes.c_void_p(bias.data.ptr))
        first, second, third = plan.layouts
        stream = self._cupy.cuda.get_current_stream().ptr
        if stream not in self._workspaces:
            self._workspaces[stream] = self._cupy.empty(_WORKSPACE, "uint8")
        _check(
            self._library.cublasLtMatmul(
                _handle(), plan.description, ctypes.byref(plan.one), b.data.ptr, first, a.data.ptr, second,
                ctypes.byref(plan.zero), out.data.ptr, third, out.data.ptr, third,
                ctypes.byref(plan.heuristic.algorithm), self._workspaces[stream].data.ptr, _WORKSPACE,
                stream,
            )
        )  # fmt: skip
        return out

    def _stored(self, x: Array) -> Array:
        return x if x.flags.c_contiguous or x.flags.f_contiguous else self._cupy.ascontiguousarray(x)

    def _plan(self, a: Array, b: Array, bias: Array | None) -> _Plan | None:
        """Describe ``out^T = b^T a^T``: what cuBLASLt takes for stored by columns is the transpose of rows."""
        library, (n, k), m = self._library, a.shape, b.shape[1]
        number, scale = (_FLOAT32, ctypes.c_float) if a.dtype == "float32" else (_FLOAT64, ctypes.c_double)
        description = ctypes.c_void_p()
        _check(library.cublasLtMatmulDescCreate(ctypes.byref(description), _computed_in(a.dtype), number))
        for x, attribute in ((b, _TRANSPOSE_A), (a, _TRANSPOSE_B)):
            if not x.flags.c_contiguous:
                self._set(description, attribute, ctypes.c_int32(_TRANSPOSED))
        if bias is not None:
            self._set(description, _EPILOGUE, ctypes.c_uint32(_BIAS))
            self._set(description, _BIAS_POINTER, ctypes.c_void_p(bias.data.ptr))
        shapes = [(m, k) if b.flags.c_contiguous else (k, m), (k, n) if a.flags.c_contiguous else (n, k), (m, n)]
        layouts = tuple([self._layout(number, *shape) for shape in shapes])
        preference = ctypes.c_void_p()
        _check(library.cublasLtMatmulPreferenceCreate(ctypes.byref(preference)))
        size = ctypes.c_size_t(_WORKSPACE)
        _check(
            library.cublasLtMatmulPreferenceSetAttribute(
                preference, _MAX_WORKSPACE, ctypes.byref(size), ctypes.sizeof(size)
            )
        )
        heuristic, found = _Heuristic(), ctypes.c_int()
        first, second, third = layouts
        library.cublasLtMatmulAlgoGetHeuristic(
            _handle(), description, first, second, third, third, preference, 1, ctypes.byref(heuristic),
            ctypes.byref(found),
        )  # fmt: skip
        if not found.value or heuristic.state:
            if bias is None:
                raise RuntimeError(f"cuBLASLt knows no way to multiply {a.shape} by {b.shape}")
            return None
        return _Plan(description, layouts, heuristic, scale(1.0), scale(0.0))

    def _set(self, description: Any, attribute: int, value: Any) -> None:
        _check(
            self._library.cublasLtMatmulDescSetAttribute(
                description, attribute, ctypes.byref(value), ctypes.sizeof(value)
            )
        )

    def _layout(self, number: int, rows: int, columns: int) -> Any:
        layout = ctypes.c_void_p()
        _check(self._library.cublasLtMatrixLayoutCreate(ctypes.byref(layout), number, rows, columns, rows))
        return layout


def _computed_in(dtype: Any) -> int:
    """Return the precision of products that CuPy was asked for, by ``CUPY_TF32`` for instance."""
    from cupy._core import _routines_linalg as cupys

    if dtype == "float64":
        return _IN_FLOAT64
    chosen = cupys.get_compute_type(dtype)
    return {cupys.COMPUTE_TYPE_TF32: _IN_TF32, cupys.COMPUTE_TYPE_BF16: _IN_BF16}.get(chosen, _IN_FLOAT32)


def _check(status: int) -> None:
    if status:
        raise RuntimeError(f"cuBLASLt failed with status {status}")


@cache
def _library() -> Any:
    from cuda.pathfinder import load_nvidia_dynamic_lib

    library = ctypes.CDLL(load_nvidia_dynamic_lib("cublasLt").abs_path)
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    arguments = {
        "cublasLtCreate": [pointer],
        "cublasLtMatmulDescCreate": [pointer, integer, integer],
        "cublasLtMatmulDescSetAttribute": [pointer, integer, pointer, ctypes.c_size_t],
        "cublasLtMatrixLayoutCreate": [pointer, integer, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_int64],
        "cublasLtMatmulPreferenceCreate": [pointer],
        "cublasLtMatmulPreferenceSetAttribute": [pointer, integer, pointer, ctypes.c_size_t],
        "cublasLtMatmulAlgoGetHeuristic": [*[pointer] * 7, integer, pointer, pointer],
        "cublasLtMatmul": [*[pointer] * 14, ctypes.c_size_t, pointer],
    }
    for name, kinds in arguments.items():
        function = getattr(library, name)
        function.argtypes, function.restype = kinds, integer
    return library


@cache
def _handle() -> Any:
    handle = ctypes.c_void_p()
    _check(_library().cublasLtCreate(ctypes.byref(handle)))
    return handle
