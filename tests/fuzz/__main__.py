"""``python -m tests.fuzz 100000``: so many cases; ``python -m tests.fuzz 1 4711``: that one alone."""

import sys

from tests.fuzz.cases import run

count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
failures = 0
for start in range(first, first + count, 100):
    for line in run(start, min(100, first + count - start)):
        failures += 1
        print(line, flush=True)
print(f"{count:,} cases, {failures} wrong")
sys.exit(failures > 0)
