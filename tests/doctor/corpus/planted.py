"""Programs with a fault on purpose, and its codes: any of them is right to be named first."""

from collections.abc import Callable, Iterator

import numpy as np

from . import data
from .nets import STYLES, Net, Program


def program(name, planted, style, net, made, seed=0, change=None, scale=None, bias=True, options=None, ask=True):
    """Make a program; `change(layers, X, T)` plants what is not in the formulas."""
    X, T, y = made
    X, T = X.copy(), T.copy()
    layers = net.init(np.random.default_rng(seed), scale, bias)
    if change is not None:
        layers, X, T, y = change(layers, X, T, y)
    loss, gradients, params, X, y, predict = STYLES[style](net, layers, X, T, y)
    options = dict(options or {})
    if ask:
        options["predict"] = predict
    return Program(f"{name} ({style})", loss, gradients, params, X, y, planted, options)


def scaled(factor, shift=0.0) -> Callable:
    return lambda layers, X, T, y: (layers, X * factor + shift, T, y)


def weights(change) -> Callable:
    return lambda layers, X, T, y: ([(change(W, i), b) for i, (W, b) in enumerate(layers)], X, T, y)


def biases(value) -> Callable:
    def change(layers, X, T, y):
        return [(W, np.full_like(b, value) if i < len(layers) - 1 else b) for i, (W, b) in enumerate(layers)], X, T, y

    return change


def targets(change) -> Callable:
    def plant(layers, X, T, y):
        T = change(T)
        return layers, X, T, None if y is None else np.argmax(T, axis=1)

    return plant


def hole(layers, X, T, y):
    X[3, 1] = np.nan
    return layers, X, T, y


def shorter(layers, X, T, y):
    return layers, X, T[:-5], y[:-5]


def doubled(layers, X, T, y):
    T[::4, 0] = 1
    return layers, X, T, y


def sure(layers, X, T, y):
    W, b = layers[-1]
    return [*layers[:-1], (W, b + 40.0 * (np.arange(len(b)) == 3))], X, T, y


def imbalanced(layers, X, T, y):
    keep = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:1]])
    return layers, X[keep], T[keep][:, :2], y[keep]


DIGITS = Net((64, 16, 10), "relu", "softmax")
BLOBS = Net((4, 8, 3), "tanh", "softmax")
CIRCLE = Net((2, 8, 1), "tanh", "sigmoid")
CURVE = Net((3, 12, 1), "tanh", "squares")


def with_bug(net, bug, **more):
    return Net(**{**vars(net), "bug": bug, **more})


def programs() -> Iterator[Program]:
    yield from _losses()
    yield from _gradients()
    yield from _inputs()
    yield from _starts()
    yield from _rates()
    yield from _others()


def _losses():
    digits, blobs, circle, curve = data.digits(), data.blobs(), data.circle(), data.curve()
    yield program("softmax over the samples", ("samples-mixed",), "dict", with_bug(DIGITS, "softmax axis"), digits)
    yield program(
        "softmax over the samples", ("samples-mixed",), "columns", with_bug(BLOBS, "softmax axis"), blobs, ask=False
    )
    yield program(
        "softmax over everything", ("samples-mixed", "probabilities"), "theta", with_bug(BLOBS, "softmax all"), blobs
    )
    yield program("(n, 1) - (n,)", ("loss-broadcast",), "dict", with_bug(CURVE, "broadcast"), curve)
    yield program(
        "(n, 1) - (n,)", ("loss-broadcast",), "object", with_bug(CIRCLE, "broadcast", head="sigmoid-squares"), circle
    )
    yield program(
        "(n, 1) - (n,)", ("loss-broadcast",), "theta", with_bug(CURVE, "broadcast", act="relu"), curve, ask=False
    )
    yield program("divided by the features", ("loss-scale",), "dict", with_bug(DIGITS, "features"), digits)
    yield program("divided by the features", ("loss-scale",), "columns", with_bug(BLOBS, "features"), blobs)
    yield program("divided by m twice", ("loss-scale",), "pairs", with_bug(BLOBS, "m twice"), blobs)
    yield program("divided by m twice", ("loss-scale",), "theta", with_bug(CURVE, "m twice"), curve, ask=False)
    yield program("softmax twice", ("loss-activation-mismatch",), "dict", with_bug(DIGITS, "softmax twice"), digits)
    yield program(
        "softmax twice", ("loss-activation-mismatch",), "object", with_bug(BLOBS, "softmax twice"), blobs, ask=False
    )
    yield program("exp without a sum", ("probabilities",), "dict", with_bug(BLOBS, "no normalisation"), blobs)
    yield program("sigmoid for -1 and 1", ("loss-activation-mismatch",), "pairs",
                  Net((3, 8, 1), "tanh", "sigmoid-squares"), data.curve())  # fmt: skip
    yield program("relu for negative targets", ("loss-activation-mismatch",), "dict",
                  Net((5, 8, 1), "tanh", "relu-squares"), data.line())  # fmt: skip
    yield program("tanh for targets of 20", ("loss-activation-mismatch",), "object",
                  Net((3, 8, 1), "tanh", "tanh-squares"), data.curve(), change=targets(lambda T: 20 * T))  # fmt: skip
    yield program(
        "softmax over one unit", ("loss-activation-mismatch",), "dict", Net((2, 8, 1), "tanh", "softmax"), circle
    )


def _gradients():
    digits, blobs, circle, curve = data.digits(), data.blobs(), data.circle(), data.curve()
    yield program("sign", ("sign",), "dict", with_bug(DIGITS, "sign"), digits)
    yield program("sign", ("sign",), "theta", with_bug(CIRCLE, "sign"), circle, ask=False)
    yield program("1/m missing", ("scale",), "pairs", with_bug(BLOBS, "no m"), blobs)
    yield program("m is the number of features", ("scale",), "columns", with_bug(BLOBS, "features in g"), blobs)
    yield program("biases over units", ("bias-wrong-axis", "shape"), "dict", with_bug(BLOBS, "bias axis"), blobs)
    yield program("biases not summed", ("bias-not-summed",), "object", with_bug(CURVE, "bias per sample"), curve)
    yield program("biases summed to one number", ("bias-total-sum",), "dict", with_bug(BLOBS, "bias total"), blobs)
    yield program(
        "slope of the output",
        ("derivative-of-output",),
        "dict",
        with_bug(CIRCLE, "slope of output", act="sigmoid"),
        circle,
    )
    yield program("slope of the output", ("derivative-of-output",), "pairs", with_bug(CURVE, "slope of output"), curve)
    yield program(
        "softplus for relu's slope", ("derivative-wrong",), "object", with_bug(DIGITS, "slope of output"), digits
    )
    yield program("no slope", ("derivative-missing",), "columns", with_bug(CIRCLE, "no slope"), circle)
    yield program("slope too many", ("output-derivative-extra",), "dict", with_bug(CIRCLE, "derivative extra"), circle)
    yield program("decay left out", ("decay-missing",), "theta", with_bug(BLOBS, "decay missing", lam=0.1), blobs)
    yield program("layer's own output", ("wrong-input",), "dict", with_bug(Net((4, 8, 3), "tanh"), "own output"), blobs)
    yield program("first layer never", ("zero",), "pairs", with_bug(BLOBS, "zero first"), blobs)
    yield program("one summed error", ("summed-error",), "dict", with_bug(CIRCLE, "summed"), circle)


def _inputs():
    digits, blobs, curve = data.digits(), data.blobs(), data.curve()
    yield program("bytes", ("input-scale",), "dict", DIGITS, digits, change=scaled(255.0))
    yield program(
        "bytes", ("input-scale",), "columns", Net((64, 16, 10), "tanh"), digits, change=scaled(255.0), ask=False
    )
    yield program(
        "bytes", ("input-scale",), "theta", Net((64, 16, 10), "sigmoid"), data.digits(100), change=scaled(255.0)
    )
    yield program("far from 0", ("input-scale",), "dict", BLOBS, blobs, change=scaled(1.0, 100.0))
    yield program("tiny", ("input-scale",), "pairs", CURVE, curve, change=scaled(1e-4))
    yield program("one big feature", ("input-scale",), "object", CURVE, curve,
                  change=lambda layers, X, T, y: (layers, X * np.array([1.0, 1e4, 1.0]), T, y))  # fmt: skip
    yield program("a hole", ("input-not-finite",), "dict", BLOBS, blobs, change=hole)
    yield program("a hole", ("input-not-finite",), "columns", CURVE, curve, change=hole)
    yield program("one image for all", ("input-constant",), "dict", DIGITS, digits,
                  change=lambda layers, X, T, y: (layers, np.repeat(X[:1], len(X), axis=0), T, y))  # fmt: skip
    yield program("fewer labels", ("labels-shape",), "pairs", BLOBS, blobs, change=shorter)
    yield program("labels 1 to 3 for 3 outputs", ("labels-range",), "pairs", BLOBS, blobs,
                  change=lambda layers, X, T, y: (layers, X, T, y + 1))  # fmt: skip
    yield program("a label -1", ("labels-range",), "pairs", BLOBS, blobs,
                  change=lambda layers, X, T, y: (layers, X, T, np.where(y == 2, -1, y)))  # fmt: skip
    yield program("two ones a row", ("labels-one-hot",), "dict", BLOBS, blobs, change=doubled)
    yield program("98% of one class", ("class-imbalance",), "pairs", Net((4, 8, 2)), data.blobs(150), change=imbalanced)


def _starts():
    digits, blobs, circle, curve = data.digits(), data.blobs(), data.circle(), data.curve()
    yield program("zeros", ("zero-init",), "dict", DIGITS, digits, change=weights(lambda W, i: 0 * W))
    yield program("zeros", ("zero-init",), "theta", CIRCLE, circle, change=weights(lambda W, i: 0 * W), ask=False)
    yield program("ones", ("symmetric-init",), "pairs", BLOBS, blobs, change=weights(lambda W, i: 0 * W + 1))
    yield program("halves", ("symmetric-init",), "columns", CURVE, curve, change=weights(lambda W, i: 0 * W + 0.5))
    yield program("weights of 30", ("init-scale", "saturated-units"), "dict", BLOBS, blobs, scale=30.0)
    yield program(
        "weights of 20", ("init-scale", "saturated-units"), "object", Net((64, 16, 10), "sigmoid"), digits, scale=20.0
    )
    yield program("weights of 50", ("init-scale",), "pairs", DIGITS, digits, scale=50.0)
    yield program("weights of 1e-5", ("init-scale",), "dict", DIGITS, digits, scale=1e-5)
    yield program("weights of 1e-5", ("init-scale",), "theta", CIRCLE, circle, scale=1e-5)
    yield program("biases of -20", ("dead-units",), "dict", DIGITS, digits, change=biases(-20.0))
    yield program(
        "biases of -50", ("dead-units",), "columns", Net((3, 12, 1), "relu", "squares"), curve, change=biases(-50.0)
    )
    yield program("biases of 15", ("saturated-units",), "dict", CIRCLE, circle, change=biases(15.0))
    yield program("biases of 12", ("saturated-units",), "pairs", Net((4, 8, 3), "sigmoid"), blobs, change=biases(12.0))
    yield program("ten sigmoids deep", ("vanishing-gradients",), "dict", Net((4, *[8] * 10, 3), "sigmoid"), blobs)
    yield program(
        "eight sigmoids deep", ("vanishing-gradients",), "pairs", Net((2, *[6] * 9, 1), "sigmoid", "sigmoid"), circle
    )
    yield program("eight layers, too steep", ("exploding-gradients", "init-scale"), "object",
                  Net((4, *[8] * 8, 3), "relu"), blobs, scale=2.5)  # fmt: skip


def _rates():
    digits, blobs, curve = data.digits(), data.blobs(), data.curve()
    yield program("rate 1000", ("learning-rate-high",), "dict", DIGITS, digits, options={"learning_rate": 1000.0})
    yield program("rate 50", ("learning-rate-high",), "pairs", CURVE, curve, options={"learning_rate": 50.0})
    yield program(
        "rate 3 for a line",
        ("learning-rate-high",),
        "dict",
        Net((5, 1), "linear", "squares"),
        data.line(),
        options={"learning_rate": 3.0},
    )
    yield program(
        "rate 1 for a sum",
        ("learning-rate-high",),
        "columns",
        Net((3, 12, 1), "tanh", "squares", total=True),
        curve,
        options={"learning_rate": 1.0},
    )
    yield program("rate 1e-8", ("learning-rate-low",), "dict", BLOBS, blobs, options={"learning_rate": 1e-8})
    yield program("rate 1e-7", ("learning-rate-low",), "theta", CURVE, curve, options={"learning_rate": 1e-7})
    for name, style, net, made in (("dict", "dict", BLOBS, blobs), ("pairs", "pairs", CURVE, curve)):
        p = program(f"a step that adds, {name}", ("ascending",), style, net, made)
        p.options["step"] = _stepper(p, +0.1)
        yield p
    p = program("a step that rebinds", ("zero",), "dict", BLOBS, blobs)
    p.options["step"] = _rebinding(p, 0.1)
    yield p
    p = program("a step that is too long", ("learning-rate-high",), "dict", CURVE, curve)
    p.options["step"] = _stepper(p, -20.0)
    yield p


def _stepper(p, rate):
    def step(params, X, y):
        grads = p.gradients(params, X, y)
        if isinstance(params, dict):
            for name in params:
                params[name] += rate * grads[name]
        else:
            for (W, b), (dW, db) in zip(params, grads, strict=True):
                W += rate * dW
                b += rate * db

    return step


def _rebinding(p, rate):
    def step(params, X, y):
        grads = p.gradients(params, X, y)
        for name, value in params.items():
            value = value - rate * grads[name]
        return params

    return step


def _others():
    digits, blobs, circle, curve = data.digits(), data.blobs(), data.circle(), data.curve()
    yield program("a decay of 50", ("decay-dominates",), "dict", Net((4, 8, 3), "tanh", lam=50.0), blobs)
    yield program("a decay of 10", ("decay-dominates",), "theta", Net((3, 12, 1), "tanh", "squares", lam=10.0), curve)
    yield program("no hidden layer for xor", ("cannot-overfit",), "dict", Net((2, 1), "linear", "sigmoid"), data.xor())
    yield program(
        "linear layers for circles", ("cannot-overfit",), "pairs", Net((2, 8, 1), "linear", "sigmoid"), circle
    )
    yield program("one hidden unit for xor", ("cannot-overfit",), "dict", Net((2, 1, 1), "tanh", "sigmoid"), data.xor())
    yield program("prices", ("labels-range",), "pairs", CURVE, curve, change=targets(lambda T: 50000 + 20000 * T))
    yield program("sure of one class", ("initial-loss",), "dict", DIGITS, digits, change=sure)
    x = np.linspace(-1, 1, 20)[:, None]
    yield program("a line through 0 for 5 and more", ("no-bias",), "dict", Net((1, 1), "linear", "squares"),
                  (x, 5 + 0.3 * x, None), bias=False)  # fmt: skip
    p = program("counts ten rows", ("accuracy-wrong",), "dict", BLOBS, blobs)
    p.options["accuracy"] = lambda params, X, T: np.mean(
        p.options["predict"](params, X)[:10].argmax(1) == T[:10].argmax(1)
    )
    yield p
    q = program("(n, 1) == (n,)", ("accuracy-wrong",), "dict", CIRCLE, circle)
    q.options["accuracy"] = lambda params, X, T: np.mean((q.options["predict"](params, X) > 0.5) == T.reshape(-1))
    yield q
