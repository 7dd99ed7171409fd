"""Samples in columns, parameters in a dict W1, b1, ..., caches handed backwards; binary cross-entropy."""

import numpy as np

from ..program import Program


def make(bug="", dims=(4, 5, 3, 1), m=7, hidden="relu", lambd=0.0, seed=1, gain=1.0, order="all"):
    bugs = set(bug.split("+"))

    def has(what, l):
        return what in bugs or f"{what}@{l}" in bugs

    rng = np.random.default_rng(seed)
    L = len(dims) - 1
    parameters = {}
    for l in range(1, L + 1):
        parameters["W" + str(l)] = rng.standard_normal((dims[l], dims[l - 1])) * gain * np.sqrt(1.5 / dims[l - 1])
        parameters["b" + str(l)] = 0.3 * rng.standard_normal((dims[l], 1))
    X = rng.standard_normal((dims[0], m))
    Y = (rng.random((dims[-1], m)) < 0.5).astype(float)
    Y[:, 0], Y[:, -1] = 1.0, 0.0

    def sigmoid(Z):
        return 1 / (1 + np.exp(-Z))

    def L_model_forward(parameters, X, drop=None):
        caches = []
        A, Z = X, X
        for l in range(1, L + 1):
            A_prev, Z_prev = A, Z
            W, b = parameters["W" + str(l)], parameters["b" + str(l)]
            Z = np.dot(W, A_prev) + b
            if l == L:
                A = sigmoid(Z)
            elif hidden == "relu":
                A = np.maximum(0, Z)
            else:
                A = np.tanh(Z)
            if drop is not None and l < L:
                D = drop.random(A.shape) < 0.7
                A = A * D / 0.7
            caches.append(((A_prev, W, b, Z_prev), (Z, A)))
        return A, caches

    def compute_cost(parameters, X, Y):
        AL, _ = L_model_forward(parameters, X)
        m = Y.shape[1]
        cost = -1.0 / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
        if lambd:
            cost += lambd / (2 * m) * sum(np.sum(np.square(parameters["W" + str(l)])) for l in range(1, L + 1))
        return float(cost)

    def hidden_backward(dA, cache, l):
        Z, A = cache
        if has("no activation", l):
            return dA
        if hidden == "relu":
            dZ = np.array(dA, copy=True)
            if has("mask dZ", l):
                dZ[dZ <= 0] = 0
            else:
                dZ[Z <= 0] = 0
            return dZ
        if has("1 - A", l):
            return dA * (1 - A)
        if has("1 - Z^2", l):
            return dA * (1 - np.power(Z, 2))
        return dA * (1 - np.power(A, 2))

    def linear_backward(dZ, cache, l):
        A_prev, W, b, Z_prev = cache
        m = A_prev.shape[1]
        dW = 1 / m * np.dot(dZ, (Z_prev if has("Z_prev", l) else A_prev).T)
        if has("no 1/m in dW", l):
            dW = np.dot(dZ, A_prev.T)
        if lambd and not has("no lambd", l):
            dW = dW + (lambd * W if has("lambd not over m", l) else lambd / m * W)
        if has("axis 0", l):
            db = 1 / m * np.sum(dZ, axis=0, keepdims=True)
        elif has("sum of all", l):
            db = 1 / m * np.sum(dZ)
        elif has("dZ as db", l):
            db = 1 / m * dZ
        elif has("db lambd", l):
            db = 1 / m * np.sum(dZ, axis=1, keepdims=True) + lambd / m * b
        elif has("db flat", l):
            db = 1 / m * np.sum(dZ, axis=1, keepdims=True).T
        else:
            db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
        if has("step taken", l):
            W = W - 1.2 * dW
        dA_prev = np.dot(W if has("W for W.T", l) else W.T, dZ)
        return dA_prev, dW, db

    drop_rng = np.random.default_rng(seed)

    def L_model_backward(parameters, X, Y):
        AL, caches = L_model_forward(parameters, X, drop_rng if "dropout" in bugs else None)
        grads, dA = {}, None
        dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
        if "no minus" in bugs:
            dAL = np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)
        dZ = dAL * AL * (1 - AL)
        if "AL - Y again" in bugs:
            dZ = (AL - Y) * AL * (1 - AL)
        for l in reversed(range(1, L + 1)):
            linear_cache, activation_cache = caches[l - 1]
            if l < L:
                dZ = hidden_backward(dA, activation_cache, l)
            dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_backward(dZ, linear_cache, l)
        if "update" in bugs:
            for key in parameters:
                parameters[key] -= 0.05 * grads["d" + key]
        if "last db forgotten" in bugs:
            grads["db1"] = np.zeros_like(parameters["b1"])
        if "W1 W2 mixed" in bugs:
            grads["dW1"], grads["dW2"] = grads["dW2"], grads["dW1"]
        return {key: grads["d" + key] for key in parameters}

    two = " (two bugs)" if len(bugs) > 1 else ""
    name = f"coursera {hidden} {dims} m={m} lambd={lambd} gain={gain} seed={seed}: {bug or 'right'}{two}"
    return Program(name, compute_cost, L_model_backward, parameters, (X, Y))


BUGGY = [
    (make, dict(bug="no minus"), ("sign",)),
    (make, dict(bug="no 1/m in dW", m=9, seed=2), ("scale",)),
    (make, dict(bug="no 1/m in dW@2", m=5, lambd=0.7, seed=3), ("scale",)),
    (make, dict(bug="axis 0@1", seed=4), ("bias-wrong-axis",)),
    (make, dict(bug="axis 0@1", dims=(3, 6, 1), m=6, hidden="tanh", seed=5), ("bias-wrong-axis",)),  # shape (1, 6)
    (make, dict(bug="sum of all@1", seed=6), ("bias-total-sum",)),
    (make, dict(bug="dZ as db", dims=(5, 4, 2), m=8, hidden="tanh", seed=7), ("bias-not-summed",)),
    (make, dict(bug="mask dZ", seed=8, m=11), ("delta-mask",)),
    (make, dict(bug="mask dZ@1", dims=(3, 6, 4, 1), seed=9, m=12, lambd=0.3), ("delta-mask",)),
    (make, dict(bug="no lambd@2", lambd=0.9, seed=10), ("decay-missing",)),
    (make, dict(bug="lambd not over m", lambd=0.2, seed=11, hidden="tanh"), ("decay-scale",)),
    (make, dict(bug="db lambd", lambd=1.1, seed=12, hidden="tanh", m=6), ("decay-on-bias",)),
    (make, dict(bug="AL - Y again", seed=43, m=10), ("output-derivative-extra",)),
    (make, dict(bug="Z_prev@2", seed=14, m=10), ("wrong-input",)),
    (make, dict(bug="Z_prev@3", seed=15, m=6, hidden="tanh"), ("wrong-input",)),
    (make, dict(bug="1 - A", seed=16, hidden="tanh", dims=(5, 4, 1)), ("derivative-wrong",)),
    (make, dict(bug="1 - Z^2@1", seed=17, hidden="tanh"), ("derivative-wrong",)),
    (make, dict(bug="no activation@2", seed=18, hidden="tanh", m=9), ("derivative-missing",)),
    (make, dict(bug="step taken@2", seed=19, hidden="tanh", dims=(4, 5, 2)), ("weights-updated",)),
    (make, dict(bug="W for W.T@2", seed=20, dims=(3, 4, 4, 1), m=9), ("weights-not-transposed",)),
    (make, dict(bug="update", seed=21, m=6), ("mutates",)),
    (make, dict(bug="dropout", seed=22, m=6), ("nondeterministic",)),
    (make, dict(bug="last db forgotten", seed=23, m=6, hidden="tanh"), ("zero",)),
    (make, dict(bug="W1 W2 mixed", seed=24, dims=(4, 4, 4, 1), hidden="tanh"), ("swapped-layers",)),
    (make, dict(bug="db flat@1", seed=25, dims=(4, 5, 1), hidden="tanh"), ("transposed",)),
    (make, dict(bug="no 1/m in dW@3+mask dZ@1", seed=26, m=12), ("scale", "delta-mask")),
    (make, dict(bug="no minus+sum of all@1", seed=27, hidden="tanh"), ("sign", "bias-total-sum")),
    (make, dict(bug="1 - A@1+no lambd@3", seed=28, hidden="tanh", lambd=1.5), ("derivative-wrong", "decay-missing")),
]

RIGHT = [
    (make, dict()),
    (make, dict(seed=30, hidden="tanh", lambd=0.7)),
    (make, dict(seed=31, dims=(2, 3, 1), m=4)),
    (make, dict(seed=32, dims=(6, 7, 5, 3, 2), m=20, lambd=0.1)),
    (make, dict(seed=33, dims=(5, 1), m=12)),
    (make, dict(seed=34, dims=(4, 4, 4, 4), m=4, hidden="tanh")),
]
