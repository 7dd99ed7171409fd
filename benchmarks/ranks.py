"""Training on MPI: steps on the ranks of this computer, what they wait for, and more ranks by a model of the network.

A step on n ranks takes ``T(b) + A(n, S)``: the time of a step with b samples on one rank, and that of an Allreduce of S
bytes. With the latency a and the bandwidth B of the network,

    ring: A = 2 (n - 1) a + 2 (n - 1) / n S / B        tree: A = 2 ceil(log2 n) (a + S / B)

of which MPI takes the faster one. (Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations
in MPICH", 2005, without the time of adding, which is small beside both.)
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from math import ceil, inf, log2
from pathlib import Path
from typing import Any, NamedTuple

from .results import RESULTS
from .setting import NETWORKS

RANKS = (1, 2, 4)
MORE = (8, 16, 32, 64, 128, 256, 512, 1024)
# Gbit/s and microseconds from one process to another: Ethernet by TCP, fast Ethernet by TCP, InfiniBand.
LINKS = ((1, 50.0), (10, 20.0), (100, 2.0))
GAIN = 1.1  # what more ranks must bring, or they do not pay


class Measured(NamedTuple):
    network: str
    batch: int  # of all ranks together
    ranks: int
    step: float  # microseconds, of the fastest of some epochs
    reducing: float  # share of the step in Allreduce, waiting for the others included
    processor: float  # microseconds of a core's time, waiting included
    load: float  # of the computer: programs that wanted a core, on average over a minute


class Computed(NamedTuple):
    network: str
    batch: int
    size: int  # bytes of the vector that is summed: gradients, loss, accuracy, the wish to stop
    steps: dict[int, float]  # microseconds of the processor, by the samples of a step on one rank


class Left(NamedTuple):
    network: str
    size: int  # bytes that two ranks sum
    sum: float  # microseconds of a sum that is waited for
    left: float  # of one that had 30 milliseconds to go on by itself


class Predicted(NamedTuple):
    network: str
    gigabits: int
    batch: int  # of all ranks together, or 0 where each has as much as one rank alone
    speed: dict[int, float]  # samples a second by ranks, of those of one rank
    pays_to: int  # ranks


def mpiexec() -> Path | None:
    """Return the launcher of this environment's MPI, None where there is none."""
    found = Path(sys.prefix, "bin", "mpiexec")
    return found if found.exists() else None


def answers(ranks: int, *words: Any) -> Iterator[Any]:
    """Yield the lines of JSON that rank 0 prints, as they come."""
    command = [str(mpiexec()), "-n", str(ranks), sys.executable, "-m", "benchmarks.ranks_worker", *map(str, words)]
    threads = {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // ranks))}  # as `xnn train` shares the cores
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | threads) as job:
        assert job.stdout is not None
        for line in job.stdout:
            yield json.loads(line)
    if job.returncode:
        sys.exit(f"error: {ranks} ranks ended with exit code {job.returncode}.")


def measure() -> list[Measured]:
    rows = []
    for i, (sizes, batch, _) in enumerate(NETWORKS):
        for ranks in RANKS:
            for step, reducing, processor in answers(ranks, "steps", i, batch):
                figures = step * 1e6, reducing, processor * 1e6, os.getloadavg()[0]
                rows.append(Measured("-".join(map(str, sizes)), batch, ranks, *figures))
    return rows


def left() -> list[Left]:
    """Measure what of a sum is hidden behind other work, as the next batch's loading would be."""
    names = ["-".join(map(str, sizes)) for sizes, *_ in NETWORKS]
    found = answers(2, "left")
    return [Left(name, size, a * 1e6, b * 1e6) for name, (size, a, b) in zip(names, found, strict=True)]


def computed() -> list[Computed]:
    """Measure each network with ever smaller batches on one rank."""
    rows = []
    for i, (sizes, batch, _) in enumerate(NETWORKS):
        shares = [batch >> k for k in range(int(log2(batch)) + 1)]
        steps = {share: step * 1e6 for share in shares for *_, step in answers(1, "steps", i, share)}
        rows.append(Computed("-".join(map(str, sizes)), batch, 4 * (parameters(sizes) + 3), steps))
    return rows


def parameters(sizes: tuple[int, ...]) -> int:
    return sum(a * b + b for a, b in pairwise(sizes))


def predict(networks: list[Computed]) -> list[Predicted]:
    """Predict each network on each link: with the batch as it is, and with as many samples on each rank."""
    rows = []
    for network, batch, size, steps in networks:
        seconds, least = {}, inf
        for samples in sorted(steps, reverse=True):  # fewer samples take no longer: what says so is chance
            least = seconds[samples] = min(least, steps[samples] / 1e6)
        for gigabits, latency in LINKS:
            sums = {n: allreduce(n, size, latency * 1e-6, gigabits * 1e9 / 8) for n in (1, 2, 4, *MORE)}
            shared = {n: seconds[batch] / (seconds[batch // n] + sums[n]) for n in sums if n <= batch}
            alike = {n: n * seconds[batch] / (seconds[batch] + sums[n]) for n in sums}
            rows.append(Predicted(network, gigabits, batch, shared, pays_to(shared)))
            rows.append(Predicted(network, gigabits, 0, alike, pays_to(alike)))
    return rows


def allreduce(n: int, size: int, latency: float, bandwidth: float) -> float:
    """Return the seconds that `n` processes take to sum `size` bytes, by ring or by tree."""
    if n == 1:
        return 0.0
    ring = 2 * (n - 1) * latency + 2 * (n - 1) / n * size / bandwidth
    tree = 2 * ceil(log2(n)) * (latency + size / bandwidth)
    return min(ring, tree)


def pays_to(speed: dict[int, float]) -> int:
    """Return the most ranks that are 10% faster than any fewer."""
    found, best = 1, speed[1]
    for n in sorted(speed)[1:]:
        if speed[n] >= GAIN * best:
            found = n
        best = max(best, speed[n])
    return found


def page(measured: list[Measured], predicted: list[Predicted], machine: str) -> str:
    """Return the figures as a page of Markdown."""
    lines = [
        "# Training on several ranks",
        "",
        f"Measured on {machine}. More ranks than cores share them, so that 4 ranks say what waiting costs, no more.",
        "A load above the number of cores, by other programs, lengthens a step, and hardly the processor's time in it.",
        "",
        "| network | batch | ranks | µs a step | of it in Allreduce | µs of the processor | speed-up | load |",
        "|---|---|---|---|---|---|---|---|",
    ]
    alone = {row.network: row.step for row in measured if row.ranks == 1}
    lines += [
        f"| {r.network} | {r.batch} | {r.ranks} | {r.step:,.0f} | {r.reducing:.0%} | {r.processor:,.0f} "
        f"| {alone[r.network] / r.step:.2f} | {r.load:.1f} |"
        for r in measured
    ]
    latencies = ", ".join(f"{latency:g} µs at {gigabits} Gbit/s" for gigabits, latency in LINKS)
    counts = (2, 4, *MORE)
    for title, fixed in (("the batch as it is: the same result, sooner", True), ("the batch on each rank", False)):
        lines += [
            "",
            f"## Predicted: {title}",
            "",
            f"Speed beside one rank, one rank a computer, one thread a rank; latencies of {latencies}.",
            "",
            "| network | Gbit/s | " + " | ".join(map(str, counts)) + " | pays up to |",
            "|---" * (len(counts) + 3) + "|",
        ]
        for row in predicted:
            if bool(row.batch) is fixed:
                cells = [f"{row.speed[n]:.3g}" if n in row.speed else "" for n in counts]
                lines.append(f"| {row.network} | {row.gigabits} | {' | '.join(cells)} | {row.pays_to} |")
    lines += [
        "",
        f"It pays up to the most ranks that are {GAIN - 1:.0%} faster than any fewer. The step of b samples is the "
        "processor's time on one rank; an Allreduce of S bytes on n ranks takes the shorter of "
        "2 (n - 1) a + 2 (n - 1) / n S / B, a ring, and "
        "2 ceil(log2 n) (a + S / B), a tree, of latency a and bandwidth B. Nothing here was measured on a network.",
    ]
    return "\n".join(lines) + "\n"


def write_page(measured: list[Measured], predicted: list[Predicted], machine: str) -> Path:
    path = RESULTS / "ranks.md"
    path.write_text(page(measured, predicted, machine), encoding="utf-8")
    return path
