import numpy as np

MARGIN = 0.5


def unit(e):
    length = np.sqrt((e * e).sum(1, keepdims=True))
    return e / length, length


def embed(net, x):
    """dense, leaky rectifier, dense, then onto the unit sphere"""
    pre = x @ net["w1"] + net["c1"]
    hid = np.where(pre > 0, pre, 0.1 * pre)
    e, length = unit(hid @ net["w2"])
    return e, (x, pre, hid, e, length)


def embed_grad(net, de, kept):
    x, pre, hid, e, length = kept
    dv = (de - e * np.sum(e * de, axis=1, keepdims=True)) / length
    dpre = (dv @ net["w2"].T) * np.where(pre > 0, 1, 0.1)
    return {"w1": x.T @ dpre, "c1": dpre.sum(0), "w2": hid.T @ dv}


def loss(net, anchor, same, other):
    a, _ = embed(net, anchor)
    s, _ = embed(net, same)
    o, _ = embed(net, other)
    gap = ((a - s) ** 2).sum(1) - ((a - o) ** 2).sum(1) + MARGIN
    return np.maximum(gap, 0).mean()


def gradients(net, anchor, same, other):
    a, kept_a = embed(net, anchor)
    s, kept_s = embed(net, same)
    o, kept_o = embed(net, other)
    gap = ((a - s) ** 2).sum(1) - ((a - o) ** 2).sum(1) + MARGIN
    active = (gap > 0)[:, None] / len(gap)
    da = 2 * active * (o - s)
    ds = 2 * active * (s - a)
    do = 2 * active * (a - o)
    parts = [embed_grad(net, d, kept) for d, kept in ((da, kept_a), (ds, kept_s), (do, kept_o))]
    return {name: sum(part[name] for part in parts) for name in net}


r = np.random.default_rng(31)
params = {"w1": r.normal(size=(4, 5)), "c1": r.normal(size=5) * 0.2, "w2": r.normal(size=(5, 3))}
data = tuple(r.normal(size=(7, 4)) for _ in range(3))
