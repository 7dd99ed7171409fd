"""A tiny framework of one's own: dataclasses of layers, a registry of activations, (out, in) weights, rows."""

import math
from dataclasses import dataclass, field

import numpy as np

from ..program import Program

_erf = np.vectorize(math.erf, otypes=[float])


@dataclass
class Dense:
    weight: np.ndarray
    bias: np.ndarray


@dataclass
class Mlp:
    body: list = field(default_factory=list)
    head: Dense = None


def logistic(v):
    return 0.5 * (1 + np.tanh(0.5 * v))


def gelu(v):
    return 0.5 * v * (1 + _erf(v / math.sqrt(2)))


def gelu_slope(v):
    return 0.5 * (1 + _erf(v / math.sqrt(2))) + v * np.exp(-0.5 * v * v) / math.sqrt(2 * math.pi)


ACTIVATIONS = {
    "gelu": (gelu, gelu_slope),
    "silu": (lambda v: v * logistic(v), lambda v: logistic(v) + v * logistic(v) * (1 - logistic(v))),
    "softplus": (lambda v: np.logaddexp(0, v), logistic),
    "elu": (lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0))), lambda v: np.exp(np.minimum(v, 0))),
    "relu": (lambda v: v * (v > 0), lambda v: (v > 0) * 1.0),
    "tanh": (np.tanh, lambda v: 1 - np.tanh(v) ** 2),
    "identity": (lambda v: v, np.ones_like),
}


def mlp(bug="", widths=(4, 6, 5, 3), n=10, act="gelu", task="softmax", wd=0.0, seed=10, reduction="mean"):
    """Mlp(body=[Dense, ...], head=Dense); every loss ends in its usual output minus target."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    f, df = ACTIVATIONS[act]

    def dense(i, o):
        return Dense(rng.normal(size=(o, i)) * math.sqrt(1.5 / i), rng.normal(size=o) * 0.2)

    params = Mlp([dense(i, o) for i, o in zip(widths[:-2], widths[1:-1], strict=True)], dense(widths[-2], widths[-1]))
    mask_rng = np.random.default_rng(21)
    grad_buffer = {}

    def run(net, x):
        tape = [(None, x)]
        for layer in net.body:
            z = tape[-1][1] @ layer.weight.T + layer.bias
            tape.append((z, f(z)))
        return tape, tape[-1][1] @ net.head.weight.T + net.head.bias

    def outputs(logits):
        if task == "softmax":
            e = np.exp(logits - logits.max(1, keepdims=True))
            return e / e.sum(1, keepdims=True)
        return logistic(logits) if task == "bce" else logits

    def objective(net, x, target):
        _, logits = run(net, x)
        if task == "softmax":
            top = logits.max(1, keepdims=True)
            value = -np.sum(target * (logits - top - np.log(np.exp(logits - top).sum(1, keepdims=True))))
        elif task == "bce":
            value = np.sum(np.logaddexp(0, logits) - target * logits)
        else:
            value = 0.5 * np.sum((logits - target) ** 2)
        if reduction == "mean":
            value = value / len(x)
        return value + wd * sum(np.sum(layer.weight**2) for layer in [*net.body, net.head])

    def backward(net, x, target):
        tape, logits = run(net, x)
        err = outputs(logits) - target
        if "jacobian diagonal" in bugs:
            p = outputs(logits)
            err = -target / p * (p * (1 - p))
        if "sigmoid again" in bugs:
            err = err * logistic(logits) * (1 - logistic(logits))
        if "scalar error" in bugs:
            err = np.ones_like(err) * err.sum(0)
        if reduction == "mean" and "mean forgotten" not in bugs:
            err = err / len(x)
        head_in = tape[-1][1]
        if "head input" in bugs:
            head_in = tape[-1][0]
        head = Dense(err.T @ head_in, err.sum(0))
        if "head bias scalar" in bugs:
            head.bias = np.full(head.bias.shape, err.sum())
        w = net.head.weight
        if "step" in bugs:
            w = w - 0.7 * head.weight
        up = err @ (w.T if "head untransposed" in bugs else w)
        if "head omitted" in bugs:
            up = err + np.zeros((len(x), widths[-2]))
        body = []
        depth = len(net.body)
        for k in reversed(range(depth)):
            z, a = tape[k + 1]
            slope = df(z)
            if k == 0 and "slope at output" in bugs:
                slope = df(a)
            if k == 0 and "slope twice" in bugs:
                slope = slope * slope
            if k == depth - 1 and "slope dropped" in bugs:
                slope = 1.0
            if k == 0 and "relu slope" in bugs:
                slope = (z > 0) * 1.0
            if k == 0 and "sigmoid slope" in bugs:
                slope = logistic(z) * (1 - logistic(z))
            if k == 0 and "slope from delta" in bugs:
                slope = (up > 0) * 1.0
            d = up * slope
            layer_in = tape[k][1]
            if k == 1 and "x again" in bugs:
                layer_in = x
            g = Dense(d.T @ layer_in, d.sum(0))
            if k == 0 and "bias axis" in bugs:
                g.bias = d.sum(1)
            if k == 0 and "bias keepdims" in bugs:
                g.bias = d.sum(1, keepdims=True)
            if k == 0 and "bias raw" in bugs:
                g.bias = d
            if k == 0 and "bias scalar" in bugs:
                g.bias = np.sum(d)
            if k == 0 and "W0 zero" in bugs:
                g.weight = np.zeros_like(g.weight)
            if k == 0 and "W0 negative" in bugs:
                g.weight = -g.weight
            if k == 1 and "W1 transposed" in bugs:
                g.weight = layer_in.T @ d
            if k == 1 and "W1 scaled" in bugs:
                g.weight = g.weight * 4
            if k == 0 and "last unit" in bugs:
                g.weight[-1] = 0.0
            body.insert(0, g)
            inner = net.body[k].weight
            up = d @ (inner.T if k == 1 and "inner untransposed" in bugs else inner)
        if "list reversed" in bugs:
            body = body[::-1]
        for layer, g in zip([*net.body, net.head], [*body, head], strict=True):
            if "wd lost" not in bugs:
                g.weight = g.weight + (wd if "wd not doubled" in bugs else 2 * wd) * layer.weight
            if "wd on bias" in bugs:
                g.bias = g.bias + 2 * wd * layer.bias
            if "decays in place" in bugs:
                layer.weight *= 0.99
        if "dropped gradients" in bugs:
            body[0].weight = body[0].weight * (mask_rng.random(body[0].weight.shape) < 0.5) * 2
        if "zero_grad forgotten" in bugs:
            for i, g in enumerate([*body, head]):
                for name in ("weight", "bias"):
                    grad_buffer[i, name] = grad_buffer.get((i, name), 0) + getattr(g, name)
                    setattr(g, name, grad_buffer[i, name].copy())
        return Mlp(body, head)

    x = rng.normal(size=(n, widths[0]))
    if task == "softmax":
        target = np.eye(widths[-1])[rng.permutation(n) % widths[-1]]
    elif task == "bce":
        target = (rng.random((n, widths[-1])) < 0.4) * 1.0
    else:
        target = rng.normal(size=(n, widths[-1]))
    label = bug or f"right {widths} n={n} wd={wd}"
    return Program(f"objects mlp {act} {task} {reduction} {label}", objective, backward, params, (x, target))


BUGGY = [
    (mlp, {"bug": "jacobian diagonal"}, ("softmax-diagonal",)),
    (mlp, {"bug": "sigmoid again", "task": "bce", "act": "silu"}, ("output-derivative-extra",)),
    (mlp, {"bug": "scalar error", "task": "squares", "act": "elu", "widths": (3, 5, 2)}, ("summed-error",)),
    (mlp, {"bug": "mean forgotten", "wd": 0.05, "act": "softplus"}, ("scale",)),
    (mlp, {"bug": "head input", "act": "softplus", "task": "squares"}, ("wrong-input",)),
    (mlp, {"bug": "head bias scalar", "task": "bce", "act": "tanh"}, ("bias-total-sum",)),
    (mlp, {"bug": "step", "act": "elu"}, ("weights-updated",)),
    (mlp, {"bug": "head untransposed", "widths": (5, 4, 4), "act": "silu"}, ("weights-not-transposed",)),
    (mlp, {"bug": "head omitted", "widths": (5, 6, 1), "task": "squares", "act": "gelu"}, ("weights-omitted",)),
    (mlp, {"bug": "slope at output", "act": "softplus"}, ("derivative-of-output",)),
    (mlp, {"bug": "slope at output", "act": "gelu", "task": "squares"}, ("derivative-of-output",)),
    (mlp, {"bug": "slope twice", "act": "silu"}, ("derivative-twice",)),
    (mlp, {"bug": "slope twice", "act": "elu", "task": "bce"}, ("derivative-twice",)),
    (mlp, {"bug": "slope dropped", "act": "gelu", "reduction": "sum"}, ("derivative-missing",)),
    (mlp, {"bug": "relu slope", "act": "softplus"}, ("derivative-wrong",)),
    (mlp, {"bug": "relu slope", "act": "elu", "task": "squares"}, ("derivative-wrong",)),
    (mlp, {"bug": "sigmoid slope", "act": "silu"}, ("derivative-wrong",)),
    (mlp, {"bug": "slope from delta", "act": "relu", "task": "bce"}, ("delta-mask",)),
    (mlp, {"bug": "x again", "widths": (5, 5, 4, 3), "act": "tanh"}, ("wrong-input",)),
    (mlp, {"bug": "bias axis", "act": "elu", "n": 13}, ("bias-wrong-axis",)),
    (mlp, {"bug": "bias keepdims", "task": "squares"}, ("bias-wrong-axis",)),
    (mlp, {"bug": "bias raw", "act": "relu"}, ("bias-not-summed",)),
    (mlp, {"bug": "bias scalar", "act": "silu", "reduction": "sum"}, ("bias-total-sum",)),
    (mlp, {"bug": "W0 zero", "act": "tanh"}, ("zero",)),
    (mlp, {"bug": "W0 negative", "act": "elu", "wd": 0.1}, ("sign",)),
    (mlp, {"bug": "W1 transposed", "widths": (3, 5, 5, 2)}, ("transposed",)),
    (mlp, {"bug": "W1 scaled", "act": "softplus", "task": "bce"}, ("scale",)),
    (mlp, {"bug": "last unit", "act": "silu", "task": "squares"}, ("skipped",)),
    (mlp, {"bug": "inner untransposed", "widths": (3, 6, 6, 2), "act": "gelu"}, ("weights-not-transposed",)),
    (mlp, {"bug": "list reversed", "widths": (5, 5, 5, 3), "act": "tanh"}, ("swapped-layers",)),
    (mlp, {"bug": "wd lost", "wd": 0.1, "act": "relu"}, ("decay-missing",)),
    (mlp, {"bug": "wd not doubled", "wd": 0.1}, ("decay-scale",)),
    (mlp, {"bug": "wd on bias", "wd": 0.2, "act": "silu"}, ("decay-on-bias",)),
    (mlp, {"bug": "decays in place", "wd": 0.1, "act": "elu"}, ("mutates",)),
    (mlp, {"bug": "dropped gradients", "act": "tanh"}, ("nondeterministic",)),
    (mlp, {"bug": "zero_grad forgotten", "act": "softplus"}, ("accumulates",)),
    (mlp, {"bug": "relu slope+W1 scaled", "act": "softplus"}, ("derivative-wrong", "scale")),
    (mlp, {"bug": "slope twice+head input", "act": "silu", "task": "squares"}, ("derivative-twice", "wrong-input")),
    (mlp, {"bug": "slope dropped+bias raw", "act": "gelu"}, ("derivative-missing", "bias-not-summed")),
]
RIGHT = [
    (mlp, {}),
    (mlp, {"act": "silu", "task": "bce", "reduction": "sum"}),
    (mlp, {"act": "softplus", "task": "squares", "wd": 0.2}),
    (mlp, {"act": "elu", "widths": (3, 4, 4, 4, 2), "n": 17}),
    (mlp, {"act": "relu", "widths": (8, 7, 2), "task": "bce", "n": 5}),
    (mlp, {"act": "identity", "widths": (4, 3, 2), "task": "squares"}),
    (mlp, {"act": "tanh", "widths": (2, 2, 2), "n": 2}),
]
