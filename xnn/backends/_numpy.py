"""NumPy: the host's own memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._backend import Backend
from ._namespace import Array, Namespace
from ._numpy_namespace import NAMESPACE

_PIECE = 2**16  # entries: 256 KB of float32, several of which fit a core's second cache


@dataclass(frozen=True)
class NumpyBackend(Backend):
    """NumPy on the CPU."""

    @property
    def namespace(self) -> Namespace:
        """NumPy's functions, the most called ones by a shorter way."""
        return NAMESPACE

    def apply(self, rule: Callable[..., Any], rate: Any, t: Any, *arrays: Array) -> tuple[Array, ...]:
        """Apply a rule, to a big array piece by piece: a formula's many passes then stay in the cache."""
        p, _, *slots = arrays
        if p.size < 2 * _PIECE or not getattr(rule, "elementwise", False):
            return rule(*arrays, rate=rate, t=t)
        rows = max(1, _PIECE * len(p) // p.size)
        for start in range(0, len(p), rows):
            pieces = [array[start : start + rows] for array in arrays]
            results = rule(*pieces, rate=rate, t=t)
            for piece, result in zip((pieces[0], *pieces[2:]), results, strict=True):
                if result is not piece:
                    piece[...] = result
        return (p, *slots)


NUMPY = NumpyBackend("numpy", "numpy", "pip install numpy")
