"""The parts' programs are somebody's scripts, several of them called ``main``: pytest is not to import them."""

collect_ignore_glob = ["*/*"]
