"""Who is measured: one class a competitor, each as its library's own people would write it for speed."""

import importlib
from importlib.util import find_spec
from typing import Any

# The name in the tables: what must be installed, where the class is, and its name.
PEERS = {
    "floor, NumPy": ("numpy", "floors", "NumpyFloor"),
    "floor, torch": ("torch", "floors", "TorchFloor"),
    "floor, JAX": ("jax", "floors", "JaxFloor"),
    "hand-written NumPy": ("numpy", "hand_written", "HandWritten"),
    "scikit-learn": ("sklearn", "scikit_learn", "ScikitLearn"),
    "thinc": ("thinc", "thinc_network", "Thinc"),
    "torch": ("torch", "torch_network", "Torch"),
    "torch.compile": ("torch", "torch_network", "TorchCompile"),
    "JAX + optax": ("optax", "jax_network", "JaxOptax"),
    "xnn, NumPy": ("numpy", "ours", "XnnNumpy"),
    "xnn, torch": ("torch", "ours", "XnnTorch"),
    "xnn, JAX": ("jax", "ours", "XnnJax"),
}

ON_GPU = {name: PEERS[name] for name in ("floor, torch", "torch", "torch.compile", "JAX + optax")} | {
    "floor, CuPy": ("cupy", "floors", "CupyFloor"),
    "xnn, CuPy": ("cupy", "ours", "XnnCupy"),
    "xnn, CuPy, branches": ("cupy", "ours", "XnnCupyBranches"),
    "xnn, torch": PEERS["xnn, torch"],
    "xnn, JAX": PEERS["xnn, JAX"],
}
_ALL = PEERS | ON_GPU


def missing(name: str) -> str | None:
    """Say which package a competitor lacks here, if any."""
    package = _ALL[name][0]
    return None if find_spec(package) else package


def load(name: str) -> Any:
    """Import a competitor's class."""
    _, module, cls = _ALL[name]
    return getattr(importlib.import_module(f".{module}", __name__), cls)
