"""Stacks of column vectors (m, k, 1) under matmul; weights in an object array inside, lists outside; softmax output."""

import numpy as np

from ..program import Program


def T(a):
    return np.swapaxes(a, -1, -2)


def soft(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def stack(bug="", layers=(3, 4, 3), m=6, act="tanh", cost="xent", decay=0.0, seed=1, flat=False, gain=1.0):
    """cost: xent (log of the softmax), clipped (its outputs kept above 1e-12), brier (squares of the softmax)."""
    errors = bug.split(", ")
    rng = np.random.default_rng(seed)
    n = len(layers) - 1
    Ws = [gain * rng.standard_normal((o, i)) for i, o in zip(layers, layers[1:])]
    bs = [0.5 * rng.standard_normal((o, 1)) for o in layers[1:]]
    X = rng.standard_normal((m, layers[0], 1))
    labels = rng.integers(0, layers[-1], m)
    Y = np.eye(layers[-1])[labels][:, :, None]
    f = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "logistic": lambda z: 1 / (1 + np.exp(-z))}[act]
    buffers = [np.zeros_like(W) for W in Ws], [np.zeros_like(b) for b in bs]

    def slope(z, a):
        if act == "tanh":
            return 1 - a * a
        if act == "relu":
            return (a > 0).astype(float)
        return a * (1 - a)

    def lift(params):
        W, b = np.empty(n, dtype=object), np.empty(n, dtype=object)
        if flat:
            k = 0
            for l in range(n):
                o, i = layers[l + 1], layers[l]
                W[l] = params[k : k + o * i].reshape(o, i)
                b[l] = params[k + o * i : k + o * i + o].reshape(o, 1)
                k += o * i + o
        else:
            for l in range(n):
                W[l], b[l] = params[l]
        return W, b

    def lower(W, b):
        if flat:
            return np.concatenate([np.append(W[l].ravel(), b[l].ravel()) for l in range(n)])
        return [[W[l], b[l]] for l in range(n)]

    def loss(params, X, Y):
        W, b = lift(params)
        a = X
        for l in range(n):
            z = W[l] @ a + b[l]
            a = f(z) if l < n - 1 else soft(z)
        if cost == "brier":
            value = np.mean(np.sum((a - Y) ** 2, axis=1))
        elif cost == "clipped":
            value = -np.sum(Y * np.log(np.maximum(a, 1e-12))) / len(X)
        else:
            value = -np.sum(
                Y * (z - z.max(1, keepdims=True) - np.log(np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True)))
            ) / len(X)
        return value + decay / 2 * sum(np.sum(w * w) for w in W)

    def gradients(params, X, Y):
        W, b = lift(params)
        a, z = [X], []
        for l in range(n):
            z.append(W[l] @ a[-1] + b[l])
            a.append(f(z[-1]) if l < n - 1 else soft(z[-1]))
        p = a[-1]
        if cost == "brier":
            J = p * np.eye(layers[-1]) - p @ T(p)
            if "diagonal only" in errors:
                J = p * (1 - p) * np.eye(layers[-1])
            delta = J @ (2 * (p - Y))
            if "no J" in errors:
                delta = 2 * (p - Y)
        elif "diagonal only" in errors:
            delta = p * (1 - p) * (-Y / p)
        elif "Y / p" in errors:
            J = p * np.eye(layers[-1]) - p @ T(p)
            delta = J @ (-Y / p)
        else:
            delta = p - Y
        if "with slope" in errors:
            delta = delta * p * (1 - p)
        if "ascent" in errors:
            delta = -delta
        if "common" in errors:
            delta = np.zeros_like(delta) + delta.mean(axis=0)
        if "leave one" in errors:
            delta[0] = 0
        delta = delta / (1 if "sum" in errors else len(X))
        gW, gb = np.empty(n, dtype=object), np.empty(n, dtype=object)
        for l in reversed(range(n)):
            gW[l] = np.sum(delta @ T(a[l]), axis=0)
            if "z in" in errors and l:
                gW[l] = np.sum(delta @ T(z[l - 1]), axis=0)
            gb[l] = np.sum(delta, axis=0)
            if f"b whole {l}" in errors:
                gb[l] = np.sum(delta) * np.ones_like(b[l])
            elif f"b axis {l}" in errors:
                gb[l] = np.sum(delta, axis=1)
            elif f"b stack {l}" in errors:
                gb[l] = delta
            elif f"b squeezed {l}" in errors:
                gb[l] = np.sum(delta, axis=(0, 2))
            if f"last column {l}" in errors:
                gW[l][:, -1] = 0
            if f"moved {l}" in errors:
                W[l] = W[l] - 1.0 * gW[l]
            if l:
                up = W[l] if "W straight" in errors else T(W[l])
                delta = delta if "W skipped" in errors else up @ delta
                if "slope of a" in errors:
                    delta = delta * slope(a[l], f(a[l]))
                elif "slope of z" in errors:
                    delta = delta * slope(z[l - 1], z[l - 1])
                elif "mask of delta" in errors:
                    delta = delta * (delta > 0)
                elif "slope twice" in errors:
                    delta = delta * slope(z[l - 1], a[l]) ** 2
                elif f"no slope {l}" not in errors:
                    delta = delta * slope(z[l - 1], a[l])
        for l in range(n):
            if "decay missing" not in errors:
                gW[l] = gW[l] + decay * W[l]
            if "decay in b" in errors:
                gb[l] = gb[l] + decay * b[l]
            if "decay over m" in errors:
                gW[l] = gW[l] - decay * W[l] + decay / len(X) * W[l]
        if "buffers" in errors:
            for l in range(n):
                buffers[0][l] += gW[l]
                buffers[1][l] += gb[l]
                gW[l], gb[l] = buffers[0][l].copy(), buffers[1][l].copy()
        if "X centred" in errors:
            X -= X.mean(axis=0)
        if "W pair" in errors:
            gW[0], gW[1] = gW[1], gW[0]
        if "none for b" in errors:
            gb[0] = 0 * b[0]
        return lower(gW, gb)

    params = lower(np.array(Ws + [None], dtype=object)[:-1], np.array(bs + [None], dtype=object)[:-1])
    two = " (two bugs)" if len(errors) > 1 else ""
    form = "flat" if flat else "lists"
    name = f"stacks {act} {layers} m={m} {cost} decay={decay} {form} gain={gain} seed={seed}: {bug or 'right'}{two}"
    return Program(name, loss, gradients, params, (X, Y))


BUGGY = [
    (stack, dict(bug="diagonal only", cost="brier", seed=2), ("softmax-diagonal",)),
    (stack, dict(bug="diagonal only", seed=3, layers=(4, 5, 4)), ("softmax-diagonal",)),
    (stack, dict(bug="diagonal only", cost="brier", seed=4, layers=(3, 5), flat=True), ("softmax-diagonal",)),
    (stack, dict(bug="no J", cost="brier", seed=5), ("output-derivative-missing",)),
    (stack, dict(bug="with slope", seed=6, act="relu"), ("output-derivative-extra",)),
    (stack, dict(bug="ascent", seed=7, decay=0.1), ("sign",)),
    (stack, dict(bug="common", seed=8), ("summed-error",)),
    (stack, dict(bug="leave one", seed=9, cost="brier"), ("sample-skipped",)),
    (stack, dict(bug="sum", seed=10, flat=True), ("scale",)),
    (stack, dict(bug="z in", seed=11, act="logistic"), ("wrong-input",)),
    (stack, dict(bug="b whole 0", seed=12), ("bias-total-sum",)),
    (stack, dict(bug="b axis 1", seed=13), ("bias-wrong-axis",)),
    (stack, dict(bug="b stack 0", seed=14, act="logistic"), ("bias-not-summed",)),
    (stack, dict(bug="b squeezed 1", seed=15), ("shape",)),
    (stack, dict(bug="last column 0", seed=16, flat=True), ("skipped",)),
    (stack, dict(bug="moved 1", seed=17), ("weights-updated",)),
    (stack, dict(bug="W straight", layers=(3, 4, 4), seed=18, act="relu", m=9), ("weights-not-transposed",)),
    (stack, dict(bug="W skipped", layers=(3, 4, 4), seed=19), ("weights-omitted",)),
    (stack, dict(bug="slope of a", seed=20, act="tanh"), ("derivative-of-output",)),
    (stack, dict(bug="slope of z", seed=21, act="logistic", flat=True), ("derivative-wrong",)),
    (stack, dict(bug="mask of delta", seed=22, act="relu", m=9, layers=(4, 6, 3)), ("delta-mask",)),
    (stack, dict(bug="slope twice", seed=23, layers=(3, 5, 4, 2)), ("derivative-twice",)),
    (stack, dict(bug="no slope 1", seed=24, layers=(3, 5, 4, 3), act="relu", m=12), ("derivative-missing",)),
    (stack, dict(bug="decay missing", decay=0.2, seed=25, flat=True), ("decay-missing",)),
    (stack, dict(bug="decay in b", decay=0.3, seed=26), ("decay-on-bias",)),
    (stack, dict(bug="decay over m", decay=0.3, seed=27), ("decay-scale",)),
    (stack, dict(bug="buffers", seed=28), ("accumulates",)),
    (stack, dict(bug="buffers", seed=29, flat=True, cost="brier"), ("accumulates",)),
    (stack, dict(bug="X centred", seed=30), ("mutates",)),
    (stack, dict(bug="W pair", layers=(4, 4, 4), seed=31), ("swapped-layers",)),
    (stack, dict(bug="none for b", seed=32), ("zero",)),
    # -Y / p with p underflowed to 0 in the clipped loss: inf times 0
    (stack, dict(bug="Y / p", cost="clipped", seed=33, gain=500.0), ("not-finite",)),
    (stack, dict(bug="b stack 1, slope of a", seed=34), ("bias-not-summed", "derivative-of-output")),
    (stack, dict(bug="moved 2, no slope 1", seed=35, layers=(3, 4, 4, 3)), ("weights-updated", "derivative-missing")),
    (stack, dict(bug="b whole 1, last column 0", seed=36), ("bias-total-sum", "skipped")),
]

RIGHT = [
    (stack, dict()),
    (stack, dict(bug="Y / p", seed=40)),
    (stack, dict(cost="brier", act="logistic", layers=(4, 3, 5, 2), seed=41, decay=0.1)),
    (stack, dict(flat=True, act="relu", seed=42, m=10)),
]
