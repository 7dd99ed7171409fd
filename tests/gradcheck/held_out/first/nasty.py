"""Right programs that are hard to check: corners, zeros, saturation, small numbers, single precision."""

import numpy as np

from ..program import Program
from .dicts import planar, twolayer
from .layers import brier, framework
from .lists import book, synapses
from .unrolled import coursework, regression


def zero_biases_relu(zero_row=True):
    p = twolayer(seed=21)
    p.params["b1"][...] = 0
    p.params["b2"][...] = 0
    X = p.data[0].copy()
    X[:, 1] = 0.0
    if zero_row:
        X[0] = 0.0  # this sample sits on every corner; at z = 0 the mask h1 <= 0 takes slope 0
        X = X[1:] if zero_row == "dropped" else X
    p.data = (X, p.data[1][-len(X) :])
    p.name = f"nasty: zero biases, relu, a zero feature, zero row {zero_row}"
    return p


def dead_units():
    p = twolayer(seed=22)
    p.params["b1"][:2] = -50.0
    p.name = "nasty: two dead units"
    return p


def all_dead():
    p = twolayer(seed=23)
    p.params["b1"][...] = -50.0
    p.name = "nasty: every unit dead"
    return p


def converged():
    p = coursework(lam=1.0, seed=24)
    theta = p.params
    for _ in range(4000):
        theta = theta - 1.5 * p.gradients(theta, *p.data)
    p.params = theta
    p.name = "nasty: converged under decay"
    return p


def converged_regression():
    p = regression(seed=25, act="tanh", sizes=(2, 3, 1))
    w = p.params
    for _ in range(3000):
        w = w - 0.05 * p.gradients(w, *p.data)
    p.params = w
    p.name = "nasty: nearly fitted regression"
    return p


def saturated():
    p = book(seed=26, scale=8.0)
    p.name = "nasty: saturated sigmoids"
    return p


def badly_scaled():
    p = regression(seed=27, sizes=(3, 4, 2))
    p.params[:12] *= 1e-3
    p.params[16:24] *= 1e3
    p.name = "nasty: layers a million times apart"
    return p


def big_inputs():
    p = brier(seed=28, unit=100.0, out="linear")
    p.name = "nasty: inputs in the hundreds"
    return p


def single_precision():
    p = planar(seed=29, hidden="tanh", layers=(3, 4, 1))
    inner, outer = p.loss, p.gradients
    p.loss = lambda params, X, Y: np.float32(inner({k: v.astype(np.float32) for k, v in params.items()}, X, Y))
    p.gradients = lambda params, X, Y: {k: v.astype(np.float32) for k, v in outer(params, X, Y).items()}
    p.params = {k: v.astype(np.float32) for k, v in p.params.items()}
    p.data = tuple(d.astype(np.float32) for d in p.data)
    p.name = "nasty: single precision"
    return p


def single_parameters():
    p = framework(seed=30, kind="softplus")
    p.params = [{k: v.astype(np.float32) for k, v in layer.items()} for layer in p.params]
    p.name = "nasty: single-precision parameters, a double loss"
    return p


def dropout_mask():
    rng = np.random.default_rng(31)
    X, y = rng.normal(size=(8, 4)), rng.normal(size=8)
    mask = (rng.random((8, 6)) < 0.6) / 0.6
    params = (rng.normal(size=(4, 6)), rng.normal(size=6), rng.normal(size=6), np.array(0.3))

    def loss(params, X, y, mask):
        W, b, v, c = params
        return 0.5 * np.mean((np.tanh(X @ W + b) * mask @ v + c - y) ** 2)

    def gradients(params, X, y, mask):
        W, b, v, c = params
        t = np.tanh(X @ W + b)
        r = (t * mask @ v + c - y) / len(y)
        s = np.outer(r, v) * mask * (1 - t**2)
        return (X.T @ s, s.sum(0), (t * mask).T @ r, np.sum(r))

    return Program("nasty: a fixed dropout mask in the data", loss, gradients, params, (X, y, mask))


def lasso():
    rng = np.random.default_rng(32)
    X, y = rng.normal(size=(9, 5)), rng.normal(size=9)
    beta = rng.normal(size=5)
    beta = beta + 0.1 * np.sign(beta)

    def loss(beta, X, y):
        return ((X @ beta - y) ** 2).sum() / 2 / len(y) + 0.3 * np.abs(beta).sum()

    def gradients(beta, X, y):
        return X.T @ (X @ beta - y) / len(y) + 0.3 * np.sign(beta)

    return Program("nasty: lasso away from zero", loss, gradients, beta, (X, y))


def elastic():
    rng = np.random.default_rng(33)
    X, y = rng.normal(size=(7, 3)), (rng.random(7) > 0.5) * 2.0 - 1
    params = {"w": np.array([0.7, -0.4, 1.1]), "b": np.array([0.2])}

    def loss(params, X, y):
        w = params["w"]
        return np.mean(np.log1p(np.exp(-y * (X @ w + params["b"])))) + 0.1 * np.abs(w).sum() + 0.05 * w @ w

    def gradients(params, X, y):
        w = params["w"]
        s = -y / (1 + np.exp(y * (X @ w + params["b"]))) / len(y)
        return {"w": X.T @ s + 0.1 * np.sign(w) + 0.1 * w, "b": np.array([s.sum()])}

    return Program("nasty: elastic net, labels -1 and 1", loss, gradients, params, (X, y))


def huber():
    rng = np.random.default_rng(34)
    X, y = rng.normal(size=(10, 3)), 3 * rng.normal(size=(10, 1))
    params = [rng.normal(size=(3, 5)), rng.normal(size=(1, 5)), rng.normal(size=(5, 1)), rng.normal(size=(1, 1))]

    def parts(params, X, y):
        W, b, V, c = params
        h = 1 / (1 + np.exp(-(X @ W + b)))
        return h, h @ V + c - y

    def loss(params, X, y):
        r = parts(params, X, y)[1]
        return np.mean(np.where(np.abs(r) < 1, 0.5 * r**2, np.abs(r) - 0.5))

    def gradients(params, X, y):
        h, r = parts(params, X, y)
        d = np.clip(r, -1, 1) / len(r)
        e = d @ params[2].T * h * (1 - h)
        return [X.T @ e, e.sum(0, keepdims=True), h.T @ d, d.sum(0, keepdims=True)]

    return Program("nasty: huber", loss, gradients, params, (X, y))


def hinge():
    rng = np.random.default_rng(35)
    X, y = rng.normal(size=(8, 4)), rng.integers(3, size=8)
    W = rng.normal(size=(4, 3))

    def margins(W, X, y):
        s = X @ W
        m = np.maximum(0, s - s[np.arange(len(y)), y][:, None] + 1)
        m[np.arange(len(y)), y] = 0
        return m

    def loss(W, X, y):
        return margins(W, X, y).sum() / len(y) + 0.01 * np.sum(W * W)

    def gradients(W, X, y):
        c = (margins(W, X, y) > 0).astype(float)
        c[np.arange(len(y)), y] = -c.sum(axis=1)
        return X.T @ c / len(y) + 0.02 * W

    return Program("nasty: multi-class hinge", loss, gradients, W, (X, y))


def no_data():
    target = np.array([[1.0, -2.0], [0.5, 3.0]])
    params = {"A": np.array([[0.3, 0.1], [-0.7, 0.2]]), "s": np.array(1.5)}

    def loss(params):
        return np.sum((params["s"] * params["A"] @ params["A"] - target) ** 2)

    def gradients(params):
        A, s = params["A"], params["s"]
        E = 2 * (s * A @ A - target)
        return {"A": s * (E @ A.T + A.T @ E), "s": np.sum(E * (A @ A))}

    return Program("nasty: no data, a square of a matrix", loss, gradients, params)


def tied():
    rng = np.random.default_rng(36)
    X = rng.random((6, 5))
    params = {"W": rng.normal(size=(5, 3)), "b": rng.normal(size=3), "c": rng.normal(size=5)}

    def forward(p, X):
        h = np.tanh(X @ p["W"] + p["b"])
        return h, h @ p["W"].T + p["c"]

    def loss(p, X):
        return np.sum((forward(p, X)[1] - X) ** 2) / len(X)

    def gradients(p, X):
        h, out = forward(p, X)
        d = 2 * (out - X) / len(X)
        e = d @ p["W"] * (1 - h**2)
        return {"W": X.T @ e + d.T @ h, "b": e.sum(0), "c": d.sum(0)}

    return Program("nasty: an autoencoder with tied weights", loss, gradients, params, (X,))


def equal_columns():
    p = synapses(widths=(3, 4, 1), squash="tanh", seed=37)
    for s in p.params:
        s[...] = 0.5
    p.name = "nasty: every weight equal"
    return p


def zero_weights():
    p = planar(seed=38, layers=(4, 3, 1), hidden="tanh", bias=0.0)
    for key in p.params:
        p.params[key][...] = 0.0
    p.name = "nasty: every parameter zero, tanh"
    return p


def unused():
    p = twolayer(seed=39)
    inner, outer = p.loss, p.gradients
    p.params = {**p.params, "temperature": np.array([1.0, 2.0])}
    p.gradients = lambda params, X, y: {**outer(params, X, y), "temperature": np.zeros(2)}
    p.loss = inner
    p.name = "nasty: a parameter that the loss does not use"
    return p


def tiny_loss():
    p = regression(seed=40)
    inner, outer = p.loss, p.gradients
    p.loss = lambda w, a, b: 1e-9 * inner(w, a, b)
    p.gradients = lambda w, a, b: 1e-9 * outer(w, a, b)
    p.name = "nasty: a loss in units of 1e-9"
    return p


def huge_loss():
    p = coursework(seed=41, lam=0.0)
    inner, outer = p.loss, p.gradients
    p.loss = lambda w, X, y: 1e8 + 1e6 * inner(w, X, y)
    p.gradients = lambda w, X, y: 1e6 * outer(w, X, y)
    p.name = "nasty: a large constant in the loss"
    return p


def batch_norm():
    rng = np.random.default_rng(42)
    X, y = rng.normal(size=(10, 4)), rng.normal(size=(10, 1))
    params = [rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3), rng.normal(size=(3, 1))]

    def forward(params, X):
        W, gamma, beta, V = params
        u = X @ W
        s = np.sqrt(u.var(axis=0) + 1e-5)
        xhat = (u - u.mean(axis=0)) / s
        n = gamma * xhat + beta
        return s, xhat, n, np.tanh(n) @ V

    def loss(params, X, y):
        return np.mean((forward(params, X)[-1] - y) ** 2)

    def gradients(params, X, y):
        s, xhat, n, out = forward(params, X)
        d = 2 * (out - y) / len(y)
        dn = d @ params[3].T * (1 - np.tanh(n) ** 2)
        dx = dn * params[1]
        du = (dx - dx.mean(axis=0) - xhat * (dx * xhat).mean(axis=0)) / s
        return [X.T @ du, (dn * xhat).sum(axis=0), dn.sum(axis=0), np.tanh(n).T @ d]

    return Program("nasty: batch normalisation", loss, gradients, params, (X, y))


RIGHT = [
    lambda: zero_biases_relu(zero_row=False),
    lambda: zero_biases_relu(zero_row="dropped"),
    dead_units,
    all_dead,
    converged,
    converged_regression,
    saturated,
    badly_scaled,
    big_inputs,
    single_precision,
    single_parameters,
    dropout_mask,
    lasso,
    elastic,
    huber,
    hinge,
    no_data,
    tied,
    equal_columns,
    zero_weights,
    unused,
    tiny_loss,
    huge_loss,
    batch_norm,
]
# A sample on every corner: no two-sided derivative, so only the checker (not plain differences) can say.
CORNERS = [zero_biases_relu]
