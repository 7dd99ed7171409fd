"""The command line, a file a command: each parses, calls and prints.

Nothing here imports NumPy before :func:`main` has settled what NumPy reads when it is imported.
"""

import sys

from . import environment

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    environment.set_core_type()
    environment.set_threads()
    try:
        from .app import run

        run()
    except KeyboardInterrupt:  # before a command has begun
        sys.exit(130)
