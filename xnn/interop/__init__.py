"""xnn beside other libraries, each a module that is imported only when it is used.

``xnn.interop.mpi`` trains on several processes, ``xnn.interop.sklearn`` has estimators, ``xnn.interop.scipy`` trains
with SciPy's optimizers, ``xnn.interop.onnx`` exports models, and ``xnn.interop.torch`` makes PyTorch's modules of them
and the reverse.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import mpi, onnx, scipy, sklearn, torch

__all__ = ["mpi", "onnx", "scipy", "sklearn", "torch"]


def __getattr__(name: str) -> Any:
    """Import a module, and with it the library it is named for, when it is first asked for."""
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
