"""Training: from data and names to a model, with its history."""

from .callbacks import Callback, EarlyStopping
from .history import History
from .loop import Run
from .metrics import METRICS
from .model import Model
from .storage import load
from .train import Result, train

__all__ = ["METRICS", "Callback", "EarlyStopping", "History", "Model", "Result", "Run", "load", "train"]
