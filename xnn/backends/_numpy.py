"""NumPy: the host's own memory."""

from dataclasses import dataclass

from ._backend import Backend
from ._namespace import Namespace
from ._numpy_namespace import NAMESPACE


@dataclass(frozen=True)
class NumpyBackend(Backend):
    """NumPy on the CPU."""

    @property
    def namespace(self) -> Namespace:
        """NumPy's functions, the most called ones by a shorter way."""
        return NAMESPACE


NUMPY = NumpyBackend("numpy", "numpy", "pip install numpy")
