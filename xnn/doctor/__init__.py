"""Why does this network not learn? For anyone's hand-written program, and for a run while it goes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import diagnose
    from .course import Course
    from .diagnosis import Diagnosis
    from .recorder import Doctor

__all__ = ["Course", "Diagnosis", "Doctor", "diagnose"]

_HOMES = {"Course": "course", "Diagnosis": "diagnosis", "Doctor": "recorder", "diagnose": "api"}


def __getattr__(name: str) -> Any:
    """Load what is asked for: every training run uses the guard, and few the rest."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
