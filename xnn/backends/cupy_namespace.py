"""CuPy's namespace, with a shorter way to some functions whose general form is slow on a GPU.

That of array-api-compat's ``clip`` takes a dozen kernels, copies the bounds from the host and picks entries by a mask,
for which the host waits for the device: at each ReLU of each step. Its ``vecdot`` is one matrix product a row.
"""

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any


@cache
def cupy_namespace() -> ModuleType:
    """Return the namespace of CuPy, which is imported."""
    import cupy
    from array_api_compat import cupy as compatible

    namespace = ModuleType("cupy")
    vecdot = cupy.ReductionKernel("T x, T y", "T z", "x * y", "a + b", "z = a", "0", "vecdot")  # real numbers'
    namespace.__dict__.update(vars(compatible), **fast_functions(cupy), vecdot=vecdot)
    return namespace


def fast_functions(library: Any) -> dict[str, Callable[..., Any]]:
    """Return functions that CuPy has one kernel for, and that the tracers of ``cupy.fuse`` take too."""

    def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
        if min is not None:
            x = library.maximum(x, min)
        return x if max is None else library.minimum(x, max)

    def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
        return x.astype(dtype, copy=copy)

    def sign(x: Any, /) -> Any:
        return library.where(library.isnan(x), x, library.sign(x)) if x.dtype.kind == "f" else library.sign(x)

    return {"astype": astype, "clip": clip, "sign": sign}
