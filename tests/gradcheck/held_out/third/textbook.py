"""Chapters and lecture notes: tuples (W, b) in a list, softmax with squares, biases as the last row, absolutes."""

import numpy as np

from ..program import Program


def softmax_squares(bug="", shape=(4, 5, 3), n=9, kind="squares", hidden="relu", seed=16, floor=0.0, dead=False):
    """One sample after another with the softmax Jacobian written out; params = [(W, b), ...], weights (in, out)."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    params = [
        (rng.normal(size=(i, o)) * 0.8, rng.normal(size=o) * 0.3) for i, o in zip(shape[:-1], shape[1:], strict=True)
    ]

    def phi(v):
        if hidden == "relu":
            return np.maximum(v, 0)
        return 1 / (1 + np.exp(-v)) if hidden == "sigmoid" else np.arctan(v)

    def phi1(v):
        if hidden == "relu":
            return np.heaviside(v, 0.0)
        return np.exp(-v) / (1 + np.exp(-v)) ** 2 if hidden == "sigmoid" else 1 / (1 + v**2)

    def predict(params, x):
        acts, pre = [x], []
        for j, (W, b) in enumerate(params):
            pre.append(acts[-1] @ W + b)
            if j < len(params) - 1:
                acts.append(phi(pre[-1]))
        e = np.exp(pre[-1] - pre[-1].max())
        return acts, pre, e / e.sum()

    def loss(params, samples, targets):
        total = 0.0
        for x, t in zip(samples, targets, strict=True):
            p = predict(params, x)[2]
            if kind == "squares":
                total += np.mean((p - t) ** 2)
            else:
                total -= np.sum(t[t > 0] * np.log(np.maximum(p[t > 0], floor)))
        return total / len(samples)

    def gradients(params, samples, targets):
        grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
        todo = list(zip(samples, targets, strict=True))
        if "drops one" in bugs:
            todo = todo[1:]
        for x, t in todo:
            acts, pre, p = predict(params, x)
            with np.errstate(all="ignore"):
                dp = 2 * (p - t) / len(p) if kind == "squares" else -t / p
            J = np.diag(p) - np.outer(p, p)
            if "diagonal" in bugs:
                J = np.diag(p * (1 - p))
            if "no outer" in bugs:
                J = np.diag(p)
            if "no jacobian" in bugs:
                J = np.eye(len(p))
            with np.errstate(all="ignore"):
                delta = J @ dp / len(samples)
            for j in reversed(range(len(params))):
                W = params[j][0]
                a = acts[j]
                if j == len(params) - 1 and "raw input" in bugs:
                    a = pre[j - 1]
                with np.errstate(all="ignore"):
                    gW = np.outer(a, delta)
                if "doubled head" in bugs and j == len(params) - 1:
                    gW = 2 * gW
                grads[j][0][...] += gW
                grads[j][1][...] += delta.sum() if "summed bias" in bugs and j == 0 else delta
                if j == 0:
                    break
                if "straight" in bugs and j == len(params) - 1:
                    back = delta
                else:
                    back = W @ delta if "untransposed" not in bugs else W.T @ delta
                d = phi1(pre[j - 1])
                if j == 1 and "of output" in bugs:
                    d = phi1(phi(pre[0]))
                if j == 1 and "square" in bugs:
                    d = d * d
                if j == 1 and "logistic for arctan" in bugs:
                    d = np.exp(-pre[0]) / (1 + np.exp(-pre[0])) ** 2
                if j == 1 and "nothing" in bugs:
                    d = 1
                if j == 1 and "own sign" in bugs:
                    d = np.heaviside(back, 0.0)
                delta = back * d
        if "second for first" in bugs:
            grads[0], grads[1] = grads[1], grads[0]
        if "first row" in bugs:
            grads[0][0][0] = 0
        if "minus first" in bugs:
            grads[0] = (-grads[0][0], -grads[0][1])
        if "clip" in bugs:
            grads = [(np.clip(W, -0.01, 0.01), np.clip(b, -0.01, 0.01)) for W, b in grads]
        return grads

    X = rng.normal(size=(n, shape[0]))
    T = np.eye(shape[-1])[np.arange(n) % shape[-1]]
    if dead:
        W, b = params[-1]
        params[-1] = (W, np.array([-900.0] + [0.0] * (shape[-1] - 1)))
    label = bug or f"right {shape} n={n} floor={floor}"
    name = f"textbook softmax_squares {kind} {hidden} {label}"
    return Program(name, loss, gradients, params, (list(X), list(T)))


def augmented(bug="", sizes=(3, 6, 4, 2), n=10, hidden="tanh", target="squares", reg=0.0, seed=17, bound=False):
    """Matrices with the bias in the last row, a dict of layer -> array, rows; linear outputs, squares or absolutes."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    V = {
        f"layer{i}": rng.normal(size=(a + 1, b)) * 0.7
        for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:], strict=True))
    }
    last = f"layer{len(sizes) - 2}"

    def g(z):
        return np.tanh(z) if hidden == "tanh" else np.where(z >= 0, z, 0.1 * z)

    def dg(z):
        return np.cosh(z) ** -2.0 if hidden == "tanh" else np.where(z >= 0, 1.0, 0.1)

    def with_one(A):
        return np.hstack([A, np.ones((A.shape[0], 1))])

    def passes(V, X):
        ins, zs = [], []
        A = X
        for key in V:
            ins.append(with_one(A))
            zs.append(ins[-1] @ V[key])
            A = g(zs[-1])
        return ins, zs

    def E(V, X, T):
        R = passes(V, X)[1][-1] - T
        if target == "squares":
            value = np.sum(R * R) / (2 * len(X))
        elif target == "absolute":
            value = np.abs(R).mean()
        else:
            value = np.sqrt(np.sum(R * R, axis=1)).mean()
        return value + reg / 2 * sum(np.sum(M[:-1] ** 2) for M in V.values())

    def dE(V, X, T):
        ins, zs = passes(V, X)
        R = zs[-1] - T
        if target == "squares":
            D = R / len(X)
        elif target == "absolute":
            D = np.sign(R) / R.size
        else:
            with np.errstate(all="ignore"):
                D = R / np.sqrt(np.sum(R * R, axis=1, keepdims=True)) / len(X)
        if "one residual" in bugs:
            D = D.sum(axis=0, keepdims=True) + 0 * D
        if "opposite" in bugs:
            D = -D
        if "columns averaged" in bugs:
            D = D / sizes[-1]
        out = {}
        for i in range(len(sizes) - 2, -1, -1):
            key = f"layer{i}"
            source = ins[i]
            if i == 1 and "z in" in bugs:
                source = with_one(zs[0])
            out[key] = source.T @ D
            if i == 0 and "last row lost" in bugs:
                out[key][-1] = 0
            if key == last and "last third" in bugs:
                out[key] = out[key] / 3
            if i > 0:
                M = V[key]
                if "after update" in bugs:
                    M = M - 0.9 * out[key]
                slope = dg(zs[i - 1])
                if i == 1 and "flat" in bugs:
                    slope = np.ones_like(slope)
                if i == 1 and "slope of a" in bugs:
                    slope = dg(g(zs[0]))
                if i == 1 and "a squared lost" in bugs:
                    slope = 1 - np.tanh(zs[0])
                if i == 2 and "twice" in bugs:
                    slope = slope**2
                if i == 1 and "step slope" in bugs:
                    slope = (zs[0] > 0) * 1.0
                if i == 1 and "swapped axes" in bugs:
                    D = D @ M[:-1] * slope
                else:
                    D = D @ M[:-1].T * slope
        for key, M in V.items():
            P = reg * M
            if "reg last row too" not in bugs:
                P[-1] = 0
            if "reg dropped" not in bugs:
                out[key] = out[key] + (P * 10 if "reg tenfold" in bugs else P)
        if "layer0 none" in bugs:
            out["layer0"] = 0.0 * out["layer0"]
        if "no bias row" in bugs:
            out["layer0"] = out["layer0"][:-1]
        if "updates" in bugs:
            for key in V:
                V[key] -= 0.01 * out[key]
        return {key: out[key] for key in V}

    X = rng.normal(size=(n, sizes[0]))
    T = rng.normal(size=(n, sizes[-1]))
    if bound or "exact fit" in bugs:
        T[0] = passes(V, X)[1][-1][0]  # one residual is exactly zero
    label = bug or f"right {sizes} n={n} reg={reg} bound={bound}"
    return Program(f"textbook augmented {hidden} {target} {label}", E, dE, V, (X, T))


# "no outer": J = diag(p) for diag(p) - p p^T, the diagonal as the table itself writes it.
BUGGY = [
    (softmax_squares, {"bug": "diagonal"}, ("softmax-diagonal",)),
    (softmax_squares, {"bug": "diagonal", "hidden": "sigmoid", "shape": (3, 4, 5), "n": 8}, ("softmax-diagonal",)),
    (softmax_squares, {"bug": "no outer", "hidden": "arctan"}, ("softmax-diagonal",)),
    (softmax_squares, {"bug": "no jacobian", "hidden": "sigmoid"}, ("output-derivative-missing",)),
    (softmax_squares, {"bug": "drops one", "kind": "entropy", "floor": 1e-15}, ("sample-skipped",)),
    (softmax_squares, {"bug": "raw input", "hidden": "arctan", "kind": "entropy"}, ("wrong-input",)),
    (
        softmax_squares,
        {"bug": "straight", "shape": (4, 3, 3), "kind": "entropy", "hidden": "sigmoid"},
        ("weights-omitted",),
    ),
    (softmax_squares, {"bug": "untransposed", "shape": (5, 3, 3), "kind": "entropy"}, ("weights-not-transposed",)),
    (softmax_squares, {"bug": "of output", "hidden": "arctan"}, ("derivative-of-output",)),
    (softmax_squares, {"bug": "square", "hidden": "sigmoid", "kind": "entropy"}, ("derivative-twice",)),
    (softmax_squares, {"bug": "logistic for arctan", "hidden": "arctan"}, ("derivative-wrong",)),
    (softmax_squares, {"bug": "nothing", "shape": (3, 5, 4, 3), "kind": "entropy"}, ("derivative-missing",)),
    (softmax_squares, {"bug": "own sign"}, ("delta-mask",)),
    (softmax_squares, {"bug": "summed bias", "kind": "entropy"}, ("bias-total-sum",)),
    (softmax_squares, {"bug": "second for first", "shape": (4, 4, 4, 2), "hidden": "sigmoid"}, ("swapped-layers",)),
    (softmax_squares, {"bug": "first row", "n": 4}, ("skipped",)),
    (softmax_squares, {"bug": "minus first", "hidden": "arctan"}, ("sign",)),
    (softmax_squares, {"bug": "clip", "kind": "entropy", "hidden": "sigmoid"}, ("unknown",)),
    (softmax_squares, {"bug": "zero p", "kind": "entropy", "floor": 1e-15, "dead": True}, ("not-finite",)),
    (softmax_squares, {"bug": "doubled head+nothing", "kind": "entropy"}, ("scale", "derivative-missing")),
    (augmented, {"bug": "one residual"}, ("summed-error",)),
    (augmented, {"bug": "opposite", "reg": 0.1, "hidden": "leaky"}, ("sign",)),
    (augmented, {"bug": "columns averaged", "sizes": (4, 5, 3)}, ("scale",)),
    (augmented, {"bug": "z in"}, ("wrong-input",)),
    (augmented, {"bug": "last row lost", "target": "absolute", "n": 15}, ("skipped",)),
    (augmented, {"bug": "after update", "sizes": (3, 5, 2)}, ("weights-updated",)),
    (augmented, {"bug": "flat", "hidden": "leaky"}, ("derivative-missing",)),
    (augmented, {"bug": "slope of a", "target": "absolute"}, ("derivative-of-output",)),
    (augmented, {"bug": "a squared lost"}, ("derivative-wrong",)),
    (augmented, {"bug": "step slope", "sizes": (2, 5, 5, 1), "n": 24, "seed": 18}, ("derivative-wrong",)),
    (augmented, {"bug": "twice"}, ("derivative-twice",)),
    (augmented, {"bug": "swapped axes", "sizes": (3, 5, 5, 2)}, ("weights-not-transposed",)),
    (augmented, {"bug": "reg last row too", "reg": 0.3}, ("decay-on-bias",)),
    (augmented, {"bug": "reg dropped", "reg": 0.3, "hidden": "leaky"}, ("decay-missing",)),
    (augmented, {"bug": "reg tenfold", "reg": 0.02}, ("decay-scale",)),
    (augmented, {"bug": "layer0 none"}, ("zero",)),
    (augmented, {"bug": "no bias row", "sizes": (4, 3, 2)}, ("shape",)),
    (augmented, {"bug": "updates", "hidden": "leaky"}, ("mutates",)),
    (augmented, {"bug": "exact fit", "target": "norm"}, ("not-finite",)),
    (augmented, {"bug": "flat+last third", "sizes": (3, 4, 5, 2)}, ("derivative-missing", "scale")),
]
RIGHT = [
    (softmax_squares, {}),
    (softmax_squares, {"hidden": "arctan", "kind": "entropy", "shape": (2, 3, 4, 5, 3), "n": 5}),
    (softmax_squares, {"hidden": "sigmoid", "kind": "entropy", "floor": 1e-15, "n": 4, "shape": (5, 7, 6)}),
    (augmented, {}),
    (augmented, {"hidden": "leaky", "reg": 0.5, "n": 30}),
    (augmented, {"target": "absolute", "n": 5, "sizes": (6, 3, 2)}),
    (augmented, {"bound": True, "n": 7}),
]
