"""``python -m xnn.cli``."""

from . import main

main()
