"""A model in one safetensors file: the tensors, and in its metadata, as JSON, all that is not a tensor."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..backends import resolve
from ..errors import FileError, UnknownNameError
from ..nn import ACTIVATIONS, LOSSES, MLP, Dense
from ..nn.tables import name_of, named
from .model import Model
from .scaling import Scaling
from .tasks import Classification, MultiLabel, Regression, Task

FORMAT = "xnn model 1"


def write(model: Model, path: Path) -> None:
    """Write `model` to `path`; see :meth:`Model.save`."""
    from safetensors.numpy import save_file

    mlp, task = model.mlp, model.task
    try:
        description = {
            "sizes": mlp.sizes,
            "activation": name_of("activation", mlp.activation, ACTIVATIONS),
            "output": name_of("activation", mlp.output, ACTIVATIONS),
            "bias": mlp.bias,
            "dropout": mlp.dropout,
            "dtype": model.place.dtype,
            "feature_names": model.feature_names,
            "task": _describe(task),
            "loss": name_of("loss", task.loss, LOSSES),
        }
    except UnknownNameError as error:
        raise FileError(f"{path} was not written, a file holds xnn's own parts only: {error}") from None
    tensors = {"input.shift": model.scaling.shift, "input.scale": model.scaling.scale}
    if isinstance(task, Regression):
        tensors |= {"target.shift": task.scaling.shift, "target.scale": task.scaling.scale}
    for i, layer in enumerate(model.host_params()):
        tensors |= {f"layer.{i}.{name}": value for name, value in layer._asdict().items() if value is not None}
    metadata = {"format": FORMAT, "model": json.dumps(description)}
    try:
        save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, path, metadata)
    except Exception as error:  # safetensors raises its own error for what the operating system refuses
        raise FileError(f"{path} cannot be written: {error}") from None


def load(path: str | Path, backend: str = "numpy", device: str | None = None) -> Model:
    """Read a model that :meth:`Model.save` wrote, on any backend.

    Parameters
    ----------
    path : str or Path
    backend, device : str
        Where its weights shall be.

    Returns
    -------
    Model

    Raises
    ------
    FileError
        If the file is missing or holds no xnn model.
    BackendError
        If the backend is not available.

    Examples
    --------
    >>> import xnn
    >>> result = xnn.train(*xnn.datasets.xor(), epochs=2, progress=False)
    >>> result.model.save("/tmp/xor.safetensors")
    >>> xnn.load("/tmp/xor.safetensors").mlp.sizes
    (2, 128, 64, 1)
    """
    from safetensors import safe_open

    if not Path(path).is_file():
        raise FileError(f"{path} is not a file: give the path of a model that model.save wrote.")
    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except Exception as error:  # SafetensorError derives from Exception alone
        raise FileError(f"{path} is not a safetensors file: {error}") from None
    if metadata.get("format") != FORMAT:
        raise FileError(f"{path} holds no {FORMAT!r}, but {metadata.get('format', 'something else')!r}.")
    try:
        return _build(json.loads(metadata["model"]), tensors, backend, device)
    except (KeyError, IndexError, TypeError, json.JSONDecodeError) as error:
        raise FileError(f"{path} is damaged: {type(error).__name__} {error}.") from None


def _build(description: dict[str, Any], tensors: dict[str, np.ndarray], backend: str, device: str | None) -> Model:
    place = resolve(backend, device, description["dtype"])
    mlp = MLP(
        description["sizes"],
        _named("activation", description["activation"], ACTIVATIONS),
        _named("activation", description["output"], ACTIVATIONS),
        description["bias"],
        description["dropout"],
    )
    with place.scope():
        params = [
            Dense(place.floats(tensors[f"layer.{i}.W"]), place.floats(tensors[f"layer.{i}.b"]) if mlp.bias else None)
            for i in range(len(mlp.sizes) - 1)
        ]
    names = description["feature_names"]
    return Model(
        mlp,
        params,
        _task(description["task"], _named("loss", description["loss"], LOSSES), tensors),
        Scaling(tensors["input.shift"], tensors["input.scale"]),
        place,
        None if names is None else tuple(names),
    )


def _describe(task: Task) -> dict[str, Any]:
    match task:
        case Classification():
            return {"kind": "classification", "classes": task.classes.tolist()}
        case MultiLabel():
            return {"kind": "multilabel", "units": task.units}
        case Regression():
            return {"kind": "regression", "units": task.units, "flat": task.flat}


def _task(description: dict[str, Any], loss: Any, tensors: dict[str, np.ndarray]) -> Task:
    if description["kind"] == "classification":
        return Classification(np.asarray(description["classes"]), loss)
    if description["kind"] == "multilabel":
        return MultiLabel(description["units"], loss)
    scaling = Scaling(tensors["target.shift"], tensors["target.scale"])
    return Regression(description["units"], description["flat"], loss, scaling)


def _named(kind: str, saved: tuple[str, dict[str, Any]], table: Any) -> Any:
    name, options = saved
    if isinstance(options.get("class_weights"), list):
        options["class_weights"] = tuple(options["class_weights"])
    return named(kind, name, table, **options)
