"""Right programs that learn: whatever is said of them, but for notes, is a false alarm."""

from collections.abc import Iterator

import numpy as np

from . import data
from .nets import STYLES, Net, Program
from .planted import _stepper, program


def programs() -> Iterator[Program]:
    digits, blobs, circle, curve, line = data.digits(), data.blobs(), data.circle(), data.curve(), data.line()
    for i, act in enumerate(("relu", "leaky", "tanh", "sigmoid", "softplus", "elu", "silu")):
        style = list(STYLES)[i % len(STYLES)]
        yield program(f"digits, {act}", (), style, Net((64, 16, 10), act), digits, options={"learning_rate": 0.1})
        yield program(f"circle, {act}", (), style, Net((2, 10, 1), act, "sigmoid"), circle, ask=i % 2 == 0)
        yield program(
            f"curve, {act}", (), style, Net((3, 16, 1), act, "squares"), curve, options={"learning_rate": 0.02}
        )
    yield program("softmax regression", (), "dict", Net((64, 10), "linear"), digits, options={"learning_rate": 0.5})
    yield program("softmax regression from zeros", (), "pairs", Net((4, 3), "linear"), blobs, scale=0.0)
    yield program("a line", (), "dict", Net((5, 1), "linear", "squares"), line, options={"learning_rate": 0.1})
    yield program("a noisy line", (), "theta", Net((2, 1), "linear", "squares"), data.line(200, 2, noise=1.0))
    yield program("logistic regression", (), "object", Net((4, 1), "linear", "sigmoid"),
                  (blobs[0], (blobs[2] == 0).astype(float)[:, None], None))  # fmt: skip
    yield program("xor", (), "dict", Net((2, 6, 1), "tanh", "sigmoid"), data.xor(), options={"learning_rate": 1.0})
    yield program("xor, squares", (), "pairs", Net((2, 6, 1), "sigmoid", "sigmoid-squares", total=True), data.xor())
    yield program("three layers", (), "dict", Net((64, 24, 16, 10), "relu"), digits)
    yield program("four layers", (), "columns", Net((4, 10, 10, 10, 3), "tanh"), blobs)
    yield program("two outputs", (), "object", Net((3, 16, 2), "tanh", "squares"), data.curve(outputs=2))
    yield program("decay", (), "dict", Net((64, 16, 10), "relu", lam=1e-3), digits)
    yield program("decay", (), "theta", Net((3, 12, 1), "tanh", "squares", lam=1e-2), curve)
    yield program("a sum", (), "pairs", Net((4, 8, 3), "tanh", total=True), blobs, options={"learning_rate": 0.005})
    yield program("noisy targets", (), "dict", Net((3, 12, 1), "tanh", "squares"), data.curve(noise=1.0))
    yield program("without biases", (), "dict", Net((64, 16, 10), "relu"), digits, bias=False)
    yield program(
        "small weights", (), "dict", Net((64, 16, 10), "tanh"), digits, scale=0.01, options={"learning_rate": 0.3}
    )
    yield program("big weights", (), "dict", Net((4, 8, 3), "relu"), blobs, scale=1.0)
    yield program(
        "pixels from 0 to 16", (), "dict", Net((64, 16, 10), "tanh"), (digits[0] * 16, *digits[1:]), scale=0.05
    )
    yield program("sigmoids for classes", (), "columns", Net((64, 16, 10), "sigmoid", "sigmoid"), digits)
    yield program("squares for classes", (), "dict", Net((4, 8, 3), "sigmoid", "sigmoid-squares"), blobs)
    p = program("with a step", (), "dict", Net((4, 8, 3), "tanh"), blobs, options={"learning_rate": 0.1})
    p.options["step"] = _stepper(p, -0.1)
    yield p
    p = program("with an accuracy", (), "pairs", Net((4, 8, 3), "relu"), blobs)
    p.options["accuracy"] = lambda params, X, y: 100 * np.mean(p.options["predict"](params, X) == y)
    yield p
    for name, style, net, made, rate in (
        ("digits", "dict", Net((64, 16, 10), "relu"), digits, 0.3),
        ("blobs", "theta", Net((4, 8, 3), "tanh"), blobs, 0.5),
        ("curve", "pairs", Net((3, 16, 1), "tanh", "squares"), curve, 0.1),
        ("circle", "object", Net((2, 10, 1), "sigmoid", "sigmoid"), circle, 1.0),
    ):
        yield _converged(f"converged, {name}", style, net, made, rate)


def _converged(name, style, net, made, rate):
    def change(layers, X, T, y):
        for _ in range(2000):
            grads = net.gradients(layers, X, T)
            layers = [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(layers, grads, strict=True)]
        return layers, X, T, y

    return program(name, (), style, net, made, change=change, options={"learning_rate": rate / 3})
