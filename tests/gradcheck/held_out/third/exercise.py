"""Homework of a first machine learning course: one unrolled vector, the bias in column 0, sigmoid units."""

import numpy as np

from ..program import Program


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def course(bug="", n_in=4, n_hid=5, n_out=3, m=9, lam=0.8, size=0.7, seed=1):
    """A loop over examples as in the exercise sheet; K sigmoid outputs, cost over m, lambda / (2m) without biases."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    cut = n_hid * (n_in + 1)
    theta = rng.normal(size=cut + n_out * (n_hid + 1)) * size

    def roll(nn_params):
        return nn_params[:cut].reshape(n_hid, n_in + 1), nn_params[cut:].reshape(n_out, n_hid + 1)

    def cost(nn_params, X, y):
        Theta1, Theta2 = roll(nn_params)
        m = X.shape[0]
        J = 0.0
        for t in range(m):
            a1 = np.concatenate([[1.0], X[t]])
            a2 = np.concatenate([[1.0], sigmoid(Theta1 @ a1)])
            h = sigmoid(Theta2 @ a2)
            yt = np.zeros(n_out)
            yt[y[t]] = 1
            J += -np.sum(yt * np.log(h) + (1 - yt) * np.log(1 - h))
        reg = lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
        return J / m + reg

    def gradient(nn_params, X, y):
        Theta1, Theta2 = roll(nn_params)
        m = X.shape[0]
        D1 = np.zeros(Theta1.shape)
        D2 = np.zeros(Theta2.shape)
        examples = range(m)
        if "last example" in bugs:
            examples = range(m - 1)
        if "first example" in bugs:
            examples = range(1, m)
        for t in examples:
            a1 = np.concatenate([[1.0], X[t]])
            z2 = Theta1 @ a1
            a2 = np.concatenate([[1.0], sigmoid(z2)])
            h = sigmoid(Theta2 @ a2)
            yt = np.zeros(n_out)
            yt[y[t]] = 1
            d3 = h - yt
            if "wrong way round" in bugs:
                d3 = yt - h
            if "times slope" in bugs:
                d3 = (h - yt) * h * (1 - h)
            back = (Theta2.T @ d3)[1:]
            slope = sigmoid(z2) * (1 - sigmoid(z2))
            if "no slope" in bugs:
                slope = 1.0
            if "slope of a2" in bugs:
                slope = sigmoid(a2[1:]) * (1 - sigmoid(a2[1:]))
            if "slope from z" in bugs:
                slope = z2 * (1 - z2)
            if "slope squared" in bugs:
                slope = slope * slope
            d2 = back * slope
            D1 += np.outer(d2, a1)
            if "z2 as input" in bugs:
                D2 += np.outer(d3, np.concatenate([[1.0], z2]))
            else:
                D2 += np.outer(d3, a2)
        if "no mean" not in bugs:
            D1, D2 = D1 / m, D2 / m
        if "half" in bugs:
            D1, D2 = D1 / 2, D2 / 2
        if "no decay" not in bugs:
            rate = lam if "lambda not over m" in bugs else lam / m
            rate = -rate if "decay subtracted" in bugs else rate
            start = 0 if "decay from column 0" in bugs else 1
            D1[:, start:] += rate * Theta1[:, start:]
            D2[:, start:] += rate * Theta2[:, start:]
        if "bias column forgotten" in bugs:
            D1[:, 0] = 0
        if "last unit forgotten" in bugs:
            D2[-1] = 0
        if "Theta1 zero" in bugs:
            D1 = np.zeros_like(D1)
        if "clipped" in bugs:
            D1, D2 = np.clip(D1, -0.02, 0.02), np.clip(D2, -0.02, 0.02)
        if "column order" in bugs:
            return np.concatenate([D1.ravel(order="F"), D2.ravel(order="F")])
        if "blocks reversed" in bugs:
            return np.concatenate([D2.ravel(), D1.ravel()])
        return np.concatenate([D1.ravel(), D2.ravel()])

    X = rng.normal(size=(m, n_in))
    y = np.arange(m) % n_out
    return Program(f"exercise course {bug or f'right {n_in}-{n_hid}-{n_out} m={m}'}", cost, gradient, theta, (X, y))


def vectorized(bug="", sizes=(3, 6, 4, 2), m=11, lam=0.3, seed=2):
    """The same author later: any depth, tanh inside, matrices over all examples, no regularised bias."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    shapes = [(b, a + 1) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
    theta = np.concatenate([rng.uniform(-0.9, 0.9, size=s).ravel() for s in shapes])

    def unpack(vec):
        out, k = [], 0
        for r, c in shapes:
            out.append(vec[k : k + r * c].reshape(r, c))
            k += r * c
        return out

    def forward(Ts, X):
        ones = np.ones((len(X), 1))
        acts, zs = [np.c_[ones, X]], []
        for T in Ts:
            zs.append(acts[-1] @ T.T)
            acts.append(np.c_[ones, np.tanh(zs[-1])])
        return acts, zs, sigmoid(zs[-1])

    def J(vec, X, Y):
        Ts = unpack(vec)
        h = forward(Ts, X)[2]
        data = -np.mean(np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h), axis=1))
        return data + lam / 2 / len(X) * sum(np.sum(T[:, 1:] ** 2) for T in Ts)

    def dJ(vec, X, Y):
        Ts = unpack(vec)
        acts, zs, h = forward(Ts, X)
        grads = []
        delta = (h - Y) / len(X)
        for i in reversed(range(len(Ts))):
            source = acts[i]
            if i == 1 and "input from z" in bugs:
                source = np.c_[np.ones(len(X)), zs[0]]
            G = delta.T @ source
            if i == 1 and "doubled middle" in bugs:
                G = 2 * G
            if i == 0 and "first layer negated" in bugs:
                G = -G
            reg = lam / len(X) * Ts[i]
            reg[:, 0] = 0
            if "lam over 2m" in bugs:
                reg /= 2
            grads.insert(0, G + reg if G.shape == reg.shape else G)
            if i > 0:
                a = acts[i][:, 1:]
                slope = 1 - a**2
                if i == 1 and "one minus a" in bugs:
                    slope = 1 - a
                if i == 1 and "tanh of tanh" in bugs:
                    slope = 1 - np.tanh(a) ** 2
                if i == 2 and "no slope" in bugs:
                    slope = np.ones_like(a)
                if i == 2 and "slope twice" in bugs:
                    slope = slope**2
                W = Ts[i]
                if "bias unit kept" in bugs and i == 1:
                    delta = (delta @ W) * (1 - acts[i] ** 2)
                else:
                    if "stepped" in bugs:
                        W = W - 0.5 * grads[0]
                    delta = (delta @ W[:, 1:]) * slope
        return np.concatenate([G.ravel() for G in grads])

    X = rng.normal(size=(m, sizes[0]))
    Y = (rng.random((m, sizes[-1])) < 0.5).astype(float)
    return Program(f"exercise vectorized {bug or f'right {sizes} m={m}'}", J, dJ, theta, (X, Y))


# "column order": the vector's blocks are the transposed matrices, unrolled, so each is n^T in the reversed shape.
BUGGY = [
    (course, {"bug": "wrong way round"}, ("sign",)),
    (course, {"bug": "wrong way round", "lam": 0.0, "seed": 12}, ("sign",)),
    (course, {"bug": "no mean", "lam": 0.0}, ("scale",)),
    (course, {"bug": "half", "n_hid": 4, "m": 13, "lam": 0.5}, ("scale",)),
    (course, {"bug": "times slope"}, ("output-derivative-extra",)),
    (course, {"bug": "no slope", "n_in": 6, "m": 7}, ("derivative-missing",)),
    (course, {"bug": "slope of a2", "m": 12}, ("derivative-of-output",)),
    (course, {"bug": "slope from z", "n_hid": 6}, ("derivative-wrong",)),
    (course, {"bug": "slope squared", "lam": 0.0}, ("derivative-twice",)),
    (course, {"bug": "z2 as input"}, ("wrong-input",)),
    (course, {"bug": "last example"}, ("sample-skipped",)),
    (course, {"bug": "first example", "lam": 0.0, "m": 6}, ("sample-skipped",)),
    (course, {"bug": "no decay"}, ("decay-missing",)),
    (course, {"bug": "lambda not over m"}, ("decay-scale",)),
    (course, {"bug": "decay subtracted", "n_in": 5, "n_hid": 3, "n_out": 4}, ("decay-scale",)),
    (course, {"bug": "decay from column 0"}, ("decay-on-bias",)),
    (course, {"bug": "bias column forgotten"}, ("skipped",)),
    (course, {"bug": "last unit forgotten"}, ("skipped",)),
    (course, {"bug": "Theta1 zero"}, ("zero",)),
    (course, {"bug": "clipped", "seed": 5}, ("unknown",)),
    (course, {"bug": "column order"}, ("transposed",)),
    (course, {"bug": "blocks reversed", "n_in": 5, "n_hid": 5, "n_out": 5}, ("swapped-layers",)),
    (vectorized, {"bug": "input from z"}, ("wrong-input",)),
    (vectorized, {"bug": "doubled middle", "lam": 0.0}, ("scale",)),
    (vectorized, {"bug": "first layer negated", "lam": 0.0, "sizes": (4, 3, 5, 2)}, ("sign",)),
    (vectorized, {"bug": "lam over 2m", "lam": 1.2}, ("decay-scale",)),
    (vectorized, {"bug": "one minus a"}, ("derivative-wrong",)),
    (vectorized, {"bug": "tanh of tanh", "sizes": (5, 4, 4, 3)}, ("derivative-of-output",)),
    (vectorized, {"bug": "no slope"}, ("derivative-missing",)),
    (vectorized, {"bug": "stepped"}, ("weights-updated",)),
    (vectorized, {"bug": "bias unit kept", "sizes": (3, 6, 2), "m": 8}, ("shape",)),
    (vectorized, {"bug": "one minus a+doubled middle", "lam": 0.0, "seed": 8}, ("derivative-wrong", "scale")),
    (vectorized, {"bug": "slope twice+first layer negated", "lam": 0.0}, ("derivative-twice", "sign")),
]
RIGHT = [
    (course, {}),
    (course, {"n_in": 7, "n_hid": 2, "n_out": 2, "m": 30, "lam": 0.0}),
    (course, {"n_in": 3, "n_hid": 3, "n_out": 3, "m": 1}),
    (course, {"n_in": 2, "n_hid": 6, "n_out": 5, "m": 4, "lam": 2.0}),  # class 4 never occurs
    (vectorized, {}),
    (vectorized, {"sizes": (8, 2), "m": 20}),
    (vectorized, {"sizes": (3, 4, 4, 5, 1), "m": 6, "lam": 0.0}),
]
