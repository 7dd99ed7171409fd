"""Is a gradient right, and if not, which mistake is it? For anyone's hand-written loss and gradients."""

from .check import check_gradients
from .report import Finding, GradientError, GradientReport, TensorReport

__all__ = ["Finding", "GradientError", "GradientReport", "TensorReport", "check_gradients"]
