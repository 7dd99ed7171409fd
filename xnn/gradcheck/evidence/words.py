"""From a bug to a sentence and a line of maths, in the notation of the person's own arrays."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .heads import OWN
from .layout import Layer
from .network import Network
from .tensor import Bug


class Numbers(NamedTuple):
    """What a factor is read from: samples, outputs, inputs, units of the layer and its number of inputs."""

    m: int
    K: int
    n: int
    units: int
    fan_in: int


ONCE_TOO_OFTEN = "it is divided by the number of samples m once too often"
READINGS: tuple[tuple[str, Callable[[Numbers], float]], ...] = (
    ("it is not divided by the number of samples m, where the loss is", lambda s: s.m),
    (ONCE_TOO_OFTEN, lambda s: 1 / s.m),
    ("it has a factor 2 too many (or the loss a factor 1/2)", lambda s: 2.0),
    ("a factor 2 is missing (or the loss lacks its 1/2)", lambda s: 0.5),
    ("it is divided by the number of features where m belongs", lambda s: s.m / s.n),
    ("it is divided by the number of outputs K", lambda s: 1 / s.K),
    ("the division by the number of outputs K is missing", lambda s: s.K),
    ("it is divided by the number of outputs K where m belongs", lambda s: s.m / s.K),
    ("it is divided by the number of features", lambda s: 1 / s.n),
    ("it is multiplied by the number of features", lambda s: s.n),
    ("it is divided by the number of samples times the number of outputs, once too often", lambda s: 1 / (s.m * s.K)),
    ("neither the number of samples nor that of outputs is divided by", lambda s: s.m * s.K),
    ("the factor 2/m is missing", lambda s: s.m / 2),
    ("the factor 1/(2m) is missing", lambda s: 2 * s.m),
    ("it is divided by 2m once too often", lambda s: 1 / (2 * s.m)),
    ("it has the factor 2/m twice", lambda s: 2 / s.m),
    ("it is not divided by m, twice", lambda s: s.m**2),
    ("it is divided by m twice too often", lambda s: 1 / s.m**2),
    ("it is divided by m - 1 where m belongs", lambda s: s.m / (s.m - 1) if s.m > 1 else 0.0),
    ("it is divided by the number of the layer's units", lambda s: 1 / s.units),
    ("it is divided by the number of the layer's units where m belongs", lambda s: s.m / s.units),
    ("it is divided by the number of the layer's inputs where m belongs", lambda s: s.m / s.fan_in),
    ("it is divided by the number of the layer's inputs", lambda s: 1 / s.fan_in),
    ("a factor 4 is too many", lambda s: 4.0),
    ("a factor 4 is missing", lambda s: 0.25),
)


def factor_readings(seen: Sequence[tuple[float, Numbers]]) -> list[str]:
    """Return what a factor may be, from its values at one or more numbers of samples."""
    return [
        text
        for text, value in READINGS
        if all(abs(c - value(s)) <= 1e-5 * abs(c) for c, s in seen) and abs(value(seen[0][1]) - 1) > 1e-9
    ]


def lines(layer: Layer, columns: bool, apart: bool) -> dict[str, str]:
    """Write the three lines of backpropagation as the person's arrays want them, `apart` sample by sample."""
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


def say(network: Network, i: int, bug: Bug, factors: Sequence[str]) -> tuple[str, str]:
    """Return a bug's message and advice."""
    layer, last = network.layout[i], len(network.layout) - 1
    where = "the output layer" if i == last else f"hidden layer {i + 1}"
    what = {"W": "the gradient of the weights", "b": "the gradient of the biases"}.get(bug.part, "the gradient")
    known = network.head.output if i == last else network.activations[i]
    name = known.name if known is not None else "softmax"
    slope = known.formula if known is not None else "(diag(p) - p p^T)"
    maths = lines(layer, network.data.in_columns, network.data.apart)
    error = f"delta = (y - t){_reduction(network)}: output minus target"
    if network.head == OWN:
        error = "delta = the derivative of the loss by the last layer's z"
    derivative = f"delta = u * f'(z), for {name}: f'(z) = {slope}"
    if i == last:
        derivative = f"delta = dL/dy * f'(z), for {name}: f'(z) = {slope}"
    all_of_it = "every gradient" if i == last else f"the gradient of {where} and of all beneath it"
    scope = f"{what} of {where}" if bug.part != "delta" else all_of_it
    readings = "; or ".join(factors) if factors else "no usual factor"
    if bug.part == "b" and ONCE_TOO_OFTEN in factors:
        readings += ", or the mean over the samples is taken of a delta that holds 1/m already"
    decay = "the loss has no weight decay: leave it out of the gradient, or add it to the loss"
    if network.decay.kind:
        what_for = "weights and biases" if network.decay.biases else "weights, and nothing to that of the biases"
        slope_of = "sign(W)" if network.decay.kind == "l1" else "W"
        decay = f"add {network.decay.factor:.6g} * {slope_of} to the gradient of the {what_for}"
    own_line = {
        "W": f"{maths['dW']}, with no factor of its own",
        "b": f"{maths['db']}, of the same delta that the weights' gradient is made of",
    }.get(bug.part, "")
    sentences: dict[str, tuple[str, str]] = {
        "sign": (
            f"{scope} has the wrong sign{' in its data part; the decay is right' if network.decay.kind else ''}.",
            f"{error if i == last else 'turn the sign of this line'}; or, where the update adds the step, subtract it",
        ),
        "scale": (
            f"{scope} is {_times(bug.factor)}, on {len(network.data.X)} samples: {readings}.",
            own_line or f"use the loss's own factor: {error}",
        ),
        "bias-not-summed": (
            f"the gradient of the biases of {where} is {bug.detail or 'left one row a sample: it is not summed'}.",
            maths["db"],
        ),
        "bias-wrong-axis": (f"the gradient of the biases of {where} is summed over the units.", maths["db"]),
        "bias-total-sum": (
            f"the gradient of the biases of {where} is one number, the sum over all units, for each of them.",
            maths["db"],
        ),
        "zero": (
            f"{what} of {where} is zero or missing{': ' + bug.detail if bug.detail else ''}.",
            own_line or maths["dW"],
        ),
        "skipped": (f"{what} of {where} is never computed for {bug.detail}.", "let the loop run over all entries"),
        "transposed": (f"{what} of {where} is transposed.", maths["dW"]),
        "decay-missing": (
            f"{what} of {where} lacks the weight decay that the loss has (or the loss has one too many).",
            decay,
        ),
        "decay-on-bias": (
            f"weight decay ({bug.factor:.6g} b) is in the gradient of the biases of {where}, but not in the loss.",
            decay,
        ),
        "decay-scale": (f"the weight decay in {what} of {where} has the wrong factor: {bug.detail}.", decay),
        "derivative-missing": (f"the derivative of {name} is missing in {where}.", derivative),
        "derivative-of-output": (
            f"in {where} the derivative of {name} is taken of the output a = f(z), not of z: f'(f(z)).",
            f"{derivative}: give the function z, or write it in terms of a, once",
        ),
        "derivative-twice": (f"the derivative of {name} is multiplied in twice in {where}.", derivative),
        "derivative-wrong": (
            f"{where} does not multiply by the derivative of {name}, but by {bug.detail}.",
            derivative,
        ),
        "delta-mask": (
            f"in {where} the mask of {name} is taken of what flows back, not of the pre-activation z.",
            derivative,
        ),
        "weights-not-transposed": (
            f"the weights above {where} are used untransposed (or transposed, wrongly) on the way down.",
            maths["down"],
        ),
        "weights-omitted": (f"the weights above {where} are left out on the way down.", maths["down"]),
        "weights-updated": (
            f"the weights above {where} were already updated (with rate {bug.factor:.6g}) when delta was passed down.",
            "compute all gradients first, then update",
        ),
        "wrong-input": (f"the gradient of the weights of {where} uses {bug.detail} as the layer's input.", maths["dW"]),
        "output-derivative-extra": (
            "the output's derivative is multiplied in, but the cross-entropy has cancelled it already"
            f"{': ' + bug.detail if bug.detail else ''}.",
            error,
        ),
        "output-derivative-missing": (
            f"the derivative of the output's {name} is missing: this loss does not cancel it.",
            derivative,
        ),
        "softmax-diagonal": (
            "only the diagonal p (1 - p) of the softmax's Jacobian is used.",
            "delta = p * (dy - (dy * p).sum(over the classes)); with cross-entropy delta = p - t",
        ),
        "sample-skipped": (
            f"{bug.detail} left out of the gradient.",
            "let the loop run over all samples, and add: dW += ..., not dW = ...",
        ),
        "summed-error": (
            f"one error, the {bug.detail} over the samples, is used for every sample.",
            f"keep one row a sample: {error}",
        ),
        "samples-mixed": (
            "the loss normalises its softmax over the samples, the gradient takes each sample alone.",
            "sum the exponentials over the classes: softmax over the axis of the units",
        ),
        "loss-broadcast": (
            "the loss subtracts every target from every output, (n, 1) - (n,), the gradient does not.",
            "reshape the targets to (n, 1)",
        ),
    }  # fmt: skip
    message, advice = sentences.get(bug.code, (f"{what} of {where} has a shape that does not fit its parameter.", ""))
    if bug.code in ("sign", "derivative-wrong") and name == "sigmoid(-z)":
        advice = f"your sigmoid falls, 1 / (1 + exp(z)): write 1 / (1 + exp(-z)); or else {advice}"
    return message, advice


def _times(factor: float) -> str:
    return f"{factor:.6g} times too big" if abs(factor) > 1 else f"{1 / factor:.6g} times too small"


def _reduction(network: Network) -> str:
    m = len(network.data.X)
    c = network.factor * (2.0 if network.head.measure.name == "squares" else 1.0)
    for text, value in (("", 1.0), (" / m", 1 / m), (" * 2", 2.0), (" * 2 / m", 2 / m)):
        if abs(c - value) <= 1e-6 * abs(value):
            return text
    return f" * {c:.6g}"
