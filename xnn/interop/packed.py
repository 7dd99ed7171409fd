"""A model with its run as plain values and host arrays, for pickles of what holds one."""

from dataclasses import replace
from typing import Any

from ..backends import resolve
from ..training.describing import describe, params_as_tensors
from ..training.model import Model, build_model
from ..training.state import describe_run


def pack(model: Model) -> dict[str, Any]:
    """Describe `model` and where its training stands, but for the data.

    Raises
    ------
    FileError
        If it has parts of your own making that were not registered.
    """
    place = model.place
    description, tensors = describe(model.mlp, model.task, model.scaling, model.feature_names, model.table)
    tensors = tensors | params_as_tensors(model.host_params())
    if model.run is not None and model.run.options is not None:
        run = model.run.fresh()
        run.options = replace(model.run.options, sample_weight=None, class_weight=None, validation=None)
        with place.scope():
            about, arrays = describe_run(run, place)
        description, tensors = description | {"run": about}, tensors | arrays
    where = (place.backend.name, place.backend.device_name(place.device), place.dtype)
    return {"description": description, "tensors": tensors, "place": where}


def unpack(packed: dict[str, Any]) -> Model:
    """Undo :func:`pack`, on the same backend and device."""
    return build_model(packed["description"], packed["tensors"], resolve(*packed["place"]))
