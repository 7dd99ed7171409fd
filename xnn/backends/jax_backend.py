"""JAX: a whole step compiled by XLA."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, cast

import numpy

from .backend import Backend, F
from .namespaces import Array


@dataclass(frozen=True)
class JaxBackend(Backend):
    """JAX on the CPU, CUDA or a TPU."""

    mimics_numpy: ClassVar[bool] = True
    scans: ClassVar[bool] = True
    exhausted: ClassVar[tuple[str, ...]] = ("RESOURCE_EXHAUSTED", "Out of memory")

    def _devices(self) -> list[Any]:
        import jax

        return list(jax.devices())

    def device(self, name: str | None) -> Any:
        """Turn a device's name into a ``jax.Device``; None is JAX's default."""
        return self._devices()[0] if name is None else super().device(name)

    def scope(self, device: Any, dtype: str) -> AbstractContextManager[Any]:
        """Allow 64-bit floats where they are asked for: JAX truncates them to 32 bits otherwise."""
        import jax

        return jax.enable_x64(dtype == "float64")

    def eager(self) -> AbstractContextManager[Any]:
        """``jax.disable_jit``: loops and conditions run in Python then."""
        import jax

        return jax.disable_jit()

    def from_host(self, host: numpy.ndarray, device: Any) -> Array:
        """Copy a NumPy array to a JAX array."""
        import jax

        # Not bound to the default device: what is computed is not, and the two kinds would each have a step compiled.
        # Not by jnp.array(copy=True), jnp.zeros_like and the like, here and below: what they compile for each shape
        # stays, 1.4 MB each, however many networks of other shapes follow.
        array = jax.device_put(numpy.asarray(host, order="C"), None if device == self.device(None) else device)
        # Never shared, as device_put shares what is aligned: a donated buffer that is the caller's NumPy memory would
        # be overwritten. Copied when this returns, as the caller may then write to it.
        return self.copied(array).block_until_ready()

    def copied(self, array: Array) -> Array:
        """Copy an array."""
        import jax

        return jax.device_put(array, may_alias=False)

    def zeros_like(self, array: Array) -> Array:
        """Return zeros of an array's shape."""
        from jax.core import Tracer

        if isinstance(array, Tracer):
            return self.namespace.zeros_like(array)
        return self.from_host(numpy.zeros(array.shape, array.dtype), array.device)

    def to_host(self, array: Array) -> numpy.ndarray:
        """Copy a JAX array to NumPy."""
        # NumPy would end the process, were it to read an array for which there was no memory; waiting raises.
        return numpy.asarray(array.block_until_ready())

    def compile(self, function: F, donate: tuple[int, ...] = ()) -> F:
        """``jax.jit``, of the function and all that it calls in one piece."""
        import jax

        return cast(F, jax.jit(_in_one_piece(function), donate_argnums=donate))

    def scan(self, body: Callable[..., Any], carry: Any, steps: Any) -> tuple[Any, Any]:
        """``jax.lax.scan``: calling a compiled step costs as much as a small network's arithmetic."""
        import jax
        from jax.core import Tracer

        traced = any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves((carry, steps)))
        with jax.disable_jit(not traced):  # of arrays where compiling is switched off: in Python
            return jax.lax.scan(_in_one_piece(body), carry, steps)


def _in_one_piece(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have the functions of ``jax.numpy`` that `function` calls be no compiled functions within the compiled one.

    Most of them are, and of each JAX keeps what it traced for every shape, as long as the process lives: half a
    mebibyte a network.
    """

    @wraps(function)
    def traced(*arguments: Any) -> Any:
        import jax

        with jax.disable_jit():
            return function(*arguments)

    return traced


JAX = JaxBackend("jax", "jax", "pip install jax", "jax.numpy")
