import numpy as np
from node import Node, grad
from ops import VJP, affine, blend, cosine_gap, gate, squash, unit_rows

DEPTH = 3   # the same weights are used at every depth


def build(params, x, target):
    p = {k: Node(v) for k, v in params.items()}
    h = squash(affine(Node(x), p["Win"], p["bin"]))
    for _ in range(DEPTH):
        t = gate(affine(h, p["Wt"], p["bt"]), steep=2.0)
        h = blend(t, squash(affine(h, p["Wh"], p["bh"])), h)
    u = unit_rows(affine(h, p["Wout"], p["bout"]))
    return cosine_gap(u, Node(target)), p


def loss(params, x, target):
    return float(build(params, x, target)[0].value)


def gradients(params, x, target):
    end, p = build(params, x, target)
    return dict(zip(p, grad(end, list(p.values()), VJP)))


_g = np.random.default_rng(15)
params = {}
for _name, _i, _o in [("in", 3, 5), ("t", 5, 5), ("h", 5, 5), ("out", 5, 4)]:
    params["W" + _name] = _g.normal(size=(_i, _o)) * 0.6
    params["b" + _name] = _g.normal(size=_o) * 0.3
_y = _g.normal(size=(8, 4))
data = (_g.normal(size=(8, 3)), _y / np.linalg.norm(_y, axis=1, keepdims=True))
