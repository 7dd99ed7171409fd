"""Programs that are no plain chain of layers: skip, embedding, recurrent, convolution, tied weights."""

import numpy as np

from ..program import Program


def residual(bug="", d=4, k=3, n=8, seed=30):
    """X + tanh(x W + b), then a linear map and softmax cross-entropy."""
    rng = np.random.default_rng(seed)
    params = [rng.normal(size=(d, d)) * 0.6, rng.normal(size=d) * 0.2, rng.normal(size=(d, k)) * 0.7]

    def loss(params, x, y):
        W, b, U = params
        h = x + np.tanh(x @ W + b)
        s = h @ U
        return np.mean(np.log(np.exp(s).sum(1)) - s[range(len(x)), y])

    def gradients(params, x, y):
        W, b, U = params
        a = np.tanh(x @ W + b)
        h = x + a
        e = np.exp(h @ U)
        e /= e.sum(1, keepdims=True)
        e[range(len(x)), y] -= 1
        e /= len(x)
        dU = h.T @ e
        dz = (e @ U.T) * (1 - a * a)
        dW, db = x.T @ dz, dz.sum(0)
        if bug == "negative U":
            dU = -dU
        if bug == "W turned":
            dW = dW.T
        if bug == "without b":
            db = np.zeros_like(db)
        if bug == "batch again":
            dW, db, dU = dW / len(x), db / len(x), dU / len(x)
        return [dW, db, dU]

    data = (rng.normal(size=(n, d)), rng.integers(0, k, size=n))
    return Program(f"outside residual {bug or f'right d={d} n={n}'}", loss, gradients, params, data)


def bag(bug="", vocabulary=7, d=3, k=2, n=10, seed=31):
    """A mean of word vectors into a linear softmax; the words come as a table of indices."""
    rng = np.random.default_rng(seed)
    params = {"vectors": rng.normal(size=(vocabulary, d)), "out": rng.normal(size=(d, k))}
    words = rng.integers(0, vocabulary, size=(n, 4))
    words[0], words[1] = 0, vocabulary - 1
    label = rng.integers(0, k, size=n)

    def parts(params, words):
        h = params["vectors"][words].mean(1)
        s = h @ params["out"]
        return h, s - np.log(np.exp(s).sum(1, keepdims=True))

    def loss(params, words, label):
        return -parts(params, words)[1][np.arange(len(words)), label].sum()

    def gradients(params, words, label):
        h, logp = parts(params, words)
        e = np.exp(logp)
        e[np.arange(len(words)), label] -= 1
        dh = e @ params["out"].T / words.shape[1]
        table = np.zeros_like(params["vectors"])
        for i in range(len(words)):
            if bug == "overwrites":
                table[words[i]] = dh[i]
                continue
            for w in words[i]:
                table[w] += dh[i]
        if bug == "last word":
            table[-1] = 0
        if bug == "count forgotten":
            table *= words.shape[1]
        return {"vectors": table, "out": -h.T @ e if bug == "out negated" else h.T @ e}

    return Program(f"outside bag {bug or 'right'}", loss, gradients, params, (words, label))


def recurrent(bug="", d=2, h=4, T=5, n=6, seed=32):
    """A plain recurrent cell read out at the end, squared error, backpropagation through time."""
    rng = np.random.default_rng(seed)
    params = (rng.normal(size=(d, h)) * 0.7, rng.normal(size=(h, h)) * 0.5, rng.normal(size=h))

    def states(params, x):
        s = [np.zeros((x.shape[1], h))]
        for step in x:
            s.append(np.tanh(step @ params[0] + s[-1] @ params[1]))
        return s

    def loss(params, x, t):
        return 0.5 * np.sum((states(params, x)[-1] @ params[2] - t) ** 2)

    def gradients(params, x, t):
        U, W, v = params
        s = states(params, x)
        r = s[-1] @ v - t
        gU, gW, gv = np.zeros_like(U), np.zeros_like(W), s[-1].T @ r
        ds = np.outer(r, v)
        for k in range(len(x) - 1, -1, -1):
            dz = ds * (1 - s[k + 1] ** 2)
            gU += x[k].T @ dz
            gW += s[k].T @ dz
            ds = dz @ W.T
            if bug == "one step only":
                break
        if bug == "W over T":
            gW = gW / T
        if bug == "recurrent turned":
            gW = gW.T
        if bug == "all negative":
            gU, gW, gv = -gU, -gW, -gv
        return gU, gW, gv

    return Program(
        f"outside recurrent {bug or 'right'}", loss, gradients, params, (rng.normal(size=(T, n, d)), rng.normal(size=n))
    )


def filters(bug="", width=7, size=3, n=5, seed=33):
    """One 1-d convolution with two kernels, ReLU, summed to logits and a logistic loss."""
    rng = np.random.default_rng(seed)
    params = {"kernel": rng.normal(size=(2, size)), "shift": rng.normal(size=2) * 0.4, "read": rng.normal(size=2)}

    def windows(x):
        return np.stack([x[:, i : i + size] for i in range(x.shape[1] - size + 1)], axis=1)

    def loss(params, x, y):
        z = windows(x) @ params["kernel"].T + params["shift"]
        o = np.maximum(z, 0).sum(1) @ params["read"]
        return np.mean(np.logaddexp(0, -y * o))

    def gradients(params, x, y):
        w = windows(x)
        z = w @ params["kernel"].T + params["shift"]
        pooled = np.maximum(z, 0).sum(1)
        do = -y / (1 + np.exp(y * (pooled @ params["read"]))) / len(x)
        dz = (z > 0) * (do[:, None] * params["read"])[:, None, :]
        kernel = np.einsum("npk,npj->kj", dz, w)
        if bug == "kernel flipped":
            kernel = kernel[:, ::-1].copy()
        if bug == "first tap":
            kernel[:, 0] = 0
        if bug == "kernel doubled":
            kernel = kernel * 2
        shift = np.zeros(2) if bug == "shift zero" else dz.sum((0, 1))
        return {"kernel": kernel, "shift": shift, "read": pooled.T @ do}

    return Program(
        f"outside filters {bug or 'right'}",
        loss,
        gradients,
        params,
        (rng.normal(size=(n, width)), np.where(rng.random(n) < 0.5, -1.0, 1.0)),
    )


def autoencoder(bug="", d=5, h=3, n=9, seed=34):
    """Tied weights: sigmoid code s(x W + b), reconstruction by the same W transposed."""
    rng = np.random.default_rng(seed)
    params = {"W": rng.normal(size=(d, h)) * 0.7, "b": rng.normal(size=h), "c": rng.normal(size=d)}

    def code(params, x):
        return 1 / (1 + np.exp(-(x @ params["W"] + params["b"])))

    def loss(params, x):
        return np.mean(np.sum((code(params, x) @ params["W"].T + params["c"] - x) ** 2, axis=1))

    def gradients(params, x):
        s = code(params, x)
        r = 2 * (s @ params["W"].T + params["c"] - x) / len(x)
        dz = r @ params["W"] * s * (1 - s)
        W = x.T @ dz + r.T @ s
        if bug == "decoder only":
            W = r.T @ s
        return {
            "W": -W if bug == "W negated" else W,
            "b": dz.sum(0),
            "c": r.sum(0) / 2 if bug == "c without the 2" else r.sum(0),
        }

    return Program(f"outside autoencoder {bug or 'right'}", loss, gradients, params, (rng.normal(size=(n, d)),))


BUGGY = [
    (residual, {"bug": "negative U"}, ("sign",)),
    (residual, {"bug": "W turned"}, ("transposed",)),
    (residual, {"bug": "without b"}, ("zero",)),
    (residual, {"bug": "batch again"}, ("scale",)),
    (bag, {"bug": "overwrites"}, ("unknown",)),
    (bag, {"bug": "last word"}, ("skipped",)),
    (bag, {"bug": "count forgotten"}, ("scale",)),
    (bag, {"bug": "out negated"}, ("sign",)),
    (recurrent, {"bug": "one step only"}, ("unknown",)),
    (recurrent, {"bug": "W over T"}, ("scale",)),
    (recurrent, {"bug": "recurrent turned"}, ("transposed",)),
    (recurrent, {"bug": "all negative"}, ("sign",)),
    (filters, {"bug": "kernel flipped"}, ("unknown",)),
    (filters, {"bug": "first tap"}, ("skipped",)),
    (filters, {"bug": "kernel doubled"}, ("scale",)),
    (filters, {"bug": "shift zero"}, ("zero",)),
    (autoencoder, {"bug": "decoder only"}, ("unknown",)),
    (autoencoder, {"bug": "W negated"}, ("sign",)),
    (autoencoder, {"bug": "c without the 2"}, ("scale",)),
]
RIGHT = [(residual, {}), (bag, {}), (recurrent, {}), (filters, {}), (autoencoder, {}), (residual, {"n": 1, "d": 2})]
