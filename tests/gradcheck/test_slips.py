"""Slips as people make them, each in a program of its own: its name, its line and a fix that is right."""

import numpy as np
import pytest

from xnn.gradcheck import check_gradients

from .located.judge import load

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

POOLED = """
import numpy as np

rng = np.random.default_rng(0)


def pool(x):
    out = np.zeros(len(x) // 2)
    for i in range(len(out)):
        out[i] = x[2 * i : 2 * i + 2].max()
    return out


def loss(p, x, y):
    return np.sum((pool(p["a"] * x) @ p["v"] - y) ** 2)


def back(x, d):
    out = np.zeros(len(x))
    for i in range(len(d)):
        k = 2 * i + np.argmax(x[2 * i : 2 * i + 2])
        out[k] = d[i]  # the rest is 0
    return out


def gradients(p, x, y):
    z = p["a"] * x
    h = pool(z)
    e = 2 * (h @ p["v"] - y)
    return {"a": back(z, e * p["v"]) * x, "v": e * h}


params = {"a": rng.normal(size=6), "v": rng.normal(size=3)}
data = (rng.normal(size=6), 0.5)
"""
COMPARED = """
import numpy as np

rng = np.random.default_rng(1)


def both(W, X, y):
    n = len(X)
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(n), y][:, None] + 1)
    margins[np.arange(n), y] = 0
    loss = margins.sum() / n + 0.1 * np.sum(W * W)
    hit = np.zeros_like(margins)
    hit[margins > 0] = 1
    hit[np.arange(n), y] = -hit.sum(axis=1)
    return loss, X.T @ hit / n + 2 * 0.1 * W


params = 0.5 * rng.normal(size=(4, 5))
data = (rng.normal(size=(7, 4)), np.array([0, 1, 2, 3, 4, 0, 1]))
loss = both
gradients = None
"""
LABELLED = """
import numpy as np

rng = np.random.default_rng(2)


def probabilities(W, x):
    e = np.exp(x @ W)
    return e / e.sum()


def loss(W, xs, actions, gains):
    return -sum(g * np.log(probabilities(W, x)[a]) for x, a, g in zip(xs, actions, gains))


def gradients(W, xs, actions, gains):
    total = np.zeros_like(W)
    for x, a, g in zip(xs, actions, gains):
        p = probabilities(W, x)
        delta = g * p - g * np.eye(len(p))[a]
        total += np.outer(x, delta)
    return total


params = rng.normal(size=(4, 3))
data = (rng.normal(size=(3, 4)), [2, 0, 1], [0.5, 1.0, 2.0])
"""
TURNED = """
import numpy as np

rng = np.random.default_rng(3)


def correlate(x, k):
    n, m = x.shape[0] - k.shape[0] + 1, k.shape[0]
    return np.array([[np.sum(x[i : i + m, j : j + m] * k) for j in range(n)] for i in range(n)])


def loss(p, x, y):
    h = np.tanh(correlate(x, p["k"]))
    return np.sum((correlate(h, p["q"]) - y) ** 2)


def gradients(p, x, y):
    h = np.tanh(correlate(x, p["k"]))
    d = 2 * (correlate(h, p["q"]) - y)
    dh = correlate(np.pad(d, 1), p["q"][::-1, ::-1])
    return {"q": correlate(h, d), "k": correlate(x, dh * (1 - h**2))}


params = {"k": rng.normal(size=(2, 2)), "q": rng.normal(size=(2, 2))}
data = (rng.normal(size=(5, 5)), rng.normal(size=(3, 3)))
"""
BRANCHED = """
import numpy as np

rng = np.random.default_rng(4)


def forward(p, x):
    A = {0: x}
    for i, W in enumerate(p, start=1):
        z = A[i - 1] @ W
        A[i] = z if i == len(p) else np.tanh(z)
    return A


def loss(p, x, y):
    return np.sum((forward(p, x)[len(p)] - y) ** 2) / len(x)


def gradients(p, x, y):
    A, L = forward(p, x), len(p)
    D = {L: 2 * (A[L] - y) / len(x)}
    found = [None] * L
    for i in range(L - 1, -1, -1):
        found[i] = A[i].T @ D[i + 1]
        if i == L - 1:
            D[i] = D[i + 1] @ p[i].T * (1 - A[i] ** 2)  # below the output
        elif i > 0:
            D[i] = D[i + 1] @ p[i].T * (1 - A[i] ** 2)
    return found


params = [rng.normal(size=s) for s in ((2, 5), (5, 4), (4, 3))]
data = (rng.normal(size=(6, 2)), rng.normal(size=(6, 3)))
"""
AT_THE_TOP = """
import math

wA, wB = 0.7, -0.4


def price(q, a):
    return (math.tanh(math.tanh(q * wA) * wB) - a) ** 2


def slopes(q, a):
    mid = math.tanh(q * wA)
    out = math.tanh(mid * wB)
    miss = 2 * (out - a)
    nB = miss * (1 - out * out) * mid
    nA = miss * (1 - out * out) * wB * (1 - mid * mid) * q
    return {"wA": nA, "wB": nB}


def loss(p, q, a):
    globals().update(p)
    return price(q, a)


def gradients(p, q, a):
    globals().update(p)
    return slopes(q, a)


params = {"wA": 0.7, "wB": -0.4}
data = (0.8, 0.3)
"""
DECAYED = """
import numpy as np

rng = np.random.default_rng(5)


def both(theta, X):
    W, b = theta[:12].reshape(3, 4), theta[12:]
    m = X.shape[1]
    a = 1 / (1 + np.exp(-(W @ X + b[:, None])))
    rho = a.mean(axis=1)
    loss = np.sum(a**2) / m + np.sum(np.log(rho)) + 0.05 * np.sum(W**2)
    sparse = (1 / rho)[:, None]
    d = (2 * a + sparse) * a * (1 - a)
    return loss, np.concatenate([(d @ X.T / m + 0.1 * W).ravel(), d.sum(axis=1) / m])


params = rng.normal(size=15)
data = (rng.normal(size=(4, 6)),)
loss = both
gradients = None
"""
STEPPED = """
import numpy as np

import xnn

rng = np.random.default_rng(6)
RATE = 0.1


def loss(W, i, j, t):
    return (W[i] @ W[j] - t) ** 2


def step(W, i, j, t):
    u, v = W[i], W[j]
    c = 2 * (u @ v - t)
    du = c * v
    dv = c * u  # of the old one
    u -= RATE * du
    v -= RATE * dv


gradients = xnn.gradients_from_step(step, RATE)
params = rng.normal(size=(4, 3))
data = (1, 3, 0.5)
"""
ONE_EXPRESSION = "        out[k] = d[i]  # the rest is 0\n    return out"
SEQUENCES = """
import numpy as np

rng = np.random.default_rng(11)


def states(p, words):
    h, steps = np.zeros(3), []
    for x in words:
        r = 1 / (1 + np.exp(-(p["R"] @ x)))
        c = np.tanh(p["V"] @ x + p["U"] @ (r * h))
        steps.append((x, r, h, c))
        h = 0.5 * h + 0.5 * c
    return h, steps


def loss(p, texts, y):
    return sum(0.5 * (p["out"] @ states(p, words)[0] - t) ** 2 for words, t in zip(texts, y))


def gradients(p, texts, y):
    g = {name: np.zeros_like(value) for name, value in p.items()}
    for words, t in zip(texts, y):
        h, steps = states(p, words)
        e = p["out"] @ h - t
        g["out"] += e * h
        dh = e * p["out"]
        for x, r, before, c in reversed(steps):
            dz = 0.5 * dh * (1 - c**2)
            g["V"] += np.outer(dz, x)
            g["U"] += np.outer(dz, r * before)
            du = p["U"].T @ dz
            g["R"] += np.outer(du * before * r * (1 - r), x)
            dh = 0.5 * dh
            dh += du * r
    return g


params = {"R": rng.normal(size=(3, 2)), "V": rng.normal(size=(3, 2)), "U": rng.normal(size=(3, 3)),
          "out": rng.normal(size=3)}
data = ([rng.normal(size=(k, 2)) for k in (5, 2, 7)], rng.normal(size=3))
"""
BESIDE = """
import numpy as np

rng = np.random.default_rng(12)


def pairs(s, rank):
    total, ds = 0.0, np.zeros(len(s))
    for i in range(len(s)):
        for j in range(len(s)):
            if rank[i] > rank[j]:
                total += np.log(1 + np.exp(s[j] - s[i]))
                push = 1 / (1 + np.exp(s[i] - s[j]))
                ds[i] -= push
                ds[j] += push
    return total, ds


def loss(w, X, rank):
    return pairs(np.tanh(X @ w), rank)[0] + 0.1 * w @ w


def gradients(w, X, rank):
    s = np.tanh(X @ w)
    ds = pairs(s, rank)[1]
    return X.T @ (ds * (1 - s**2)) + 0.2 * w


params = rng.normal(size=4)
data = (rng.normal(size=(6, 4)), np.array([0, 2, 1, 3, 1, 2]))
"""
COUNTED = """
import numpy as np

rng = np.random.default_rng(13)


def hidden(layers, x):
    return [np.tanh(x @ layer["W"]) for layer in layers]


def loss(layers, x, y):
    out = sum(h @ layer["v"] for h, layer in zip(hidden(layers, x), layers))
    return 0.5 * np.sum((out - y) ** 2)


def gradients(layers, x, y):
    hs = hidden(layers, x)
    e = -y.astype(float)
    for k, layer in enumerate(layers):
        v = layer["v"]
        e += hs[k] @ v
    found = []
    for k, layer in enumerate(layers):
        dz = np.outer(e, layer["v"]) * (1 - hs[k] ** 2)
        found.append({"W": x.T @ dz, "v": hs[k].T @ e})
    return found


params = [{"W": rng.normal(size=(4, 3)), "v": rng.normal(size=3)} for _ in range(3)]
data = (rng.normal(size=(7, 4)), rng.normal(size=7))
"""
WAVES = """
import numpy as np

rng = np.random.default_rng(14)


def parts(p, t):
    s = np.sin(np.outer(t, p["w"]))
    return s, -s * p["w"] ** 2


def loss(p, t, y):
    s, s2 = parts(p, t)
    return np.mean((s2 @ p["a"] + 3 * (s @ p["a"]) - y) ** 2)


def gradients(p, t, y):
    s, s2 = parts(p, t)
    e = 2 * (s2 @ p["a"] + 3 * (s @ p["a"]) - y) / len(t)
    da = -p["w"] ** 2 * (s.T @ e) + 3 * (s.T @ e)
    c = np.cos(np.outer(t, p["w"]))
    dw = np.outer(t * e, p["a"]) * c * (3 - p["w"] ** 2)
    return {"a": da, "w": np.sum(dw - np.outer(e, p["a"]) * 2 * p["w"] * s, axis=0)}


params = {"a": rng.normal(size=4), "w": rng.normal(size=4) + 1}
data = (rng.normal(size=9), rng.normal(size=9))
"""
THREE_USES = """
import numpy as np

rng = np.random.default_rng(15)


def spread(s):
    return np.exp(s)


def fits(parts, X):
    return np.stack([part["s"].sum() - 0.5 * ((X * spread(part["s"])) ** 2).sum(axis=1) for part in parts], axis=1)


def loss(parts, X):
    p = fits(parts, X)
    return -np.log(np.exp(p).sum(axis=1)).sum() + sum(0.1 * np.sum(part["s"] ** 2) for part in parts)


def gradients(parts, X):
    r = np.exp(fits(parts, X))
    r /= r.sum(axis=1, keepdims=True)
    grads = []
    for k, part in enumerate(parts):
        g = {}
        g["s"] = ((r[:, k : k + 1] * X**2).sum(axis=0)) * spread(part["s"]) ** 2
        g["s"] -= r[:, k].sum()  # of the sum
        g["s"] += 0.2 * part["s"]
        grads.append(g)
    return grads


params = [{"s": 0.3 * rng.normal(size=3)} for _ in range(4)]
data = (rng.normal(size=(9, 3)),)
"""
NORMED = """
import numpy as np

rng = np.random.default_rng(16)


def normed(z):
    scale = 1 / np.sqrt(np.mean(z * z, axis=1, keepdims=True) + np.var(z, axis=1, keepdims=True) + 0.1)
    return z * scale, scale


def loss(W, X, Y):
    return 0.5 * np.sum((normed(X @ W)[0] - Y) ** 2)


def gradients(W, X, Y):
    z = X @ W
    out, scale = normed(z)
    d = out - Y
    n = z.shape[1]
    flow = np.sum(d * z, axis=1, keepdims=True)
    total = np.sum(z, axis=1, keepdims=True)
    dz = d * scale - flow * scale**3 * (2 * z - total / n) / n
    return X.T @ dz


params = rng.normal(size=(3, 4))
data = (rng.normal(size=(6, 3)), rng.normal(size=(6, 4)))
"""
PUSHED = """
import numpy as np

rng = np.random.default_rng(17)


def loss(p, x, words):
    return sum(np.log(1 + np.exp(-p["out"][k] @ p["in"][x])) for k in words)


def gradients(p, x, words):
    g = {name: np.zeros_like(value) for name, value in p.items()}
    d = np.zeros(4)
    for k in words:
        u = p["out"][k]
        miss = -1 / (1 + np.exp(u @ p["in"][x]))
        d += miss * u
        g["out"][k] += miss * p["in"][x]
    g["in"][x] += d
    return g


params = {"in": rng.normal(size=(5, 4)), "out": rng.normal(size=(5, 4))}
data = (2, [0, 3, 4, 3])
"""
STATES = """
import numpy as np

rng = np.random.default_rng(18)


def states(p, xs):
    hs = [np.zeros(3)]
    for x in xs:
        hs.append(np.tanh(p["W"] @ x + p["U"] @ hs[-1]))
    return hs


def loss(p, xs, y):
    return 0.5 * np.sum((p["v"] @ states(p, xs)[-1] - y) ** 2)


def gradients(p, xs, y):
    hs = states(p, xs)
    g = {name: np.zeros_like(value) for name, value in p.items()}
    e = p["v"] @ hs[-1] - y
    g["v"] += e * hs[-1]
    dh = e * p["v"]
    for t in reversed(range(len(xs))):
        before = hs[t]
        dz = dh * (1 - hs[t + 1] ** 2)
        g["W"] += np.outer(dz, xs[t])
        g["U"] += np.outer(dz, before)
        dh = p["U"].T @ dz
    return g


params = {"W": rng.normal(size=(3, 2)), "U": rng.normal(size=(3, 3)), "v": rng.normal(size=3)}
data = (rng.normal(size=(14, 2)), 0.7)
"""
SERIES = """
import numpy as np

rng = np.random.default_rng(19)


def run(p, xs):
    h, kept = np.zeros(3), []
    for x in xs:
        for _ in range(2):
            kept.append(h)
            h = np.tanh(p["W"] @ x + p["U"] @ h)
    return h, kept


def loss(p, many, y):
    return 0.5 * sum((p["v"] @ run(p, xs)[0] - t) ** 2 for xs, t in zip(many, y))


def gradients(p, many, y):
    g = {name: np.zeros_like(value) for name, value in p.items()}
    for xs, t in zip(many, y):
        dh = np.zeros(3)
        h, kept = run(p, xs)
        e = p["v"] @ h - t
        g["v"] += e * h
        dh = dh + e * p["v"]
        step = len(kept) - 1
        for x in xs[::-1]:
            for _ in range(2):
                dz = dh * (1 - h**2)
                h = kept[step]
                g["W"] += np.outer(dz, x)
                g["U"] += np.outer(dz, h)
                dh = p["U"].T @ dz
                step -= 1
    return g


params = {"W": rng.normal(size=(3, 2)), "U": rng.normal(size=(3, 3)), "v": rng.normal(size=3)}
data = ([rng.normal(size=(k, 2)) for k in (3, 2, 4)], rng.normal(size=3))
"""
SAMPLED = """
import numpy as np

rng = np.random.default_rng(20)


def sampled(p, X, eps):
    m, sd = X @ p["M"], np.exp(X @ p["S"])
    return m + sd * eps, sd


def loss(p, X, Y, eps):
    return 0.5 * np.sum((sampled(p, X, eps)[0] - Y) ** 2)


def gradients(p, X, Y, eps):
    out, sd = sampled(p, X, eps)
    d = out - Y
    return {"M": X.T @ d, "S": X.T @ (d * sd * eps)}


params = {"M": rng.normal(size=(3, 2)), "S": 0.3 * rng.normal(size=(3, 2))}
data = (rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), rng.normal(size=(6, 2)))
"""
STACKED = """
import numpy as np


class Dense:
    def __init__(self, name):
        self.W, self.b = name

    def forward(self, p, x):
        self.x = x
        return x @ p[self.W] + p[self.b]

    def backward(self, p, d, g):
        g[self.W], g[self.b] = self.x.T @ d, d.sum(axis=0)
        return d @ p[self.W].T


class Norm:
    def forward(self, p, x):
        self.sd = np.sqrt(x.var(axis=0) + 1e-3)
        self.n = (x - x.mean(axis=0)) / self.sd
        return self.n * p["gain"]

    def backward(self, p, d, g):
        g["gain"] = (d * self.n).sum(axis=0)
        d = d * p["gain"]
        return (d - d.mean(axis=0) - self.n * (d * self.n).mean(axis=0)) / self.sd


class Pairs:
    def forward(self, p, x):
        return x.reshape(len(x), -1, 2).mean(axis=2)

    def backward(self, p, d, g):
        return np.repeat(d, 2, axis=1) / 2


layers = [Dense("Wb"), Norm(), Pairs(), Dense("Vc")]
rng = np.random.default_rng(6)
params = {"W": rng.normal(size=(4, 6)), "b": rng.normal(size=6), "gain": rng.normal(size=6) + 2,
          "V": rng.normal(size=(3, 2)), "c": rng.normal(size=2)}
data = (rng.normal(size=(5, 4)), rng.normal(size=(5, 2)))


def run(p, x):
    for layer in layers:
        x = layer.forward(p, x)
    return x


def loss(p, x, y):
    return 0.5 * np.sum((run(p, x) - y) ** 2)


def gradients(p, x, y):
    d, g = run(p, x) - y, {}
    for layer in reversed(layers):
        d = layer.backward(p, d, g)
    return g
"""

MACHINE = """
import numpy as np

STEPS = [("mul", "a", ("x", "W")), ("mul", "b", ("x", "V")), ("tanh", "t", ("a",)), ("add", "u", ("t", "b")),
         ("times", "w", ("u", "t")), ("half", "J", ("w",))]
FORTH = {"mul": lambda x, w: x @ w, "tanh": np.tanh, "add": lambda a, b: a + b, "times": lambda a, b: a * b,
         "half": lambda w: 0.5 * np.sum(w * w)}
BACK = {"mul": lambda d, x, w: (d @ w.T, x.T @ d), "tanh": lambda d, a: (d * (1 - np.tanh(a) ** 2),),
        "add": lambda d, a, b: (d, d), "times": lambda d, a, b: (d * b, d * a), "half": lambda d, w: (d * w,)}
rng = np.random.default_rng(8)
params = {"W": rng.normal(size=(3, 4)), "V": rng.normal(size=(3, 4))}
data = (rng.normal(size=(5, 3)),)


def run(p, x):
    kept = dict(p, x=x)
    for name, out, given in STEPS:
        kept[out] = FORTH[name](*[kept[k] for k in given])
    return kept


def loss(p, x):
    return run(p, x)["J"]


def gradients(p, x):
    kept, flows = run(p, x), {"J": 1.0}
    for name, out, given in reversed(STEPS):
        for key, flow in zip(given, BACK[name](flows[out], *[kept[k] for k in given])):
            flows[key] = flows[key] + flow if key in flows else flow
    return {k: flows[k] for k in p}
"""

BALANCED = """
import numpy as np

WEIGHT = 0.3
rng = np.random.default_rng(4)
params = {"W": rng.normal(size=(3, 4)), "v": rng.normal(size=4)}
data = (rng.normal(size=(6, 3)), rng.normal(size=6))


def shares(p, x):
    e = np.exp(x @ p["W"])
    return e / e.sum(axis=1, keepdims=True)


def loss(p, x, y):
    s = shares(p, x)
    return 0.5 * np.sum((s @ p["v"] - y) ** 2) + WEIGHT * np.sum(s.sum(axis=0) ** 2)


def gradients(p, x, y):
    s = shares(p, x)
    d = s @ p["v"] - y
    ds = np.outer(d, p["v"])
    even = 2 * (s.sum(axis=0) - len(x) / 4)  # the sum of all is len(x) whatever the shares are
    ds = ds + WEIGHT * even
    dz = s * (ds - np.sum(s * ds, axis=1, keepdims=True))
    return {"W": x.T @ dz, "v": s.T @ d}
"""

ORDERED = """
import numpy as np

rng = np.random.default_rng(4)
params = {"s": rng.normal(size=3), "W": rng.normal(size=(3, 3)), "pairs": rng.normal(size=(4, 3))}
data = (rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), [(0, 1), (1, 3), (2, 0)])


def loss(p, x, y, links):
    z = x @ p["W"] / 3 + p["s"]
    flow = sum(np.sum(np.sin(p["pairs"][b]) * p["pairs"][a] ** 2) for a, b in links)
    return 0.5 * np.sum((np.tanh(z) - y) ** 2) + flow


def gradients(p, x, y, links):
    h = np.tanh(x @ p["W"] / 3 + p["s"])
    d = (h - y) * (1 - h**2)
    ds = d.sum(axis=0)
    d = d / 3
    g = np.zeros((4, 3))
    for a, b in links:
        g[a] += 2 * np.sin(p["pairs"][b]) * p["pairs"][a]
        g[b] += np.cos(p["pairs"][b]) * p["pairs"][a] ** 2
    return {"s": ds, "W": x.T @ d, "pairs": g}
"""

COUNTED_TERM = """
import numpy as np

rng = np.random.default_rng(4)
params = {"s": rng.normal(size=3), "W": rng.normal(size=(4, 3))}
data = (rng.normal(size=(6, 4)), rng.normal(size=(6, 3)))


def loss(p, x, y):
    z = x @ p["W"] + np.exp(p["s"])
    return 0.5 * np.sum((z - y) ** 2) - p["s"].sum()


def gradients(p, x, y):
    d = x @ p["W"] + np.exp(p["s"]) - y
    dW = x.T @ d
    d = d * np.exp(p["s"])
    return {"s": d.sum(axis=0) - 1, "W": dW}
"""

SLIPS = {
    "a return in a loop": (POOLED, ONE_EXPRESSION, "        out[k] = d[i]  # the rest is 0\n        return out",
                           "some-entries", "return out"),
    "a start in a loop": (LABELLED, "        p = probabilities(W, x)\n",
                          "        total = np.zeros_like(W)\n        p = probabilities(W, x)\n",
                          "not-accumulated", "total = np.zeros_like(W)"),
    "one for each that is compared": (COMPARED, "= -hit.sum(axis=1)", "= -1", "wrong-operand", "-1"),
    "labels left out": (LABELLED, " - g * np.eye(len(p))[a]", "", "path-missing", "g * p"),
    "a kernel that is not turned": (TURNED, '["q"][::-1, ::-1]', '["q"]', "transposed", "p['q']"),
    "a derivative left out in one branch": (BRANCHED, " * (1 - A[i] ** 2)  # below the output", "",
                                            "derivative-missing", "D[i + 1] @ p[i].T"),
    "a name at the top": (AT_THE_TOP, "nB = miss * (1 - out * out) * mid", "nB = miss * (1 - out * out) * wB",
                          "wrong-operand", "wB"),
    "a factor beside a decay": (DECAYED, "(2 * a + sparse) * a * (1 - a)", "2 * a * a * (1 - a) + sparse",
                                "factor-missing", "sparse"),
    "a gate left out of a long loop": (SEQUENCES, "dh += du * r", "dh += du", "factor-missing", "du"),
    "a derivative that is returned beside a value": (BESIDE, "ds[i] -= push", "ds[i] += push", "sign", "ds[i] += push"),
    "the last for each": (COUNTED, '"v": hs[k].T', '"v": hs[-1].T', "wrong-operand", "hs[-1]"),
    "a line behind its loop": (COUNTED, "    " * 2 + "e += hs[k] @ v", "    e += hs[k] @ v", "some-entries",
                               "e += hs[k] @ v"),
    "a path through the parameter of each round": (
        THREE_USES, '        g["s"] -= r[:, k].sum()  # of the sum\n', "", "path-missing",
        "((r[:, k : k + 1] * X**2).sum(axis=0)) * spread(part['s']) ** 2",
    ),
    "a slip that is made twice": (
        NORMED, "flow = np.sum(d * z, axis=1, keepdims=True)\n    total = np.sum(z, axis=1, keepdims=True)",
        "flow = np.sum(d * z)\n    total = np.sum(z)", "wrong-axis", "np.sum(d * z)",
    ),
    "a sum begun anew within a loop": (
        PUSHED, "    d = np.zeros(4)\n    for k in words:\n        u = p[\"out\"][k]\n",
        "    for k in words:\n        u = p[\"out\"][k]\n        d = np.zeros(4)\n",
        "not-accumulated", "d = np.zeros(4)",
    ),
    "a state picked under a name": (
        STATES, "before = hs[t]", "before = hs[t - 1]", "wrong-step", "t - 1",
    ),
    "a state that is not begun anew": (
        SERIES, "    for xs, t in zip(many, y):\n        dh = np.zeros(3)\n",
        "    dh = np.zeros(3)\n    for xs, t in zip(many, y):\n", "wrong-operand", "dh = np.zeros(3)",
    ),
    "a count behind its loop": (
        SERIES, "                step -= 1", "            step -= 1", "wrong-operand", "step -= 1",
    ),
    "a sample for its noise": (SAMPLED, "(d * sd * eps)", "(d * sd * out)", "wrong-operand", "out"),
    "a power left out": (WAVES, 'da = -p["w"] ** 2', 'da = -p["w"]', "factor-missing", "p['w']"),
    "an update before its old value is used": (
        STEPPED, "    dv = c * u  # of the old one\n    u -= RATE * du\n",
        "    u -= RATE * du\n    dv = c * u  # of the old one\n", "weights-updated", "u -= RATE * du",
    ),
    "a path left out behind a bias whose gradient is zero": (
        STACKED, " - self.n * (d * self.n).mean(axis=0)", "", "path-missing", "(d - d.mean(axis=0)) / self.sd",
    ),
    "a number left out in one of several layers": (
        STACKED, "np.repeat(d, 2, axis=1) / 2", "np.repeat(d, 2, axis=1)", "factor-missing", "np.repeat(d, 2, axis=1)",
    ),
    "what is kept under a key is overwritten": (
        MACHINE, "flows[key] + flow if key in flows else flow", "flow", "not-accumulated", "flows[key] = flow",
    ),
    "what is computed is used nowhere": (
        BALANCED, "    ds = ds + WEIGHT * even\n", "", "path-missing",
        "even = 2 * (s.sum(axis=0) - len(x) / 4)",
    ),
    "a value that is changed too early": (
        ORDERED, "    ds = d.sum(axis=0)\n    d = d / 3\n", "    d = d / 3\n    ds = d.sum(axis=0)\n",
        "wrong-operand", "ds = d.sum(axis=0)",
    ),
    "a number left out of a sum": (
        COUNTED_TERM, "d.sum(axis=0) - 1", "d.sum(axis=0)", "path-missing", "d.sum(axis=0)",
    ),
    "two indices in each other's place": (
        ORDERED, "g[a] += 2 * np.sin(p[\"pairs\"][b])", "g[b] += 2 * np.sin(p[\"pairs\"][a])", "wrong-operand",
        "g[b] += 2 * np.sin(p['pairs'][a]) * p['pairs'][a]",
    ),
}  # fmt: skip


def written(folder, text):
    path = folder / "net.py"
    path.write_text(text)
    return load(path)


def checked(module):
    return check_gradients(module.loss, module.gradients, module.params, *module.data)


@pytest.mark.parametrize("text", dict.fromkeys(slip[0] for slip in SLIPS.values()), ids=lambda text: text[-60:-40])
def test_the_program_is_right(tmp_path, text):
    assert checked(written(tmp_path, text)).ok


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_has_its_name_its_line_and_a_fix(tmp_path, slip):
    text, right, wrong, code, stands = slip
    assert text.count(right) == 1
    report = checked(written(tmp_path, text.replace(right, wrong)))
    assert not report.ok
    found = report.findings[0]
    assert (found.code, found.source.replace('"', "'")) == (code, stands), str(report)
    assert found.fix is not None
    fixed = tmp_path / "fixed"
    fixed.mkdir()
    module = written(fixed, found.fix.text)
    assert checked(module).ok
    other = check_gradients(module.loss, module.gradients, _other(module.params), *module.data)
    assert other.ok


def _other(params):
    """Parameters that the search did not see."""
    rng = np.random.default_rng(9)
    if isinstance(params, dict):
        return {name: _other(value) for name, value in params.items()}
    if isinstance(params, list):
        return [_other(value) for value in params]
    return params + 0.3 * rng.normal(size=np.shape(params))


def test_a_statement_moved_out_of_a_loop_leaves_the_loop_as_it_was_written(tmp_path):
    wrong = POOLED.replace(ONE_EXPRESSION, "        out[k] = d[i]  # the rest is 0\n        return out")
    assert checked(written(tmp_path, wrong)).findings[0].fix.text == POOLED


def test_a_path_of_which_nothing_is_in_scope_is_named_by_the_use_that_it_leads_through(tmp_path):
    apart = THREE_USES.replace("    r = np.exp(fits(parts, X))\n    r /= r.sum(axis=1, keepdims=True)\n", "").replace(
        "((r[:, k : k + 1] * X**2).sum(axis=0))", "squares(parts, X)[k]"
    )
    apart = apart.replace(
        "def gradients",
        """def squares(parts, X):
    r = np.exp(fits(parts, X))
    return (r / r.sum(axis=1, keepdims=True)).T @ X**2


def gradients""",
    )
    found = checked(written(tmp_path, apart.replace('        g["s"] -= r[:, k].sum()  # of the sum\n', ""))).findings[0]
    assert (found.code, found.fix, found.because.line) == ("path-missing", None, 12)
    assert "squares(parts, X)[k]" in found.source


def test_a_term_of_the_loss_that_the_gradients_lack_is_left_out_and_not_one_too_many(tmp_path):
    module = written(
        tmp_path, BALANCED.replace("    ds = ds + WEIGHT * even\n", "").replace("    even = 2", "    _ = 2")
    )
    (found,) = checked(module).findings
    assert found.code == "path-missing"
    assert found.place is not None


def test_no_fix_takes_out_of_the_gradients_what_the_loss_forgot_to_use(tmp_path):
    """The loss without its bias: gradients that know of none would be right for it, and would not be wanted."""
    right = COUNTED_TERM.replace('np.exp(p["s"])', 'p["s"]').replace(' - p["s"].sum()', "")
    right = right.replace('    d = d * p["s"]\n', "").replace("d.sum(axis=0) - 1", "d.sum(axis=0)")
    folder = tmp_path / "right"
    folder.mkdir()
    assert checked(written(folder, right)).ok
    report = checked(written(tmp_path, right.replace('z = x @ p["W"] + p["s"]', 'z = x @ p["W"]')))
    assert "detached" in [f.code for f in report.findings]
    assert report.fixes == ()
