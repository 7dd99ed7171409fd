"""Ordered categories (stars, 1 to 5): P(y <= k) = sigmoid(t_k - f(x)), thresholds kept in order by softplus gaps."""

import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def thresholds(raw):
    """First threshold free, the others a positive gap above the one before."""
    gaps = np.logaddexp(0, raw[1:])
    return np.concatenate([raw[:1], raw[0] + np.cumsum(gaps)])


def latent(params, X):
    h = np.tanh(X @ params["W"] + params["c"])
    return h, h @ params["v"]


def category_probs(params, X):
    t = thresholds(params["raw"])
    _, f = latent(params, X)
    upper = sigmoid(t[None, :] - f[:, None])
    full = np.hstack([np.zeros((len(f), 1)), upper, np.ones((len(f), 1))])
    return np.diff(full, axis=1)


def loss(params, X, stars):
    P = category_probs(params, X)
    return -np.mean(np.log(P[np.arange(len(stars)), stars]))


def gradients(params, X, stars):
    n = len(stars)
    K = len(params["raw"]) + 1
    t = thresholds(params["raw"])
    h, f = latent(params, X)
    P = category_probs(params, X)
    dt = np.zeros(K - 1)
    df = np.zeros(n)
    for i in range(n):
        k = stars[i]
        coef = -1.0 / (P[i, k] * n)
        if k < K - 1:
            s = sigmoid(t[k] - f[i])
            slope = s * (1 - s)
            dt[k] += coef * slope
            df[i] -= coef * slope
        if k > 0:
            s = sigmoid(t[k - 1] - f[i])
            slope = s * (1 - s)
            dt[k - 1] -= coef * slope
            df[i] += coef * slope

    # each raw value moves its own threshold and all those above it
    above = np.cumsum(dt[::-1])[::-1]
    draw = np.empty(K - 1)
    draw[0] = above[0]
    draw[1:] = above[1:] * sigmoid(params["raw"][1:])

    dv = h.T @ df
    dz = np.outer(df, params["v"]) * (1 - h**2)
    return {"raw": draw, "v": dv, "W": X.T @ dz, "c": dz.sum(axis=0)}


_rng = np.random.RandomState(46)
params = {
    "raw": np.array([-1.2, 0.1, -0.4, 0.3]),
    "v": _rng.randn(6),
    "W": _rng.randn(3, 6),
    "c": _rng.randn(6) * 0.2,
}
data = (_rng.randn(11, 3), np.array([0, 4, 2, 1, 3, 3, 0, 2, 4, 1, 2]))
