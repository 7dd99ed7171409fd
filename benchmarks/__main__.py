"""``python -m benchmarks``: all figures; ``python -m benchmarks steps`` and so on: one table."""

import os
import platform
import sys
from datetime import date
from statistics import mean

import numpy as np
from rich.console import Console
from rich.table import Table

import xnn

from . import accuracy, checking, imports, steps, watching

console = Console(width=110, markup=False, highlight=False)


def machine() -> None:
    """Print what the figures were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    console.print(
        f"{date.today()}, {_processor()}, {cores} cores, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, xnn {xnn.__version__}"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
        return names[0]
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def show_steps() -> None:
    """A training step beside a hand-written one."""
    table = Table("network", "batch", "optimizer", "hand-written us", "xnn us", "ratio", title="a step on NumPy")
    for t in steps.measure_all():
        network = "-".join(map(str, t.sizes))
        table.add_row(network, str(t.batch_size), t.optimizer, f"{t.theirs:,.0f}", f"{t.ours:,.0f}", f"{t.ratio:.3f}")
    console.print(table)


def show_imports() -> None:
    """``import xnn`` beside ``import numpy``."""
    table = Table("statement", "ms", "of import numpy", title="imports")
    for t in imports.measure():
        table.add_row(t.statement, f"{t.seconds * 1e3:.0f}", f"{t.ratio:.2f}")
    console.print(table)


def show_accuracy() -> None:
    """Held-out accuracy with all defaults."""
    table = Table(
        "data", "trained on", "held out", "seeds", "mean", "least", "most", "seconds", title="train()'s defaults"
    )
    for measured in (accuracy.digits, accuracy.mnist):
        try:
            a = measured()
        except xnn.XnnError as error:
            console.print(f"left out: {error}")
            continue
        shares = [f"{share:.2%}" for share in (mean(a.figures), min(a.figures), max(a.figures))]
        table.add_row(a.data, str(a.training), str(a.held_out), str(len(a.figures)), *shares, f"{a.seconds:.1f}")
    console.print(table)


def show_checking() -> None:
    """Gradient checks of 50,890 parameters."""
    table = Table("check", "seconds", "of a weight decay on one bias by mistake it says", title="784-64-10, 16 samples")
    for t in checking.measure():
        table.add_row(t.what, f"{t.seconds:.2f}", t.finds)
    console.print(table)


def show_watching() -> None:
    """The doctor's always-on part."""
    table = Table("network", "batch", "a step, us", "of it the doctor, us", "share", title="the doctor in train()")
    for t in watching.measure_all():
        row = ("-".join(map(str, t.sizes)), str(t.batch_size), f"{t.step:,.0f}", f"{t.guard:.2f}", f"{t.share:.2%}")
        table.add_row(*row)
    console.print(table)


TABLES = {"steps": show_steps, "imports": show_imports, "accuracy": show_accuracy, "checking": show_checking}
TABLES |= {"watching": show_watching}


def main() -> None:
    """Print the tables that are named, or all."""
    asked = sys.argv[1:] or list(TABLES)
    if unknown := [name for name in asked if name not in TABLES]:
        sys.exit(f"error: no table {unknown[0]!r}: choose from {', '.join(TABLES)}.")
    machine()
    for name in asked:
        TABLES[name]()


main()
