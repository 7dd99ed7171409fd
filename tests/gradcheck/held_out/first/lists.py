"""Parameters in lists and tuples: a blog post's synapses, and a book's loop over (x, y) pairs."""

import itertools

import numpy as np

from ..program import Program


def synapses(bug=None, planted=(), seed=4, widths=(3, 4, 2), n=6, half=True, squash="sigmoid", zeros=False):
    """No biases, a list of (in, out) matrices, a summed squared error, deriv=True taking the *output*."""
    r = np.random.default_rng(seed)
    X = r.uniform(0, 1, (n, widths[0])).round(3)
    if zeros:
        X = (X > 0.5).astype(float)
    y = r.uniform(0, 1, (n, widths[-1])).round(3)
    syn = [2 * r.random((i, o)) - 1 for i, o in itertools.pairwise(widths)]

    def nonlin(x, deriv=False):
        if squash == "sigmoid":
            return x * (1 - x) if deriv else 1 / (1 + np.exp(-x))
        return 1 - x * x if deriv else np.tanh(x)

    def run(syn, X):
        layers = [X]
        for s in syn:
            layers.append(nonlin(layers[-1] @ s))
        return layers

    def error(syn, X, y):
        return (0.5 if half else 1.0) * ((y - run(syn, X)[-1]) ** 2).sum()

    def slopes(syn, X, y):
        if bug == "X[1:]":
            X, y = X[1:], y[1:]
        layers = run(syn, X)
        out = [None] * len(syn)
        miss = layers[-1] - y
        if bug == "y - out":
            miss = y - layers[-1]
        elif bug == "sum(miss)":
            miss = np.sum(miss) * np.ones_like(miss)
        if not half and bug != "2 forgotten":
            miss = 2 * miss
        last = layers[-1]
        if bug == "no output slope":
            delta = miss
        elif bug == "nonlin(nonlin)":
            delta = miss * nonlin(nonlin(last), True)
        elif bug == "output slope twice":
            delta = miss * nonlin(last, True) ** 2
        else:
            delta = miss * nonlin(last, True)
        for i in range(len(syn) - 1, -1, -1):
            source = layers[i]
            if i == len(syn) - 1 and bug == "own output":
                source = layers[i + 1]
            if i == 1 and bug == "l0 for l1":
                source = X
            if i >= 1 and bug == "sums, not activations":
                source = layers[i - 1] @ syn[i - 1]
            out[i] = source.T @ delta
            if i:
                if bug == "not transposed" and syn[i].shape[0] == syn[i].shape[1]:
                    back = delta @ syn[i]
                elif bug == "weights left out" and syn[i].shape[0] == syn[i].shape[1]:
                    back = delta
                elif bug == "weights left out, one output" and i == len(syn) - 1:
                    back = delta * np.ones((1, syn[i].shape[0]))
                else:
                    back = delta @ syn[i].T
                slope = nonlin(layers[i], True)
                if bug == "slope of the sum":
                    slope = nonlin(layers[i - 1] @ syn[i - 1], True)
                elif bug in ("hidden nonlin(nonlin)", "nonlin(nonlin)"):
                    slope = nonlin(nonlin(layers[i]), True)
                elif bug == "no hidden slope":
                    slope = 1
                elif bug == "hidden slope twice" and i == 1:
                    slope = slope**2
                delta = back * slope
        if bug == "append order":
            out = out[::-1]
        elif bug == "first row":
            out[0][0, :] = 0
        elif bug == "last column":
            out[0][:, -1] = 0
        elif bug == "delta.T @ source" or bug == "square transposed":
            out[1] = out[1].T
        elif bug == "only the last":
            out[:-1] = [np.zeros_like(s) for s in syn[:-1]]
        elif bug == "mean":
            out = [o / len(X) for o in out]
        elif bug == "in place":
            for s, o in zip(syn, out, strict=True):
                s -= 0.5 * o
        elif bug == "y overwritten":
            y -= layers[-1]
        elif bug == "two: sign of the first, last doubled":
            out[0], out[-1] = -out[0], 2 * out[-1]
        return out

    return Program(f"synapses ({squash}): {bug or 'right'}", error, slopes, syn, (X, y), planted)


def book(bug=None, planted=(), seed=5, sizes=(3, 4, 3, 2), n=5, cost="quadratic", eps=0.0, scale=1.0):
    """(weights, biases), (out, in), column vectors, a loop over samples that adds to nabla_w and nabla_b."""
    rng = np.random.RandomState(seed)
    xs = rng.randn(n, sizes[0], 1)
    ys = np.zeros((n, sizes[-1], 1))
    ys[np.arange(n), rng.randint(sizes[-1], size=n)] = 1.0
    biases = [scale * rng.randn(k, 1) for k in sizes[1:]]
    weights = [scale * rng.randn(k, j) / np.sqrt(j) for j, k in itertools.pairwise(sizes)]
    kept = {"b": [np.zeros(b.shape) for b in biases], "w": [np.zeros(w.shape) for w in weights]}

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))

    def total_cost(net, xs, ys):
        weights, biases = net
        total = 0.0
        for x, y in zip(xs, ys, strict=True):
            a = x
            for w, b in zip(weights, biases, strict=True):
                a = sigmoid(np.dot(w, a) + b)
            if cost == "quadratic":
                total += 0.5 * np.linalg.norm(a - y) ** 2
            else:
                total += np.sum(-y * np.log(a) - (1 - y) * np.log(1 - a))
        return total / len(xs) + 0.5 * eps * sum(np.linalg.norm(w) ** 2 for w in weights)

    def backprop(weights, biases, x, y):
        nabla_b = [np.zeros(b.shape) for b in biases]
        nabla_w = [np.zeros(w.shape) for w in weights]
        activation, activations, zs = x, [x], []
        for w, b in zip(weights, biases, strict=True):
            zs.append(np.dot(w, activation) + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        delta = activations[-1] - y
        if bug == "cost_derivative reversed":
            delta = -delta
        if bug == "prime of a":
            delta = delta * sigmoid_prime(activations[-1])
        elif (cost == "quadratic") != (bug == "the other cost's delta"):
            delta = delta * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for k in range(2, len(sizes)):
            sp = sigmoid_prime(activations[-k] if bug == "prime of a" else zs[-k])
            if bug == "no prime in the first":
                sp = 1.0 if k == len(sizes) - 1 else sp
            elif bug == "relu prime":
                sp = (zs[-k] > 0) * 1.0
            elif bug == "1 - a":
                sp = 1 - activations[-k]
            w = weights[-k + 1]
            delta = np.dot(w if bug == "w, not w.T" and w.shape[0] == w.shape[1] else w.T, delta) * sp
            nabla_b[-k] = np.full_like(delta, delta.sum()) if bug == "delta.sum()" else delta
            nabla_w[-k] = np.dot(delta, activations[-k if bug == "-k for -k-1" else -k - 1].T)
            if bug == "activations x delta":
                nabla_w[-k] = np.dot(activations[-k - 1], delta.T)
        if bug == "biases in no loop":
            nabla_b[:-1] = [np.zeros(b.shape) for b in biases[:-1]]
        return nabla_b, nabla_w

    def nabla(net, xs, ys):
        weights, biases = net
        sum_b = [np.zeros(b.shape) for b in biases]
        sum_w = [np.zeros(w.shape) for w in weights]
        if bug == "sums outside":
            sum_b, sum_w = kept["b"], kept["w"]
        pairs = list(zip(xs, ys, strict=True))
        if bug == "pairs[:-1]":
            pairs = pairs[:-1]
        elif bug == "pairs[1:]":
            pairs = pairs[1:]
        elif bug == "shuffled half":
            np.random.shuffle(pairs)
            pairs = pairs[: n // 2]
        for x, y in pairs:
            db, dw = backprop(weights, biases, x, y)
            for k in range(len(weights)):
                sum_b[k] += db[k] / n
                sum_w[k] += dw[k] / n
        if bug == "no 1/n":
            sum_b, sum_w = [n * b for b in sum_b], [n * w for w in sum_w]
        out_w = [s.copy() for s in sum_w]
        for k, w in enumerate(weights):
            if not eps or (bug == "last eps left out" and k == len(weights) - 1):
                continue
            out_w[k] += {"eps / n": eps / n, "minus eps": -eps}.get(bug, eps) * w
        out_b = [s.copy() for s in sum_b]
        if bug == "eps on biases":
            out_b = [s + eps * b for s, b in zip(out_b, biases, strict=True)]
        if bug == "b for all samples":
            out_b[0] = np.hstack([backprop(weights, biases, x, y)[0][0] / n for x, y in pairs])
        if bug == "two: no 1/n in b, eps left out":
            out_b = [b * n for b in out_b]
            out_w = sum_w
        return out_w, out_b

    return Program(f"book ({cost}): {bug or 'right'}", total_cost, nabla, (weights, biases), (xs, ys), planted)


def training_data(bug=None, planted=(), **kwargs):
    """The same book, its data one list of (x, y) pairs."""
    p = book(bug, planted, **kwargs)
    loss, gradients, (xs, ys) = p.loss, p.gradients, p.data

    def unzip(pairs):
        return np.array([x for x, _ in pairs]), np.array([y for _, y in pairs])

    p.loss = lambda net, pairs: loss(net, *unzip(pairs))
    p.gradients = lambda net, pairs: gradients(net, *unzip(pairs))
    p.data = (list(zip(xs, ys, strict=True)),)
    p.name = p.name.replace("book", "training_data")
    return p


def row_vectors(bug=None, planted=(), **kwargs):
    """The same book, each sample a (1, k) row that the program turns upright."""
    p = book(bug, planted, **kwargs)
    loss, gradients, (xs, ys) = p.loss, p.gradients, p.data
    p.loss = lambda net, X, Y: loss(net, X.transpose(0, 2, 1), Y.transpose(0, 2, 1))
    p.gradients = lambda net, X, Y: gradients(net, X.transpose(0, 2, 1), Y.transpose(0, 2, 1))
    p.data = (xs.transpose(0, 2, 1), ys.transpose(0, 2, 1))
    p.name = p.name.replace("book", "row_vectors")
    return p


ALL_SIGMOID = (4, 4, 4, 2)
BUGGY = [
    (synapses, {"bug": "X[1:]"}, ("sample-skipped",)),
    (synapses, {"bug": "y - out"}, ("sign",)),
    (synapses, {"bug": "sum(miss)", "widths": (3, 4, 1)}, ("summed-error",)),
    (synapses, {"bug": "2 forgotten", "half": False}, ("scale",)),
    (synapses, {"bug": "no output slope"}, ("output-derivative-missing",)),
    (synapses, {"bug": "no output slope", "squash": "tanh", "widths": (3, 5, 1)}, ("output-derivative-missing",)),
    (synapses, {"bug": "nonlin(nonlin)", "widths": (3, 4, 1)}, ("derivative-of-output",)),
    (synapses, {"bug": "hidden nonlin(nonlin)", "squash": "tanh"}, ("derivative-of-output", "derivative-wrong")),
    (synapses, {"bug": "output slope twice"}, ("output-derivative-extra", "derivative-twice")),
    (synapses, {"bug": "own output", "widths": (3, 3, 3)}, ("wrong-input",)),
    (synapses, {"bug": "l0 for l1", "widths": (4, 4, 3, 2), "squash": "tanh"}, ("wrong-input",)),
    (synapses, {"bug": "sums, not activations"}, ("wrong-input",)),
    (synapses, {"bug": "not transposed", "widths": (3, 4, 4, 2)}, ("weights-not-transposed",)),
    (synapses, {"bug": "not transposed", "widths": (2, 5, 5), "squash": "tanh"}, ("weights-not-transposed",)),
    (synapses, {"bug": "weights left out", "widths": (3, 4, 4, 2)}, ("weights-omitted",)),
    (synapses, {"bug": "weights left out, one output", "widths": (3, 4, 1)}, ("weights-omitted",)),
    (synapses, {"bug": "slope of the sum"}, ("derivative-wrong",)),
    (synapses, {"bug": "slope of the sum", "squash": "tanh"}, ("derivative-wrong",)),
    (synapses, {"bug": "no hidden slope", "widths": (3, 4, 3, 1)}, ("derivative-missing",)),
    (synapses, {"bug": "hidden slope twice", "squash": "tanh"}, ("derivative-twice",)),
    (synapses, {"bug": "append order"}, ("swapped-layers",)),
    (synapses, {"bug": "append order", "widths": (4, 4, 4)}, ("swapped-layers",)),
    (synapses, {"bug": "first row"}, ("skipped",)),
    (synapses, {"bug": "last column"}, ("skipped",)),
    (synapses, {"bug": "delta.T @ source"}, ("transposed",)),
    (synapses, {"bug": "square transposed", "widths": (3, 4, 4)}, ("transposed",)),
    (synapses, {"bug": "only the last"}, ("zero",)),
    (synapses, {"bug": "mean"}, ("scale",)),
    (synapses, {"bug": "in place"}, ("mutates",)),
    (synapses, {"bug": "y overwritten"}, ("mutates",)),
    (synapses, {"bug": "two: sign of the first, last doubled"}, ("sign", "scale")),
    (book, {"bug": "cost_derivative reversed"}, ("sign",)),
    (book, {"bug": "prime of a"}, ("derivative-of-output",)),
    (book, {"bug": "the other cost's delta"}, ("output-derivative-missing",)),
    (book, {"bug": "the other cost's delta", "cost": "cross-entropy"}, ("output-derivative-extra",)),
    (book, {"bug": "no prime in the first"}, ("derivative-missing",)),
    (book, {"bug": "relu prime"}, ("derivative-wrong",)),
    (book, {"bug": "1 - a", "cost": "cross-entropy"}, ("derivative-wrong",)),
    (book, {"bug": "w, not w.T", "sizes": ALL_SIGMOID}, ("weights-not-transposed",)),
    (book, {"bug": "delta.sum()"}, ("bias-total-sum",)),
    (book, {"bug": "-k for -k-1", "sizes": ALL_SIGMOID}, ("wrong-input",)),
    (book, {"bug": "activations x delta", "sizes": ALL_SIGMOID}, ("transposed",)),
    (book, {"bug": "biases in no loop"}, ("zero",)),
    (book, {"bug": "sums outside"}, ("accumulates",)),
    (book, {"bug": "pairs[:-1]"}, ("sample-skipped",)),
    (book, {"bug": "pairs[1:]", "cost": "cross-entropy", "eps": 0.1}, ("sample-skipped",)),
    (book, {"bug": "shuffled half"}, ("nondeterministic",)),
    (book, {"bug": "no 1/n"}, ("scale",)),
    (book, {"bug": "last eps left out", "eps": 0.1}, ("decay-missing",)),
    (book, {"bug": "eps / n", "eps": 0.1}, ("decay-scale",)),
    (book, {"bug": "minus eps", "eps": 0.1}, ("decay-scale",)),
    (book, {"bug": "eps on biases", "eps": 0.1}, ("decay-on-bias",)),
    (book, {"bug": "b for all samples"}, ("bias-not-summed",)),
    (book, {"bug": "two: no 1/n in b, eps left out", "eps": 0.1}, ("scale", "decay-missing")),
    # One only: a list of pairs as data costs the checker some 20 s a program.
    (training_data, {"bug": "prime of a"}, ("derivative-of-output",)),
    (row_vectors, {"bug": "prime of a"}, ("derivative-of-output",)),
    (row_vectors, {"bug": "the other cost's delta"}, ("output-derivative-missing",)),
    (row_vectors, {"bug": "no prime in the first"}, ("derivative-missing",)),
    (row_vectors, {"bug": "delta.sum()"}, ("bias-total-sum",)),
]

RIGHT = [
    (synapses, {}),
    (synapses, {"half": False}),
    (synapses, {"widths": (3, 4, 1), "zeros": True}),
    (synapses, {"widths": (3, 4, 4, 2), "squash": "tanh"}),
    (synapses, {"widths": (2, 1), "n": 4}),
    (book, {}),
    (book, {"cost": "cross-entropy"}),
    (book, {"eps": 0.1}),
    (book, {"sizes": (2, 2), "n": 1}),
    (book, {"scale": 4.0}),
    (training_data, {"eps": 0.1}),
    (row_vectors, {"cost": "cross-entropy"}),
]
