"""The programs are data: they are not to be collected, nor imported, as modules with doctests."""

collect_ignore_glob = ["*/*.py"]
