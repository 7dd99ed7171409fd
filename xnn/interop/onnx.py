"""Models as ONNX files: the network with the encoding and the scaling before it, and the classes behind it."""

import json
from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import numpy as np

from ..arguments import one_of
from ..errors import FileError, NotFiniteError, OptionError
from ..files import as_path, check_writable, write_whole
from ..names import DtypeName
from ..nn import (
    ELU,
    GELU,
    Activation,
    GELUTanh,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from ..training.model import Model
from ..training.scaling import Scaling
from ..training.tasks import Classification, MultiLabel, Regression
from .given import as_model
from .missing import needed
from .onnx_columns import check_columns, encoded, given, in_precision, kinds
from .onnx_graph import Graph

__all__ = ["export", "inputs"]

LOWEST_OPSET = 13  # the first whose Softmax works along one axis
_MOST_BYTES = 2**31 - 2**20  # what a protobuf message holds, less what is no weight


def export(model: Model, path: Any, *, dtype: DtypeName = "float32", opset: int = LOWEST_OPSET) -> None:
    """Write a model to an ONNX file, which takes X as it is and gives what :meth:`xnn.Model.predict` gives.

    The graph has one input, ``X`` of shape (samples, features) with any number of samples. Of a model that was trained
    on a table with text or gaps it has one input a column instead, of the column's name and of shape (samples,): text
    is text, in which ``""`` is a gap, and numbers are of `dtype`, in which NaN is one; yes and no are 1 and 0. Gaps and
    categories become what they become in :meth:`xnn.Model.encode`, a category that training did not have 0 in all of
    its columns. :func:`inputs` makes these inputs of a frame.

    The output is ``prediction``: the class of each sample, of the classes' own type; 1 or 0 for each of several labels;
    or numbers in y's own units. A classifier has the output ``probabilities`` too, shape (samples, classes). The file's
    metadata hold ``feature_names`` and ``classes`` as JSON, where the model has them.

    Inputs and targets are scaled in float64, as :meth:`xnn.Model.predict` does, so that features with a large mean lose
    nothing; the network is computed in float32. What xnn refuses, infinity for instance, an ONNX runtime computes with.

    Parameters
    ----------
    model : Model
    path : str or Path
    dtype : {"float32", "float64"}
        Of X, of the probabilities and of the numbers predicted.
    opset : int
        The version of ONNX's operators, 13 or later; 13 is read by onnxruntime 1.6 and later.

    Raises
    ------
    BackendError
        If onnx is not installed.
    OptionError
        If the model has an activation of your own, for which ONNX has no operator, or a column that ONNX cannot tell
        from another input, an output or a gap; or an option is none of these.
    FileError
        If the file cannot be written, or the weights are more than the 2 GiB that it holds.
    NotFiniteError
        If the weights are not finite in float32.

    Examples
    --------
    >>> import xnn
    >>> from xnn.interop import onnx  # doctest: +SKIP
    >>> model = xnn.train(*xnn.datasets.xor(), epochs=1, progress=False).model
    >>> onnx.export(model, "xor.onnx")  # doctest: +SKIP
    >>> import onnxruntime  # doctest: +SKIP
    >>> session = onnxruntime.InferenceSession("xor.onnx")  # doctest: +SKIP
    >>> prediction, probabilities = session.run(None, {"X": [[0.5, -1.0]]})  # doctest: +SKIP
    """
    model = as_model(model)
    one_of("float32", "float64")("dtype", dtype)
    onnx = needed("onnx", "xnn.interop.onnx")
    _check_opset(opset, onnx.defs.onnx_opset_version())
    path = as_path(path)
    check_writable(path)
    if model.table is None:
        graph, kind = Graph(), {"X": np.dtype(dtype)}
        x = _scaled(graph, model.scaling, "X", dtype)
    else:
        check_columns(model.table)
        graph, kind = Graph(model.table.names), kinds(model.table, dtype)
        x = _scaled(graph, model.scaling, encoded(graph, model.table), "float64")
    outputs = _task(graph, model, _network(graph, model, x), np.dtype(dtype))
    write_whole(path, [_checked(onnx, graph, model, kind, outputs, opset)])


def inputs(model: Model, X: Any, *, dtype: DtypeName = "float32") -> dict[str, np.ndarray]:
    """Return X as the inputs of the graph that :func:`export` writes, for ``session.run(None, inputs(model, X))``.

    Parameters
    ----------
    model : Model
    X
        What :meth:`xnn.Model.predict` takes.
    dtype : {"float32", "float64"}
        That of :func:`export`.

    Returns
    -------
    dict of str to numpy.ndarray
        ``{"X": X}`` of shape (samples, features); of a model that was trained on a table with text or gaps each column
        by its name, shape (samples,): numbers of `dtype`, or objects that are str.

    Raises
    ------
    ShapeError, DtypeError, DataError, NotFiniteError
        As :meth:`xnn.Model.predict` does; and if numbers overflow in `dtype`.

    Warns
    -----
    UnknownCategoryWarning
        If a column of text holds categories that the model was not trained on.

    Examples
    --------
    >>> import xnn
    >>> from xnn.interop import onnx
    >>> model = xnn.train(*xnn.datasets.xor(), epochs=1, progress=False).model
    >>> onnx.inputs(model, [[0.5, -1.0]])
    {'X': array([[ 0.5, -1. ]], dtype=float32)}
    """
    model = as_model(model)
    one_of("float32", "float64")("dtype", dtype)
    if model.table is not None:
        return given(model.table, X, dtype)
    return {"X": in_precision(model.encode(X), dtype, "X")}


def _check_opset(opset: Any, newest: int) -> None:
    if isinstance(opset, bool) or not isinstance(opset, int) or not LOWEST_OPSET <= opset <= newest:
        raise OptionError(
            f"opset must be a whole number from {LOWEST_OPSET} to {newest}, which the onnx installed here knows, "
            f"got {opset!r}."
        )


def _scaled(graph: Graph, scaling: Scaling, x: str, dtype: str) -> str:
    """``(x - shift) / scale`` in float64: the difference of two large numbers, when x and shift are."""
    if not scaling.is_none:
        x = x if dtype == "float64" else graph.cast(x, "float64")
        x = graph.add("Sub", x, graph.constant(scaling.shift, "input.shift"))
        x = graph.add("Div", x, graph.constant(scaling.scale, "input.scale"))
        dtype = "float64"
    return x if dtype == "float32" else graph.cast(x, "float32")


def _network(graph: Graph, model: Model, x: str) -> str:
    """Add the layers; returns their outputs."""
    params = model.finite_params()
    if sum(4 * array.size for layer in params for array in layer if array is not None) > _MOST_BYTES:
        raise FileError("the model was not exported: its weights are more than the 2 GiB that an ONNX file holds.")
    for i, layer in enumerate(params):
        weights = {name: _single(array) for name, array in layer._asdict().items() if array is not None}
        names = [graph.constant(array, f"layer.{i}.{name}") for name, array in weights.items()]
        x = graph.add("Gemm" if "b" in weights else "MatMul", x, *names)
        x = _activation(graph, model.mlp.output if i == len(params) - 1 else model.mlp.activation, x)
    return x


def _single(weights: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        single = weights.astype(np.float32)
    if not np.all(np.isfinite(single)):
        raise NotFiniteError(f"the weights reach {np.abs(weights).max():.3g}, which float32 does not hold.")
    return single


def _task(graph: Graph, model: Model, outputs: str, dtype: np.dtype) -> dict[str, tuple[Any, list[Any]]]:
    """Add the way from the network's outputs to what is predicted; returns type and shape of each output by name."""
    task = model.task
    found = _activation(graph, task.loss.output, outputs)
    match task:
        case Regression():
            if not task.scaling.is_none:
                found = graph.cast(found, "float64")
                found = graph.add("Mul", found, graph.constant(task.scaling.scale, "target.scale"))
                found = graph.add("Add", found, graph.constant(task.scaling.shift, "target.shift"))
            if task.flat:
                found = graph.add("Squeeze", found, graph.constant(np.array([1])))
            graph.cast(found, dtype, name="prediction")
            return {"prediction": (dtype, ["samples"] if task.flat else ["samples", task.units])}
        case MultiLabel():
            graph.cast(graph.add("Greater", outputs, graph.number(0.0)), "int64", name="prediction")
            graph.cast(found, dtype, name="probabilities")
            shape = ["samples", task.units]
            return {"prediction": (np.dtype("int64"), shape), "probabilities": (dtype, shape)}
        case Classification():
            return _classes(graph, task, outputs, found, dtype)


def _classes(
    graph: Graph, task: Classification, outputs: str, p: str, dtype: np.dtype
) -> dict[str, tuple[Any, list[Any]]]:
    if task.units == 1:
        p = graph.add("Concat", graph.add("Sub", graph.number(1.0), p), p, axis=1)
        yes = graph.add("Greater", outputs, graph.number(0.0))
        best = graph.add("Squeeze", graph.cast(yes, "int64"), graph.constant(np.array([1])))
    else:
        best = graph.add("ArgMax", outputs, axis=1, keepdims=0)
    text = task.classes.dtype.kind == "U"
    classes = task.classes.astype(object) if text else task.classes.astype(task.classes.dtype.newbyteorder("="))
    graph.add("Gather", graph.constant(classes, "classes"), best, name="prediction")
    graph.cast(p, dtype, name="probabilities")
    kind = np.dtype(object) if text else classes.dtype
    return {"prediction": (kind, ["samples"]), "probabilities": (dtype, ["samples", len(task.classes)])}


def _checked(
    onnx: Any,
    graph: Graph,
    model: Model,
    inputs: dict[str, np.dtype],
    outputs: dict[str, tuple[Any, list[Any]]],
    opset: int,
) -> bytes:
    """Put the file together, and have it checked by ONNX's own checker."""
    helper = graph.helper

    def value(name: str, kind: np.dtype, shape: list[Any]) -> Any:
        return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(kind), shape)

    shape = ["samples", model.mlp.sizes[0]] if model.table is None else ["samples"]
    body = helper.make_graph(
        graph.nodes,
        "xnn",
        [value(name, kind, shape) for name, kind in inputs.items()],
        [value(name, *of) for name, of in outputs.items()],
        graph.constants,
    )
    versions = [helper.make_opsetid("", opset)]
    if any(node.domain for node in graph.nodes):
        versions.append(helper.make_opsetid("ai.onnx.ml", 1))
    made = helper.make_model(
        body, opset_imports=versions, ir_version=helper.find_min_ir_version_for(versions), producer_name="xnn"
    )
    known = {"feature_names": model.feature_names, "classes": None if model.classes is None else model.classes.tolist()}
    helper.set_model_props(made, {name: json.dumps(each) for name, each in known.items() if each is not None})
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString()


def _activation(graph: Graph, activation: Activation, z: str) -> str:
    """Add an activation, or raise OptionError with its name if it has none of ONNX's operators."""
    add = _ACTIVATIONS.get(type(activation))
    if add is None:
        known = ", ".join(sorted(each.__name__ for each in _ACTIVATIONS))
        raise OptionError(
            f"the model was not exported: {type(activation).__name__} is an activation of your own, for which ONNX has "
            f"no operator; it has those of {known}."
        )
    return add(graph, activation, z)


def _gelu(g: Graph, _: Any, z: str) -> str:
    """``z (1 + erf(z / sqrt 2)) / 2``."""
    erf = g.add("Erf", g.add("Mul", z, g.number(sqrt(0.5))))
    return g.add("Mul", g.add("Mul", z, g.number(0.5)), g.add("Add", erf, g.number(1.0)))


def _gelu_tanh(g: Graph, _: Any, z: str) -> str:
    """``z (1 + tanh u) / 2`` with ``u = sqrt(2/pi) z (1 + 0.044715 z^2)``."""
    inner = g.add("Add", g.add("Mul", g.add("Mul", z, z), g.number(0.044715)), g.number(1.0))
    t = g.add("Tanh", g.add("Mul", g.add("Mul", z, g.number(sqrt(2.0 / pi))), inner))
    return g.add("Mul", g.add("Mul", z, g.number(0.5)), g.add("Add", t, g.number(1.0)))


# By the very class: one derived from these is another function.
_ACTIVATIONS: dict[type[Activation], Callable[[Graph, Any, str], str]] = {
    Identity: lambda g, a, z: z,
    ReLU: lambda g, a, z: g.add("Relu", z),
    LeakyReLU: lambda g, a, z: g.add("LeakyRelu", z, alpha=a.slope),
    ELU: lambda g, a, z: g.add("Elu", z, alpha=a.alpha),
    Softplus: lambda g, a, z: g.add("Softplus", z),
    Sigmoid: lambda g, a, z: g.add("Sigmoid", z),
    Tanh: lambda g, a, z: g.add("Tanh", z),
    SiLU: lambda g, a, z: g.add("Mul", z, g.add("Sigmoid", z)),
    GELU: _gelu,
    GELUTanh: _gelu_tanh,
    Softmax: lambda g, a, z: g.add("Softmax", z, axis=-1),
}
