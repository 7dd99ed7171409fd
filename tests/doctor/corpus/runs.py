"""Runs, recorded step by step: sick ones with the codes that are right to be named first, and healthy ones."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from . import data
from .nets import ACTIVATIONS, Net


class Run(NamedTuple):
    name: str
    records: list
    planted: tuple = ()


def sgd(rate, momentum=0.0):
    def rule(state, g):
        state = momentum * state + g
        return state, -rate * state

    return rule


def adam(rate):
    def rule(state, g):
        m, v, t = state if isinstance(state, tuple) else (0 * g, 0 * g, 0)
        m, v, t = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g, t + 1
        return (m, v, t), -rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)

    return rule


def train(name, net, made, rule, steps=150, batch=None, seed=0, what="loss params gradients activations", planted=(),
          scale=None, change=None, held=None, sign=1.0, after=False, every=1):  # fmt: skip
    """Train, and keep what `record` would be given; `after` records when the step is made."""
    X, T, _ = made
    rng = np.random.default_rng(seed)
    layers = net.init(rng, scale)
    if change is not None:
        layers = change(layers)
    states, records = {}, []
    for step in range(steps):
        some = slice(None) if batch is None else rng.permutation(len(X))[:batch]
        with np.errstate(all="ignore"):
            grads = net.gradients(layers, X[some], T[some])
            a, _ = net.hidden(layers, X[some])
            record = {"loss": net.loss(layers, X[some], T[some]), "gradients": grads, "activations": a[1:-1]}
            if held is not None and step % 5 == 0:
                record["validation_loss"] = net.loss(layers, *held)
            new = []
            for i, (pair, slopes) in enumerate(zip(layers, grads, strict=True)):
                moved = []
                for j, (p, g) in enumerate(zip(pair, slopes, strict=True)):
                    states[i, j], change_ = rule(states.get((i, j), 0.0), sign * g)
                    moved.append(p + change_)
                new.append(tuple(moved))
        record["params"] = new if after else layers
        layers = new
        if step % every == 0:
            records.append({key: value for key, value in record.items() if key in what or key == "validation_loss"})
    return Run(name, records, planted)


def biases(value):
    return lambda layers: [(W, np.full_like(b, value) if i < len(layers) - 1 else b) for i, (W, b) in enumerate(layers)]


EVERYTHING, LOSS = "loss params gradients activations", "loss"
DIGITS, BLOBS = Net((64, 16, 10), "relu"), Net((4, 8, 3), "tanh")
CIRCLE, CURVE = Net((2, 8, 1), "tanh", "sigmoid"), Net((3, 12, 1), "tanh", "squares")


def sick() -> Iterator[Run]:
    digits, blobs, circle, curve, line = data.digits(), data.blobs(), data.circle(), data.curve(), data.line()
    high = ("learning-rate-high", "diverging", "oscillating")
    yield train("a line at rate 1.2", Net((5, 1), "linear", "squares"), line, sgd(1.2), planted=high)
    yield train(
        "a line at rate 1.2, loss alone",
        Net((5, 1), "linear", "squares"),
        line,
        sgd(1.2),
        what=LOSS,
        planted=("diverging",),
    )
    yield train("a curve at rate 2, after the step", CURVE, curve, sgd(2.0), after=True, planted=high)
    yield train(
        "a curve at rate 0.7, loss alone", CURVE, curve, sgd(0.9), what=LOSS, planted=("diverging", "oscillating")
    )
    yield train(
        "a curve, small batches, rate 5",
        CURVE,
        curve,
        sgd(5.0),
        batch=16,
        planted=(*high, "exploding-gradients", "saturated-units"),
    )
    yield train("ascending", BLOBS, blobs, sgd(0.1), sign=-1.0, planted=("ascending",))
    yield train("ascending, after the step", CURVE, curve, sgd(0.002), sign=-1.0, after=True, planted=("ascending",))
    yield train("ascending, loss alone", DIGITS, digits, sgd(0.01), sign=-1.0, what=LOSS, planted=("ascending",))
    yield train("ascending, Adam", CIRCLE, circle, adam(0.002), sign=-1.0, planted=("ascending",))
    yield train("rate 1e-9", BLOBS, blobs, sgd(1e-9), planted=("learning-rate-low",))
    yield train("rate 1e-8, Adam", DIGITS, digits, adam(1e-8), batch=32, planted=("learning-rate-low",))
    yield train("rate 1e-7, loss alone", CURVE, curve, sgd(1e-7), what=LOSS, planted=("plateau",))
    yield train("dead from the start", DIGITS, digits, sgd(0.1), change=biases(-20.0), planted=("dead-units",))
    yield train(
        "dead from the start, Adam",
        Net((4, 8, 3), "relu"),
        blobs,
        adam(0.001),
        change=biases(-30.0),
        planted=("dead-units",),
    )
    yield train("saturated", Net((4, 8, 3), "sigmoid"), blobs, sgd(0.01), scale=30.0, planted=("saturated-units",))
    yield train("saturated by biases", CIRCLE, circle, sgd(0.05), change=biases(12.0), planted=("saturated-units",))
    yield train(
        "ten sigmoids deep", Net((4, *[8] * 9, 3), "sigmoid"), blobs, sgd(0.1), planted=("vanishing-gradients",)
    )
    yield train("zeros", CURVE, curve, sgd(0.0001), scale=0.0, what=LOSS, planted=("plateau", "learning-rate-low"))
    yield train("all of it decay", Net((4, 8, 3), "tanh", lam=20.0), blobs, sgd(0.02), planted=("decay-dominates",))
    few = tuple(part[:12] for part in digits[:2])
    yield train("twelve digits overfit", Net((64, 64, 10), "relu"), (*few, None), adam(0.02), steps=400,
                held=(digits[0][50:] + 0.0, np.roll(digits[1][50:], 3, axis=0)), planted=("overfitting",))  # fmt: skip
    noisy = data.curve(20, noise=1.0)
    yield train("a noisy curve overfit", Net((3, 60, 1), "tanh", "squares"), noisy, adam(0.02), steps=600,
                held=data.curve(200, seed=0, noise=1.0)[:2], planted=("overfitting",))  # fmt: skip
    yield Run(
        "NaN at once", [{"loss": 2.3}, {"loss": float("nan")}, {"loss": float("nan")}], ("diverging", "not-finite")
    )


def healthy() -> Iterator[Run]:
    digits, blobs, circle, curve = data.digits(), data.blobs(), data.circle(), data.curve()
    for i, act in enumerate(name for name in ACTIVATIONS if name != "linear"):
        what, after = (EVERYTHING, LOSS)[i % 2], i % 3 == 0
        yield train(f"digits, {act}, SGD", Net((64, 16, 10), act), digits, sgd(0.2), batch=32, what=what, after=after)
        yield train(f"blobs, {act}, Adam", Net((4, 8, 3), act), blobs, adam(0.01), what=what, seed=i)
        yield train(
            f"curve, {act}, momentum",
            Net((3, 12, 1), act, "squares"),
            curve,
            sgd(0.01, 0.9),
            batch=8,
            what=what,
            after=after,
        )
    yield train("batches of one", BLOBS, blobs, sgd(0.02), steps=400, batch=1)
    yield train("batches of two, loss alone", DIGITS, digits, sgd(0.02), steps=600, batch=2, what=LOSS)
    yield train("batches of four, Adam", CURVE, curve, adam(0.003), steps=400, batch=4)
    yield train("noise that stays", CURVE, data.curve(300, noise=0.7), sgd(0.05), steps=400, batch=16)
    yield train(
        "noise that stays, loss alone",
        Net((5, 1), "linear", "squares"),
        data.line(200, noise=0.5),
        sgd(0.05),
        steps=300,
        batch=8,
        what=LOSS,
    )
    yield train("at the edge of what is stable", DIGITS, digits, sgd(0.8), steps=300)
    yield train("long after it has converged", BLOBS, blobs, adam(0.01), steps=1500)
    yield train("long after it has converged, loss alone", CIRCLE, circle, adam(0.02), steps=1500, what=LOSS)
    yield train("twenty steps", DIGITS, digits, adam(0.005), steps=20)
    yield train("a slow start, xor", Net((2, 6, 1), "tanh", "sigmoid"), data.xor(), sgd(0.5), steps=1500)
    yield train("with held out samples", Net((64, 16, 10), "relu"), digits, adam(0.005), batch=32, steps=200,
                held=data.digits(100, seed=5)[:2])  # fmt: skip
    yield train("a held out loss that jumps", BLOBS, blobs, adam(0.01), batch=8, held=tuple(p[:9] for p in blobs[:2]))
    yield train("decay", Net((64, 16, 10), "tanh", lam=1e-3), digits, sgd(0.2), steps=200)
    yield train(
        "a sum of squares", Net((3, 12, 1), "tanh", "squares", total=True), curve, sgd(0.001), steps=300, what=LOSS
    )
    yield train("recorded every tenth step", DIGITS, digits, sgd(0.1), steps=600, every=10, what=LOSS)
    done = train("", BLOBS, blobs, adam(0.01), steps=900)
    yield Run("the tail of a run that is done", done.records[600:])
    yield Run("the tail of a run that is done, loss alone", [{"loss": r["loss"]} for r in done.records[600:]])
