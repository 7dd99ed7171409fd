"""Not a dense chain: a skip connection, two heads, an embedding table, a small convolution, tied weights."""

import numpy as np

from ..program import Program


def skip(bug="", k=4, m=7, lam=0.0, seed=1):
    """H = tanh(x A + a); g = h + tanh(h B + b); one linear output, squares."""
    rng = np.random.default_rng(seed)
    P = {
        "A": rng.normal(size=(3, k)),
        "a": rng.normal(size=k),
        "B": rng.normal(size=(k, k)),
        "b": rng.normal(size=k),
        "c": rng.normal(size=(k, 1)),
        "d": rng.normal(size=1),
    }
    X, y = rng.normal(size=(m, 3)), rng.normal(size=(m, 1))

    def loss(P, X, y):
        h = np.tanh(X @ P["A"] + P["a"])
        g = h + np.tanh(h @ P["B"] + P["b"])
        return 0.5 * np.mean((g @ P["c"] + P["d"] - y) ** 2) + lam / 2 * np.sum(P["B"] ** 2)

    def grad(P, X, y):
        h = np.tanh(X @ P["A"] + P["a"])
        t = np.tanh(h @ P["B"] + P["b"])
        g = h + t
        e = (g @ P["c"] + P["d"] - y) / len(X)
        if bug == "minus":
            e = -e
        dg = e @ P["c"].T
        dt = dg * (1 - t**2)
        dh = dg + dt @ P["B"].T
        if bug == "shortcut forgotten":
            dh = dt @ P["B"].T
        elif bug == "only shortcut":
            dh = dg
        dz = dh * (1 - h**2)
        dB, db = h.T @ dt + lam * P["B"], dt.sum(0)
        if bug == "B turned":
            dB = dt.T @ h
        if bug == "lam":
            dB = h.T @ dt
        if bug == "b axis":
            db = dt.sum(1)
        return {"A": X.T @ dz, "a": dz.sum(0), "B": dB, "b": db, "c": g.T @ e, "d": e.sum(0)}

    return Program(f"beyond skip k={k} m={m} lam={lam} seed={seed}: {bug or 'right'}", loss, grad, P, (X, y))


def two_heads(bug="", h=5, m=8, w=0.3, seed=1):
    """One hidden layer, a softmax head for a label and a linear head for a number; the losses added with weight w."""
    rng = np.random.default_rng(seed)
    body = [rng.normal(size=(4, h)), rng.normal(size=h)]
    head1 = [rng.normal(size=(h, 3)), rng.normal(size=3)]
    head2 = [rng.normal(size=(h, 1)), rng.normal(size=1)]
    X, label, value = rng.normal(size=(m, 4)), rng.integers(0, 3, m), rng.normal(size=m)

    def run(P, X):
        (W, b), (U, u), (V, v) = P
        a = 1 / (1 + np.exp(-(X @ W + b)))
        s = np.exp(a @ U + u)
        return a, s / s.sum(1, keepdims=True), (a @ V + v)[:, 0]

    def loss(P, X, label, value):
        _, p, r = run(P, X)
        return -np.mean(np.log(p[np.arange(m), label])) + w * np.mean((r - value) ** 2)

    def grad(P, X, label, value):
        (W, b), (U, u), (V, v) = P
        a, p, r = run(P, X)
        d1 = p.copy()
        d1[np.arange(m), label] -= 1
        d1 /= m
        d2 = w * 2 * (r - value)[:, None] / m
        if bug == "w forgotten":
            d2 = 2 * (r - value)[:, None] / m
        back = d1 @ U.T + (d2 if bug != "w twice" else w * d2) @ V.T
        if bug == "one head":
            back = d1 @ U.T
        dz = back * a * (1 - a)
        du, dU = d1.sum(0), a.T @ d1
        if bug == "u rows":
            du = d1
        dV = np.zeros_like(V) if bug == "V zero" else a.T @ d2
        db = np.sum(dz) * np.ones(h) if bug == "b total" else dz.sum(0)
        return [[X.T @ dz, db], [dU, du], [dV, d2.sum(0)]]

    return Program(
        f"beyond heads h={h} m={m} w={w} seed={seed}: {bug or 'right'}",
        loss,
        grad,
        [body, head1, head2],
        (X, label, value),
    )


def embedding(bug="", words=6, d=3, k=3, seed=1, l2=0.0):
    """A table looked up by two word numbers, concatenated, then softmax; words repeat and one never occurs."""
    rng = np.random.default_rng(seed)
    P = {"table": rng.normal(size=(words, d)), "W": rng.normal(size=(2 * d, k)), "b": rng.normal(size=k)}
    pairs = np.array([[0, 1], [1, 2], [2, 2], [3, 0], [4, 1], [0, 1], [2, 4]])
    y = rng.integers(0, k, len(pairs))

    def loss(P, pairs, y):
        x = P["table"][pairs].reshape(len(pairs), -1)
        s = x @ P["W"] + P["b"]
        s = s - s.max(1, keepdims=True)
        return np.mean(np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]) + l2 * np.sum(P["table"] ** 2)

    def grad(P, pairs, y):
        m = len(pairs)
        x = P["table"][pairs].reshape(m, -1)
        s = np.exp(x @ P["W"] + P["b"])
        s /= s.sum(1, keepdims=True)
        s[np.arange(m), y] -= 1
        s /= m
        dx = (s @ P["W"].T).reshape(m, 2, d)
        table = np.zeros_like(P["table"])
        if bug == "repeats lost":
            table[pairs] += dx
        else:
            np.add.at(table, pairs, dx)
        if bug == "second word only":
            table = np.zeros_like(P["table"])
            np.add.at(table, pairs[:, 1], dx[:, 1])
        if bug == "table down":
            table = -table
        table = table + (l2 if bug == "l2 halved" else 2 * l2) * P["table"]
        if bug == "word 0":
            table[0] = 0  # taken for padding
        return {"table": table, "W": x.T @ s, "b": s if bug == "b per pair" else s.sum(0)}

    return Program(f"beyond embedding {words}x{d}-{k} l2={l2} seed={seed}: {bug or 'right'}", loss, grad, P, (pairs, y))


def convolution(bug="", n=8, width=3, channels=2, m=5, seed=1):
    """1-d convolution, ReLU, mean over positions, linear, squares; loops over positions."""
    rng = np.random.default_rng(seed)
    kernel, bias = rng.normal(size=(channels, width)), 0.2 * rng.normal(size=channels)
    v, c = rng.normal(size=channels), rng.normal(size=1)
    X, y = rng.normal(size=(m, n)), rng.normal(size=m)
    places = n - width + 1

    def loss(P, X, y):
        kernel, bias, v, c = P
        total = 0.0
        for x, t in zip(X, y):
            z = np.array([[kernel[q] @ x[i : i + width] + bias[q] for i in range(places)] for q in range(channels)])
            total += (np.maximum(z, 0).mean(axis=1) @ v + c[0] - t) ** 2
        return total / len(X)

    def grad(P, X, y):
        kernel, bias, v, c = P
        gk, gb, gv, gc = np.zeros_like(kernel), np.zeros_like(bias), np.zeros_like(v), np.zeros_like(c)
        for x, t in zip(X, y):
            windows = np.stack([x[i : i + width] for i in range(places)])
            z = kernel @ windows.T + bias[:, None]
            f = np.maximum(z, 0).mean(axis=1)
            e = 2 * (f @ v + c[0] - t) / len(X)
            gv += e * f
            gc += e
            dz = np.outer(e * v, np.ones(places)) / places * (z > 0)
            if bug == "places":
                dz = dz * places
            if bug == "open gate":
                dz = np.outer(e * v, np.ones(places)) / places
            gk += dz @ (windows[:, ::-1] if bug == "flipped" else windows)
            if bug == "last tap":
                gk[:, -1] = 0
            gb += dz.sum() if bug == "bias of all" else dz[:, 0] if bug == "first place" else dz.sum(axis=1)
        if bug == "taps first":
            gk = gk.T
        return gk, gb, gv, -gc if bug == "c" else gc

    return Program(
        f"beyond convolution {channels}x{width} on {n} m={m} seed={seed}: {bug or 'right'}",
        loss,
        grad,
        (kernel, bias, v, c),
        (X, y),
    )


def tied(bug="", d=5, h=3, m=6, seed=1, decay=0.0):
    """Autoencoder with one W for both ways: h = s(x W + b), r = h W.T + c."""
    rng = np.random.default_rng(seed)
    P = (0.7 * rng.normal(size=(d, h)), rng.normal(size=h), rng.normal(size=d))
    X = rng.random((m, d))

    def loss(P, X):
        W, b, c = P
        a = 1 / (1 + np.exp(-(X @ W + b)))
        return np.sum((a @ W.T + c - X) ** 2) / (2 * len(X)) + decay / 2 * np.sum(W**2)

    def grad(P, X):
        W, b, c = P
        a = 1 / (1 + np.exp(-(X @ W + b)))
        e = (a @ W.T + c - X) / len(X)
        dz = e @ W * a * (1 - a)
        encoder, decoder = X.T @ dz, e.T @ a
        gW = encoder + decoder
        if bug == "decoder only":
            gW = decoder
        elif bug == "encoder only":
            gW = encoder
        gW = gW if bug == "no decay" else gW + decay * W
        gb, gc = dz.sum(0), e.sum(0)
        if bug == "mean b":
            gb = dz.mean(0)
        if bug == "c not summed":
            gc = e
        if bug == "c axis":
            gc = e.sum(1)
        if bug == "c decayed":
            gc = gc + decay * c
        return gW, gb, gc

    return Program(f"beyond tied {d}-{h} m={m} decay={decay} seed={seed}: {bug or 'right'}", loss, grad, P, (X,))


BUGGY = [
    (skip, dict(bug="minus", seed=2), ("sign",)),
    (skip, dict(bug="shortcut forgotten", seed=3), ("unknown",)),
    (skip, dict(bug="only shortcut", seed=4), ("unknown",)),
    (skip, dict(bug="B turned", seed=5), ("transposed",)),
    (skip, dict(bug="lam", lam=0.3, seed=6), ("decay-missing",)),
    (skip, dict(bug="b axis", seed=7), ("bias-wrong-axis",)),
    # the number's own head is off by the factor 1 / w exactly; the body mixes the two heads and is off by no factor
    (two_heads, dict(bug="w forgotten", seed=8), ("scale", "unknown")),
    (two_heads, dict(bug="w twice", seed=9), ("unknown",)),
    (two_heads, dict(bug="one head", seed=10), ("unknown",)),
    (two_heads, dict(bug="u rows", seed=11), ("bias-not-summed",)),
    (two_heads, dict(bug="V zero", seed=12), ("zero",)),
    (two_heads, dict(bug="b total", seed=13), ("bias-total-sum",)),
    (embedding, dict(bug="repeats lost", seed=14), ("unknown",)),
    (embedding, dict(bug="second word only", seed=15), ("unknown",)),
    (embedding, dict(bug="table down", seed=16, l2=0.1), ("sign",)),
    (embedding, dict(bug="l2 halved", seed=17, l2=0.2), ("decay-scale",)),
    (embedding, dict(bug="word 0", seed=18), ("skipped",)),
    (embedding, dict(bug="b per pair", seed=19, d=4), ("bias-not-summed",)),
    (convolution, dict(bug="places", seed=20), ("scale",)),
    # in the middle of no dense chain, so `unknown` is honest; the table's name for the kind of bug is true as well
    (convolution, dict(bug="open gate", seed=21), ("unknown", "derivative-missing")),
    (convolution, dict(bug="flipped", seed=22), ("unknown",)),
    (convolution, dict(bug="last tap", seed=23, width=4), ("skipped",)),
    (convolution, dict(bug="bias of all", seed=24, channels=3), ("bias-total-sum",)),
    (convolution, dict(bug="first place", seed=25), ("unknown",)),
    (convolution, dict(bug="taps first", seed=26), ("transposed",)),
    (convolution, dict(bug="c", seed=27), ("sign",)),
    (tied, dict(bug="decoder only", seed=28), ("unknown",)),
    (tied, dict(bug="encoder only", seed=29), ("unknown",)),
    (tied, dict(bug="no decay", decay=0.4, seed=30), ("decay-missing",)),
    (tied, dict(bug="mean b", seed=31), ("scale",)),
    (tied, dict(bug="c not summed", seed=32), ("bias-not-summed",)),
    (tied, dict(bug="c axis", d=6, m=6, seed=33), ("bias-wrong-axis",)),
    (tied, dict(bug="c decayed", decay=0.4, seed=34), ("decay-on-bias",)),
]

RIGHT = [
    (skip, dict()),
    (two_heads, dict()),
    (embedding, dict(l2=0.1)),
    (convolution, dict()),
    (tied, dict(decay=0.2)),
]
