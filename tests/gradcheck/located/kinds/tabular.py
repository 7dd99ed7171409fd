"""Tabular data with categorical columns: embeddings, a cross layer, dropout masks drawn beforehand, two tasks.

Task one: a focal loss on a rare event. Task two: label-smoothed classes. The tasks are weighed by learnt uncertainties.
"""

import numpy as np

CARDINALITIES = (4, 3, 5)
EMB = 2
NUMERIC = 3
WIDTH = len(CARDINALITIES) * EMB + NUMERIC
HIDDEN = 5
CLASSES = 3
FOCUS = 2.0
SMOOTHING = 0.1
KEEP = 0.8


def make_params(seed):
    r = np.random.default_rng(seed)
    P = {"emb%d" % j: r.normal(size=(n, EMB)) for j, n in enumerate(CARDINALITIES)}
    P["cross_w"] = r.normal(size=(2, WIDTH)) * 0.4
    P["cross_b"] = r.normal(size=(2, WIDTH)) * 0.1
    P["W"] = r.normal(size=(WIDTH, HIDDEN)) * 0.5
    P["c"] = r.normal(size=HIDDEN) * 0.2
    P["event"] = r.normal(size=HIDDEN)
    P["event_b"] = np.array([-1.0])
    P["kind"] = r.normal(size=(HIDDEN, CLASSES))
    P["kind_b"] = r.normal(size=CLASSES) * 0.1
    P["log_var"] = r.normal(size=2) * 0.3
    return P


def network(P, cats, nums, mask):
    x0 = np.hstack([P["emb%d" % j][cats[:, j]] for j in range(cats.shape[1])] + [nums])
    xs, dots = [x0], []
    for layer in range(2):
        dot = xs[-1] @ P["cross_w"][layer]
        dots.append(dot)
        xs.append(x0 * dot[:, None] + P["cross_b"][layer] + xs[-1])
    z = xs[-1] @ P["W"] + P["c"]
    h = np.tanh(z)
    dropped = h * mask / KEEP
    q = 1 / (1 + np.exp(-(dropped @ P["event"] + P["event_b"])))
    s = dropped @ P["kind"] + P["kind_b"]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return xs, dots, h, dropped, q, e / e.sum(axis=1, keepdims=True)


def task_losses(q, probs, event, kind):
    pt = np.where(event == 1, q, 1 - q)
    focal = -((1 - pt) ** FOCUS * np.log(pt)).mean()
    soft = (1 - SMOOTHING) * np.eye(CLASSES)[kind] + SMOOTHING / CLASSES
    return focal, -(soft * np.log(probs)).sum(axis=1).mean()


def loss(P, cats, nums, mask, event, kind):
    *_, q, probs = network(P, cats, nums, mask)
    focal, smooth = task_losses(q, probs, event, kind)
    lv = P["log_var"]
    return np.exp(-lv[0]) * focal + np.exp(-lv[1]) * smooth + 0.5 * lv.sum()


def gradients(P, cats, nums, mask, event, kind):
    n = len(event)
    G = {k: np.zeros_like(v) for k, v in P.items()}
    xs, dots, h, dropped, q, probs = network(P, cats, nums, mask)
    focal, smooth = task_losses(q, probs, event, kind)
    trust = np.exp(-P["log_var"])
    G["log_var"] = 0.5 - trust * np.array([focal, smooth])

    pt = np.where(event == 1, q, 1 - q)
    dpt = FOCUS * (1 - pt) ** (FOCUS - 1) * np.log(pt) - (1 - pt) ** FOCUS / pt
    dlogit = trust[0] / n * dpt * np.where(event == 1, 1, -1) * q * (1 - q)
    soft = (1 - SMOOTHING) * np.eye(CLASSES)[kind] + SMOOTHING / CLASSES
    ds = trust[1] / n * (probs - soft)
    G["event"] = dropped.T @ dlogit
    G["event_b"] = dlogit.sum(keepdims=True)
    G["kind"] = dropped.T @ ds
    G["kind_b"] = ds.sum(axis=0)

    dh = (np.outer(dlogit, P["event"]) + ds @ P["kind"].T) * mask / KEEP
    dz = dh * (1 - h**2)
    G["W"] = xs[-1].T @ dz
    G["c"] = dz.sum(axis=0)
    dx = dz @ P["W"].T
    dx0 = np.zeros_like(xs[0])
    for layer in (1, 0):
        G["cross_b"][layer] = dx.sum(axis=0)
        ddot = (dx * xs[0]).sum(axis=1)
        dx0 += dx * dots[layer][:, None]
        G["cross_w"][layer] = xs[layer].T @ ddot
        dx = dx + np.outer(ddot, P["cross_w"][layer])
    dx0 += dx
    for j in range(cats.shape[1]):
        np.add.at(G["emb%d" % j], cats[:, j], dx0[:, j * EMB : (j + 1) * EMB])
    return G


params = make_params(71)
_r = np.random.default_rng(72)
data = (
    np.stack([_r.integers(c, size=10) for c in CARDINALITIES], axis=1),
    _r.normal(size=(10, NUMERIC)),
    (_r.random((10, HIDDEN)) < KEEP).astype(float),
    (_r.random(10) < 0.4).astype(int),
    _r.integers(CLASSES, size=10),
)
