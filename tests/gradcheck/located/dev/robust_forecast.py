"""Three quantiles by the pinball loss and a centre by Huber's, from one hidden layer; decay on matrices alone."""
import numpy as np

TAUS = np.array([0.1, 0.5, 0.9])
DELTA = 0.6
DECAY = 0.03


def hidden(params, x):
    return np.arctan(x @ params["A"] + params["a"])


def pinball(e):
    return np.where(e >= 0, TAUS * e, (TAUS - 1) * e)


def pinball_slope(e):
    return np.where(e >= 0, TAUS, TAUS - 1)


def huber(e):
    small = np.abs(e) <= DELTA
    return np.where(small, 0.5 * e**2, DELTA * (np.abs(e) - 0.5 * DELTA))


def huber_slope(e):
    return np.clip(e, -DELTA, DELTA)


def loss(params, x, y):
    h = hidden(params, x)
    q = h @ params["B"] + params["b"]
    c = h @ params["C"] + params["c"]
    value = pinball(y[:, None] - q).mean() + huber(c - y).mean()
    for name in "ABC":
        value += DECAY * np.sum(params[name] ** 2)
    return value


def gradients(params, x, y):
    h = hidden(params, x)
    q = h @ params["B"] + params["b"]
    c = h @ params["C"] + params["c"]
    n = len(y)
    dq = -pinball_slope(y[:, None] - q) / q.size
    dc = huber_slope(c - y) / n
    dh = dq @ params["B"].T + np.outer(dc, params["C"])
    pre = x @ params["A"] + params["a"]
    dpre = dh / (1 + pre**2)
    grads = {
        "A": x.T @ dpre,
        "a": dpre.sum(axis=0),
        "B": h.T @ dq,
        "b": dq.sum(axis=0),
        "C": h.T @ dc,
        "c": dc.sum(),
    }
    for name in "ABC":
        grads[name] += 2 * DECAY * params[name]
    return grads


rng = np.random.default_rng(40)
params = {
    "A": rng.normal(size=(3, 5)),
    "a": rng.normal(size=5) * 0.2,
    "B": rng.normal(size=(5, 3)) * 0.6,
    "b": rng.normal(size=3) * 0.2,
    "C": rng.normal(size=5) * 0.6,
    "c": np.array(0.15),
}
data = (rng.normal(size=(10, 3)), rng.normal(size=10))
