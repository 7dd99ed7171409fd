"""Sparse mixture: each sample goes to its best expert, weighted by the gate's probability, plus a balance loss."""
import numpy as np

rng = np.random.default_rng(61)
N, D, E, H = 9, 4, 3, 5
params = {
    "gate": rng.normal(size=(D, E)),
    "W1": rng.normal(0, 0.6, (E, D, H)),
    "b1": rng.normal(0, 0.1, (E, H)),
    "W2": rng.normal(0, 0.6, (E, H)),
}
X = rng.normal(size=(N, D))
y = rng.normal(size=N)
data = (X, y)
BALANCE = 0.2


def route(p, X):
    s = X @ p["gate"]
    s = np.exp(s - s.max(1, keepdims=True))
    prob = s / s.sum(1, keepdims=True)
    return prob, prob.argmax(1)


def loss(p, X, y):
    prob, best = route(p, X)
    out = np.zeros(len(X))
    for e in range(E):
        mine = best == e
        h = np.maximum(X[mine] @ p["W1"][e] + p["b1"][e], 0)
        out[mine] = prob[mine, e] * (h @ p["W2"][e])
    share = np.array([(best == e).mean() for e in range(E)])
    return np.mean((out - y) ** 2) + BALANCE * E * np.sum(share * prob.mean(0))


def gradients(p, X, y):
    prob, best = route(p, X)
    g = {k: np.zeros_like(v) for k, v in p.items()}
    dprob = np.zeros_like(prob)
    for e in range(E):
        mine = best == e
        z = X[mine] @ p["W1"][e] + p["b1"][e]
        h = np.maximum(z, 0)
        raw = h @ p["W2"][e]
        dout = 2 * (prob[mine, e] * raw - y[mine]) / len(X)
        dprob[mine, e] += dout * raw
        draw = dout * prob[mine, e]
        g["W2"][e] = h.T @ draw
        dz = np.outer(draw, p["W2"][e]) * (z > 0)
        g["W1"][e] = X[mine].T @ dz
        g["b1"][e] = dz.sum(0)
        dprob[:, e] += BALANCE * E * mine.mean() / len(X)
    ds = prob * (dprob - (dprob * prob).sum(1, keepdims=True))
    g["gate"] = X.T @ ds
    return g
