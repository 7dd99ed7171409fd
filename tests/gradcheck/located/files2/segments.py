"""Recurrent net whose states are not kept: only every third is, the others are computed again on the way back."""
import numpy as np

EVERY = 3


def make_step(p):
    def step(h, x):
        gate = 1 / (1 + np.exp(-(p["Wg"] @ x + p["Ug"] @ h + p["bg"])))
        cand = np.tanh(p["Wc"] @ x + p["Uc"] @ h + p["bc"])
        return h + gate * (cand - h), gate, cand

    def undo(h, x, gate, cand, d, g):
        dcand = d * gate * (1 - cand ** 2)
        dgate = d * (cand - h) * gate * (1 - gate)
        for k, dz in (("g", dgate), ("c", dcand)):
            g["W" + k] += np.outer(dz, x)
            g["U" + k] += np.outer(dz, h)
            g["b" + k] += dz
        return d * (1 - gate) + p["Ug"].T @ dgate + p["Uc"].T @ dcand

    return step, undo


def walk(p, xs):
    step, _ = make_step(p)
    h = np.tanh(p["start"])
    kept = []
    for t, x in enumerate(xs):
        if t % EVERY == 0:
            kept.append(h)
        h = step(h, x)[0]
    return h, kept


def loss(p, xs, target):
    h, _ = walk(p, xs)
    o = p["out"] @ h
    return 0.5 * ((o - target) ** 2).sum() + 0.1 * (h ** 2).sum()


def gradients(p, xs, target):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    step, undo = make_step(p)
    h, kept = walk(p, xs)
    e = p["out"] @ h - target
    g["out"] = np.outer(e, h)
    d = p["out"].T @ e + 0.2 * h
    for s in range(len(kept) - 1, -1, -1):
        first = s * EVERY
        last = min(first + EVERY, len(xs))
        h = kept[s]
        local = []
        for t in range(first, last):
            new, gate, cand = step(h, xs[t])
            local.append((h, xs[t], gate, cand))
            h = new
        while local:
            d = undo(*local.pop(), d, g)
    g["start"] = d * (1 - np.tanh(p["start"]) ** 2)
    return g


_r = np.random.RandomState(30)
params = {"Wg": _r.randn(4, 2), "Ug": _r.randn(4, 4) * .5, "bg": _r.randn(4) * .2, "Wc": _r.randn(4, 2),
          "Uc": _r.randn(4, 4) * .5, "bc": _r.randn(4) * .2, "start": _r.randn(4) * .6, "out": _r.randn(3, 4)}
data = (_r.randn(8, 2), _r.randn(3))
