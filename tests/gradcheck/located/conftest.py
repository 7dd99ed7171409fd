"""The parts' programs are no tests: two of them may both be called main, and most import what lies beside them."""

collect_ignore_glob = ["*/*"]
