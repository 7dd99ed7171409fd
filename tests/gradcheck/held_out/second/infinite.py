"""Gradients that are not finite where the loss, written with more care, is."""

import numpy as np

from ..program import Program


def saturated(bug="divide", m=6, gain=60.0, seed=1):
    """Columns of samples, tanh layer, sigmoid output; the loss from the logits, dA from the outputs."""
    rng = np.random.default_rng(seed)
    P = {
        "W1": gain * rng.normal(size=(4, 3)),
        "b1": rng.normal(size=(4, 1)),
        "W2": gain * rng.normal(size=(1, 4)),
        "b2": rng.normal(size=(1, 1)),
    }
    X = rng.normal(size=(3, m))
    Y = (P["W2"] @ np.tanh(P["W1"] @ X + P["b1"]) + P["b2"] > 0).astype(float)
    Y[0, 0] = 1 - Y[0, 0]

    def loss(P, X, Y):
        z = P["W2"] @ np.tanh(P["W1"] @ X + P["b1"]) + P["b2"]
        return np.sum(np.maximum(z, 0) - z * Y + np.log1p(np.exp(-np.abs(z)))) / Y.shape[1]

    def grad(P, X, Y):
        A1 = np.tanh(P["W1"] @ X + P["b1"])
        Z2 = P["W2"] @ A1 + P["b2"]
        A2 = 1 / (1 + np.exp(-Z2))
        if bug == "divide":
            dZ2 = (-Y / A2 + (1 - Y) / (1 - A2)) * A2 * (1 - A2)
        else:
            dZ2 = A2 - Y
        dZ2 = dZ2 / Y.shape[1]
        dZ1 = P["W2"].T @ dZ2 * (1 - A1**2)
        return {"W1": dZ1 @ X.T, "b1": dZ1.sum(1, keepdims=True), "W2": dZ2 @ A1.T, "b2": dZ2.sum(1, keepdims=True)}

    return Program(f"infinite saturated m={m} gain={gain} seed={seed}: {bug or 'right'}", loss, grad, P, (X, Y))


def classes(bug="no maximum", size=400.0, m=7, weighted=False, seed=1):
    """Softmax regression on big inputs; on request each class weighted by one over its count, and one never occurs."""
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(3, 4)), rng.normal(size=4)
    X = size * rng.normal(size=(m, 3))
    y = np.arange(m) % 3

    def weights(y):
        counts = np.array([np.sum(y == c) for c in range(4)])
        return np.where(counts > 0, 1 / np.maximum(counts, 1), 0)[y] if weighted else np.full(m, 1 / m)

    def loss(P, X, y):
        s = X @ P[0] + P[1]
        s = s - s.max(1, keepdims=True)
        return np.sum(weights(y) * (np.log(np.exp(s).sum(1)) - s[np.arange(m), y]))

    def grad(P, X, y):
        s = X @ P[0] + P[1]
        if bug != "no maximum":
            s = s - s.max(1, keepdims=True)
        p = np.exp(s)
        p /= p.sum(1, keepdims=True)
        d = p - np.eye(4)[y]
        if bug == "count 0":
            counts = np.eye(4)[y].sum(0)
            d = np.sum([(y == c)[:, None] * d / counts[c] for c in range(4)], axis=0)
        else:
            d = d * weights(y)[:, None]
        return (X.T @ d, d.sum(0))

    name = f"infinite classes size={size} m={m} weighted={weighted} seed={seed}: {bug or 'right'}"
    return Program(name, loss, grad, (W, b), (X, y))


def group(bug="norm", seed=1):
    """Linear regression with a group penalty sqrt(|w_g|^2 + 1e-6); one group is exactly zero."""
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(3, 2))
    w[1] = 0
    X, y = rng.normal(size=(9, 6)), rng.normal(size=9)

    def loss(w, X, y):
        return np.mean((X @ w.ravel() - y) ** 2) + 0.3 * np.sum(np.sqrt(np.sum(w**2, axis=1) + 1e-6))

    def grad(w, X, y):
        g = (2 / len(y) * X.T @ (X @ w.ravel() - y)).reshape(w.shape)
        if bug == "norm":
            return g + 0.3 * w / np.linalg.norm(w, axis=1, keepdims=True)
        return g + 0.3 * w / np.sqrt(np.sum(w**2, axis=1, keepdims=True) + 1e-6)

    return Program(f"infinite group seed={seed}: {bug or 'right'}", loss, grad, w, (X, y))


def unit_rows(bug="length", m=5, seed=1):
    """Hidden rows scaled to unit length; ReLU leaves a whole row zero for one sample."""
    rng = np.random.default_rng(seed)
    P = [np.abs(rng.normal(size=(3, 4))), rng.normal(size=(4, 1))]
    X, y = rng.uniform(0.2, 1, (m, 3)), rng.normal(size=(m, 1))
    X[2] = -X[2]

    def loss(P, X, y):
        h = np.maximum(0, X @ P[0])
        u = h / np.maximum(np.linalg.norm(h, axis=1, keepdims=True), 1e-6)
        return 0.5 * np.sum((u @ P[1] - y) ** 2)

    def grad(P, X, y):
        h = np.maximum(0, X @ P[0])
        r = np.linalg.norm(h, axis=1, keepdims=True)
        if bug != "length":
            r = np.maximum(r, 1e-6)
        u = h / r
        if bug == "length":
            u[np.isnan(u)] = 0
        e = u @ P[1] - y
        du = e @ P[1].T
        dh = (du - u * np.sum(du * u, axis=1, keepdims=True)) / r * (h > 0)
        return [X.T @ dh, u.T @ e]

    return Program(f"infinite unit rows m={m} seed={seed}: {bug or 'right'}", loss, grad, P, (X, y))


def softplus_net(bug="exp", size=300.0, seed=1):
    """Softplus hidden units driven far out; log(1 + exp) is done with logaddexp, its slope is not."""
    rng = np.random.default_rng(seed)
    theta = np.concatenate([rng.normal(size=8), rng.normal(size=4) / size])
    X, y = size * rng.normal(size=(6, 2)), rng.normal(size=6)

    def loss(theta, X, y):
        return np.mean((np.logaddexp(0, X @ theta[:8].reshape(2, 4)) @ theta[8:] - y) ** 2)

    def grad(theta, X, y):
        z = X @ theta[:8].reshape(2, 4)
        h = np.logaddexp(0, z)
        e = 2 * (h @ theta[8:] - y) / len(y)
        s = np.exp(z) / (1 + np.exp(z)) if bug == "exp" else 0.5 * (1 + np.tanh(z / 2))
        return np.concatenate([(X.T @ (np.outer(e, theta[8:]) * s)).ravel(), h.T @ e])

    return Program(f"infinite softplus size={size} seed={seed}: {bug or 'right'}", loss, grad, theta, (X, y))


BUGGY = [
    (saturated, dict(), ("not-finite",)),
    (classes, dict(), ("not-finite",)),
    (classes, dict(bug="count 0", size=1.0, weighted=True, m=6), ("not-finite",)),
    (group, dict(), ("not-finite",)),
    (unit_rows, dict(), ("not-finite",)),
    (softplus_net, dict(size=900.0), ("not-finite",)),
]

RIGHT = [
    (saturated, dict(bug="", gain=2.0)),
    (classes, dict(bug="", size=1.0, weighted=True, m=6)),
    (classes, dict(bug="", size=3.0)),
    (group, dict(bug="")),
    (unit_rows, dict(bug="")),
    (softplus_net, dict(bug="", size=2.0)),
]
