"""Is a gradient right, and if not, which mistake is it? For anyone's hand-written loss and gradients."""

from ..findings import Finding
from .api import LossError, NumericGradients, check_gradients, numeric_gradients
from .derivative import DerivativeReport, check_derivative
from .layer import check_layer
from .report import GradientError, GradientReport, TensorReport
from .step import gradients_from_step, gradients_from_update

__all__ = [
    "DerivativeReport",
    "Finding",
    "GradientError",
    "GradientReport",
    "LossError",
    "NumericGradients",
    "TensorReport",
    "check_derivative",
    "check_gradients",
    "check_layer",
    "gradients_from_step",
    "gradients_from_update",
    "numeric_gradients",
]
