"""Programs as people write them, right ones and wrong ones.

In-sample: whoever wrote the namer wrote these too, so the figures they give flatter it.

A program is plain NumPy, without xnn: a network of one to four layers, forward and backward by hand, with one mistake
(or two) made on purpose where ``"<code>" in bug`` says so. ``STYLES`` are ways of laying out parameters and samples.
"""

from dataclasses import dataclass, field

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def softplus(z):
    return np.log(1 + np.exp(-np.abs(z))) + np.maximum(z, 0)


def gelu_t(z):
    return np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))


# name -> f(z), f'(z)
ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float)),
    "leaky": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (
        lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
        lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    ),
    "softplus": (softplus, sigmoid),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))),
    "gelu": (
        lambda z: 0.5 * z * (1 + gelu_t(z)),
        lambda z: (
            0.5 * (1 + gelu_t(z)) + 0.5 * z * (1 - gelu_t(z) ** 2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)
        ),
    ),
    "linear": (lambda z: z, np.ones_like),
}
WRONG_SLOPES = {  # what people write instead
    "sigmoid": lambda z, a: z * (1 - z),
    "tanh": lambda z, a: 1 - a,
    "relu": lambda z, a: np.log(1 + np.exp(a)),
    "leaky": lambda z, a: (z > 0) * 1.0,
    "elu": lambda z, a: np.where(z > 0, 1, a),
    "softplus": lambda z, a: a,
    "silu": lambda z, a: sigmoid(z),
    "gelu": lambda z, a: (z > 0) * 1.0,
}


@dataclass
class Spec:
    sizes: tuple = (4, 5, 3)
    act: str = "tanh"
    out: str = "softmax"  # softmax, sigmoid, linear, tanh
    cost: str = "ce"  # ce, bce, squares
    mean: bool = True
    half: bool = False  # a factor 1/2 on the squares
    lam: float = 0.0
    m: int = 7
    style: str = "dict"
    seed: int = 0
    bug: dict = field(default_factory=dict)  # code -> where or what
    bias_scale: float = 0.3


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def output(spec, z):
    return softmax(z) if spec.out == "softmax" else ACTIVATIONS[spec.out][0](z)


def forward(spec, layers, X):
    zs, activations = [], [X]
    for i, (W, b) in enumerate(layers):
        z = activations[-1] @ W
        if b is not None:
            z = z + b
        zs.append(z)
        activations.append(output(spec, z) if i == len(layers) - 1 else ACTIVATIONS[spec.act][0](z))
    return zs, activations


def cost_of(spec, layers, X, Y):
    m = len(X)
    p = forward(spec, layers, X)[1][-1]
    if spec.cost == "ce":
        total = -np.sum(Y * np.log(p))
    elif spec.cost == "bce":
        total = -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    else:
        total = np.sum((p - Y) ** 2) * (0.5 if spec.half else 1.0)
    total = total / m if spec.mean else total
    return total + spec.lam / 2 * sum(np.sum(W**2) for W, _ in layers)


def backward(spec, layers, X, Y):
    """Return dW (in, out) and db of each layer; db may have a wrong shape where the bug is there."""
    bug, m, L = spec.bug, len(X), len(layers)
    zs, a = forward(spec, layers, X)
    p, z = a[-1], zs[-1]
    K = Y.shape[1]
    # --- the output's delta
    if spec.cost == "squares":
        dy = (p - Y) * (1.0 if spec.half else 2.0)
    elif spec.cost == "bce":
        dy = (p - Y) / (p * (1 - p))
    else:
        dy = -Y / p
    if "summed-error" in bug:
        dy = np.sum(dy, axis=0, keepdims=True) if bug["summed-error"] == "rows" else np.sum(dy)
        dy = np.broadcast_to(dy, p.shape)
    if spec.out == "softmax" and spec.cost == "ce":
        delta = p - Y
        if "output-derivative-extra" in bug:
            delta = delta * p * (1 - p)
        if "softmax-diagonal" in bug:
            delta = dy * p * (1 - p)
        if "output-derivative-missing" in bug:
            delta = dy
        if "summed-error" in bug:
            delta = np.broadcast_to(np.sum(p - Y, axis=0, keepdims=True), p.shape)
    elif spec.out == "softmax":
        delta = p * (dy - np.sum(dy * p, axis=1, keepdims=True))
        if "softmax-diagonal" in bug:
            delta = dy * p * (1 - p)
        if "output-derivative-missing" in bug:
            delta = dy
    else:
        slope = ACTIVATIONS[spec.out][1](z)
        delta = dy * slope
        if "output-derivative-extra" in bug or bug.get("derivative-twice") == L - 1:
            delta = delta * slope
        if "output-derivative-missing" in bug:
            delta = dy
        if bug.get("derivative-of-output") in (L - 1, "all"):
            delta = dy * ACTIVATIONS[spec.out][1](p)
        if bug.get("derivative-wrong") == L - 1:
            delta = dy * WRONG_SLOPES[spec.out](z, p)
    if "sample-skipped" in bug:
        delta = delta.copy()
        delta[bug["sample-skipped"]] = 0
    if spec.mean:
        delta = delta / m
    if bug.get("sign") == "all":
        delta = -delta
    if "scale" in bug and bug["scale"][0] == "all":
        n = X.shape[1]
        delta = delta * eval(bug["scale"][1], {"m": m, "K": K, "n": n})
    # --- layer by layer
    dWs, dbs = [None] * L, [None] * L
    Ws = [W.copy() for W, _ in layers]
    for i in range(L - 1, -1, -1):
        if i < L - 1:
            W_up = Ws[i + 1]
            u = delta @ W_up.T
            if bug.get("weights-not-transposed") == i:
                u = delta @ W_up
            if bug.get("weights-omitted") == i:
                u = delta if delta.shape[1] == zs[i].shape[1] else np.repeat(delta, zs[i].shape[1], axis=1)
            slope = ACTIVATIONS[spec.act][1](zs[i])
            if bug.get("derivative-missing") in (i, "all"):
                slope = 1.0
            if bug.get("derivative-of-output") in (i, "all"):
                slope = ACTIVATIONS[spec.act][1](a[i + 1])
            if bug.get("derivative-twice") == i:
                slope = slope**2
            if bug.get("derivative-wrong") == i:
                slope = WRONG_SLOPES[spec.act](zs[i], a[i + 1])
            if bug.get("delta-mask") == i:
                slope = (u > 0).astype(float)
            delta = u * slope
            if bug.get("sign") == ("delta", i):
                delta = -delta
        a_in = a[i]
        if "wrong-input" in bug and bug["wrong-input"][0] == i:
            a_in = {"z": zs[i - 1], "own": a[i + 1], "X": X}[bug["wrong-input"][1]]
        dW = a_in.T @ delta
        db = delta.sum(axis=0)
        if bug.get("bias-not-summed") in (i, "all"):
            db = delta
        if bug.get("bias-wrong-axis") in (i, "all"):
            db = delta.sum(axis=1)
        if bug.get("bias-total-sum") in (i, "all"):
            db = np.full_like(db, delta.sum())
        if bug.get("bias-mean") == i:
            db = delta.mean(axis=0)
        if bug.get("sign") == ("W", i):
            dW = -dW
        if bug.get("sign") == ("b", i):
            db = -db
        if "scale" in bug and bug["scale"][0] in (("W", i), ("b", i)):
            c = eval(bug["scale"][1], {"m": m, "K": K, "n": X.shape[1]})
            dW, db = (dW * c, db) if bug["scale"][0][0] == "W" else (dW, db * c)
        # weight decay
        decay = spec.lam
        if bug.get("decay-missing") in (i, "all"):
            decay = 0.0
        if "decay-scale" in bug and bug["decay-scale"][0] in (i, "all"):
            decay = bug["decay-scale"][1] * spec.lam
        dW = dW + decay * layers[i][0]
        if "decay-on-bias" in bug and bug["decay-on-bias"] in (i, "all"):
            db = db + (spec.lam or 0.1) * layers[i][1]
        if bug.get("zero") == ("W", i):
            dW = np.zeros_like(dW)
        if bug.get("zero") == ("b", i):
            db = np.zeros_like(db)
        if "skipped" in bug and bug["skipped"][0] == i:
            where = bug["skipped"][1]
            if where == "row":
                dW[0] = 0
            elif where == "column":
                dW[:, -1] = 0
            elif where == "entry":
                dW[0, 0] = 0
            else:
                db = db.copy()
                db[-1] = 0
        if bug.get("transposed") == i:
            dW = dW.T
        if "unknown" in bug and bug["unknown"] == i:
            dW = dW * (1 + 0.3 * np.sin(np.arange(dW.size)).reshape(dW.shape))
        if bug.get("weights-updated") is not None and bug["weights-updated"][0] == i:
            Ws[i] = Ws[i] - bug["weights-updated"][1] * dW
        dWs[i], dbs[i] = dW, db
    if "swapped-layers" in bug:
        i, j = bug["swapped-layers"]
        dWs[i], dWs[j] = dWs[j], dWs[i]
    return dWs, dbs
