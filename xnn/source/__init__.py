"""A user's program as text: find it, instrument it, say where something stands in it."""

from .place import Place, nearest
from .text import FunctionSource, Sources, Unavailable
from .tracked import Probe, Site, Tracked, exchanged

__all__ = ["FunctionSource", "Place", "Probe", "Site", "Sources", "Tracked", "Unavailable", "exchanged", "nearest"]
