"""``python -m benchmarks``: all figures; ``benchmarks training imports``: some; ``training:0,1``: two settings.

``python -m benchmarks gpu`` needs an NVIDIA GPU; ``gpu:cpu`` only shows that it works, on small networks.
"""

import sys
from collections.abc import Sequence
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table

import xnn

from . import (
    accuracy,
    before,
    chart,
    checking,
    checkpoints,
    dead_units,
    gpu,
    growth,
    imports,
    memory,
    peers,
    ranks,
    tables,
    training,
    watching,
    whole_tables,
)
from .results import keep, machine, sentence
from .setting import SETTINGS

console = Console(width=130, markup=False, highlight=False)


def show_training(which: str = "") -> None:
    """A step in an epoch, a step alone and a prediction, beside the peers."""
    for name in peers.PEERS:
        if package := peers.missing(name):
            console.print(f"left out: {name}, {package} is not installed")
    chosen = tuple(SETTINGS[int(i)] for i in which.split(",")) if which else SETTINGS
    rows: list[dict[str, Any]] = []
    for row in training.measure(chosen):
        rows = keep("training", [row], key="setting")
    order = [str(setting) for setting in SETTINGS]
    rows.sort(key=lambda row: order.index(row["setting"]))
    for title in ("microseconds a step of an epoch", "microseconds a step alone", "microseconds to predict a sample"):
        table = Table("setting", *rows[0][title], title=title)
        for row in rows:
            digits = 2 if "predict" in title else 0
            table.add_row(row["setting"], *[f"{time:,.{digits}f}" for time in row[title].values()])
        console.print(table)
    show_goals(rows, "what epochs were to reach: medians of ratios")
    try:
        chart.draw(rows, sentence(machine()))
    except ModuleNotFoundError:
        console.print("no chart: matplotlib is not installed")


def show_before(which: str = "") -> None:
    """Steps now beside those of an earlier commit: ``before:0ec1768``, or ``before:0ec1768@xnn, JAX`` for one."""
    commit, _, name = which.partition("@")
    if not commit:
        console.print("left out: before:COMMIT races with an earlier commit")
        return
    heads = "setting", "library", "", "before, us", "now, us", "ratio", "of the least", "at most"
    table = Table(*heads, title=f"steps, beside those of {commit}")
    rows = []
    for row in before.measure(commit, (name,) if name else before.OURS):
        rows.append(row._asdict() | {"commit": commit})
        figures = f"{row.before:,.1f}", f"{row.now:,.1f}", f"{row.ratio:.3f}", f"{row.least:.3f}"
        console.print(*row[:3], *figures)
        table.add_row(*row[:3], *figures, f"{before.ALLOWED:.2f}")
    console.print(table)
    keep(f"before_{commit}", rows)


def show_goals(rows: list[dict[str, Any]], title: str) -> None:
    table = Table("setting", "goal", "ratio", "at most", "", title=title)
    for row in rows:
        for goal in row["goals"]:
            reached = "reached" if goal["ratio"] <= goal["at_most"] else "missed"
            table.add_row(row["setting"], goal["what"], f"{goal['ratio']:.2f}", f"{goal['at_most']:.2f}", reached)
    console.print(table)


def show_imports(which: str = "") -> None:
    """``import xnn`` beside ``import numpy``."""
    table = Table("statement", "ms", "of import numpy", title="imports")
    timings = imports.measure()
    for t in timings:
        table.add_row(t.statement, f"{t.seconds * 1e3:.0f}", f"{t.ratio:.2f}")
    console.print(table)
    keep("imports", [t._asdict() for t in timings])


def show_beside(name: str, table: Table, rows: Sequence[Any], most: float) -> None:
    """Show how tables do beside others, name those that do worse, and keep the figures."""
    console.print(table)
    missed = [row.table for row in rows if row.worse > most]
    console.print(f"worse by more than {most}: {', '.join(missed) or 'none'}")
    keep(name, [row._asdict() for row in rows], key="table")


def show_accuracy(which: str = "") -> None:
    """Held-out accuracy with all defaults, and small tables beside scikit-learn.

    ``accuracy:iris`` for one table, ``accuracy:@100-109`` for other seeds, of small tables alone.
    """
    chosen, _, other = which.partition("@")
    seeds = tables.SEEDS
    if other:
        first, last = map(int, other.split("-"))
        seeds = range(first, last + 1)
    if not which:
        show_defaults()
    try:
        heads = "table", "rows", "xnn", "scikit-learn", "worse by", "standard error", "epochs"
        beside = Table(*heads, title=f"small tables, defaults, seeds {seeds[0]} to {seeds[-1]}")
        rows = []
        for row in tables.measure(seeds, chosen):
            rows.append(row)
            console.print(f"{row.table}: {row.ours:.3f}, scikit-learn {row.theirs:.3f}")
            figures = (
                *(f"{score:.3f}" for score in (row.ours, row.theirs, max(0.0, row.worse), row.error)),
                f"{row.epochs:.0f}",
            )
            beside.add_row(row.table, f"{row.rows:,}", *figures)
        name = "accuracy" if seeds == tables.SEEDS else f"accuracy_of_seeds_{seeds[0]}_to_{seeds[-1]}"
        show_beside(name, beside, rows, tables.MOST_WORSE)
    except ModuleNotFoundError:
        console.print("no comparison: scikit-learn is not installed")


def show_defaults() -> None:
    """Held-out accuracy of digits and of MNIST."""
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


def show_tables(which: str = "") -> None:
    """Tables with text and gaps beside scikit-learn."""
    shown = Table("table", "rows", "xnn", "gradient boosting", "MLP", "worse by", title="text and gaps, defaults")
    rows = list(whole_tables.measure(int(which or 5)))
    for row in rows:
        figures = (f"{row.ours:.3f}", f"{row.trees:.3f}", f"{row.perceptron:.3f}", f"{max(0.0, row.worse):.3f}")
        shown.add_row(row.table, f"{row.rows:,}", *figures)
    show_beside("tables", shown, rows, whole_tables.MOST_WORSE)


def show_checking(which: str = "") -> None:
    """Gradient checks of 50,890 parameters."""
    finds = "of a weight decay on one bias by mistake it says"
    table = Table("check", "first call, seconds", "again", finds, title="784-64-10, 16 samples")
    timings = checking.measure()
    for t in timings:
        table.add_row(t.what, "" if t.first is None else f"{t.first:.2f}", f"{t.seconds:.3g}", t.finds)
    console.print(table)
    keep("checking", [t._asdict() for t in timings])
    table = Table("program", "samples", "seconds", "calls of the loss", "finds", title="by the number of samples")
    for row in checking.by_samples():
        table.add_row(row.program, f"{row.samples:,}", f"{row.seconds:.2f}", str(row.calls), row.finds)
    console.print(table)


def show_watching(which: str = "") -> None:
    """The doctor's always-on part."""
    table = Table("network", "batch", "a step, us", "of it the doctor, us", "share", title="the doctor in train()")
    for t in watching.measure_all():
        row = ("-".join(map(str, t.sizes)), str(t.batch_size), f"{t.step:,.0f}", f"{t.guard:.2f}", f"{t.share:.2%}")
        table.add_row(*row)
    console.print(table)


def show_checkpoints(which: str = "") -> None:
    """A checkpoint after every epoch."""
    cost = checkpoints.measure()
    console.print(
        f"{cost.setting}, an epoch of {checkpoints.SAMPLES:,} samples in {cost.epoch:.2f} s: with a checkpoint after "
        f"each {cost.wall:.3f} of the time, {cost.processor:.3f} of the processor's, at most {checkpoints.ALLOWED:.2f}"
    )
    keep("checkpoints", [cost._asdict()])


def show_dead_units(which: str = "") -> None:
    """Adam after units have died."""
    table = Table("library", "first epochs, us a step", "last epochs", "ratio", "dead units", title="dead units, Adam")
    for c in dead_units.measure():
        table.add_row(c.what, f"{c.first:,.0f}", f"{c.last:,.0f}", f"{c.last / c.first:.2f}", f"{c.dead:.0%}")
    console.print(table)


def show_memory(which: str = "") -> None:
    """Peak memory above the data, on NumPy."""
    needed = "parameters and 3 batches, MiB"
    table = Table("setting", "peak above the data, MiB", needed, "ratio", "at most", title="memory")
    peaks = memory.measure()
    for p in peaks:
        table.add_row(p.setting, f"{p.mebibytes:.1f}", f"{p.needed:.1f}", f"{p.ratio:.2f}", f"{memory.ALLOWED:.2f}")
    console.print(table)
    keep("memory", [p._asdict() for p in peaks])


def show_out_of_core(which: str = "") -> None:
    """A file of 20 GB; ``out_of_core:600`` for 600 seconds instead of 60."""
    found = memory.out_of_core(seconds=float(which or 60.0))
    console.print(
        f"a file of {found.gigabytes:.0f} GB, {found.samples:,} samples, network 784-64-10: {found.steps:,} steps "
        f"of 128 in {found.seconds:.0f} s, {found.resident:.2f} GB resident at most"
    )
    keep("out_of_core", [found._asdict()])


def show_architectures(which: str = "") -> None:
    """400 small networks, no two alike, trained one after the other; ``architectures:jax`` on JAX."""
    found = memory.architectures(which or "numpy")
    console.print(f"{which or 'numpy'}: after each 40 of 400 architectures {', '.join(map(str, found))} MiB")
    keep("architectures", [{"backend": which or "numpy", "mebibytes": found}], key="backend")


def show_steps(which: str = "") -> None:
    """20,000 steps of one training; ``steps:jax`` on JAX."""
    found = memory.steps(which or "numpy")
    console.print(f"{which or 'numpy'}: after each 2,000 of 20,000 steps {', '.join(map(str, found))} MiB")
    keep("steps", [{"backend": which or "numpy", "mebibytes": found}], key="backend")


def show_growth(which: str = "") -> None:
    """Time against width, depth, batch and samples."""
    table = Table(
        "axis", "value", "xnn us", "floor us", "ratio", title="growth of a step, NumPy, SGD, from 784-256-256-10"
    )
    points = growth.measure()
    for p in points:
        table.add_row(p.axis, f"{p.value:,}", f"{p.xnn:,.0f}", f"{p.floor:,.0f}", f"{p.xnn / p.floor:.2f}")
    console.print(table)
    rows = keep("growth", [p._asdict() for p in points])
    try:
        growth.draw(rows, sentence(machine()))
    except ModuleNotFoundError:
        console.print("no plot: matplotlib is not installed")


def show_gpu(which: str = "") -> None:
    """Steps on a GPU, ``gpu:TF32,bf16`` in these precisions; ``gpu:cpu`` tiny networks on the CPU, nothing kept."""
    device, chosen = ("cpu", []) if which == "cpu" else ("cuda", which.split(",") if which else [])
    racing, reasons = gpu.here(device)
    if not racing:
        sys.exit("error: no GPU is here that CuPy, PyTorch or JAX can use: xnn backends says what each of them lacks.")
    for name, reason in reasons.items():
        console.print(f"left out: {name}: {reason}")
    console.print(gpu.name() if device == "cuda" else "a run on the CPU, which says nothing of a GPU")
    rows: list[dict[str, Any]] = []
    for row in gpu.measure(racing, device, chosen):
        rows = [other for other in rows if other["setting"] != row["setting"]] + [row]
        if device == "cuda":
            keep("gpu", [row | {"GPU": gpu.name()}], key="setting")
    for title, digits in (("microseconds a step", ",.0f"), ("share of a step in which the GPU is idle", ".0%")):
        names = [name for name in racing if any(name in row[title] for row in rows)]
        table = Table("setting", *names, title=title)
        for row in rows:
            table.add_row(row["setting"], *[f"{row[title][n]:{digits}}" if n in row[title] else "" for n in names])
        if names:
            console.print(table)
    show_goals(rows, "what steps were to reach, on CuPy above all: medians of ratios")


def show_ranks(which: str = "") -> None:
    """Steps on MPI's ranks, and more of them by a model; ``ranks:soak`` for the memory of 100,000 steps on two.

    ``ranks:overlap`` for what is left of a sum after other work, as the next batch's loading would be.
    """
    if ranks.mpiexec() is None:
        console.print("left out: no mpiexec is in this environment, pip install mpi4py mpich")
        return
    what, _, count = which.partition(",")
    if what == "soak":
        rows = []
        for step, memory in ranks.answers(2, "soak", count or 100_000):
            rows.append({"steps": step, "MiB": memory})
            console.print(f"{step:,} steps: {memory[0]:.1f} MiB on rank 0, {memory[1]:.1f} on rank 1")
        keep("ranks_soak", rows)
        return
    if what == "overlap":
        table = Table("network", "MB", "us of a sum", "us left of one after 30 ms", title="a sum beside other work")
        found = ranks.left()
        for row in found:
            table.add_row(row.network, f"{row.size / 1e6:.2f}", f"{row.sum:,.0f}", f"{row.left:,.0f}")
        console.print(table)
        keep("ranks_overlap", [row._asdict() for row in found])
        return
    heads = "network", "batch", "ranks", "us a step", "of it in Allreduce", "us of the processor", "load"
    table = Table(*heads, title="steps on ranks, Adam")
    measured = ranks.measure()
    for m in measured:
        figures = f"{m.step:,.0f}", f"{m.reducing:.0%}", f"{m.processor:,.0f}", f"{m.load:.1f}"
        table.add_row(m.network, str(m.batch), str(m.ranks), *figures)
    console.print(table)
    networks = ranks.computed()
    predicted = ranks.predict(networks)
    table = Table(
        "network", "Gbit/s", "batch", *map(str, ranks.MORE), "pays up to", title="predicted: speed of n ranks"
    )
    for p in predicted:
        speeds = [f"{p.speed[n]:.3g}" if n in p.speed else "" for n in ranks.MORE]
        batch = f"{p.batch} in all" if p.batch else "as alone, each"
        table.add_row(p.network, str(p.gigabits), batch, *speeds, str(p.pays_to))
    console.print(table)
    keep("ranks", [row._asdict() for row in (*measured, *networks, *predicted)])
    console.print(f"written to {ranks.write_page(measured, predicted, sentence(machine()))}")


TABLES = {
    "training": show_training,
    "before": show_before,
    "growth": show_growth,
    "memory": show_memory,
    "architectures": show_architectures,
    "steps": show_steps,
    "out_of_core": show_out_of_core,
    "imports": show_imports,
    "accuracy": show_accuracy,
    "tables": show_tables,
    "checking": show_checking,
    "watching": show_watching,
    "checkpoints": show_checkpoints,
    "dead_units": show_dead_units,
    "ranks": show_ranks,
    "gpu": show_gpu,
}


def main() -> None:
    """Print the tables that are named, or all but the GPU's."""
    asked = [word.partition(":") for word in sys.argv[1:]] or [(name, "", "") for name in TABLES if name != "gpu"]
    if unknown := [name for name, _, _ in asked if name not in TABLES]:
        sys.exit(f"error: no table {unknown[0]!r}: choose from {', '.join(TABLES)}.")
    console.print(sentence(machine()))
    for name, _, which in asked:
        TABLES[name](which)


if __name__ == "__main__":
    main()
