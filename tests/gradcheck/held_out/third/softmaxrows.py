"""Vision course assignments: samples in rows, weights (in, out), a dict, integer labels, loss and reg in one go."""

import numpy as np

from ..program import Program


def two_layer_net(
    bug="", D=5, H=6, C=3, N=8, reg=0.0, double=False, weight=0.6, seed=6, dtype=float, blank=False, dead=False
):
    """Affine - relu - affine - softmax; reg is halved in the loss, or whole ('double') as in the first year."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    model = {
        "W1": weight * rng.standard_normal((D, H)),
        "b1": 0.1 * rng.standard_normal(H),
        "W2": weight * rng.standard_normal((H, C)),
        "b2": 0.1 * rng.standard_normal(C),
    }
    model = {k: v.astype(dtype) for k, v in model.items()}
    if blank or dead:
        model["b1"] = np.full(H, -60.0 if dead else 0.0)
    draws = np.random.default_rng(11)
    half = 1.0 if double else 0.5

    def hidden(model, X):
        z = X.dot(model["W1"]) + model["b1"]
        h = np.maximum(0, z)
        keep = 1.0
        if "dropout" in bugs:
            keep = (draws.random(h.shape) < 0.7) / 0.7
        return z, h * keep, keep

    def loss(model, X, y):
        _, h, _ = hidden(model, X)
        scores = h.dot(model["W2"]) + model["b2"]
        shifted = scores - scores.max(axis=1, keepdims=True)
        logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        data_loss = -logp[np.arange(len(X)), y].mean()
        return data_loss + half * reg * ((model["W1"] ** 2).sum() + (model["W2"] ** 2).sum())

    def grads(model, X, y):
        N = X.shape[0]
        z, h, keep = hidden(model, X)
        W1, W2 = model["W1"], model["W2"]
        scores = h.dot(W2) + model["b2"]
        if "unshifted" not in bugs:
            scores = scores - scores.max(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        dscores = p.copy()
        dscores[np.arange(N), y] -= 1
        if "diag softmax" in bugs:
            dscores = np.zeros_like(p)
            picked = p[np.arange(N), y]
            dscores[np.arange(N), y] = -1 / picked * picked * (1 - picked)
        if "p one minus p" in bugs:
            dscores = dscores * p * (1 - p)
        dscores /= N if "no mean" not in bugs else 1
        if "over C too" in bugs:
            dscores = dscores / dscores.shape[1]
        out = {"W2": h.T.dot(dscores), "b2": dscores.sum(axis=0)}
        if "pre-activation" in bugs:
            out["W2"] = z.T.dot(dscores)
        if "b2 rows" in bugs:
            out["b2"] = dscores.sum(axis=1)
        if "b2 whole" in bugs:
            out["b2"] = dscores
        if "sgd inside" in bugs:
            W2 = W2 - 1.0 * out["W2"]
        dh = dscores.dot(W2.T) * keep
        if "untransposed" in bugs:
            dh = dscores.dot(W2)
        dz = dh * (z > 0)
        if "mask by gradient" in bugs:
            dz = dh.copy()
            dz[dh <= 0] = 0
        if "no mask" in bugs:
            dz = dh
        if "softplus slope" in bugs:
            dz = dh / (1 + np.exp(-z))
        out["W1"] = X.T.dot(dz)
        out["b1"] = dz.sum(axis=0)
        if "b1 one value" in bugs:
            out["b1"] = np.sum(dz) * np.ones_like(model["b1"])
        if "b1 scalar" in bugs:
            out["b1"] = dz.sum()
        if "b1 per sample" in bugs:
            out["b1"] = dz
        if "b1 axis 1" in bugs:
            out["b1"] = dz.sum(axis=1)
        if "reg forgotten" not in bugs:
            coefficient = reg * (2 if double and "reg not doubled" not in bugs else 1)
            out["W1"] = out["W1"] + coefficient * W1
            out["W2"] = out["W2"] + coefficient * model["W2"]
        if "reg all" in bugs:
            for key in ("b1", "b2"):
                out[key] = out[key] + reg * model[key]
        if "W2 minus" in bugs:
            out["W2"] = -out["W2"]
        if "abs" in bugs:
            out["W1"] = np.abs(out["W1"])
        if "last class" in bugs:
            out["W2"][:, -1] = 0
        if "batch column" in bugs:
            out["b1"] = out["b1"][:, None] * np.ones((1, 2))
        if "trains" in bugs:
            for key in model:
                model[key] -= 0.1 * out[key]
        return {key: out[key] for key in model}

    X = rng.standard_normal((N, D)).astype(dtype)
    if "unshifted" in bugs:
        X[0] *= 4000
    if blank:
        X[1] = 0
    y = rng.integers(0, C - 1, size=N)  # the last class never occurs
    y[0] = 0
    if "diag softmax" in bugs:
        y = np.arange(N) % C
    label = f"right {D}-{H}-{C} N={N} reg={reg} double={double} weight={weight}"
    label = bug or f"{label} blank={blank} dead={dead} {np.dtype(dtype).name}"
    return Program(f"softmaxrows two_layer_net {label}", loss, grads, model, (X, y))


def linear_classifier(bug="", D=6, C=4, N=12, reg=0.1, kind="softmax", seed=7):
    """One matrix without bias, loops or numpy tricks as in the first exercise; softmax or multiclass hinge."""
    bugs = bug.split("+")
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((D, C)) * 0.5
    kept = np.zeros((D, C))

    def loss(W, X, y):
        total = 0.0
        for i in range(len(X)):
            s = X[i] @ W
            if kind == "softmax":
                s = s - np.max(s)
                total += np.log(np.sum(np.exp(s))) - s[y[i]]
            else:
                margins = np.maximum(0, s - s[y[i]] + 1)
                total += np.sum(margins) - 1
        return total / len(X) + reg * np.sum(W * W)

    def grad(W, X, y):
        dW = np.zeros_like(W)
        start = 1 if "from one" in bugs else 0
        for i in range(start, len(X)):
            s = X[i] @ W
            if kind == "softmax":
                p = np.exp(s - s.max())
                d = p / p.sum()
                if "times its slope" in bugs:
                    d[y[i]] -= 1
                    d = d * (p / p.sum()) * (1 - p / p.sum())
                else:
                    d[y[i]] -= 1
            else:
                d = (s - s[y[i]] + 1 > 0).astype(float)
                d[y[i]] = 0
                d[y[i]] = -d.sum()
            classes = range(C - 1) if "last class missed" in bugs else range(C)
            for j in classes:
                dW[:, j] += d[j] * X[i]
        dW /= len(X)
        if "minus" in bugs:
            dW = -dW
        if "N twice" in bugs:
            dW /= len(X)
        if "reg once" in bugs:
            dW += reg * W
        elif "reg over N" in bugs:
            dW += 2 * reg * W / len(X)
        elif "no reg" not in bugs:
            dW += 2 * reg * W
        if "buffer" in bugs:
            kept[...] += dW
            return kept.copy()
        if "transposed" in bugs:
            return dW.T
        return dW

    X = rng.standard_normal((N, D))
    y = rng.integers(0, C, size=N)
    return Program(f"softmaxrows linear {kind} {bug or f'right {D}-{C} N={N} reg={reg}'}", loss, grad, W, (X, y))


BUGGY = [
    (two_layer_net, {"bug": "dropout", "reg": 0.05}, ("nondeterministic",)),
    (two_layer_net, {"bug": "unshifted"}, ("not-finite",)),
    (two_layer_net, {"bug": "diag softmax"}, ("softmax-diagonal",)),
    (two_layer_net, {"bug": "diag softmax", "D": 4, "H": 4, "C": 5, "reg": 0.1}, ("softmax-diagonal",)),
    (two_layer_net, {"bug": "p one minus p", "H": 7}, ("output-derivative-extra",)),
    (two_layer_net, {"bug": "no mean", "reg": 0.2}, ("scale",)),
    (two_layer_net, {"bug": "over C too", "N": 11}, ("scale",)),
    (two_layer_net, {"bug": "pre-activation", "reg": 0.01}, ("wrong-input",)),
    (two_layer_net, {"bug": "b2 rows", "N": 10}, ("bias-wrong-axis",)),
    (two_layer_net, {"bug": "b2 whole"}, ("bias-not-summed",)),
    (two_layer_net, {"bug": "sgd inside", "H": 4, "N": 6}, ("weights-updated",)),
    (two_layer_net, {"bug": "untransposed", "H": 4, "C": 4}, ("weights-not-transposed",)),
    (two_layer_net, {"bug": "mask by gradient", "N": 14}, ("delta-mask",)),
    (two_layer_net, {"bug": "no mask", "reg": 0.1, "double": True}, ("derivative-missing",)),
    (two_layer_net, {"bug": "softplus slope"}, ("derivative-wrong",)),
    (two_layer_net, {"bug": "b1 one value", "D": 3}, ("bias-total-sum",)),
    (two_layer_net, {"bug": "b1 scalar", "C": 4}, ("bias-total-sum",)),
    (two_layer_net, {"bug": "b1 per sample", "N": 9}, ("bias-not-summed",)),
    (two_layer_net, {"bug": "b1 axis 1", "N": 9, "reg": 0.2}, ("bias-wrong-axis",)),
    (two_layer_net, {"bug": "reg forgotten", "reg": 0.1}, ("decay-missing",)),
    (two_layer_net, {"bug": "reg not doubled", "reg": 0.1, "double": True}, ("decay-scale",)),
    (two_layer_net, {"bug": "reg all", "reg": 0.3}, ("decay-on-bias",)),
    (two_layer_net, {"bug": "W2 minus"}, ("sign",)),
    (two_layer_net, {"bug": "abs"}, ("unknown",)),
    (two_layer_net, {"bug": "last class"}, ("skipped",)),
    (two_layer_net, {"bug": "batch column"}, ("shape",)),
    (two_layer_net, {"bug": "trains", "N": 7}, ("mutates",)),
    (two_layer_net, {"bug": "mask by gradient", "D": 64, "H": 32, "C": 10, "N": 100, "weight": 0.2}, ("delta-mask",)),
    (two_layer_net, {"bug": "no mask+W2 minus", "seed": 26}, ("derivative-missing", "sign")),
    (two_layer_net, {"bug": "pre-activation+b1 one value"}, ("wrong-input", "bias-total-sum")),
    (linear_classifier, {"bug": "from one"}, ("sample-skipped",)),
    (linear_classifier, {"bug": "times its slope", "reg": 0.0}, ("output-derivative-extra",)),
    (linear_classifier, {"bug": "last class missed", "reg": 0.0, "kind": "hinge"}, ("skipped",)),
    (linear_classifier, {"bug": "minus", "kind": "hinge", "N": 20}, ("sign",)),
    (linear_classifier, {"bug": "N twice", "reg": 0.0}, ("scale",)),
    (linear_classifier, {"bug": "reg once", "kind": "hinge"}, ("decay-scale",)),
    (linear_classifier, {"bug": "reg over N"}, ("decay-scale",)),
    (linear_classifier, {"bug": "no reg", "kind": "hinge", "N": 15}, ("decay-missing",)),
    (linear_classifier, {"bug": "buffer"}, ("accumulates",)),
    (linear_classifier, {"bug": "transposed", "D": 5, "C": 5}, ("transposed",)),
]
RIGHT = [
    (two_layer_net, {}),
    (two_layer_net, {"D": 64, "H": 32, "C": 10, "N": 100, "reg": 0.01, "weight": 0.2}),
    (two_layer_net, {"N": 1, "double": True, "reg": 0.3}),
    (two_layer_net, {"weight": 8.0, "N": 20}),
    (two_layer_net, {"blank": True}),  # kinks: a blank picture under zero biases; plain differences see half
    (two_layer_net, {"dead": True, "N": 6}),  # every unit dead: W1 and b1 are exactly zero
    (two_layer_net, {"D": 3, "H": 3, "C": 3, "N": 5}),
    (two_layer_net, {"dtype": np.float32, "reg": 0.1}),  # g in single precision: 1e-7 relative rounding and more
    (linear_classifier, {}),
    (linear_classifier, {"kind": "hinge", "N": 25}),
    (linear_classifier, {"kind": "softmax", "reg": 0.0, "N": 1}),
]
