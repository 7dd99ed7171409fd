"""Hard places for right programs and for buggy ones: kinks, dead units, float32, minima, saturation, odd storage."""

from dataclasses import fields, is_dataclass

import numpy as np

from ..program import Program
from . import augmented, boards, closures, coursera, deep, layers, octave, pairs, records, stacks, statistics


def change(tree, f):
    if isinstance(tree, dict):
        return {k: change(v, f) for k, v in tree.items()}
    if is_dataclass(tree):
        return type(tree)(*(change(getattr(tree, field.name), f) for field in fields(tree)))
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(change(v, f) for v in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(change(v, f) for v in tree)
    return f(tree)


def strided(a):
    big = np.zeros(tuple(2 * s for s in a.shape))
    view = big[tuple(slice(None, None, 2) for _ in a.shape)]
    view[...] = a
    return view


def frozen(a):
    a = a.copy()
    a.setflags(write=False)
    return a


def single(a):
    return np.asarray(a, dtype=np.float32) if np.asarray(a).dtype == np.float64 else a


HOW = {
    "integers": lambda a: np.round(2 * a),
    "near zero": lambda a: 1e-7 * a,
    "all zero": lambda a: 0 * a,
    "zero biases": lambda a: a if a.ndim == 2 and a.shape[1] > 1 else 0 * a,
    "times 8": lambda a: 8 * a,
    "float32": single,
    "Fortran order": np.asfortranarray,
    "strided": strided,
    "read only": frozen,
    "equal": lambda a: np.full_like(a, 0.3),
    "wide range": lambda a: a * np.logspace(-4, 1, a.size).reshape(a.shape),
}


def placed(make, how, **kwargs):
    program = make(**kwargs)
    program.params = change(program.params, HOW[how])
    if how == "float32":
        program.data = tuple(change(d, single) for d in program.data)
    program.name = f"hard, {how}: {program.name}"
    return program


def converged(make, right, bug="", steps=1500, rate=0.3):
    """At the end of plain gradient descent with the right gradient; `bug` is then what the program has."""
    program = make(**right)
    params = program.params

    def step(p, g):
        if isinstance(p, dict):
            return {k: step(p[k], g[k]) for k in p}
        if isinstance(p, (list, tuple)):
            return type(p)(step(a, b) for a, b in zip(p, g))
        return p - rate * g

    for _ in range(steps):
        params = step(params, program.gradients(params, *program.data))
    program = make(**right, bug=bug) if bug else program
    program.params = params
    program.name = f"hard, converged in {steps}: {program.name}"
    return program


def kinks(at_zero=False, bug="", seed=1):
    """Zero biases, a sample of zeros, a unit of zero weights, two equal samples: many ReLU inputs exactly zero."""
    rng = np.random.default_rng(seed)
    P = {"W": rng.normal(size=(4, 5)), "b": np.zeros(5), "V": rng.normal(size=(5, 2)), "c": np.zeros(2)}
    P["W"][:, 3] = 0
    X, Y = rng.normal(size=(8, 4)), rng.normal(size=(8, 2))
    X[2], X[6] = 0, X[1]

    def loss(P, X, Y):
        return 0.5 * np.sum((np.maximum(X @ P["W"] + P["b"], 0) @ P["V"] + P["c"] - Y) ** 2) / len(X)

    def grad(P, X, Y):
        z = X @ P["W"] + P["b"]
        h = np.maximum(z, 0)
        e = (h @ P["V"] + P["c"] - Y) / len(X)
        dz = e @ P["V"].T * (z >= 0 if at_zero else z > 0)
        if bug == "sign":
            e, dz = -e, -dz
        db, dc = dz.sum(0), e.sum(0)
        if bug == "rows":
            dc = e
        if bug == "m":
            db, dc, e, dz = len(X) * db, len(X) * dc, len(X) * e, len(X) * dz
        return {"W": X.T @ dz, "b": db, "V": h.T @ e, "c": dc}

    return Program(f"hard, kink: at_zero={at_zero} seed={seed}: {bug or 'right'}", loss, grad, P, (X, Y))


def dead(everything=False, seed=1):
    """Units far below zero for every sample, some or all; their gradients are zero and rightly so."""
    program = boards.two_layer(seed=seed, H=5)
    program.params["b1"] = program.params["b1"] - (100.0 if everything else 100.0 * (np.arange(5) % 2))
    program.name = f"hard, dead units: all={everything} seed={seed}: right"
    return program


def regression(kind="missing class", seed=1, m=9):
    """Softmax regression in the places of `kind`."""
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(5, 4)), rng.normal(size=4)
    X, y = rng.normal(size=(m, 5)), rng.integers(0, 3, m)  # class 3 never occurs
    if kind == "empty inputs":
        X[:, [0, 4]] = 0  # the first and last rows of the gradient are zero, and nobody skipped them
    elif kind == "uneven inputs":
        X = X * np.array([1e-3, 1.0, 1e3, 1e-2, 30.0])
    elif kind == "huge scores":
        W *= 300
    elif kind == "one sample":
        X, y = X[:1], y[:1]
    elif kind == "sure last sample":
        X[-1] = 40 * (W[:, 1] - W[:, 0])
        y[-1] = np.argmax(X[-1] @ W + b)

    def loss(P, X, y):
        s = X @ P[0] + P[1]
        value = np.mean(np.logaddexp.reduce(s, axis=1) - s[np.arange(len(y)), y])
        return np.array(value + 1e5) if kind == "big constant" else np.array(value)

    def grad(P, X, y):
        s = X @ P[0] + P[1]
        p = np.exp(s - np.logaddexp.reduce(s, axis=1)[:, None])
        p[np.arange(len(y)), y] -= 1
        return [X.T @ p / len(y), p.mean(axis=0)]

    return Program(f"hard, {kind}: softmax regression m={m} seed={seed}: right", loss, grad, [W, b], (X, y))


def clipped(gain=12.0, seed=1):
    """Sigmoid outputs clipped to 1e-7 in the loss; the gradient is zero where the clip holds, as it ought to be."""
    rng = np.random.default_rng(seed)
    P = (gain * rng.normal(size=3), np.array([0.4]))
    X, y = rng.normal(size=(12, 3)), rng.integers(0, 2, 12)

    def loss(P, X, y):
        p = np.clip(1 / (1 + np.exp(-(X @ P[0] + P[1]))), 1e-7, 1 - 1e-7)
        return -np.mean(np.where(y == 1, np.log(p), np.log(1 - p)))

    def grad(P, X, y):
        p = 1 / (1 + np.exp(-(X @ P[0] + P[1])))
        d = (p - y) * (p > 1e-7) * (p < 1 - 1e-7) / len(y)
        return d @ X, np.array([d.sum()])

    return Program(f"hard, clipped: gain={gain} seed={seed}: right", loss, grad, P, (X, y))


def chain(depth=6, width=3, seed=1):
    """A deep chain of sigmoids: the first layer's gradient is thousands of times smaller than the last's."""
    rng = np.random.default_rng(seed)
    Ws = [2.5 * rng.normal(size=(width, width)) for _ in range(depth)]
    x, y = rng.normal(size=(width, 7)), rng.random((width, 7))

    def loss(Ws, x, y):
        for W in Ws:
            x = 1 / (1 + np.exp(-W @ x))
        return np.mean((x - y) ** 2)

    def grad(Ws, x, y):
        xs = [x]
        for W in Ws:
            xs.append(1 / (1 + np.exp(-W @ xs[-1])))
        d, out = 2 * (xs[-1] - y) / y.size, []
        for W, a, b in zip(Ws[::-1], xs[-2::-1], xs[:0:-1]):
            d = d * b * (1 - b)
            out.append(d @ a.T)
            d = W.T @ d
        return out[::-1]

    return Program(f"hard, vanishing: depth={depth} width={width} seed={seed}: right", loss, grad, Ws, (x, y))


def habits(kind="own seed", seed=1):
    """Right, in ways that look like bugs: a seeded mask, a reused buffer, an unused parameter, a rounded loss."""
    rng = np.random.default_rng(seed)
    P = {"w": rng.normal(size=(3, 2)), "unused": rng.normal(size=2), "v": rng.normal(size=2)}
    X, y = rng.normal(size=(10, 3)), rng.normal(size=10)
    buffer = {k: np.zeros_like(v) for k, v in P.items()}

    def mask():
        if kind == "own seed":
            np.random.seed(7)
            return (np.random.rand(10, 2) < 0.5) * 2.0
        return np.ones((10, 2))

    def loss(P, X, y):
        value = np.mean((np.tanh(X @ P["w"]) * mask() @ P["v"] - y) ** 2)
        return np.float32(value) if kind == "single-precision loss" else value

    def grad(P, X, y):
        t, k = np.tanh(X @ P["w"]), mask()
        e = 2 * ((t * k) @ P["v"] - y) / len(y)
        out = buffer if kind == "reused buffer" else {k: np.zeros_like(v) for k, v in P.items()}
        out["w"][:] = X.T @ (np.outer(e, P["v"]) * k * (1 - t**2))
        out["v"][:] = (t * k).T @ e
        return out

    return Program(f"hard, {kind}: habits seed={seed}: right", loss, grad, P, (X, y))


def lasso_at_zero(seed=1):
    """Some coefficients exactly zero, and one residual exactly zero under an absolute error: both slopes average 0."""
    program = statistics.glm(family="lad", penalty="lasso", lam=0.3, seed=seed)
    b0, b = program.params
    b[[0, 2]] = 0.0
    X, y, w = program.data
    y[3] = (X @ b + b0)[3]
    program.name = f"hard, zeros under absolute values: seed={seed}: right"
    return program


BUGGY = [
    (kinks, dict(bug="sign", seed=2), ("sign",)),
    (kinks, dict(bug="rows", seed=3), ("bias-not-summed",)),
    (kinks, dict(bug="m", seed=4, at_zero=True), ("scale",)),
    (placed, dict(make=boards.two_layer, how="float32", bug="no relu", seed=5), ("derivative-missing",)),
    (placed, dict(make=coursera.make, how="float32", bug="no minus", seed=6, hidden="tanh"), ("sign",)),
    (placed, dict(make=octave.network, how="float32", bug="no reg", lamb=1.0, seed=7), ("decay-missing",)),
    (placed, dict(make=stacks.stack, how="float32", bug="z in", seed=8), ("wrong-input",)),
    (
        placed,
        dict(make=coursera.make, how="zero biases", bug="sum of all@1", hidden="tanh", seed=9),
        ("bias-total-sum",),
    ),
    (placed, dict(make=boards.two_layer, how="zero biases", bug="relu on dhidden", seed=10, N=14), ("delta-mask",)),
    (placed, dict(make=augmented.lecun, how="integers", bug="no slope", seed=11), ("derivative-missing",)),
    (placed, dict(make=records.two_hidden, how="integers", bug="sigmoid of a", seed=12), ("derivative-of-output",)),
    (placed, dict(make=deep.mlp, how="strided", bug="gW.T 1", seed=13), ("transposed",)),
    (placed, dict(make=pairs.make, how="read only", bug="sp of a", seed=14), ("derivative-of-output",)),
    (placed, dict(make=octave.network, how="near zero", bug="no 1/m", seed=15), ("scale",)),
    (placed, dict(make=octave.logistic, how="all zero", bug="loop from 1", n=4, m=13, seed=16), ("skipped",)),
    (
        converged,
        dict(make=coursera.make, right=dict(hidden="tanh", lambd=0.5, seed=17), bug="no 1/m in dW"),
        ("scale",),
    ),
    (converged, dict(make=octave.logistic, right=dict(lamb=1.0, seed=18), bug="reg theta 0"), ("decay-on-bias",)),
    (
        placed,
        dict(make=coursera.make, how="Fortran order", bug="no activation@1", m=500, seed=19, hidden="tanh"),
        ("derivative-missing",),
    ),
    (placed, dict(make=octave.network, how="wide range", bug="m-1", m=40, seed=20), ("sample-skipped",)),
]

RIGHT = [
    (kinks, dict()),
    (kinks, dict(at_zero=True, seed=2)),
    (dead, dict()),
    (dead, dict(everything=True, seed=3)),
    *(
        (regression, dict(kind=kind))
        for kind in (
            "missing class",
            "empty inputs",
            "uneven inputs",
            "huge scores",
            "one sample",
            "sure last sample",
            "big constant",
        )
    ),
    (regression, dict(kind="m = 500", m=500)),
    (clipped, dict()),
    (clipped, dict(gain=40.0, seed=2)),
    (chain, dict()),
    (chain, dict(depth=9, width=2, seed=2)),
    *((habits, dict(kind=kind)) for kind in ("own seed", "reused buffer", "unused parameter", "single-precision loss")),
    (lasso_at_zero, dict()),
    (placed, dict(make=boards.two_layer, how="float32", seed=50)),
    (placed, dict(make=coursera.make, how="float32", seed=51)),
    (placed, dict(make=records.one_hidden, how="float32", seed=52)),
    (placed, dict(make=augmented.lecun, how="float32", seed=53)),
    (placed, dict(make=pairs.make, how="integers", seed=54)),
    (placed, dict(make=stacks.stack, how="integers", seed=55)),
    (placed, dict(make=deep.mlp, how="near zero", seed=56)),
    (placed, dict(make=octave.network, how="all zero", seed=57)),
    (placed, dict(make=boards.two_layer, how="all zero", seed=58)),
    (placed, dict(make=layers.sequential, how="all zero", seed=59)),
    (placed, dict(make=boards.two_layer, how="zero biases", seed=60)),
    (placed, dict(make=coursera.make, how="zero biases", seed=61, m=1)),
    (placed, dict(make=stacks.stack, how="times 8", seed=62)),
    (placed, dict(make=octave.network, how="equal", seed=63)),
    (placed, dict(make=deep.mlp, how="Fortran order", seed=64)),
    (placed, dict(make=records.two_hidden, how="strided", seed=65)),
    (placed, dict(make=closures.fit, how="read only", seed=66)),
    (placed, dict(make=octave.network, how="wide range", seed=67, lamb=0.2)),
    (converged, dict(make=coursera.make, right=dict(hidden="tanh", lambd=0.5, seed=68))),
    (converged, dict(make=octave.linear, right=dict(seed=69), rate=0.05)),
    (converged, dict(make=octave.logistic, right=dict(lamb=1.0, seed=70))),
    (converged, dict(make=stacks.stack, right=dict(decay=0.1, seed=71))),
]
