"""A model in one safetensors file: the tensors, and in its metadata, as JSON, all that is not a tensor."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileError, UnknownNameError
from ..nn import ACTIVATIONS, LOSSES, MLP, Dense
from ..nn.tables import name_of, named
from .scaling import Scaling
from .tasks import Classification, MultiLabel, Regression, Task

FORMAT = "xnn model 1"
Tensors = dict[str, np.ndarray]
Description = dict[str, Any]


def write(path: Path, description: Description, tensors: Tensors) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    FileError
        If there is no such folder, or the operating system refuses.
    """
    from safetensors.numpy import save

    if not path.parent.is_dir():
        raise FileError(f"{path} cannot be written, there is no folder {path.parent}: make it first.")
    metadata = {FORMAT: json.dumps(description)}  # one key, since safetensors writes several in any order
    content = save({name: np.ascontiguousarray(value) for name, value in tensors.items()}, metadata)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def read(path: Path) -> tuple[Description, Tensors]:
    """Read a file that :func:`write` wrote.

    Raises
    ------
    FileError
        If it is missing, or holds no xnn model.
    """
    from safetensors import safe_open

    if not path.is_file():
        raise FileError(f"{path} is not a file: give the path of a model that model.save wrote.")
    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except Exception as error:  # SafetensorError derives from Exception alone
        raise FileError(f"{path} is not a safetensors file: {error}.") from None
    if FORMAT not in metadata:
        raise FileError(f"{path} holds no {FORMAT!r}, but {', '.join(sorted(metadata)) or 'tensors alone'}.")
    try:
        return json.loads(metadata[FORMAT]), tensors
    except ValueError:
        raise FileError(f"{path} is damaged: its description cannot be read.") from None


def describe(mlp: MLP, task: Task) -> Description:
    """Say in JSON's terms what a network and its task are made of.

    Raises
    ------
    FileError
        If a part is none of xnn's own: a file could not bring it back.
    """
    try:
        return {
            "sizes": mlp.sizes,
            "activation": name_of("activation", mlp.activation, ACTIVATIONS),
            "output": name_of("activation", mlp.output, ACTIVATIONS),
            "bias": mlp.bias,
            "dropout": mlp.dropout,
            "loss": name_of("loss", task.loss, LOSSES),
            "task": _describe_task(task),
        }
    except UnknownNameError as error:
        raise FileError(f"the model was not saved, a file holds only parts of xnn's own: {error}") from None


def _describe_task(task: Task) -> Description:
    match task:
        case Classification():
            return {"kind": "classification", "classes": task.classes.tolist(), "dtype": task.classes.dtype.str}
        case MultiLabel():
            return {"kind": "multilabel", "units": task.units}
        case Regression():
            return {"kind": "regression", "units": task.units, "flat": task.flat}


def build_mlp(description: Description) -> MLP:
    """Undo :func:`describe` for the network."""
    return MLP(
        description["sizes"],
        _build("activation", description["activation"], ACTIVATIONS),
        _build("activation", description["output"], ACTIVATIONS),
        description["bias"],
        description["dropout"],
    )


def build_task(description: Description, tensors: Tensors) -> Task:
    """Undo :func:`describe` for the task."""
    loss, task = _build("loss", description["loss"], LOSSES), description["task"]
    match task["kind"]:
        case "classification":
            return Classification(np.asarray(task["classes"], dtype=task["dtype"]), loss)
        case "multilabel":
            return MultiLabel(task["units"], loss)
        case _:
            return Regression(task["units"], task["flat"], loss, build_scaling("target", task["units"], tensors))


def build_params(mlp: MLP, tensors: Tensors) -> list[Dense]:
    """Find each layer's weights and biases, on the host."""
    params = []
    for i, shape in enumerate(pairwise(mlp.sizes)):
        W = _tensor(f"layer.{i}.W", shape, tensors)
        params.append(Dense(W, _tensor(f"layer.{i}.b", shape[1:], tensors) if mlp.bias else None))
    return params


def build_scaling(name: str, features: int, tensors: Tensors) -> Scaling:
    """Find the scaling of the inputs or the targets."""
    return Scaling(*[_tensor(f"{name}.{part}", (features,), tensors) for part in ("shift", "scale")])


def _tensor(name: str, shape: tuple[int, ...], tensors: Tensors) -> np.ndarray:
    if tensors[name].shape != shape:
        raise ValueError(f"{name} has shape {tensors[name].shape}, where {shape} is needed.")
    return tensors[name]


def _build(kind: str, saved: tuple[str, dict[str, Any]], table: Any) -> Any:
    name, options = saved
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    return named(kind, name, table, **plain)
