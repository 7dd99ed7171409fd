"""Whether a library that xnn does not depend on is there."""

from importlib import import_module
from typing import Any

from ..errors import BackendError


def needed(library: str, by: str, install: str = "") -> Any:
    """Import a library, or raise BackendError with what to install.

    Parameters
    ----------
    library : str
        What is imported, such as ``"onnx"``.
    by : str
        Whose need it is, the beginning of the sentence.
    install : str
        What pip calls it; its own name if not given.
    """
    try:
        return import_module(library)
    except ImportError as error:
        raise BackendError(f"{by} needs {library} ({error}): pip install {install or library}") from None
