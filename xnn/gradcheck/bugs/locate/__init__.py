"""The faulty line of wrong gradients, what belongs there, and the edit that makes them right."""

from .found import Located
from .locator import Locator

__all__ = ["Located", "Locator"]
