"""What the functions here are given: a model."""

from typing import Any

from ..errors import OptionError
from ..training.model import Model


def as_model(model: Any) -> Model:
    """Return a model, or raise OptionError, with where to find one."""
    if not isinstance(model, Model):
        hint = ": give its .model" if isinstance(getattr(model, "model", None), Model) else ""
        raise OptionError(
            f"model must be a model, as xnn.train and xnn.load make it, got {type(model).__name__}{hint}."
        )
    return model
