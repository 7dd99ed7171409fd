"""Weights to and from PyTorch: a model as a ``torch.nn.Sequential``, and such a one as a model."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from ..arguments import listed
from ..backends import Place, resolve
from ..errors import DtypeError, NotFiniteError, OptionError, ShapeError
from ..names import LossName
from ..nn import (
    ELU,
    GELU,
    LOSSES,
    MLP,
    Activation,
    BinaryCrossEntropy,
    Dense,
    GELUTanh,
    Identity,
    LeakyReLU,
    Loss,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    SquaredError,
    Tanh,
)
from ..nn.tables import named
from ..training.columns import Encoding
from ..training.model import Model
from ..training.scaling import Scaling
from ..training.tasks import Classification, MultiLabel, Regression, Task
from .given import as_model
from .missing import needed

__all__ = ["from_module", "to_module"]

# From xnn to PyTorch, by the very class, and back, by the name of PyTorch's class in torch.nn; None: it is another
# function than xnn's with these options.
_TO: dict[type[Activation], Callable[[Any, Any], Any]] = {
    Identity: lambda nn, a: nn.Identity(),
    ReLU: lambda nn, a: nn.ReLU(),
    LeakyReLU: lambda nn, a: nn.LeakyReLU(a.slope),
    ELU: lambda nn, a: nn.ELU(a.alpha),
    Softplus: lambda nn, a: nn.Softplus(),
    Sigmoid: lambda nn, a: nn.Sigmoid(),
    Tanh: lambda nn, a: nn.Tanh(),
    SiLU: lambda nn, a: nn.SiLU(),
    GELU: lambda nn, a: nn.GELU(),
    GELUTanh: lambda nn, a: nn.GELU("tanh"),
    Softmax: lambda nn, a: nn.Softmax(dim=-1),
}
_FROM: dict[str, Callable[[Any], Activation | None]] = {
    "Identity": lambda m: Identity(),
    "ReLU": lambda m: ReLU(),
    "LeakyReLU": lambda m: LeakyReLU(m.negative_slope),
    "ELU": lambda m: ELU(m.alpha),
    "Softplus": lambda m: Softplus() if m.beta == 1 and m.threshold >= 20 else None,
    "Sigmoid": lambda m: Sigmoid(),
    "Tanh": lambda m: Tanh(),
    "SiLU": lambda m: SiLU(),
    "GELU": lambda m: GELU() if m.approximate == "none" else GELUTanh(),
    "Softmax": lambda m: Softmax() if m.dim in (-1, 1) else None,
}


def to_module(model: Model) -> Any:
    """Make a ``torch.nn.Sequential`` of a model: the same function, with weights of its own, to go on with in PyTorch.

    It takes X as it is, as a tensor of the model's precision. A classifier gives logits, for PyTorch's own losses;
    :meth:`xnn.Model.predict_proba` is their softmax, or with one unit their sigmoid. In regression it gives numbers in
    y's own units, of shape (samples, outputs). The scaling is in modules of xnn's own, ``Standardize`` first and
    ``Unstandardize`` last, which are left out where the model was trained with ``scale=None``.

    A tensor holds no text. Of a model that was trained on a table with text or gaps the module takes what
    :meth:`xnn.Model.encode` makes of one: ``module(torch.tensor(model.encode(frame), dtype=torch.float32))``, and
    ``from_module(module, table=model.table)`` is a model of frames again.

    Parameters
    ----------
    model : Model

    Returns
    -------
    torch.nn.Sequential
        On the CPU, in evaluation mode. ``state_dict()`` holds each weight as (out, in), as PyTorch does.

    Raises
    ------
    BackendError
        If PyTorch is not installed.
    OptionError
        If the model has an activation of your own.

    Examples
    --------
    >>> import xnn
    >>> from xnn.interop.torch import to_module
    >>> model = xnn.train(*xnn.datasets.xor(), hidden=8, epochs=1, scale=None, progress=False).model
    >>> to_module(model)  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=8, bias=True)
      (1): ReLU()
      (2): Linear(in_features=8, out_features=1, bias=True)
    )
    """
    torch = needed("torch", "xnn.interop.torch")
    model = as_model(model)
    params, mlp = model.finite_params(), model.mlp
    modules = [] if model.scaling.is_none else [_scaling("Standardize", model.scaling)]
    for i, layer in enumerate(params):
        modules.append(_linear(torch, layer))
        last = i == len(params) - 1
        after = mlp.output if last else mlp.activation
        if not last or type(after) is not Identity:
            modules.append(_to_activation(torch, after))
        if mlp.dropout and not last:
            modules.append(torch.nn.Dropout(mlp.dropout))
    if isinstance(model.task, Regression):
        if type(model.task.loss.output) is not Identity:
            modules.append(_to_activation(torch, model.task.loss.output))
        if not model.task.scaling.is_none:
            modules.append(_scaling("Unstandardize", model.task.scaling))
    return torch.nn.Sequential(*modules).eval()


def _scaling(name: str, scaling: Scaling) -> Any:
    torch, modules = needed("torch", "xnn.interop.torch"), needed("xnn.interop.scaling_modules", "xnn.interop.torch")
    return getattr(modules, name)(torch.tensor(scaling.shift), torch.tensor(scaling.scale))


def _linear(torch: Any, layer: Dense) -> Any:
    W = torch.tensor(layer.W)
    linear = torch.nn.Linear(*W.shape, bias=layer.b is not None, dtype=W.dtype)
    with torch.no_grad():
        linear.weight.copy_(W.T)
        if layer.b is not None:
            linear.bias.copy_(torch.tensor(layer.b))
    return linear


def _to_activation(torch: Any, activation: Activation) -> Any:
    make = _TO.get(type(activation))
    if make is None:
        raise OptionError(
            f"{type(activation).__name__} is an activation of your own, for which torch.nn has no module: put one in "
            "its place, or write the network in PyTorch."
        )
    return make(torch.nn, activation)


def from_module(
    module: Any,
    *,
    loss: LossName | Loss | Literal["auto"] = "auto",
    classes: Sequence[Any] | None = None,
    table: Encoding | None = None,
    backend: str = "numpy",
    device: str | None = None,
) -> Model:
    """Make a model of a ``torch.nn.Sequential``, to predict, to save, to train on.

    Linear layers with one activation after each but the last, the same everywhere, and dropout of one rate behind it,
    or none; what :func:`to_module` made comes back as it was. What else there is, is refused by its name.

    Parameters
    ----------
    module : torch.nn.Sequential
        For a state dict, a Sequential of your layers that has loaded it.
    loss : str or Loss
        By itself a cross-entropy where there are `classes`, else the squared error of a regression. With
        ``"binary_cross_entropy"`` and several outputs, several labels a sample.
    classes : sequence, optional
        What each output stands for, in PyTorch's order; of two and one output, no and yes. By itself 0, 1, ... where
        the loss is a cross-entropy. A softmax or sigmoid at the end then is left out, as the loss has it.
    table : Encoding, optional
        What the columns of a data frame become, for a model that takes frames with text and gaps: the ``table`` of the
        model that :func:`to_module` was given.
    backend, device : str
        Where the weights shall be.

    Returns
    -------
    Model

    Raises
    ------
    BackendError
        If PyTorch, or the backend, is unavailable.
    OptionError
        If the module, its loss and its classes are no network of xnn's, or `table` is no encoding.
    DtypeError, ShapeError, NotFiniteError
        If the weights are not real, do not fit each other, the classes or the table, or are not finite.
    """
    torch = needed("torch", "xnn.interop.torch")
    modules = _listed(torch, module)
    scaling, undo = _without_scaling(modules)
    layers = [each for each in modules if type(each) is torch.nn.Linear]
    if not layers:
        raise OptionError("the module has no torch.nn.Linear: give a Sequential of Linear layers and activations.")
    params = [_dense(torch, each) for each in layers]
    hidden, dropout, output = _between(torch, modules)
    found: Loss | None = None if isinstance(loss, str) and loss == "auto" else named("loss", loss, LOSSES)
    _check_table(table, params[0].W.shape[0])
    task, order = _task(params[-1].W.shape[1], found, classes, undo)
    if not isinstance(task, Regression):
        output = _logits(output, task.loss)
    if order is not None:
        W, b = params[-1]
        params[-1] = Dense(W[:, order], None if b is None else b[order])
    mlp = MLP(_sizes(params), hidden, output, any(layer.b is not None for layer in params), dropout)
    double = any(layer.W.dtype == np.float64 for layer in params)
    place = resolve(backend, device, "float64" if double else "float32")
    scaling = scaling or Scaling.none(mlp.sizes[0])
    names = None if table is None else table.names
    return Model(mlp, _put(params, mlp.bias, place), task, scaling, place, names, table=table)


def _check_table(table: Any, features: int) -> None:
    if table is None:
        return
    if not isinstance(table, Encoding):
        raise OptionError(f"table must be the table of a model, got {type(table).__name__}: give model.table.")
    if table.width != features:
        raise ShapeError(f"the columns of table become {table.width} features, the first Linear takes {features}.")


def _put(params: list[Dense], bias: bool, place: Place) -> list[Dense]:
    """Move the weights; a layer without biases gets biases of 0 where others have some."""
    with place.scope():
        return [
            Dense(place.floats(W), place.floats(np.zeros(W.shape[1]) if b is None else b) if bias else None)
            for W, b in params
        ]


def _listed(torch: Any, module: Any) -> list[Any]:
    """List the modules, those of a Sequential within among them; a Flatten first is left out, as X has rows."""
    if not isinstance(module, torch.nn.Sequential):
        raise OptionError(
            f"module must be a torch.nn.Sequential, got {type(module).__name__}: a module with a forward of its own "
            "may compute anything, so put its layers into one, in their order."
        )
    listed = [part for each in module for part in (_listed(torch, each) if type(each) is type(module) else [each])]
    return listed[1:] if listed and type(listed[0]) is torch.nn.Flatten else listed


def _without_scaling(modules: list[Any]) -> tuple[Scaling | None, Scaling | None]:
    """Take the scaling of inputs and targets from the two ends."""
    known = needed("xnn.interop.scaling_modules", "xnn.interop.torch")

    def taken(at: int, kind: type) -> Scaling | None:
        if not modules or type(modules[at]) is not kind:
            return None
        found = modules.pop(at)
        return Scaling(*(part.detach().cpu().double().numpy().copy() for part in (found.shift, found.scale)))

    return taken(0, known.Standardize), taken(-1, known.Unstandardize)


def _dense(torch: Any, linear: Any) -> Dense:
    """Copy a layer's weights to the host, W as (in, out)."""
    arrays = []
    for part in (linear.weight, linear.bias):
        if part is None:
            arrays.append(None)
            continue
        if not part.dtype.is_floating_point:
            raise DtypeError(f"weights must be real, got {part.dtype}.")
        host = part.detach().cpu()
        host = (host if host.dtype is torch.float64 else host.float()).numpy().copy()
        if not np.all(np.isfinite(host)):
            raise NotFiniteError(f"{linear} has weights that are not finite: training diverged.")
        arrays.append(host)
    return Dense(np.ascontiguousarray(arrays[0].T), arrays[1])


def _sizes(params: list[Dense]) -> tuple[int, ...]:
    for first, second in pairwise(params):
        if first.W.shape[1] != second.W.shape[0]:
            raise ShapeError(f"a layer gives {first.W.shape[1]} units, the next one takes {second.W.shape[0]}.")
    return (params[0].W.shape[0], *(layer.W.shape[1] for layer in params))


def _between(torch: Any, modules: list[Any]) -> tuple[Activation, float, Activation]:
    """Return the hidden layers' activation, their dropout, and the last layer's activation."""
    starts = [i for i, each in enumerate(modules) if type(each) is torch.nn.Linear]
    if starts[0]:
        raise _unknown(modules[0], "before the first Linear")
    gaps = [modules[a + 1 : b] for a, b in pairwise([*starts, len(modules)])]
    *hidden, last = [_one(torch, gap) for gap in gaps]
    if last[1]:
        raise _unknown(torch.nn.Dropout(last[1]), "behind the last Linear")
    if len(set(hidden)) > 1:
        shown = ", ".join(f"{activation}, dropout {rate:g}" for activation, rate in hidden)
        raise OptionError(f"the hidden layers must have one activation and one dropout, got {shown}.")
    activation, dropout = hidden[0] if hidden else (ReLU(), 0.0)
    return activation, dropout, last[0]


def _one(torch: Any, gap: list[Any]) -> tuple[Activation, float]:
    """Return the one activation behind a layer, and the dropout behind that."""
    rate = 0.0
    if gap and type(gap[-1]) is torch.nn.Dropout:
        rate, gap = float(gap[-1].p), gap[:-1]
    if not gap:
        return Identity(), rate
    name = type(gap[0]).__name__
    known = name in _FROM and type(gap[0]) is getattr(torch.nn, name)
    found = _FROM[name](gap[0]) if known else None
    if found is None:
        raise _unknown(gap[0], "behind a Linear")
    if len(gap) > 1:
        raise _unknown(gap[1], f"behind {name}")
    return found, rate


def _unknown(module: Any, where: str) -> OptionError:
    return OptionError(
        f"{module} {where} is nothing that a network of xnn's has: it has Linear layers, Dropout behind the activation "
        f"of a hidden layer, and {', '.join(_FROM)}, each with what xnn's function of that name computes."
    )


def _task(
    units: int, loss: Loss | None, classes: Sequence[Any] | None, undo: Scaling | None
) -> tuple[Task, np.ndarray | None]:
    """Return the task, and the order of the outputs that makes its classes sorted, where they are not."""
    if classes is None and not isinstance(loss, (SoftmaxCrossEntropy, BinaryCrossEntropy)):
        return Regression(units, units == 1, loss or SquaredError(), undo or Scaling.none(units)), None
    if undo is not None:
        raise OptionError("the module ends in Unstandardize, so that it is a regression: leave out loss and classes.")
    if classes is None and isinstance(loss, BinaryCrossEntropy) and units > 1:
        return MultiLabel(units, loss), None
    stand_for = None if classes is None else list(listed("classes", classes, "of what each output stands for"))
    labels = np.asarray(range(max(units, 2)) if stand_for is None else stand_for)
    if labels.ndim != 1 or labels.dtype.kind not in "biufU" or len(np.unique(labels)) != len(labels):
        raise OptionError(f"classes must be different numbers or texts, got {classes!r}.")
    one = units == 1 and len(labels) == 2
    if not one and (units != len(labels) or units < 2):
        raise ShapeError(f"classes must be one for each of the {units} outputs, or two for one, got {len(labels)}.")
    found = loss or (BinaryCrossEntropy() if one else SoftmaxCrossEntropy())
    if not isinstance(found, BinaryCrossEntropy if one else SoftmaxCrossEntropy):
        needs = "binary_cross_entropy" if one else "softmax_cross_entropy"
        raise OptionError(f"{len(labels)} classes from {units} outputs need {needs}, got {type(found).__name__}.")
    order = np.argsort(labels)
    if one and order[0] == 1:
        raise OptionError(f"the one output is the logit of the greater class, {labels[0]!r}: give classes sorted.")
    sorted_already = bool(np.all(order == np.arange(len(labels))))
    return Classification(labels[order], found), None if sorted_already else order


def _logits(output: Activation, loss: Loss) -> Activation:
    """Return the last layer's activation without the one that the loss has."""
    return Identity() if type(output) is type(loss.output) else output
