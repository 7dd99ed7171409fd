"""Where computing begins and ends, and where a library's error becomes a sentence that says what to do."""

import re
from types import TracebackType
from typing import Any

from ..errors import OutOfMemoryError, XnnError
from .backend import Backend

# NumPy's ValueErrors for what no memory could hold: weights are drawn on the host, so they come with every library.
_ABSURD = ("array is too big", "Maximum allowed dimension exceeded", "Maximum allowed size exceeded")
_ASKED = r"llocat\w* ([\d.,]+) ?(?:bytes|([KMGTPE])i?B)"
_PREFIXES = "KMGTPE"


class Scope:
    """The library's own context, out of which its errors come as xnn's. Entered once a call, never in a step."""

    __slots__ = ("_inner", "_place")

    def __init__(self, backend: Backend, device: Any, dtype: str) -> None:
        self._place = backend, device, dtype
        self._inner: Any = backend.scope(device, dtype)

    def __enter__(self) -> None:
        self._inner.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)
        if isinstance(error, Exception) and (translated := translate(error, *self._place)):
            # The arrays of the calls that have ended: whoever keeps the error, as a notebook does, would keep them.
            import traceback  # not with every import of xnn

            traceback.clear_frames(trace)
            raise translated from None


def translate(error: Exception, backend: Backend, device: Any, dtype: str) -> XnnError | None:
    """Return what an error of the library means, None where its own words must do."""
    if isinstance(error, XnnError):
        return None
    text = str(error)
    host = any(words in text for words in _ABSURD) if isinstance(error, ValueError) else _is_numpys(error)
    if host or isinstance(error, MemoryError) or any(words in text for words in backend.exhausted):
        where = "this computer" if host else backend.device_name(device)
        return OutOfMemoryError(_sentence(text, where, dtype))
    return backend.explain(error)


def _is_numpys(error: Exception) -> bool:
    return isinstance(error, MemoryError) and type(error).__module__.partition(".")[0] in ("numpy", "builtins")


def _sentence(text: str, where: str, dtype: str) -> str:
    precision = ", dtype='float32'" if dtype == "float64" else ""
    return (
        f"out of memory: {where} has no room for {asked(text)}: try fewer samples at a time (a smaller batch_size), "
        f"fewer hidden units{precision}, or X as a numpy.memmap, of which only batches are in memory."
    )


def asked(text: str) -> str:
    """Find in a library's words how much memory was asked for.

    Examples
    --------
    >>> asked("Out of memory allocating 4,000,000,000 bytes (allocated so far: 0 bytes).")
    '3.73 GiB more'
    >>> asked("out of memory")
    'what was asked for'
    """
    found = re.search(_ASKED, text)
    if found is None:
        return "what was asked for"
    size = float(found[1].replace(",", "").rstrip("."))
    power = _PREFIXES.index(found[2]) + 1 if found[2] else 0
    while size >= 1024 and power < len(_PREFIXES):
        size, power = size / 1024, power + 1
    return f"{size:,.3g} {_PREFIXES[power - 1] + 'iB' if power else 'bytes'} more"
