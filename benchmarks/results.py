"""Where figures are kept: as JSON beside this file, with the machine and the versions that made them."""

import json
import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import xnn
from xnn.backends import kernels as xnn_kernels

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("numpy", "scikit-learn", "thinc", "torch", "jax", "optax", "cupy-cuda12x", "cupy-cuda13x")


def machine() -> dict[str, Any]:
    """Say what the figures are measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {"xnn": xnn.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "missing"
    return {
        "date": str(date.today()),
        "processor": _processor(),
        "cores": cores,
        "Python": platform.python_version(),
        "versions": versions,
        "OpenBLAS": xnn_kernels(),
    }


def sentence(found: dict[str, Any]) -> str:
    """Say it in a line."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return f"{found['date']}, {found['processor']}, {found['cores']} cores, Python {found['Python']}, {versions}"


def keep(name: str, rows: list[dict[str, Any]], key: str | None = None) -> list[dict[str, Any]]:
    """Write rows to ``results/NAME.json``; with `key`, replace those of equal key and leave the others."""
    path = RESULTS / f"{name}.json"
    here = machine()
    rows = [row | {"machine": sentence(here)} for row in rows]
    if key is not None and path.exists():
        new = {row[key] for row in rows}
        rows = [row for row in json.loads(path.read_text())["rows"] if row[key] not in new] + rows
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps({"machine": here, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return rows


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            fields = dict(line.split(":", 1) for line in file if ":" in line)
        found = {key.strip(): value.strip() for key, value in fields.items()}
        return f"{found['model name']} (family {found['cpu family']}, model {found['model']})"
    except (OSError, KeyError):
        return platform.processor() or platform.machine()
