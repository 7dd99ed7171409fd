"""Optimizers as pure (init, update) pairs, gradient clipping, and learning-rate schedules."""

from .base import Optimizer, State
from .clipping import clip_by_norm, clip_by_value, global_norm
from .rules import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from .schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    ReduceOnPlateau,
    Schedule,
    Step,
)

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "Exponential",
    "InverseTime",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "ReduceOnPlateau",
    "Schedule",
    "State",
    "Step",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
]
