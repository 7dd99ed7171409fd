"""After a computer-vision course: samples in rows, a dict of (in, out) weights, softmax or hinge over labels, reg."""

import numpy as np

from ..program import Program


def two_layer(bug="", D=5, H=6, C=3, N=9, reg=0.0, half=True, seed=1, std=0.8):
    flaws = set(bug.split("+")) - {""}
    rng = np.random.default_rng(seed)
    params = {
        "W1": std * rng.standard_normal((D, H)),
        "b1": 0.2 * rng.standard_normal(H),
        "W2": std * rng.standard_normal((H, C)),
        "b2": 0.2 * rng.standard_normal(C),
    }
    X = rng.standard_normal((N, D))
    y = rng.integers(0, C, N)
    r = 0.5 * reg if half else reg

    def scores_of(params, X):
        hidden = np.maximum(0, X.dot(params["W1"]) + params["b1"])
        return hidden, hidden.dot(params["W2"]) + params["b2"]

    def loss(params, X, y):
        _, scores = scores_of(params, X)
        scores = scores - scores.max(axis=1, keepdims=True)
        correct = scores[np.arange(len(y)), y]
        data_loss = np.mean(np.log(np.exp(scores).sum(axis=1)) - correct)
        return data_loss + r * np.sum(params["W1"] * params["W1"]) + r * np.sum(params["W2"] * params["W2"])

    def gradients(params, X, y):
        N = X.shape[0]
        W1, b1, W2 = params["W1"], params["b1"], params["W2"]
        hidden, scores = scores_of(params, X)
        exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
        dscores = probs
        if "divided before -1" in flaws:
            dscores /= N
            dscores[range(N), y] -= 1
        elif "no -1" in flaws:
            dscores /= N
        else:
            dscores[range(N), y] -= 1
            dscores /= 1 if "no /N" in flaws else N
        if "/C" in flaws:
            dscores /= probs.shape[1]
        if "p(1-p)" in flaws:
            p = exp_scores / exp_scores.sum(axis=1, keepdims=True)
            dscores = dscores * p * (1 - p)
        grads = {}
        before = X.dot(W1) + b1
        grads["W2"] = (before if "before relu" in flaws else hidden).T.dot(dscores)
        grads["b2"] = dscores.sum(axis=0)
        if "db2 per sample" in flaws:
            grads["b2"] = dscores
        if "db2 axis" in flaws:
            grads["b2"] = np.sum(dscores, axis=1)
        if "step" in flaws:
            W2 = W2 - 0.5 * (grads["W2"] + 2 * r * W2)
        dhidden = dscores.dot(W2.T)
        if "W2 as is" in flaws:
            dhidden = dscores.dot(W2)
        if "relu on dhidden" in flaws:
            dhidden[dhidden <= 0] = 0
        elif "no relu" not in flaws:
            dhidden[hidden <= 0] = 0
        grads["W1"] = X.T.dot(dhidden)
        grads["b1"] = np.sum(dhidden, axis=0)
        if "db1 sum" in flaws:
            grads["b1"] = np.sum(dhidden)
        if "db1 axis" in flaws:
            grads["b1"] = np.sum(dhidden, axis=1)
        if "db1 mean" in flaws:
            grads["b1"] = dhidden.mean(axis=0)
        if "reg W2 only" in flaws:
            grads["W2"] += 2 * r * W2
        elif "reg all" in flaws:
            for key in params:
                grads[key] += 2 * r * params[key]
        elif "reg once" in flaws:
            grads["W1"] += r * W1
            grads["W2"] += r * W2
        elif "no reg" not in flaws:
            grads["W1"] += 2 * r * W1
            grads["W2"] += 2 * r * params["W2"]
        if "W1 typo" in flaws:
            grads["W2"], grads["W1"] = grads["W1"], grads["W2"]
        return {key: grads[key] for key in params if not ("b1 not returned" in flaws and key == "b1")}

    two = " (two bugs)" if len(flaws) > 1 else ""
    name = f"boards two-layer {D}-{H}-{C} N={N} reg={reg} half={half} std={std} seed={seed}: {bug or 'right'}{two}"
    return Program(name, loss, gradients, params, (X, y))


def hinge(bug="", D=4, C=3, N=8, reg=0.1, seed=1):
    """Multiclass SVM, one W and no bias, gradient in the naive double loop."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((D, C))
    X = rng.standard_normal((N, D))
    y = rng.integers(0, C, N)

    def loss(W, X, y):
        total = 0.0
        for i in range(len(X)):
            scores = X[i].dot(W)
            for j in range(W.shape[1]):
                if j != y[i]:
                    total += max(0.0, scores[j] - scores[y[i]] + 1.0)
        return total / len(X) + reg * np.sum(W * W)

    def gradients(W, X, y):
        dW = np.zeros(W.shape)
        start = 1 if bug == "from the second sample" else 0
        classes = W.shape[1] - 1 if bug == "classes short" else W.shape[1]
        for i in range(start, X.shape[0]):
            scores = X[i].dot(W)
            for j in range(classes):
                if j == y[i]:
                    continue
                if scores[j] - scores[y[i]] + 1.0 > 0:
                    dW[:, j] += X[i]
                    if bug != "true class forgotten":
                        dW[:, y[i]] -= X[i]
        if bug != "not averaged":
            dW /= X.shape[0]
        dW += (reg if bug == "reg * W" else 2 * reg) * W
        if bug == "last feature":
            dW[-1] = 0
        return dW

    return Program(f"boards hinge {D}-{C} N={N} reg={reg} seed={seed}: {bug or 'right'}", loss, gradients, W, (X, y))


def shuffled(D=4, C=3, N=8, seed=1):
    """Right: the gradient goes through the samples in a drawn order, which changes only its rounding."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((D, C))
    X = rng.standard_normal((N, D))
    y = rng.integers(0, C, N)
    order = np.random.default_rng(seed + 1)

    def loss(W, X, y):
        s = X @ W
        return float(np.mean(np.log(np.sum(np.exp(s), axis=1)) - s[np.arange(len(y)), y]))

    def gradients(W, X, y):
        dW = np.zeros_like(W)
        for i in order.permutation(len(X)):
            e = np.exp(X[i] @ W)
            p = e / e.sum()
            p[y[i]] -= 1
            dW += np.outer(X[i], p)
        return dW / len(X)

    return Program(f"boards shuffled order {D}-{C} N={N} seed={seed}: right", loss, gradients, W, (X, y))


BUGGY = [
    (two_layer, dict(bug="no /N", seed=2), ("scale",)),
    (two_layer, dict(bug="/C", seed=3, N=7, C=4), ("scale",)),
    (two_layer, dict(bug="p(1-p)", seed=4), ("output-derivative-extra",)),
    (two_layer, dict(bug="divided before -1", seed=5), ("unknown",)),
    (two_layer, dict(bug="no -1", seed=6), ("unknown",)),
    (two_layer, dict(bug="before relu", seed=7), ("wrong-input",)),
    (two_layer, dict(bug="before relu", seed=8, reg=0.2), ("wrong-input",)),
    (two_layer, dict(bug="db2 per sample", seed=9), ("bias-not-summed",)),
    (two_layer, dict(bug="db2 axis", seed=10), ("bias-wrong-axis",)),
    (two_layer, dict(bug="db1 axis", seed=11, H=8, N=8), ("bias-wrong-axis",)),  # square: shape is no help
    (two_layer, dict(bug="db1 sum", seed=12), ("bias-total-sum",)),
    (two_layer, dict(bug="db1 mean", seed=13), ("scale",)),
    (two_layer, dict(bug="step", seed=14), ("weights-updated",)),
    (two_layer, dict(bug="W2 as is", seed=15, H=4, C=4, N=11), ("weights-not-transposed",)),
    (two_layer, dict(bug="relu on dhidden", seed=16), ("delta-mask",)),
    (two_layer, dict(bug="no relu", seed=17, reg=0.05), ("derivative-missing",)),
    (two_layer, dict(bug="no reg", seed=18, reg=0.3), ("decay-missing",)),
    (two_layer, dict(bug="reg W2 only", seed=19, reg=0.1), ("decay-missing",)),
    (two_layer, dict(bug="reg all", seed=20, reg=0.2, half=False), ("decay-on-bias",)),
    (two_layer, dict(bug="reg once", seed=21, reg=0.2, half=False), ("decay-scale",)),
    (two_layer, dict(bug="W1 typo", seed=22, D=4, H=4, C=4), ("swapped-layers",)),
    (two_layer, dict(bug="b1 not returned", seed=23), ("zero",)),
    (two_layer, dict(bug="before relu+no relu", seed=24, N=12), ("wrong-input", "derivative-missing")),
    (two_layer, dict(bug="db2 per sample+relu on dhidden", seed=25, N=12), ("bias-not-summed", "delta-mask")),
    (hinge, dict(bug="from the second sample", seed=26), ("sample-skipped",)),
    (hinge, dict(bug="reg * W", seed=27), ("decay-scale",)),
    (hinge, dict(bug="not averaged", seed=28), ("scale",)),
    (hinge, dict(bug="last feature", seed=29, reg=0.0), ("skipped",)),
    (hinge, dict(bug="true class forgotten", seed=30), ("unknown",)),
    (two_layer, dict(bug="no relu", seed=31, D=64, H=32, C=10, N=100, std=0.15), ("derivative-missing",)),
]

RIGHT = [
    (two_layer, dict()),
    (two_layer, dict(seed=40, reg=0.1)),
    (two_layer, dict(seed=41, reg=0.1, half=False, D=3, H=7, C=5, N=15)),
    (two_layer, dict(seed=42, D=64, H=32, C=10, N=100, std=0.15, reg=0.01)),
    (hinge, dict()),
    (hinge, dict(seed=43, D=6, C=4, N=12, reg=0.0)),
    (shuffled, dict()),
]
