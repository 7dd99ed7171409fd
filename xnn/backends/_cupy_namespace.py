"""CuPy's namespace, with a shorter way to two functions whose general form is slow on a GPU.

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
    namespace.__dict__.update(vars(compatible), **short_ways(cupy))
    return namespace


def short_ways(library: Any) -> dict[str, Callable[..., Any]]:
    """Return ``clip`` and, of real numbers, ``vecdot``, by functions that CuPy has one kernel for."""

    def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
        if min is not None:
            x = library.maximum(x, min)
        return x if max is None else library.minimum(x, max)

    def vecdot(x: Any, y: Any, /, *, axis: int = -1) -> Any:
        return library.sum(x * y, axis=axis)

    return {"clip": clip, "vecdot": vecdot}
