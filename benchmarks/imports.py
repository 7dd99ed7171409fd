"""What ``import xnn`` costs, in fresh processes, beside ``import numpy``."""

import statistics
import subprocess
import sys
import time

RUNS = 15


def seconds(statement: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started


def measure() -> tuple[float, float, float]:
    """Return the medians for NumPy and xnn, in seconds, and the median ratio of neighbouring runs."""
    pairs = [(seconds("import numpy"), seconds("import xnn")) for _ in range(RUNS + 1)][1:]
    numpy_seconds, xnn_seconds = (statistics.median(column) for column in zip(*pairs, strict=True))
    return numpy_seconds, xnn_seconds, statistics.median(b / a for a, b in pairs)
