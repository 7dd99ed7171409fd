"""Whether a proven fix is the program before the bug was planted: the same gradients at other parameters and data."""

import copy
import tempfile
from pathlib import Path

import numpy as np

from . import judge

POINTS = 3
SAME = 1e-6


def fixed(part, bug, folder, fixes):
    """Return whether a program was fixed: ``None`` where no fix is offered, else whether all of them are true.

    Parameters
    ----------
    part : str
    bug : Bug
    folder : Path
        Where the buggy program was written.
    fixes : list of Fix
    """
    if not fixes:
        return None
    for fix in fixes:
        Path(fix.file).write_text(fix.text, encoding="utf-8")
    name = "main.py" if (folder / "main.py").exists() else f"{bug.program}.py"
    try:
        now = judge.load(folder / name)
    finally:
        for fix in fixes:
            Path(fix.file).write_text(fix.before, encoding="utf-8")
    with tempfile.TemporaryDirectory() as other:
        right = judge.build(part, bug.program, Path(other))
        return all(_same(now, right, seed) for seed in range(POINTS))


def _same(now, right, seed):
    found = [dict(_gradients(module, seed)) for module in (now, right)]
    return all(
        np.shape(found[0][path]) == np.shape(g) and np.allclose(found[0][path], g, rtol=SAME, atol=SAME * _size(g))
        for path, g in found[1].items()
    )


def _size(g):
    return max(float(np.max(np.abs(g), initial=0.0)), 1e-9)


def _gradients(module, seed):
    rng = np.random.default_rng(seed)
    params, data = copy.deepcopy(module.params), copy.deepcopy(module.data)
    for _, w in judge.leaves(params):
        w *= 1 + 0.2 * rng.normal(size=w.shape)
        w += 0.05 * rng.normal(size=w.shape)
    for x in data:
        if isinstance(x, np.ndarray) and x.dtype.kind == "f" and not np.all(np.isin(x, (-1.0, 0.0, 1.0))):
            x *= 1 + 0.1 * rng.normal(size=x.shape)
    return judge.leaves(module.gradients(params, *data), module.params)
