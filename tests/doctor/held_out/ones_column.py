"""Matrices only: a column of ones is joined to every layer's input, so that no biases are needed apart."""

import numpy as np

from .program import Program


def ones(M):
    """M with a column of ones at the end."""
    return np.column_stack((M, np.ones(M.shape[0])))


def cards(n, gen):
    """Standard scores; positive when a weighted sum is."""
    X = gen.standard_normal((n, 5))
    return X, (X @ np.array([1.0, -1.0, 0.5, 0.0, 2.0]) + 0.3 * gen.standard_normal(n) > 0) * 1.0


def corner(n, gen):
    """Standard scores; positive when the two first have one sign."""
    X = gen.standard_normal((n, 3))
    return X, (X[:, 0] * X[:, 1] > 0) * 1.0


def fault_lines(n, gen):
    """One sample in fifty is positive, hardly apart from the rest."""
    y = (np.arange(n) % 50 == 0) * 1.0
    return gen.standard_normal((n, 3)) + 0.7 * y[:, None], y


def salaries(n, gen):
    """Age in years and income in euros; who buys."""
    age, income = gen.uniform(20, 70, n), gen.uniform(10000, 90000, n)
    return np.column_stack((age, income)), ((age - 45) / 14 + (income - 50000) / 23000 > 0) * 1.0


def scaled_salaries(n, gen):
    """The same, standardised."""
    X, y = salaries(n, gen)
    return (X - X.mean(0)) / X.std(0), y


PLACES = {"cards": cards, "corner": corner, "rare": fault_lines, "salaries": salaries, "scaled": scaled_salaries}


def matrices(place="cards", n=100, middle=(), rate=0.5, total=False, shrink=0.0, oops=None, seed=0, zero=None):
    """Logistic output on tanh layers; `oops` is what slipped in."""
    gen = np.random.default_rng(seed + 900)
    X, y = PLACES["salaries" if oops == "euros" else place](n, gen)
    if oops == "plus minus":
        y = 2 * y - 1
    elif oops == "percent":
        y = 100 * y
    elif oops == "rare":
        X, y = fault_lines(n, gen)
    sizes = (X.shape[1], *middle, 1)
    Ws = [gen.normal(0, 1 / np.sqrt(a + 1), (a + 1, b)) for a, b in zip(sizes[:-1], sizes[1:])]
    if oops == "all zero" or (zero and not middle):
        Ws = [0 * W for W in Ws]
    elif oops == "loud":
        Ws = [W * 100 for W in Ws]
    if oops == "breakneck":
        rate = rate * 400
    elif oops == "crushing":
        shrink = 3.0

    def layers(Ws, X):
        ins = [ones(X)]
        for W in Ws[:-1]:
            hid = ins[-1] @ W if oops == "no bend" else np.tanh(ins[-1] @ W)
            ins.append(ones(hid))
        return ins, (ins[-1] @ Ws[-1])[:, 0]

    def weight(X):
        return 1.0 if total else 1.0 / X.shape[0]

    def chance(z):
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-z))

    def L(Ws, X, y):
        z = layers(Ws, X)[1]
        fit = (np.logaddexp(0, z) - y * z).sum()
        return weight(X) * fit + 0.5 * shrink * sum((W[:-1] ** 2).sum() for W in Ws)

    def dL(Ws, X, y):
        ins, z = layers(Ws, X)
        p = chance(z)
        e = p - y
        e = (weight(X) * e)[:, None]
        out = []
        for k in range(len(Ws) - 1, -1, -1):
            G = ins[k].T @ e
            G[:-1] += shrink * Ws[k][:-1]
            if oops == "turned" and G.shape[0] == G.shape[1]:
                G = G.T
            elif oops == "nothing below" and k < len(Ws) - 1:
                G = 0 * G
            out.insert(0, G)
            e = (e @ Ws[k].T)[:, :-1]
            if oops != "no bend":
                e = e * (1 - ins[k][:, :-1] ** 2)
        return out

    def p_hat(Ws, X):
        return chance(layers(Ws, X)[1])[:, None]

    def correct(Ws, X, y):
        if oops == "crossed shapes":
            return float(((p_hat(Ws, X) > 0.5) == (y > 0.5)).mean())
        return float(((p_hat(Ws, X)[:, 0] > 0.5) == (y > 0.5)).mean())

    options = {"predict": p_hat, "accuracy": correct, "learning_rate": rate}
    if oops == "wrong way":
        options["step"] = lambda Ws, X, y, rate: [W + rate * G for W, G in zip(Ws, dL(Ws, X, y))]
    return Program(f"ones {place} {middle} {oops or 'right'}", L, dL, Ws, X, y, options)


BUGGY = [
    (matrices, {"place": "scaled", "oops": "euros", "rate": 0.5}, ("input-scale",)),
    # One fault, two names: labels that the sigmoid under this loss cannot reach.
    (matrices, {"place": "corner", "middle": (8,), "oops": "plus minus"}, ("labels-range", "loss-activation-mismatch")),
    (matrices, {"place": "cards", "oops": "percent"}, ("labels-range", "loss-activation-mismatch")),
    (matrices, {"place": "cards", "n": 200, "oops": "rare"}, ("class-imbalance",)),
    (matrices, {"place": "corner", "middle": (8,), "oops": "all zero"}, ("zero-init",)),
    (matrices, {"place": "corner", "middle": (4, 5, 4), "oops": "turned"}, ("transposed",)),
    # Every hidden layer without its tanh: however long it trains, a straight line.
    (matrices, {"place": "corner", "middle": (8,), "oops": "no bend"}, ("cannot-overfit",)),
    # Weights a hundred times too large are what drives every tanh to its end.
    (matrices, {"place": "corner", "middle": (8, 8), "oops": "loud"}, ("init-scale", "saturated-units")),
    (matrices, {"place": "corner", "middle": (8,), "oops": "breakneck", "rate": 0.5}, ("learning-rate-high",)),
    (matrices, {"place": "corner", "middle": (8,), "oops": "crushing"}, ("decay-dominates",)),
    (matrices, {"place": "cards", "oops": "crossed shapes"}, ("accuracy-wrong",)),
    (matrices, {"place": "corner", "middle": (6,), "oops": "wrong way"}, ("ascending",)),
    (matrices, {"place": "corner", "middle": (3,), "oops": "nothing below"}, ("zero",)),
]

RIGHT = [
    (matrices, {"place": "cards", "rate": 0.5, "zero": True}),
    (matrices, {"place": "corner", "middle": (8,), "rate": 0.5, "seed": 1}),
    (matrices, {"place": "corner", "middle": (10, 6), "rate": 0.01, "total": True, "seed": 2}),
    (matrices, {"place": "scaled", "rate": 1.0, "shrink": 1e-3}),
]
