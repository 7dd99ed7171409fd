"""``python -m xnn``: the command line, where no ``xnn`` is on the path."""

from .cli import main

main()
