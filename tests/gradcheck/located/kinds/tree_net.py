"""Recursive net over binary trees (nested tuples), a sentiment at every node; children are composed by a gated sum."""

import numpy as np


def make_model(dim, classes):
    def compose(p, left, right):
        both = np.concatenate([left, right])
        gate = 1 / (1 + np.exp(-(p["Wg"] @ both + p["bg"])))
        cand = np.tanh(p["Wc"] @ both + p["bc"])
        return both, gate, cand, gate * cand + (1 - gate) * 0.5 * (left + right)

    def up(p, node):
        """Annotates the tree: (vector, probabilities, label, word or None, children or None, cache)."""
        label, content = node
        if isinstance(content, int):
            vec, kids, cache = p["L"][content], None, None
        else:
            kids = tuple(up(p, kid) for kid in content)
            both, gate, cand, vec = compose(p, kids[0]["vec"], kids[1]["vec"])
            cache = (both, gate, cand)
        s = p["U"] @ vec + p["u"]
        e = np.exp(s - s.max())
        return dict(vec=vec, prob=e / e.sum(), label=label, content=content, kids=kids, cache=cache)

    def cost(ann):
        here = -np.log(ann["prob"][ann["label"]])
        if ann["kids"]:
            here += cost(ann["kids"][0]) + cost(ann["kids"][1])
        return here

    def down(p, ann, from_parent, g):
        ds = ann["prob"].copy()
        ds[ann["label"]] -= 1
        g["U"] += np.outer(ds, ann["vec"])
        g["u"] += ds
        dvec = p["U"].T @ ds + from_parent
        if ann["kids"] is None:
            g["L"][ann["content"]] += dvec
            return
        both, gate, cand = ann["cache"]
        left, right = both[:dim], both[dim:]
        dgate = dvec * (cand - 0.5 * (left + right)) * gate * (1 - gate)
        dcand = dvec * gate * (1 - cand**2)
        g["Wg"] += np.outer(dgate, both)
        g["bg"] += dgate
        g["Wc"] += np.outer(dcand, both)
        g["bc"] += dcand
        dboth = p["Wg"].T @ dgate + p["Wc"].T @ dcand
        straight = 0.5 * (1 - gate) * dvec
        down(p, ann["kids"][0], dboth[:dim] + straight, g)
        down(p, ann["kids"][1], dboth[dim:] + straight, g)

    def loss(p, trees):
        return sum(cost(up(p, tree)) for tree in trees) / len(trees)

    def gradients(p, trees):
        g = {k: np.zeros_like(v) for k, v in p.items()}
        for tree in trees:
            down(p, up(p, tree), np.zeros(dim), g)
        for k in g:
            g[k] /= len(trees)
        return g

    return loss, gradients


loss, gradients = make_model(3, 4)

_r = np.random.default_rng(6)
params = {
    "L": _r.normal(size=(7, 3)),
    "Wg": _r.normal(size=(3, 6)),
    "bg": _r.normal(size=3) * 0.2,
    "Wc": _r.normal(size=(3, 6)) * 0.8,
    "bc": _r.normal(size=3) * 0.2,
    "U": _r.normal(size=(4, 3)),
    "u": _r.normal(size=4) * 0.2,
}
trees = [
    (3, [(2, 0), (1, [(0, 4), (2, 4)])]),
    (0, [(1, [(0, 5), (3, 1)]), (2, [(2, 2), (1, [(1, 6), (0, 0)])])]),
    (1, 3),
]
data = (trees,)
