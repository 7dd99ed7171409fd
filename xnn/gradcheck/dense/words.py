"""A dense network's layers and lines of maths in words, in the notation of the user's own arrays."""

from collections.abc import Sequence
from typing import Any

from ..bugs.explanation import Bug
from ..same import same
from .layout import Layer
from .losses import OWN, SQUARED
from .network import Network


def lines(layer: Layer, columns: bool, apart: bool) -> dict[str, str]:
    """Write the three lines of backpropagation as the user's arrays want them, `apart` sample by sample."""
    if columns:
        dW = "delta @ a_in.T" if layer.turned else "a_in @ delta.T"
        down = "u = W.T @ delta" if layer.turned else "u = W @ delta"
        db = "delta.sum(axis=1, keepdims=True)"
    else:
        dW = "delta.T @ a_in" if layer.turned else "a_in.T @ delta"
        down = "u = delta @ W" if layer.turned else "u = delta @ W.T"
        db = "delta.sum(axis=0)"
    if apart:
        return {"dW": f"dW += {dW}", "db": "db += delta", "down": down}
    return {"dW": f"dW = {dW}", "db": f"db = {db}", "down": down}


def words_of(network: Network, layers: Sequence[int], bug: Bug) -> dict[str, Any]:
    """Return what fills the catalogue's sentences for a bug in some layers, the lines in them for the first."""
    i = layers[0]
    layer, last = network.layout[i], i == len(network.layout) - 1
    where = " and ".join(_place(network, layer) for layer in layers)
    part = {"W": f"the gradient of the weights of {where}", "b": f"the gradient of the biases of {where}"}
    beneath = "every gradient" if last else f"the gradient of {where} and of all beneath it"
    known = network.function(i)
    f = _function(network, i)
    slope = known.formula if known is not None else "(diag(p) - p p^T)"
    maths = lines(layer, network.data.in_columns, network.data.apart)
    error = f"delta = (y - t){_reduction(network)}: output minus target"
    if network.head == OWN:
        error = "delta = the derivative of the loss by the last layer's z"
    factor_line = {
        "W": f"{maths['dW']}, with no factor of its own",
        "b": f"{maths['db']}, of the same delta that the weights' gradient is made of",
    }.get(bug.part, f"use the loss's own factor: {error}" if last else "take that factor out of this layer's delta")
    return {
        **maths,
        "where": where,
        "what": part.get(bug.part, beneath if bug.part == "delta" else f"the gradient of {where}"),
        "f": " and ".join(dict.fromkeys(_function(network, layer) for layer in layers)),
        "derivative": f"delta = {'dL/dy' if last else 'u'} * f'(z), for {f}: f'(z) = {slope}",
        "error": error,
        "turn": error if last else "turn the sign of this line",
        "data_part": " in its data part; the decay is right" if bug.wants else "",
        "decay": _decay(network),
        "own_line": {"W": maths["dW"], "b": maths["db"]}.get(bug.part, maths["dW"]),
        "factor_line": factor_line,
    }


def _place(network: Network, i: int) -> str:
    return "the output layer" if i == len(network.layout) - 1 else f"hidden layer {i + 1}"


def _function(network: Network, i: int) -> str:
    known = network.function(i)
    return known.name if known is not None else "softmax"


def _decay(network: Network) -> str:
    if not network.decay.kind:
        return "the loss has no weight decay: leave it out of the gradient, or add it to the loss"
    what_for = "weights and biases" if network.decay.biases else "weights, and nothing to that of the biases"
    slope = "sign(W)" if network.decay.kind == "l1" else "W"
    return f"add {network.decay.factor:.6g} * {slope} to the gradient of the {what_for}"


def _reduction(network: Network) -> str:
    m = len(network.data.X)
    c = network.factor * (2.0 if network.head.measure is SQUARED else 1.0)
    for text, value in (("", 1.0), (" / m", 1 / m), (" * 2", 2.0), (" * 2 / m", 2 / m)):
        if same(c, value):
            return text
    return f" * {c:.6g}"
