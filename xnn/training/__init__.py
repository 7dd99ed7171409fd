"""Training: from data and names to a model, with its history."""

from typing import TYPE_CHECKING, Any

from ..doctor.run.guard import NotLearningWarning
from .api import train
from .callbacks import Callback, EarlyStopping
from .columns import UnknownCategoryWarning
from .evaluation import Evaluation
from .history import History
from .learning_rate import LearningRates, find_learning_rate
from .metrics import METRICS
from .model import Model, load
from .registry import register
from .result import Result
from .run import Run
from .whole_set import whole_set

if TYPE_CHECKING:
    from .watching import Doctor

__all__ = [
    "METRICS",
    "Callback",
    "Doctor",
    "EarlyStopping",
    "Evaluation",
    "History",
    "LearningRates",
    "Model",
    "NotLearningWarning",
    "Result",
    "Run",
    "UnknownCategoryWarning",
    "find_learning_rate",
    "load",
    "register",
    "train",
    "whole_set",
]


def __getattr__(name: str) -> Any:
    """Load the doctor when it is asked for: it brings the gradient checker along."""
    if name == "Doctor":
        from .watching import Doctor

        return Doctor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
