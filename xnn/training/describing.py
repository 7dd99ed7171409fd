"""A model in a file's terms and back; what comes back is checked, since a file may hold anything."""

import re
from itertools import pairwise
from typing import Any

import numpy as np

from ..nn import ACTIVATIONS, LOSSES, MLP, Dense
from .columns import Encoding, build_encoding
from .scaling import Scaling
from .storage import Description, Tensors, build_part, describe_part, expect, plain, tensor, whole
from .tasks import Classification, MultiLabel, Regression, Task

_MOST_UNITS = 2**31
_CLASS_TYPES = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|U[1-9]\d{0,5})")


def describe(
    mlp: MLP, task: Task, scaling: Scaling, names: tuple[str, ...] | None, table: Encoding | None
) -> tuple[Description, Tensors]:
    """Say what a network and its task are made of, but for the weights.

    Raises
    ------
    FileError
        If a part is neither xnn's own nor registered: a file could not bring it back.
    """
    description = {
        "sizes": plain(mlp.sizes),
        "activation": describe_part("activation", mlp.activation, ACTIVATIONS),
        "output": describe_part("activation", mlp.output, ACTIVATIONS),
        "bias": plain(mlp.bias),
        "dropout": plain(mlp.dropout),
        "loss": describe_part("loss", task.loss, LOSSES),
        "task": _describe_task(task),
        "feature_names": plain(names),
    }
    if table is not None:
        description["table"] = table.describe()
    tensors = {"input.shift": scaling.shift, "input.scale": scaling.scale}
    if isinstance(task, Regression):
        tensors |= {"target.shift": task.scaling.shift, "target.scale": task.scaling.scale}
    return description, tensors


def _describe_task(task: Task) -> Description:
    match task:
        case Classification():
            return {"kind": "classification", "classes": task.classes.tolist(), "dtype": task.classes.dtype.str}
        case MultiLabel():
            return {"kind": "multilabel", "units": int(task.units)}
        case Regression():
            return {"kind": "regression", "units": int(task.units), "flat": bool(task.flat)}


def params_as_tensors(params: Any, before: str = "") -> Tensors:
    """Name each weight and bias, on the host."""
    return {
        f"{before}layer.{i}.{name}": value
        for i, layer in enumerate(params)
        for name, value in layer._asdict().items()
        if value is not None
    }


def build(
    description: Description, tensors: Tensors
) -> tuple[MLP, Task, Scaling, tuple[str, ...] | None, Encoding | None]:
    """Undo :func:`describe`.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the description is none of a model.
    """
    sizes = expect(description["sizes"], list, "sizes")
    if len(sizes) < 2 or any(not 1 <= whole(n, "a size") < _MOST_UNITS for n in sizes):
        raise ValueError(f"sizes are {sizes}")
    mlp = MLP(
        sizes,
        build_part("activation", description["activation"], ACTIVATIONS),
        build_part("activation", description["output"], ACTIVATIONS),
        expect(description["bias"], bool, "bias"),
        expect(description["dropout"], (int, float), "dropout"),
    )
    task = _build_task(description, tensors)
    if task.units != mlp.sizes[-1]:
        raise ValueError(f"its network has {mlp.sizes[-1]} outputs, its task needs {task.units}.")
    names, table = description["feature_names"], build_encoding(description.get("table"))
    if table is not None and table.width != sizes[0]:
        raise ValueError(f"its table becomes {table.width} columns, its network takes {sizes[0]}.")
    if names is not None:
        count = sizes[0] if table is None else len(table.columns)
        if len(expect(names, list, "feature_names")) != count or not all(isinstance(n, str) for n in names):
            raise ValueError(f"feature_names are {str(names)[:40]}")
        names = tuple(names)
    return mlp, task, _build_scaling("input", sizes[0], tensors), names, table


def _build_task(description: Description, tensors: Tensors) -> Task:
    loss, task = build_part("loss", description["loss"], LOSSES), expect(description["task"], dict, "the task")
    match task["kind"]:
        case "classification":
            return Classification(_build_classes(task["classes"], task["dtype"]), loss)
        case "multilabel":
            return MultiLabel(whole(task["units"], "units", 1), loss)
        case "regression":
            units, flat = whole(task["units"], "units", 1), expect(task["flat"], bool, "flat")
            if flat and units != 1:
                raise ValueError(f"a flat target has {units} units")
            return Regression(units, flat, loss, _build_scaling("target", units, tensors))
        case kind:
            raise ValueError(f"the task is {kind!r}")


def _build_classes(saved: Any, dtype: Any) -> np.ndarray:
    """Return classes that are sorted, finite and all different, of exactly the type that is said."""
    if not isinstance(dtype, str) or not _CLASS_TYPES.fullmatch(dtype):
        raise ValueError(f"the classes' type is {str(dtype)[:40]!r}")
    kinds = {"b": bool, "i": int, "u": int, "f": float, "U": str}
    kind = kinds[dtype.lstrip("<>|=")[0]]
    if len(expect(saved, list, "the classes")) < 2 or any(type(value) is not kind for value in saved):
        raise ValueError(f"the classes are {str(saved)[:40]}")
    if kind is str and max(map(len, saved)) != int(dtype.partition("U")[2]):
        raise ValueError(f"the longest class is not of type {dtype}")
    classes = np.array(saved, dtype=dtype)
    if classes.tolist() != saved or not np.all(classes[:-1] < classes[1:]):
        raise ValueError("the classes are not sorted, or not all different")
    if kind is float and not np.all(np.isfinite(classes)):
        raise ValueError("a class is not finite")
    return classes


def build_params(mlp: MLP, tensors: Tensors, before: str = "") -> list[Dense]:
    """Find each layer's weights and biases, on the host."""
    params = []
    for i, shape in enumerate(pairwise(mlp.sizes)):
        W = tensor(f"{before}layer.{i}.W", shape, tensors)
        params.append(Dense(W, tensor(f"{before}layer.{i}.b", shape[1:], tensors) if mlp.bias else None))
    return params


def _build_scaling(name: str, features: int, tensors: Tensors) -> Scaling:
    shift, scale = (tensor(f"{name}.{part}", (features,), tensors) for part in ("shift", "scale"))
    if not np.all(np.isfinite(shift)) or not np.all(np.isfinite(scale)) or not np.all(scale > 0):
        raise ValueError(f"the scaling of the {name} is not finite, or not positive")
    return Scaling(shift, scale)
