"""Why does this network not learn? For anyone's hand-written program, and for a run while it goes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import diagnose
    from .report.diagnosis import Diagnosis
    from .run.history import RunHistory
    from .run.recorder import Doctor

__all__ = ["Diagnosis", "Doctor", "RunHistory", "diagnose"]

_HOMES = {
    "Diagnosis": "report.diagnosis",
    "Doctor": "run.recorder",
    "RunHistory": "run.history",
    "diagnose": "api",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for: every training run uses the guard, and few the rest."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
