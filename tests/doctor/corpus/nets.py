"""Networks as people write them, in plain NumPy, with one mistake made on purpose where `bug` says so.

In-sample: whoever wrote the doctor wrote these, so the figures they give flatter it. A network is a list of (W, b);
``STYLES`` are ways of laying parameters and samples out.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Program:
    name: str
    loss: Any
    gradients: Any
    params: Any
    X: Any
    y: Any
    planted: tuple = ()
    options: dict = field(default_factory=dict)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "leaky": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "softplus": (lambda z: np.log1p(np.exp(-abs(z))) + np.maximum(z, 0), sigmoid),
    "elu": (
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
    ),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "linear": (lambda z: z, np.ones_like),
}
WRONG = {
    "sigmoid": lambda z: sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))),
    "tanh": lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
    "relu": lambda z: np.log1p(np.exp(np.maximum(z, 0))),
}


@dataclass
class Net:
    """What a program computes; X and T in rows."""

    sizes: tuple
    act: str = "tanh"
    head: str = (
        "softmax"  # softmax (cross-entropy), sigmoid (binary cross-entropy), squares, sigmoid-squares, tanh-squares
    )
    lam: float = 0.0
    total: bool = False  # a sum over samples instead of a mean
    bug: str = ""
    rate: float = 0.1

    def init(self, rng, scale=None, bias=True):
        layers = []
        for i, (n, k) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            std = np.sqrt((2 if "elu" in self.act and i < len(self.sizes) - 2 else 1) / n) if scale is None else scale
            layers.append((rng.normal(size=(n, k)) * std, np.zeros(k) if bias else None))
        return layers

    def hidden(self, layers, X):
        f = ACTIVATIONS[self.act][0]
        a, zs = [X], []
        for i, (W, b) in enumerate(layers):
            zs.append(a[-1] @ W + (0 if b is None else b))
            a.append(f(zs[-1]) if i < len(layers) - 1 else zs[-1])
        return a, zs

    def output(self, z):
        if self.head == "softmax":
            if self.bug == "softmax axis":
                return softmax(z, axis=0)
            if self.bug == "softmax all":
                return np.exp(z) / np.exp(z).sum()
            if self.bug == "softmax twice":
                return softmax(softmax(z))
            if self.bug == "no normalisation":
                return np.exp(z)
            return softmax(z)
        if self.head in ("sigmoid", "sigmoid-squares"):
            return sigmoid(z)
        return {"tanh-squares": np.tanh, "relu-squares": ACTIVATIONS["relu"][0]}.get(self.head, lambda z: z)(z)

    def loss(self, layers, X, T):
        y = self.output(self.hidden(layers, X)[0][-1])
        m = len(X)
        if self.bug == "broadcast":
            T = T.reshape(-1)
        if self.head == "softmax":
            data = -np.sum(T * np.log(y + (1e-12 if self.bug != "no normalisation" else 0)))
        elif self.head == "sigmoid":
            data = -np.sum(T * np.log(y) + (1 - T) * np.log(1 - y))
        else:
            data = np.sum((y - T) ** 2)
        if self.bug == "broadcast":
            data /= m
        count = {"features": X.shape[1], "m twice": m * m}.get(self.bug, 1 if self.total else m)
        return data / count + self.lam / 2 * sum(np.sum(W * W) for W, _ in layers)

    def delta(self, y, z, T):
        if self.head == "softmax":
            return y * T.sum(axis=1, keepdims=True) - T
        if self.head == "sigmoid":
            return y - T
        slope = {"sigmoid-squares": y * (1 - y), "tanh-squares": 1 - y**2, "relu-squares": (z > 0) * 1.0}.get(
            self.head, 1.0
        )
        if self.bug == "broadcast":
            return 2 * (len(y) * y - T.sum()) * slope / len(y)
        return 2 * (y - T) * slope

    def gradients(self, layers, X, T):
        a, zs = self.hidden(layers, X)
        df = ACTIVATIONS[self.act][1]
        y = self.output(zs[-1])
        m = len(X)
        delta = self.delta(y, zs[-1], T)
        if self.bug == "softmax axis":
            delta = y * T.sum(axis=0, keepdims=True) - T
        elif self.bug == "softmax all":
            delta = y * T.sum() - T
        elif self.bug == "softmax twice":
            p = softmax(zs[-1])
            d = y - T
            delta = p * (d - np.sum(d * p, axis=1, keepdims=True))
        elif self.bug == "no normalisation":
            delta = -T + 0 * y
        elif self.bug == "sign":
            delta = -delta
        elif self.bug == "derivative extra":
            delta = delta * y * (1 - y)
        elif self.bug == "summed":
            delta = np.sum(delta, axis=0, keepdims=True) * np.ones_like(y)
        delta = delta / {"features": X.shape[1], "m twice": m * m, "no m": 1, "features in g": X.shape[1]}.get(
            self.bug, 1 if self.total else m
        )
        grads = []
        for i in range(len(layers) - 1, -1, -1):
            W, b = layers[i]
            source = a[i]
            if self.bug == "own output" and i == 1:
                source = zs[0]
            dW, db = source.T @ delta + self.lam * W, delta.sum(axis=0)
            if self.bug == "decay missing":
                dW = source.T @ delta
            elif self.bug == "bias axis":
                db = delta.sum(axis=1)
            elif self.bug == "bias per sample":
                db = delta
            elif self.bug == "bias total":
                db = np.full_like(b, delta.sum())
            elif self.bug == "zero first" and i == 0:
                dW = np.zeros_like(dW)
            grads.append((dW, None if b is None else db))
            if i:
                slope = df(zs[i - 1])
                if self.bug == "slope of output":
                    slope = WRONG[self.act](zs[i - 1])
                elif self.bug == "no slope":
                    slope = 1.0
                delta = (delta @ W.T) * slope
        return grads[::-1]


def one_hot(labels, k):
    return np.eye(k)[labels]


def as_dict(net, layers, X, T, y, **given):
    """{"W1", "b1"}, samples in rows, targets as the network wants them."""

    def unpack(p):
        return [(p[f"W{i + 1}"], p.get(f"b{i + 1}")) for i in range(len(layers))]

    def pack(grads):
        return {
            f"{n}{i + 1}": part
            for i, pair in enumerate(grads)
            for n, part in zip("Wb", pair, strict=True)
            if part is not None
        }

    def loss(p, X, T):
        return net.loss(unpack(p), X, T)

    def gradients(p, X, T):
        return pack(net.gradients(unpack(p), X, T))

    def predict(p, X):
        return net.output(net.hidden(unpack(p), X)[0][-1])

    return loss, gradients, pack(layers), X, T, predict


def as_pairs(net, layers, X, T, y, **given):
    """[(W, b)], with the labels as they are where there are classes."""
    classes = T.shape[1]
    as_labels = net.head == "softmax" and y is not None

    def targets(y):
        return one_hot(y, classes) if as_labels else y

    def loss(params, X, y):
        return net.loss(params, X, targets(y))

    def gradients(params, X, y):
        return net.gradients(params, X, targets(y))

    def predict(params, X):
        z = net.hidden(params, X)[0][-1]
        return np.argmax(z, axis=1) if as_labels else net.output(z)

    return loss, gradients, layers, X, y if as_labels else T, predict


def as_columns(net, layers, X, T, y, **given):
    """{"W1": (out, in), "b1": (out, 1)}, samples in columns."""

    def unpack(p):
        return [(p[f"W{i + 1}"].T, p[f"b{i + 1}"].ravel()) for i in range(len(layers))]

    def loss(p, X, T):
        return net.loss(unpack(p), X.T, T.T)

    def gradients(p, X, T):
        out = {}
        for i, (dW, db) in enumerate(net.gradients(unpack(p), X.T, T.T)):
            out[f"W{i + 1}"] = dW.T
            out[f"b{i + 1}"] = db.T if db.ndim == 2 else db.reshape(-1, 1)
        return out

    def predict(p, X):
        return net.output(net.hidden(unpack(p), X.T)[0][-1]).T

    params = {}
    for i, (W, b) in enumerate(layers):
        params[f"W{i + 1}"], params[f"b{i + 1}"] = W.T.copy(), b.reshape(-1, 1)
    return loss, gradients, params, X.T.copy(), T.T.copy(), predict


def as_theta(net, layers, X, T, y, **given):
    """One vector: Theta (out, 1 + in) after Theta, the bias in column 0."""
    shapes = [(W.shape[1], 1 + W.shape[0]) for W, _ in layers]

    def unpack(theta):
        found, at = [], 0
        for k, n in shapes:
            part = theta[at : at + k * n].reshape(k, n)
            found.append((part[:, 1:].T, part[:, 0]))
            at += k * n
        return found

    def pack(pairs):
        return np.concatenate([np.column_stack([db, dW.T]).ravel() for dW, db in pairs])

    def loss(theta, X, T):
        return net.loss(unpack(theta), X, T)

    def gradients(theta, X, T):
        return pack(net.gradients(unpack(theta), X, T))

    def predict(theta, X):
        return net.output(net.hidden(unpack(theta), X)[0][-1])

    return loss, gradients, pack(layers), X, T, predict


class Object:
    """A network as an object: the parameters are what its lists hold."""

    def __init__(self, net):
        self.net = net

    def cost(self, weights, X, T):
        return self.net.loss(list(zip(weights[0], weights[1], strict=True)), X, T)

    def backprop(self, weights, X, T):
        grads = self.net.gradients(list(zip(weights[0], weights[1], strict=True)), X, T)
        return [[dW for dW, _ in grads], [db for _, db in grads]]

    def predict(self, weights, X):
        return self.net.output(self.net.hidden(list(zip(weights[0], weights[1], strict=True)), X)[0][-1])


def as_object(net, layers, X, T, y, **given):
    """[[W1, W2], [b1, b2]], methods of an object."""
    network = Object(net)
    return network.cost, network.backprop, [[W for W, _ in layers], [b for _, b in layers]], X, T, network.predict


STYLES = {"dict": as_dict, "pairs": as_pairs, "columns": as_columns, "theta": as_theta, "object": as_object}
