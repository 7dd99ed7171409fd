"""Beginners' networks: loops over samples, a sum or mean of squares, everything written out."""

from math import exp

import numpy as np

from .program import Program


def sig(v):
    """Sigmoid of an array."""
    return 1 / (1 + np.exp(-v))


def xor_table():
    """The four rows of XOR."""
    return np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])


def parity():
    """All eight rows of three-bit parity, as -1 and 1."""
    rows = [[a, b, c] for a in (-1.0, 1.0) for b in (-1.0, 1.0) for c in (-1.0, 1.0)]
    return np.array(rows), np.array([1.0 if a * b * c > 0 else 0.0 for a, b, c in rows])


def disc():
    """Forty points, half in a disc and half around it."""
    rng = np.random.RandomState(20)
    pts, lab = [], []
    for i in range(40):
        r = 0.8 * rng.rand() if i % 2 else 1.4 + 0.6 * rng.rand()
        a = 6.2832 * rng.rand()
        pts.append([r * np.cos(a), r * np.sin(a)])
        lab.append(float(i % 2))
    return np.array(pts), np.array(lab)


def tiny_letters():
    """5 x 5 letters L and T with flipped pixels, values 0 to 255."""
    rng = np.random.RandomState(21)
    ell = np.zeros((5, 5))
    ell[:, 0] = ell[4, :] = 1
    tee = np.zeros((5, 5))
    tee[0, :] = tee[:, 2] = 1
    X = np.array([(ell if i % 2 else tee).ravel() for i in range(30)])
    X = np.abs(X - (rng.rand(30, 25) < 0.08))
    return np.round(X * 230 + 12), np.array([float(i % 2) for i in range(30)])


def sides():
    """Which of two sides of a line; a single neuron can learn it."""
    rng = np.random.RandomState(22)
    X = rng.randn(50, 2)
    return X, (X[:, 0] - 2 * X[:, 1] + 0.3 > 0).astype(float)


TABLES = {"xor": xor_table, "parity": parity, "disc": disc, "letters": tiny_letters, "sides": sides}


def net(table="xor", h=4, eta=0.5, mean=False, mistake=None, seed=0, beta=None):
    """Inputs, h hidden sigmoids, one sigmoid; `mistake` is what was mistaken."""
    X, y = TABLES[table]()
    if table == "letters":
        X = X // 256 if mistake == "integer division" else X if mistake == "raw bytes" else X / 255 - 0.5
    if mistake == "missing values":
        X[3, 1] = np.nan
    elif mistake == "signed labels":
        y = 2 * y - 1
    elif mistake == "counts as labels":
        y = 1 + 9 * y
    elif mistake == "tiny rate":
        eta = 1e-7
    rng = np.random.RandomState(seed)
    n_in = X.shape[1]
    w1 = rng.uniform(-1, 1, (n_in, h)) * (2 if table in ("xor", "disc") else 1)
    w2 = rng.uniform(-1, 1, (h, 1))
    params = [w1, np.zeros(h), w2, np.zeros(1)]
    if mistake == "all ones":
        params = [np.ones((n_in, h)), np.zeros(h), np.ones((h, 1)), np.zeros(1)]

    def feed(params, x):
        w1, b1, w2, b2 = params
        hid = sig(x @ w1 + b1)
        return hid, sig(hid @ w2 + b2)

    def per(X):
        return 1.0 / len(X) if mean else 1.0

    def error(params, X, y):
        if mistake == "flat labels":
            out = feed(params, X)[1]
            return np.sum((out - y) ** 2) * per(X)
        total = 0.0
        for i in range(len(X)):
            total = total + (feed(params, X[i])[1][0] - y[i]) ** 2
        return total * per(X)

    def backprop(params, X, y):
        w1, b1, w2, b2 = params
        g1, gb1, g2, gb2 = np.zeros_like(w1), np.zeros_like(b1), np.zeros_like(w2), np.zeros_like(b2)
        every = sum(feed(params, X[i])[1][0] - y[i] for i in range(len(X)))
        last = len(X) - 1 if mistake == "stops early" else len(X)
        for i in range(last):
            hid, out = feed(params, X[i])
            miss = out - y[i]
            if mistake == "one error for all":
                miss = np.array([every])
            elif mistake == "flat labels":
                miss = np.sum(out - y, keepdims=True)
            top = 2 * miss * out * (1 - out) * per(X)
            if mistake == "sigmoid twice":
                top = 2 * miss * sig(out) * (1 - sig(out)) * per(X)
            low = (w2[:, 0] * top[0]) * hid * (1 - hid)
            if mistake == "sigmoid twice":
                low = (w2[:, 0] * top[0]) * sig(hid) * (1 - sig(hid))
            elif mistake == "no weights":
                low = top[0] * hid * (1 - hid)
            for j in range(len(w1)):
                g1[j] += X[i][j] * low
            gb1 += low
            g2[:, 0] += hid * top[0]
            gb2 += top
        if mistake == "one bias":
            gb1 = np.full_like(gb1, gb1.sum())
        return [g1, gb1, g2, gb2]

    def output(params, X):
        return np.array([feed(params, x)[1] for x in X])

    def percent(params, X, y):
        right = 0
        for i in range(len(X)):
            if (feed(params, X[i])[1][0] > 0.5) == (y[i] > 0.5):
                right += 1
        return right / len(X)

    speed = [np.zeros_like(p) for p in params]

    def move(params, X, y, eta):
        new = []
        for k, (p, g) in enumerate(zip(params, backprop(params, X, y))):
            if mistake == "goes uphill":
                new.append(p + eta * g)
            else:
                speed[k] = (beta or 0.0) * speed[k] + g
                new.append(p - eta * speed[k])
        return new

    options = {"predict": output, "learning_rate": eta}
    if mistake not in ("signed labels", "counts as labels"):
        options["accuracy"] = percent
    if beta is not None or mistake == "goes uphill":
        options["step"] = move
    return Program(f"loops {table} h={h} {mistake or 'right'}", error, backprop, params, X, y, options)


def neuron(table="sides", eta=0.5, mistake=None):
    """One sigmoid neuron with cross-entropy, in plain Python floats where possible."""
    X, y = TABLES[table]()
    params = {"w": np.zeros(X.shape[1]), "b": np.zeros(1)}

    def fire(p, x):
        z = float(x @ p["w"]) + float(p["b"][0])
        return 1 / (1 + exp(-z)) if z > 0 else 1 - 1 / (1 + exp(z))

    def entropy(p, X, y):
        total = 0.0
        for x, t in zip(X, y):
            z = float(x @ p["w"]) + float(p["b"][0])
            total += max(z, 0) - z * t + np.log1p(exp(-abs(z)))
        return total / len(X)

    def direction(p, X, y):
        w, b = np.zeros(len(p["w"])), 0.0
        for x, t in zip(X, y):
            off = t - fire(p, x) if mistake == "target minus output" else fire(p, x) - t
            w += off * x / len(X)
            b += off / len(X)
        return {"w": w, "b": np.array([b])}

    def predict(p, X):
        return np.array([fire(p, x) for x in X])

    return Program(
        f"loops neuron {table} {mistake or 'right'}",
        entropy,
        direction,
        params,
        X,
        y,
        {"predict": predict, "learning_rate": eta},
    )


BUGGY = [
    (net, {"table": "disc", "h": 6, "eta": 0.1, "mistake": "one error for all"}, ("summed-error",)),
    (net, {"table": "disc", "h": 6, "eta": 1.0, "mean": True, "mistake": "flat labels"}, ("loss-broadcast",)),
    (net, {"table": "xor", "h": 4, "eta": 0.5, "mistake": "sigmoid twice", "seed": 1}, ("derivative-of-output",)),
    (net, {"table": "xor", "h": 4, "eta": 0.5, "mistake": "stops early", "seed": 1}, ("sample-skipped",)),
    (net, {"table": "disc", "h": 5, "eta": 0.1, "mistake": "goes uphill"}, ("ascending",)),
    (net, {"table": "disc", "h": 5, "eta": 0.1, "mistake": "missing values"}, ("input-not-finite",)),
    (net, {"table": "letters", "h": 5, "eta": 0.1, "mistake": "integer division"}, ("input-constant",)),
    # One fault, two names: labels that a sigmoid's output cannot reach.
    (
        net,
        {"table": "disc", "h": 6, "eta": 0.1, "mistake": "signed labels"},
        ("loss-activation-mismatch", "labels-range"),
    ),
    (
        net,
        {"table": "letters", "h": 5, "eta": 0.1, "mistake": "counts as labels"},
        ("loss-activation-mismatch", "labels-range"),
    ),
    (net, {"table": "xor", "h": 4, "eta": 0.5, "mistake": "no weights", "seed": 4}, ("weights-omitted",)),
    (net, {"table": "xor", "h": 6, "eta": 0.5, "mistake": "one bias", "seed": 3}, ("bias-total-sum",)),
    (net, {"table": "letters", "h": 5, "eta": 0.1, "mistake": "raw bytes"}, ("input-scale",)),
    (net, {"table": "disc", "h": 6, "eta": 0.1, "mistake": "tiny rate"}, ("learning-rate-low",)),
    (net, {"table": "xor", "h": 4, "eta": 0.5, "mistake": "all ones", "seed": 1}, ("symmetric-init",)),
    # The target-minus-output error is right for an update that adds; here the update subtracts.
    (neuron, {"table": "sides", "eta": 0.5, "mistake": "target minus output"}, ("sign",)),
]

RIGHT = [
    (net, {"table": "xor", "h": 4, "eta": 1.0, "seed": 1}),
    (net, {"table": "xor", "h": 5, "eta": 0.5, "seed": 3, "beta": 0.8}),
    (net, {"table": "disc", "h": 6, "eta": 0.2, "seed": 2}),
    (net, {"table": "letters", "h": 5, "eta": 1.0, "mean": True}),
    (net, {"table": "parity", "h": 8, "eta": 0.5, "seed": 4}),
    (neuron, {"table": "sides", "eta": 1.0}),
]
