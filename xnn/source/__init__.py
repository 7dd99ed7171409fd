"""A user's program as text: find it, instrument it, say where something stands in it."""

from .fix import Fix, fix_of
from .location import Location, nearest
from .patch import Change
from .probe import Probe
from .text import File, FunctionSource, Sources, Unavailable
from .tracked import Site, Tracked, is_users_file
from .tree import block_of, called, exchanged, names_in, parents_of

__all__ = [
    "Change", "File", "Fix", "FunctionSource", "Location", "Probe", "Site", "Sources", "Tracked", "Unavailable",
    "block_of", "called", "exchanged", "fix_of", "is_users_file", "names_in", "nearest", "parents_of",
]  # fmt: skip
