"""What imports cost, in fresh processes, beside ``import numpy``."""

import statistics
import subprocess
import sys
import time
from typing import NamedTuple

STATEMENTS = ("import xnn", "import xnn; xnn.train")  # the second loads every package
RUNS = 15


class Timing(NamedTuple):
    statement: str
    seconds: float  # median
    ratio: float  # median of the ratios to the neighbouring import of NumPy


def seconds(statement: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started


def measure() -> list[Timing]:
    rows = [[seconds(statement) for statement in ("import numpy", *STATEMENTS)] for _ in range(RUNS + 1)][1:]
    timings = []
    for i, statement in enumerate(STATEMENTS, start=1):
        ratio = statistics.median(row[i] / row[0] for row in rows)
        timings.append(Timing(statement, statistics.median(row[i] for row in rows), ratio))
    return timings
