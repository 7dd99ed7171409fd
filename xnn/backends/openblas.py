"""Which kernels OpenBLAS, NumPy's usual matrix products, has chosen for this processor."""

import os
import sys

_SCRIPT = """
import numpy, threadpoolctl
print(*[pool.get("architecture", "") for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas"])
"""
_AVX512 = {"SkylakeX", "Cooperlake", "SapphireRapids"}


def kernels(core_type: str | None = None) -> str | None:
    """Ask a new Python which kernels NumPy computes with, None where nobody can tell.

    `core_type` is ``OPENBLAS_CORETYPE`` in its environment: by itself unset, so that OpenBLAS chooses.
    """
    import subprocess  # not with every import of xnn

    environment = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}
    if core_type is not None:
        environment["OPENBLAS_CORETYPE"] = core_type
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False, env=environment)
    return next(iter(done.stdout.split()), None) if done.returncode == 0 else None


def advice(possible: str | None, chosen: str | None) -> str | None:
    """Say what to set where OpenBLAS has `chosen` slower kernels than are `possible`, else None."""
    if possible is None or chosen is None or chosen in _AVX512:
        return None
    return (
        f"OpenBLAS takes its {chosen} kernels, though this processor has AVX-512: set OPENBLAS_CORETYPE={possible} "
        "before Python starts, and big matrix products may take half the time (the xnn command does so itself)."
    )
