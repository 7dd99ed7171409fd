"""Programs of the corpus, built from their text, and judged by plain central differences: no part of xnn takes part."""

import copy
import dataclasses
import itertools
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module, invalidate_caches
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .bug import Bug

HERE = Path(__file__).parent
RIGHT, WRONG = 1e-6, 1e-3  # a right program's `difference` is below the one, a buggy one's above the other
SMALL = 1e-4  # tensors whose gradient is smaller are judged by absolute errors: some are zero by symmetry
_serial = itertools.count()


def parts() -> list[str]:
    """Give the names of the parts that are here."""
    return sorted(path.parent.name for path in HERE.glob("*/bugs.py"))


def opened() -> list[str]:
    """Return the parts of which it is known what is said: the others are held out until their first run."""
    return [part for part in parts() if (HERE / part / "snapshot.json").exists()]


def programs(part: str) -> list[str]:
    """Give the names of the programs of a part."""
    files = [path.stem for path in (HERE / part).glob("*.py") if path.stem not in ("__init__", "bugs")]
    return sorted(files + [path.parent.name for path in (HERE / part).glob("*/main.py")])


def bugs(part: str) -> list[Bug]:
    """Give the bugs of a part."""
    return list(import_module(f"{__package__}.{part}.bugs").BUGS)


def write(part: str, program: str, folder: Path, bug: Bug | None = None) -> Path:
    """Write a program into the empty `folder`, with the bug in it if there is one, and give the file to import."""
    source = HERE / part / program
    if source.is_dir():
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        main = folder / "main.py"
    else:
        main = folder / f"{program}.py"
        shutil.copy(source.with_suffix(".py"), main)
    if bug is not None:
        edited = folder / bug.file if bug.file else main
        text = edited.read_text(encoding="utf-8")
        for old, new in bug.edits:
            count = text.count(old)
            if count != 1:
                raise ValueError(f"{part}/{bug.program}, {bug.name}: {old!r} occurs {count} times")
            text = text.replace(old, new)
        edited.write_text(text, encoding="utf-8")
    return main


def load(main: Path) -> ModuleType:
    """Import a program that was written, with the modules beside it that no other program shall get."""
    beside = {path.stem for path in main.parent.glob("*.py")} - {main.stem}
    hidden = {name: sys.modules.pop(name) for name in beside if name in sys.modules}
    name = f"{main.parent.name}_{main.stem}_{next(_serial)}"
    spec = spec_from_file_location(name, main)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # data classes look their module up
    sys.path.insert(0, str(main.parent))
    invalidate_caches()
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(main.parent))
        for own in beside:
            sys.modules.pop(own, None)
        sys.modules.update(hidden)
    return module


def build(part: str, program: str, folder: Path, bug: Bug | None = None) -> ModuleType:
    """Write a program into the empty `folder` and import it; its source stays there for whoever reads it."""
    return load(write(part, program, folder, bug))


def leaves(tree: Any, like: Any = None, path: str = "") -> Iterator[tuple[str, Any]]:
    """Walk a tree of parameters, or one of gradients along the parameters `like`: None stands for what is missing."""
    like = tree if like is None else like
    if isinstance(like, Mapping):
        keys = [(f"[{key!r}]", key) for key in like]
        children = [(name, like[key], tree.get(key) if isinstance(tree, Mapping) else None) for name, key in keys]
    elif dataclasses.is_dataclass(like) and not isinstance(like, type):
        names = [field.name for field in dataclasses.fields(like)]
        children = [(f".{name}", getattr(like, name), getattr(tree, name, None)) for name in names]
    elif isinstance(like, list | tuple):
        got = list(tree) if isinstance(tree, list | tuple) else []
        got += [None] * (len(like) - len(got))
        children = [(f"[{i}]", part, got[i]) for i, part in enumerate(like)]
    elif hasattr(like, "__dict__"):
        children = [(f".{name}", part, getattr(tree, name, None)) for name, part in vars(like).items()]
    else:
        yield path, tree
        return
    for name, part, child in children:
        if child is None:
            yield from ((path + name + rest, None) for rest, _ in leaves(part))
        else:
            yield from leaves(child, part, path + name)


def numeric(module: ModuleType) -> dict[str, np.ndarray]:
    """Give each tensor's gradient by central differences."""
    params, data = copy.deepcopy(module.params), copy.deepcopy(module.data)
    result = {}
    for path, w in leaves(params):
        slopes = np.zeros(w.shape)
        for at in np.ndindex(w.shape):
            here = w[at]
            h = 1e-5 * max(1.0, abs(here))
            w[at] = here + h
            above = module.loss(params, *data)
            w[at] = here - h
            below = module.loss(params, *data)
            w[at] = here
            slopes[at] = (above - below) / (2 * h)
        result[path] = slopes
    return result


def differences(module: ModuleType) -> dict[str, float]:
    """Give each tensor's relative difference, infinite where its gradient is missing, has another shape or a NaN."""
    params, data = copy.deepcopy(module.params), copy.deepcopy(module.data)
    given = dict(leaves(module.gradients(params, *data), module.params))
    result = {}
    for path, n in numeric(module).items():
        g = given[path]
        if g is None or np.shape(g) != n.shape or not np.all(np.isfinite(g)):
            result[path] = np.inf
        else:
            scale = max(np.linalg.norm(g), np.linalg.norm(n), SMALL)
            result[path] = float(np.linalg.norm(g - n) / scale)
    return result
