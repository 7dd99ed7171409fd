"""One kernel for an elementwise formula: ``cupy.fuse`` traces it, with tracers that xnn takes for CuPy's arrays."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .cupy_namespace import cupy_namespace
from .namespaces import register_type


def fused(formula: Callable[..., Any], in_place: bool = False) -> Callable[..., Any]:
    """Return a formula of xnn's own as one kernel; a user's as it is, since it may compute something else later.

    With `in_place` it is an optimizer's rule, of the arrays, the rate and the step: the results overwrite the arrays.
    """
    function, owner = getattr(formula, "__func__", formula), getattr(formula, "__self__", None)
    own = function.__module__.startswith("xnn.") and (owner is None or type(owner).__module__.startswith("xnn."))
    if not own:
        return formula
    return (_rule if in_place else _formula)(function, owner)


@lru_cache(maxsize=256)
def _formula(function: Callable[..., Any], owner: Any) -> Callable[..., Any]:
    def call(*arrays: Any) -> Any:
        return function(*arrays) if owner is None else function(owner, *arrays)

    return _fuse(call, function.__qualname__)


@lru_cache(maxsize=256)
def _rule(function: Callable[..., Any], owner: Any) -> Callable[..., Any]:
    def overwrite(*arguments: Any) -> None:
        *arrays, rate, t = arguments
        p, _, *slots = arrays
        # The number of the step is counted in integers; their powers and logarithms would be of double precision.
        results = function(owner, *arrays, rate=rate, t=t if t.dtype == p.dtype else t.astype(p.dtype))
        for array, result in zip((p, *slots), results, strict=True):
            array[...] = result

    return _fuse(overwrite, function.__qualname__)


def _fuse(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    import cupy
    from cupy._core import _fusion_interface, fusion

    # There are two tracers: what the first cannot trace is given to the second.
    for tracer in (
        fusion._FusionVarArray, fusion._FusionVarScalar, _fusion_interface._ArrayProxy, _fusion_interface._ScalarProxy
    ):  # fmt: skip
        register_type(tracer, cupy_namespace())
    return cupy.fuse(kernel_name=name.replace(".", "_"))(function)
