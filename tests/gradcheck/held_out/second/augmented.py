"""Weights (in + 1, out) with the bias in the last row, a tuple; scaled tanh; squares against +-1."""

import numpy as np

from ..program import Program

A, B = 1.7159, 2.0 / 3.0


def with_ones(H):
    return np.hstack([H, np.ones((H.shape[0], 1))])


def lecun(bug="", dims=(4, 5, 2), P=8, linear_end=False, mu=0.0, seed=1, spread=1.0):
    faults = {b.strip() for b in bug.split("+")}
    gen = np.random.RandomState(seed)
    Ws = tuple(spread * gen.randn(i + 1, o) / np.sqrt(i + 1) for i, o in zip(dims, dims[1:]))
    X = gen.randn(P, dims[0])
    D = np.where(gen.rand(P, dims[-1]) < 0.5, -1.0, 1.0)
    n_layers = len(Ws)

    def squash(V):
        return A * np.tanh(B * V)

    def E(Ws, X, D):
        Y = X
        for i, W in enumerate(Ws):
            V = with_ones(Y) @ W
            Y = V if linear_end and i == n_layers - 1 else squash(V)
        value = 0.5 * np.sum((D - Y) ** 2) / len(X)
        return value + 0.5 * mu * sum(np.sum(W[:-1] ** 2) for W in Ws)

    def dE(Ws, X, D):
        Ys, Vs = [X], []
        for i, W in enumerate(Ws):
            Vs.append(with_ones(Ys[-1]) @ W)
            Ys.append(Vs[-1] if linear_end and i == n_layers - 1 else squash(Vs[-1]))
        err = (Ys[-1] - D) / len(X)
        if "D - Y" in faults:
            err = (D - Ys[-1]) / len(X)
        if "batch error" in faults:
            err = np.outer(np.ones(len(X)), err.sum(0))
        if "output slope" not in faults and not linear_end:
            err = err * (B / A) * (A**2 - Ys[-1] ** 2)
        grads = [None] * n_layers
        for i in range(n_layers - 1, -1, -1):
            grads[i] = with_ones(Ys[i]).T @ err
            if "bare inputs" in faults and i > 0:
                grads[i] = with_ones(Vs[i - 1]).T @ err
            if "X for all" in faults:
                grads[i] = with_ones(X).T @ err
            if "no bias row" in faults and i == 0:
                grads[i][-1] = 0
            if "first row" in faults and i == n_layers - 1:
                grads[i][0] = 0
            if "mu everywhere" in faults:
                grads[i] += mu * Ws[i]
            elif "mu minus" in faults:
                grads[i][:-1] -= mu * Ws[i][:-1]
            elif "no mu" not in faults and f"no mu {i}" not in faults:
                grads[i][:-1] += mu * Ws[i][:-1]
            W = Ws[i] - 0.9 * grads[i] if f"updated {i}" in faults else Ws[i]
            if i:
                back = err @ W[:-1].T
                if f"turned {i}" in faults:
                    back = err @ W[:-1]
                if f"passed {i}" in faults:
                    back = err
                y = Ys[i]
                if "plain tanh" in faults:
                    err = back * (1 - y**2)
                elif "A B forgotten" in faults:
                    err = back * (1 - (y / A) ** 2)
                elif "tanh of y" in faults:
                    err = back * A * B * (1 - np.tanh(B * y) ** 2)
                elif "twice" in faults:
                    err = back * ((B / A) * (A**2 - y**2)) ** 2
                elif "no slope" in faults:
                    err = back
                else:
                    err = back * (B / A) * (A**2 - y**2)
        if "half" in faults:
            grads = [0.5 * g for g in grads]
        if "lost" in faults:
            grads[-1] = np.zeros_like(grads[-1])
        if "without bias rows" in faults:
            grads = [g[:-1] for g in grads]
        if "reverse" in faults:
            grads.reverse()
        return tuple(grads)

    two = " (two bugs)" if len(faults) > 1 else ""
    name = f"augmented {dims} P={P} linear={linear_end} mu={mu} spread={spread} seed={seed}: {bug or 'right'}{two}"
    return Program(name, E, dE, Ws, (X, D))


BUGGY = [
    (lecun, dict(bug="D - Y", seed=2), ("sign",)),
    (lecun, dict(bug="D - Y", seed=3, mu=0.2, linear_end=True), ("sign",)),
    (lecun, dict(bug="batch error", seed=4, linear_end=True), ("summed-error",)),
    (lecun, dict(bug="output slope", seed=5), ("output-derivative-missing",)),
    (lecun, dict(bug="output slope", seed=6, dims=(3, 4, 3, 3)), ("output-derivative-missing",)),
    (lecun, dict(bug="bare inputs", seed=7), ("wrong-input",)),
    (lecun, dict(bug="X for all", seed=8, dims=(4, 4, 3)), ("wrong-input",)),
    (lecun, dict(bug="no bias row", seed=9), ("skipped",)),
    (lecun, dict(bug="first row", seed=10, dims=(3, 6, 4)), ("skipped",)),
    (lecun, dict(bug="mu everywhere", seed=11, mu=0.5), ("decay-on-bias",)),
    (lecun, dict(bug="mu minus", seed=12, mu=0.1), ("decay-scale",)),
    (lecun, dict(bug="no mu 1", seed=13, mu=0.3), ("decay-missing",)),
    (lecun, dict(bug="updated 1", seed=14), ("weights-updated",)),
    (lecun, dict(bug="updated 2", seed=15, dims=(3, 4, 5, 2), linear_end=True), ("weights-updated",)),
    (lecun, dict(bug="turned 1", seed=16, dims=(5, 3, 3)), ("weights-not-transposed",)),
    (lecun, dict(bug="passed 1", seed=17, dims=(5, 3, 3), linear_end=True), ("weights-omitted",)),
    (lecun, dict(bug="plain tanh", seed=18), ("derivative-wrong",)),
    # one slope A B left out of one hidden layer: its phi is wrong by a constant, which is a scale of W1 as well
    (lecun, dict(bug="A B forgotten", seed=19), ("derivative-wrong", "scale")),
    (lecun, dict(bug="tanh of y", seed=20), ("derivative-of-output",)),
    (lecun, dict(bug="twice", seed=21, dims=(3, 5, 4, 2)), ("derivative-twice",)),
    (lecun, dict(bug="no slope", seed=22, spread=1.5), ("derivative-missing",)),
    (lecun, dict(bug="half", seed=23), ("scale",)),
    (lecun, dict(bug="lost", seed=24), ("zero",)),
    (lecun, dict(bug="without bias rows", seed=25), ("shape",)),
    (lecun, dict(bug="reverse", seed=26, dims=(4, 3, 4)), ("swapped-layers",)),  # (5, 3) and (4, 4)
    (lecun, dict(bug="reverse", seed=27, dims=(3, 3, 3), linear_end=True), ("swapped-layers",)),
    (lecun, dict(bug="first row+no slope", seed=28), ("skipped", "derivative-missing")),
    (lecun, dict(bug="output slope+no bias row", seed=29, dims=(3, 5, 2)), ("output-derivative-missing", "skipped")),
]

RIGHT = [
    (lecun, dict()),
    (lecun, dict(seed=40, mu=0.1, dims=(3, 4, 4, 2))),
    (lecun, dict(seed=41, linear_end=True, dims=(6, 3), P=30)),
    (lecun, dict(seed=42, dims=(2, 2, 2), P=3, spread=3.0)),
]
