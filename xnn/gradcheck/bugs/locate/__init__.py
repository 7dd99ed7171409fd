"""The faulty lines of wrong gradients, what belongs there, and the edits that make them right."""

from .found import Located
from .several import Fault, locate

__all__ = ["Fault", "Located", "locate"]
