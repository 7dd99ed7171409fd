"""Ways of laying out a network's parameters and samples, each with its own packing and unpacking."""

import numpy as np

from .programs import Spec, backward, cost_of


def draw(spec: Spec):
    rng = np.random.default_rng(spec.seed)
    layers = []
    for n, k in zip(spec.sizes, spec.sizes[1:], strict=False):
        b = None if spec.style == "nobias" else spec.bias_scale * rng.normal(size=k)
        layers.append((rng.normal(size=(n, k)) * (1.0 / np.sqrt(n)), b))
    X = rng.normal(size=(spec.m, spec.sizes[0]))
    K = spec.sizes[-1]
    if spec.cost == "ce":
        Y = np.eye(K)[rng.integers(0, K, spec.m)]
    elif spec.cost == "bce":
        Y = rng.integers(0, 2, (spec.m, K)).astype(float)
    else:
        Y = rng.uniform(0, 1, (spec.m, K))
    return layers, X, Y


def with_dict(spec):
    """{"W1": (in, out), "b1": (out,)}, samples in rows."""
    layers, X, Y = draw(spec)
    L = len(layers)

    def unpack(p):
        return [(p[f"W{i + 1}"], p[f"b{i + 1}"]) for i in range(L)]

    def loss(p, X, Y):
        return cost_of(spec, unpack(p), X, Y)

    def gradients(p, X, Y):
        dWs, dbs = backward(spec, unpack(p), X, Y)
        grads = {}
        for i in range(L):
            grads[f"W{i + 1}"], grads[f"b{i + 1}"] = dWs[i], dbs[i]
        return grads

    params = {}
    for i, (W, b) in enumerate(layers):
        params[f"W{i + 1}"], params[f"b{i + 1}"] = W, b
    return loss, gradients, params, (X, Y)


def with_columns(spec):
    """{"W1": (out, in), "b1": (out, 1)}, samples in columns; gradients named dW1, db1."""
    layers, X, Y = draw(spec)
    L = len(layers)

    def unpack(p):
        return [(p[f"W{i + 1}"].T, p[f"b{i + 1}"].ravel()) for i in range(L)]

    def loss(p, X, Y):
        return cost_of(spec, unpack(p), X.T, Y.T)

    def gradients(p, X, Y):
        dWs, dbs = backward(spec, unpack(p), X.T, Y.T)
        grads = {}
        for i in range(L):
            grads[f"dW{i + 1}"] = dWs[i].T
            db = dbs[i]
            if db.ndim == 2:
                db = db.T
            elif db.shape == (L and layers[i][1].size,):
                db = db.reshape(-1, 1)
            else:
                db = db.reshape(1, -1)
            if spec.bug.get("shape") == i:
                db = db.ravel()
            grads[f"db{i + 1}"] = db
        return grads

    params = {}
    for i, (W, b) in enumerate(layers):
        params[f"W{i + 1}"], params[f"b{i + 1}"] = W.T.copy(), b.reshape(-1, 1).copy()
    return loss, gradients, params, (X.T.copy(), Y.T.copy())


def with_theta(spec, unrolled=True):
    """Theta (out, 1 + in) with the bias in column 0, all unrolled into one vector; labels for classes."""
    layers, X, Y = draw(spec)
    shapes = [(k, 1 + n) for n, k in zip(spec.sizes, spec.sizes[1:], strict=False)]
    labels = np.argmax(Y, axis=1) if spec.cost == "ce" else Y

    def unpack(theta):
        thetas, at = theta, 0
        if unrolled:
            thetas = []
            for k, n in shapes:
                thetas.append(theta[at : at + k * n].reshape(k, n))
                at += k * n
        return [(T[:, 1:].T, T[:, 0]) for T in thetas]

    def targets(y):
        return np.eye(spec.sizes[-1])[y] if spec.cost == "ce" else y

    def loss(theta, X, y):
        return cost_of(spec, unpack(theta), X, targets(y))

    def gradients(theta, X, y):
        dWs, dbs = backward(spec, unpack(theta), X, targets(y))
        grads = [np.c_[db.reshape(-1, 1), dW.T] for dW, db in zip(dWs, dbs, strict=True)]
        return np.concatenate([g.ravel() for g in grads]) if unrolled else grads

    thetas = [np.c_[b.reshape(-1, 1), W.T] for W, b in layers]
    params = np.concatenate([T.ravel() for T in thetas]) if unrolled else thetas
    return loss, gradients, params, (X, labels)


def with_theta_list(spec):
    """A list of Theta (out, 1 + in)."""
    return with_theta(spec, unrolled=False)


def without_bias(spec):
    """[W1, W2], (in, out), no biases."""
    layers, X, Y = draw(spec)

    def unpack(params):
        return [(W, None) for W in params]

    def loss(params, X, Y):
        return cost_of(spec, unpack(params), X, Y)

    def gradients(params, X, Y):
        return backward(spec, unpack(params), X, Y)[0]

    return loss, gradients, [W for W, _ in layers], (X, Y)


def with_pairs(spec):
    """[(W, b)], W (out, in), samples in rows, data closed over."""
    layers, X, Y = draw(spec)

    def unpack(params):
        return [(W.T, b) for W, b in params]

    def loss(params):
        return cost_of(spec, unpack(params), X, Y)

    def gradients(params):
        dWs, dbs = backward(spec, unpack(params), X, Y)
        return [(dW.T, db) for dW, db in zip(dWs, dbs, strict=True)]

    return loss, gradients, [(W.T.copy(), b) for W, b in layers], ()


STYLES = {
    "dict": with_dict,
    "columns": with_columns,
    "unrolled": with_theta,
    "theta": with_theta_list,
    "nobias": without_bias,
    "pairs": with_pairs,
}


def make(spec: Spec):
    """Return loss, gradients, params and data."""
    return STYLES[spec.style](spec)
