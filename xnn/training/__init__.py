"""Training: from data and names to a model, with its history."""

from .callbacks import Callback, EarlyStopping
from .history import History
from .metrics import METRICS
from .model import Model, load
from .result import Result
from .run import Run
from .train import train

__all__ = ["METRICS", "Callback", "EarlyStopping", "History", "Model", "Result", "Run", "load", "train"]
