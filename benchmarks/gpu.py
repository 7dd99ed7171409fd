"""Steps on a GPU beside the peers."""

import itertools
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from xnn import XnnError, resolve

from . import peers
from .race import Race, Runner, ratio
from .setting import NETWORKS, Setting
from .training import Goal

LARGE = (4096, 4096, 4096, 1000)
SIZES = (*((sizes, batch) for sizes, batch, _ in NETWORKS), (LARGE, 1024), (LARGE, 8192))
TINY = (((12, 16, 4), 8),)  # for a run on a CPU, which shows that all parts work
RATE = 0.85  # of the matrix products' own, that a large network was to reach

# What each library is told, in its own words, of the products of float32 arrays; CuPy is told of bf16 in Python.
_ALL = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}  # JAX leaves the others some memory
PRECISIONS = {
    "float32": _ALL | {"NVIDIA_TF32_OVERRIDE": "0", "JAX_DEFAULT_MATMUL_PRECISION": "highest"},
    "TF32": _ALL
    | {
        "CUPY_TF32": "1",
        "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "1",
        "JAX_DEFAULT_MATMUL_PRECISION": "TF32_TF32_F32",
    },
    "bf16": _ALL | {"JAX_DEFAULT_MATMUL_PRECISION": "BF16_BF16_F32"},
}
BF16 = (
    "floor, torch",
    "floor, CuPy",
    "torch",
    "torch.compile",
    "JAX + optax",
    "xnn, CuPy",
    "xnn, CuPy, branches",
    "xnn, JAX",
)
OURS = {
    "xnn, CuPy": "floor, CuPy",
    "xnn, CuPy, branches": "floor, CuPy",
    "xnn, torch": "floor, torch",
    "xnn, JAX": "floor, torch",
}
_LIBRARIES = {"optax": "jax"}


def here(device: str) -> tuple[list[str], dict[str, str]]:
    """Return who can race on `device`, and of the others why not."""
    racing, reasons = [], {}
    for name, (package, *_) in peers.ON_GPU.items():
        if missing := peers.missing(name):
            reasons[name] = f"{missing} is not installed"
            continue
        try:
            resolve(_LIBRARIES.get(package, package), device)
            racing.append(name)
        except XnnError as error:
            reasons[name] = str(error)
    return racing, reasons


def measure(racing: list[str], device: str, chosen: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Race over each network, optimizer and precision (those `chosen`); microseconds are medians over the rounds.

    Each row comes twice, at last with the shares in which the GPU is idle: a profiler might slow down what follows.
    """
    groups = list(_groups(racing, device, chosen))
    for runners, settings in groups:  # all at once: compilers take minutes
        for setting in settings:
            for runner in runners:
                runner.tell(do="build", setting=setting, keep=True)
    rows = []
    for runners, settings in groups:
        losses = [{runner.name: runner.answer()["losses"] for runner in runners} for _ in settings]
        rows.append([(runners, setting, found) for setting, found in zip(settings, losses, strict=True)])
    measured = []
    for runners, setting, found in itertools.chain(*rows):
        race = Race(runners, setting, built=True)
        race.patience = 0.0  # what else the processors do matters less here, and a server is never quiet
        times = race.measure("steps", rounds=3)
        row = {
            "setting": str(setting),
            "compute something else": race.strangers(found),
            "microseconds a step": {name: round(median(values) * 1e6, 1) for name, values in times.items()},
            "goals": [goal._asdict() for goal in goals(setting, times)],
        }
        measured.append((row, runners, setting, times))
        yield row
    for row, runners, setting, times in measured:
        yield row | {"share of a step in which the GPU is idle": _idle(runners, setting, times)}
    for runners, _ in groups:
        for runner in runners:
            runner.close()


def _groups(racing: list[str], device: str, chosen: Sequence[str]) -> Iterator[tuple[list[Runner], list[Setting]]]:
    """Yield the competitors and the settings of each precision."""
    sizes = SIZES if device == "cuda" else TINY
    for precision, environment in PRECISIONS.items():
        if precision not in (chosen or PRECISIONS) or (device != "cuda" and precision == "TF32"):
            continue
        # bf16 is for networks that matrix products rule.
        some = sizes[2:] if precision == "bf16" and device == "cuda" else sizes
        yield (
            [Runner(name, environment) for name in racing if precision != "bf16" or name in BF16],
            [Setting(*each, each[1], rule, device, precision) for each in some for rule in ("sgd", "adam")],
        )


def goals(setting: Setting, times: dict[str, list[float]]) -> list[Goal]:
    """Compare xnn, above all on CuPy, with what was to be reached, as medians of ratios within a round."""
    compiled = [name for name in ("torch.compile", "JAX + optax") if name in times]
    found = []
    for ours, floor in OURS.items():
        wanted = [("torch", ["torch"], 1.0), (f"the best of {' and '.join(compiled)}", compiled, 1.2)]
        if setting.sizes == LARGE:
            wanted.append((floor, [floor], 1.0 / RATE))
        for what, to, at_most in wanted:
            if ours in times and to and all(name in times for name in to):
                found.append(Goal(f"{ours} / {what}", ratio(times, ours, to), at_most))
    return found


def name() -> str:
    """Return the GPUs' names and the driver's version, as nvidia-smi tells them."""
    if shutil.which("nvidia-smi") is None:
        return "a GPU without nvidia-smi"
    words = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    return "; ".join(subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines())


def _idle(runners: list[Runner], setting: Setting, times: dict[str, list[float]]) -> dict[str, float]:
    """Return one minus the kernels' time over the step's; kernels that run side by side count one after the other."""
    shares = {}
    for runner in runners:
        if not runner.name.startswith("floor"):
            busy = runner.ask(do="busy", setting=setting, count=20)["seconds"]
            if busy:
                shares[runner.name] = round(max(0.0, 1.0 - busy / median(times[runner.name])), 3)
    return shares
