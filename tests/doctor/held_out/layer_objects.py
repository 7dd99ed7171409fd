"""Networks built from layer objects with forward and backward methods."""

import math

import numpy as np

from .program import Program


class Dense:
    """x W + b."""

    def forward(self, x):
        self.x = x
        self.out = x @ self.W + self.b
        return self.out

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = np.einsum("ij->j", grad)
        return grad @ self.W.T


class PerRowBias(Dense):
    """Sums the bias gradient along the other axis."""

    def backward(self, grad):
        back = super().backward(grad)
        self.db = grad.sum(axis=-1)
        return back


class Hoarder(Dense):
    """Adds to its gradients and nobody clears them."""

    def backward(self, grad):
        old = getattr(self, "dW", 0), getattr(self, "db", 0)
        back = super().backward(grad)
        self.dW, self.db = self.dW + old[0], self.db + old[1]
        return back


class Hasty(Dense):
    """Takes its step at once, before passing the error down."""

    rate = 0.0

    def backward(self, grad):
        super().backward(grad)
        return grad @ (self.W - self.rate * self.dW).T


class Confused(Dense):
    """Remembers its output where it should remember its input."""

    def backward(self, grad):
        back = super().backward(grad)
        if self.out.shape == self.x.shape:
            self.dW = self.out.T @ grad
        return back


class Act:
    """An activation from a value and a slope."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def forward(self, x):
        self.x = x
        return self.value(x)

    def backward(self, grad):
        return grad * self.slope(self.x)


class Dropout:
    """Drops units at every call."""

    def __init__(self, keep):
        self.keep, self.rng = keep, np.random.default_rng(8)

    def forward(self, x):
        self.mask = (self.rng.random(x.shape) < self.keep) / self.keep
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask


ERF = np.vectorize(math.erf)


def logistic(x):
    """Sigmoid by way of tanh."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def activation(kind):
    """A new activation layer."""
    if kind == "gelu":
        return Act(
            lambda x: 0.5 * x * (1 + ERF(x / 2**0.5)),
            lambda x: 0.5 * (1 + ERF(x / 2**0.5)) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        )
    if kind == "elu":
        return Act(
            lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
            lambda x: np.where(x > 0, 1.0, np.exp(np.minimum(x, 0))),
        )
    if kind == "swish":
        return Act(lambda x: x * logistic(x), lambda x: logistic(x) * (1 + x * (1 - logistic(x))))
    if kind == "softplus":
        return Act(lambda x: np.logaddexp(0, x), logistic)
    if kind == "sigmoid":
        return Act(logistic, lambda x: logistic(x) * (1 - logistic(x)))
    if kind == "tanh":
        return Act(np.tanh, lambda x: 1 / np.cosh(x) ** 2)
    return Act(lambda x: x.clip(0), lambda x: np.heaviside(x, 0))


def four_corners(n):
    """Four clouds, opposite corners share a class; one-hot labels."""
    rng = np.random.RandomState(1)
    corner = np.arange(n) % 4
    centre = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[corner]
    return centre + 0.3 * rng.randn(n, 2), np.eye(2)[corner % 2]


def rings(n):
    """Three rings, one inside another; one-hot labels."""
    rng = np.random.RandomState(2)
    which = np.arange(n) % 3
    r, t = 0.4 + 0.7 * which + 0.08 * rng.randn(n), rng.uniform(0, 2 * np.pi, n)
    return np.stack([r * np.sin(t), r * np.cos(t)], axis=1), np.eye(3)[which]


def strokes(n):
    """6 x 6 pictures, standardised: the lit third tells the class; one-hot labels."""
    rng = np.random.RandomState(3)
    which = np.arange(n) % 3
    img = 0.5 * rng.randn(n, 6, 6)
    for i, k in enumerate(which):
        img[i, 2 * k + rng.randint(2), :] += 1.5
    return img, np.eye(3)[which]


SETS = {"corners": four_corners, "rings": rings, "strokes": strokes}


def network(data="corners", n=120, widths=(12,), kind="relu", lr=0.3, gain=1.0, bug=None, optimizer=None, seed=0):
    """A stack of layers with softmax and cross-entropy; `bug` is the mistake in it."""
    X, Y = SETS[data](n)
    X = X * 1.0
    if bug == "deep sigmoid":
        kind, widths = "sigmoid", (10,) * 7
    elif bug == "hot start":
        gain = 6.0
    elif bug == "two hot":
        Y = np.maximum(Y, np.roll(Y, 1, axis=1))
    dense = {"hoard": Hoarder, "bias axis": PerRowBias, "hasty": Hasty, "own output": Confused}.get(bug, Dense)
    rng = np.random.RandomState(seed)
    dims = [X[0].size, *widths, Y.shape[1]]
    layers, params = [], []
    for i, (a, b) in enumerate(zip(dims, dims[1:])):
        layer = dense()
        layer.rate = lr
        layers.append(layer)
        params += [rng.randn(a, b) * gain * math.sqrt((2 if kind != "tanh" else 1) / a), np.zeros(b)]
        if i < len(dims) - 2:
            layers.append(activation(kind))
            if bug == "dropout":
                layers.append(Dropout(0.15))
    denses = [layer for layer in layers if isinstance(layer, Dense)]

    def logits(params, X):
        for layer, W, b in zip(denses, params[::2], params[1::2]):
            layer.W, layer.b = W, b
        out = X.reshape(-1, len(X)).T if bug == "reshape" else X.reshape(len(X), -1)
        for layer in layers:
            out = layer.forward(out)
        return out

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        if bug == "not divided":
            return np.exp(z.clip(-500, 500)) / z.shape[1]
        return e / e.sum(axis=1, keepdims=True)

    def log_softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    def loss(params, X, Y):
        z = logits(params, X)
        if bug == "not divided":
            return np.mean(np.sum(-Y * (z.clip(-500, 500) - np.log(z.shape[1])), axis=1))
        if bug == "softmax twice":
            z = softmax(z)
        return np.mean(np.sum(-Y * log_softmax(z), axis=1))

    def gradients(params, X, Y):
        z = logits(params, X)
        p = softmax(z)
        if bug == "not divided":
            error = -Y * (np.abs(z) < 500)
        elif bug == "softmax twice":
            q = np.exp(log_softmax(p))
            error = q - Y
            error = p * (error - (p * error).sum(axis=1, keepdims=True))
        elif bug == "two hot":
            error = p * Y.sum(axis=1, keepdims=True) - Y
        elif bug == "diagonal":
            error = -Y / p * p * (1 - p)
        elif bug == "in place":
            Y -= p
            error = -Y
        else:
            error = p - Y
        error = error / len(X)
        for layer in reversed(layers):
            error = layer.backward(error)
        return [g for layer in denses for g in (layer.dW, layer.db)]

    def predict(params, X):
        z = logits(params, X)
        return softmax(softmax(z)) if bug == "softmax twice" else softmax(z)

    def accuracy(params, X, Y):
        return float((predict(params, X).argmax(1) == Y.argmax(1)).mean())

    options = {"predict": predict, "accuracy": accuracy, "learning_rate": lr}
    if optimizer:
        memory = {"t": 0, "m": [0.0] * len(params), "v": [0.0] * len(params)}

        def adam(params, X, Y, lr):
            memory["t"] += 1
            new = []
            for i, (p, g) in enumerate(zip(params, gradients(params, X, Y))):
                memory["m"][i] = 0.9 * memory["m"][i] + 0.1 * g
                memory["v"][i] = 0.999 * memory["v"][i] + 0.001 * g * g
                m = memory["m"][i] / (1 - 0.9 ** memory["t"])
                new.append(p - lr * m / (np.sqrt(memory["v"][i] / (1 - 0.999 ** memory["t"])) + 1e-8))
            return new

        def rmsprop(params, X, Y, lr):
            new = []
            for i, (p, g) in enumerate(zip(params, gradients(params, X, Y))):
                memory["v"][i] = 0.9 * memory["v"][i] + 0.1 * g * g
                new.append(p - lr * g / (np.sqrt(memory["v"][i]) + 1e-6))
            return new

        options["step"] = {"adam": adam, "rmsprop": rmsprop}[optimizer]
    title = f"objects {data} {kind} {widths} {optimizer or 'sgd'} {bug or 'right'}"
    return Program(title, loss, gradients, params, X, Y, options)


BUGGY = [
    (network, {"data": "rings", "widths": (16,), "bug": "hoard", "lr": 1.0}, ("accumulates",)),
    (network, {"data": "corners", "bug": "in place", "lr": 0.3}, ("mutates",)),
    (network, {"data": "rings", "widths": (12, 12), "bug": "dropout", "lr": 0.2}, ("nondeterministic",)),
    (network, {"data": "rings", "widths": (12, 12), "bug": "hasty", "lr": 2.5, "kind": "tanh"}, ("weights-updated",)),
    (network, {"data": "rings", "widths": (8, 8, 8), "bug": "own output", "seed": 3}, ("wrong-input",)),
    (network, {"data": "rings", "widths": (10,), "bug": "diagonal"}, ("softmax-diagonal",)),
    # Its shape (m,) cannot be taken from a bias of k numbers: the first update stops the program.
    (network, {"data": "corners", "bug": "bias axis"}, ("bias-wrong-axis",)),
    (network, {"data": "corners", "bug": "not divided", "lr": 0.1}, ("probabilities",)),
    (network, {"data": "strokes", "bug": "reshape", "n": 240, "widths": (10,), "lr": 0.1}, ("samples-mixed",)),
    (network, {"data": "rings", "bug": "deep sigmoid", "lr": 0.3}, ("vanishing-gradients",)),
    # A start six times too large in five layers is the fault; gradients that grow layer by layer its effect.
    (
        network,
        {"data": "rings", "widths": (16,) * 5, "bug": "hot start", "lr": 0.05},
        ("exploding-gradients", "init-scale"),
    ),
    (network, {"data": "rings", "bug": "two hot", "widths": (12,)}, ("labels-one-hot",)),
    (network, {"data": "rings", "bug": "softmax twice", "widths": (12,), "lr": 0.3}, ("loss-activation-mismatch",)),
]

RIGHT = [
    (network, {"data": "corners", "widths": (12,), "lr": 0.3}),
    (network, {"data": "rings", "widths": (16,), "kind": "gelu", "lr": 0.5, "n": 90}),
    (network, {"data": "rings", "widths": (12, 12), "kind": "elu", "lr": 0.2, "seed": 2}),
    (network, {"data": "strokes", "widths": (12,), "kind": "swish", "lr": 0.2, "seed": 3}),
    (network, {"data": "rings", "widths": (16, 8), "kind": "tanh", "lr": 0.01, "optimizer": "adam", "seed": 4}),
    (network, {"data": "corners", "widths": (8, 8, 8), "kind": "relu", "lr": 0.003, "optimizer": "rmsprop", "seed": 5}),
    (network, {"data": "strokes", "widths": (), "lr": 0.3, "seed": 6}),
    (network, {"data": "corners", "widths": (6,), "kind": "softplus", "lr": 0.4, "seed": 7}),
]
