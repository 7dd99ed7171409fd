"""Binary classifiers written with samples as columns, one dictionary of W1, b1, W2, b2, ..."""

import numpy as np

from .program import Program


def sigmoid(z):
    """The logistic function, safe at both ends."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def load(which, m=160):
    """Data by name: ring, moons, stripes, rare (one in forty is positive), marks above and below par."""
    np.random.seed(11)
    if which == "ring":
        radius = np.where(np.arange(m) % 2 == 1, 0.6, 1.5) + 0.15 * np.random.randn(m)
        turn = 2 * np.pi * np.random.rand(m)
        return np.c_[radius * np.cos(turn), radius * np.sin(turn)], (np.arange(m) % 2).astype(float)
    if which == "moons":
        label = np.arange(m) % 2
        turn = np.pi * np.random.rand(m)
        X = np.c_[np.cos(turn) * (1 - 2 * label) + label, (np.sin(turn) - 0.25) * (1 - 2 * label) - 0.0]
        return X + 0.1 * np.random.randn(m, 2), label.astype(float)
    if which == "stripes":
        X = np.random.uniform(-1, 1, (m, 3))
        return X, (np.sin(4 * X[:, 0]) + 0.5 * X[:, 1] > 0).astype(float)
    if which == "rare":
        X = np.random.randn(m, 2)
        y = np.zeros(m)
        y[: m // 40] = 1
        X[y == 1] += np.array([0.7, 0.7])
        return X, y
    marks = np.random.uniform(-8, 8, (m, 2))
    return marks, (marks[:, 0] + marks[:, 1] > 0.5).astype(float)


def program(which="moons", dims=(8,), hidden="tanh", alpha=1.0, lambd=0.0, wrong=None, seed=1, momentum=None):
    """Build one; `wrong` says what its writer got wrong."""
    X, Y = load(which)
    np.random.seed(seed)
    layers = [X.shape[1], *dims, 1]
    L = len(layers) - 1
    P = {}
    for k in range(1, L + 1):
        P[f"W{k}"] = np.random.randn(layers[k], layers[k - 1]) * np.sqrt(1.0 / layers[k - 1])
        if wrong != "biasless":
            P[f"b{k}"] = np.zeros((layers[k], 1))

    if wrong is None and which == "rare":
        Y = (X.sum(axis=1) > 0.5).astype(float)
    elif wrong == "heavy":
        lambd = 60.0
    elif wrong == "column labels":
        Y = Y[:, None]

    def act(Z):
        if hidden == "tanh":
            return np.tanh(Z)
        return np.maximum(0, Z) if hidden == "relu" else sigmoid(Z)

    def act_slope(A):
        if hidden == "tanh":
            return 1 - A * A
        return (A > 0).astype(float) if hidden == "relu" else A * (1 - A)

    def propagate(P, X):
        cache = {"A0": X.T}
        for k in range(1, L + 1):
            Z = P[f"W{k}"] @ cache[f"A{k - 1}"] + P.get(f"b{k}", 0.0)
            cache[f"Z{k}"] = Z
            cache[f"A{k}"] = sigmoid(Z) if k == L else act(Z)
            if k == L and wrong == "fragile":
                with np.errstate(over="ignore"):
                    cache[f"A{k}"] = 1 / (1 + np.exp(-Z))
        return cache

    def cost(P, X, Y):
        m = X.shape[0]
        cache = propagate(P, X)
        Z, A = cache[f"Z{L}"], cache[f"A{L}"]
        if wrong == "fragile":
            with np.errstate(divide="ignore", invalid="ignore"):
                data = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
        elif wrong == "column labels":
            data = np.mean(np.logaddexp(0, Z) - Y * Z)
        else:
            data = np.sum(np.logaddexp(0, Z[0]) - Y * Z[0]) / m
        return data + lambd / (2 * m) * sum(np.sum(P[f"W{k}"] ** 2) for k in range(1, L + 1))

    def slopes(P, X, Y):
        m = X.shape[0]
        cache, G = propagate(P, X), {}
        dZ = cache[f"A{L}"] - Y
        if wrong == "column labels":
            dZ = cache[f"A{L}"] - Y.mean()
        for k in range(L, 0, -1):
            G[f"W{k}"] = dZ @ cache[f"A{k - 1}"].T / m + lambd / m * P[f"W{k}"]
            if f"b{k}" in P:
                G[f"b{k}"] = np.sum(dZ, axis=1, keepdims=True) / m
            if wrong == "bias per sample":
                G[f"b{k}"] = dZ / m
            if wrong == "backwards first" and k == 1:
                G["W1"] = -G["W1"]
            if k > 1:
                W = P[f"W{k}"]
                dA = (W if wrong == "untransposed" and k < L else W.T) @ dZ
                slope = act_slope(cache[f"A{k - 1}"])
                if wrong == "one minus a":
                    slope = 1 - cache[f"A{k - 1}"]
                elif wrong == "straight":
                    slope = 1.0
                elif wrong == "squared":
                    slope = slope**2
                dZ = dA * slope
        return {name: G[name] for name in P}

    def probability(P, X):
        return propagate(P, X)[f"A{L}"].T

    def score(P, X, Y):
        guess = (probability(P, X) > 0.5).astype(float)
        return float(np.mean(guess[:, 0] == np.ravel(Y)))

    velocity = {name: np.zeros_like(P[name]) for name in P}

    def update(P, X, Y, alpha):
        G, fresh = slopes(P, X, Y), {}
        for name in P:
            velocity[name] = momentum * velocity[name] + (1 - momentum) * G[name]
            fresh[name] = P[name] - alpha * velocity[name]
        return fresh

    options = {"predict": probability, "accuracy": score, "learning_rate": alpha}
    if momentum is not None:
        options["step"] = update
    title = f"columns {which} {hidden} {dims} {wrong or 'right'}"
    return Program(title, cost, slopes, P, X, Y, options)


BUGGY = [
    # The bias grows to one column a sample: nothing can be predicted for a set of another size.
    (program, {"which": "moons", "wrong": "bias per sample"}, ("bias-not-summed",)),
    (
        program,
        {"which": "ring", "dims": (5, 5, 5, 5), "hidden": "relu", "alpha": 0.3, "seed": 6, "wrong": "untransposed"},
        ("weights-not-transposed",),
    ),
    (program, {"which": "ring", "dims": (6,), "alpha": 2.0, "wrong": "straight", "seed": 2}, ("derivative-missing",)),
    (program, {"which": "ring", "dims": (6,), "wrong": "one minus a", "seed": 3}, ("derivative-wrong",)),
    (
        program,
        {"which": "ring", "dims": (8, 8), "hidden": "sigmoid", "alpha": 8.0, "wrong": "squared"},
        ("derivative-twice",),
    ),
    (program, {"which": "ring", "dims": (8,), "wrong": "backwards first"}, ("sign",)),
    (program, {"which": "moons", "dims": (8,), "lambd": 0.1, "wrong": "heavy"}, ("decay-dominates",)),
    (program, {"which": "rare", "dims": (4,), "alpha": 0.3, "wrong": "as found"}, ("class-imbalance",)),
    (program, {"which": "ring", "dims": (12,), "hidden": "relu", "wrong": "biasless"}, ("no-bias",)),
    # One fault, two names: labels as a column against outputs as a row make an m by m table in the loss.
    (program, {"which": "moons", "wrong": "column labels"}, ("loss-broadcast", "labels-shape")),
    (program, {"which": "marks", "dims": (8,), "hidden": "relu", "alpha": 0.5, "wrong": "fragile"}, ("unstable",)),
]

RIGHT = [
    (program, {"which": "moons", "dims": (8,)}),
    (program, {"which": "moons", "dims": (10, 5), "lambd": 0.1, "alpha": 0.8}),
    (program, {"which": "ring", "dims": (8,), "hidden": "relu", "alpha": 0.5}),
    (program, {"which": "ring", "dims": (12,), "momentum": 0.9, "seed": 4}),
    (program, {"which": "stripes", "dims": (12, 8), "hidden": "relu", "alpha": 0.5, "seed": 5}),
    (program, {"which": "marks", "dims": (6,), "hidden": "relu", "alpha": 0.1}),
    (program, {"which": "rare", "dims": (5,), "alpha": 0.5}),
]
