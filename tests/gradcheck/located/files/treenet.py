import numpy as np

# A tree is a word (an int) or a pair of trees. Every node gets a vector; every node's vector is scored.


class TreeNet:
    def __init__(self, E, W, b, s):
        self.E, self.W, self.b, self.s = E, W, b, s

    def encode(self, tree):
        """(vector, record): the record holds what the way back needs."""
        if isinstance(tree, (int, np.integer)):
            return self.E[tree], ('leaf', tree)
        left, lrec = self.encode(tree[0])
        right, rrec = self.encode(tree[1])
        both = np.concatenate((left, right))
        v = np.tanh(self.W @ both + self.b)
        return v, ('node', both, v, lrec, rrec)

    def scores(self, rec):
        """Sum of squared deviations of the node scores from 1, over inner nodes."""
        if rec[0] == 'leaf':
            return 0.0
        _, _, v, l, r = rec
        return (self.s @ v - 1.0) ** 2 + self.scores(l) + self.scores(r)

    def clear(self):
        self.gE, self.gW = np.zeros_like(self.E), np.zeros_like(self.W)
        self.gb, self.gs = np.zeros_like(self.b), np.zeros_like(self.s)

    def descend(self, rec, dv, scale):
        if rec[0] == 'leaf':
            self.gE[rec[1]] += dv
            return
        _, both, v, l, r = rec
        ds = 2.0 * (self.s @ v - 1.0) * scale
        self.gs += ds * v
        dv = dv + ds * self.s
        dz = dv * (1.0 - v * v)
        self.gW += np.outer(dz, both)
        self.gb += dz
        dboth = self.W.T @ dz
        k = len(v)
        self.descend(l, dboth[:k], scale)
        self.descend(r, dboth[k:], scale)


def loss(params, forest):
    net = TreeNet(*params)
    return sum(net.scores(net.encode(tree)[1]) for tree in forest) / len(forest)


def gradients(params, forest):
    net = TreeNet(*params)
    net.clear()
    for tree in forest:
        v, rec = net.encode(tree)
        net.descend(rec, np.zeros_like(v), 1.0 / len(forest))
    return [net.gE, net.gW, net.gb, net.gs]


_g = np.random.default_rng(90)
params = [_g.normal(size=(7, 4)), _g.normal(size=(4, 8)) * 0.5, _g.normal(size=4) * 0.3, _g.normal(size=4)]
data = ([((0, 1), 2), (3, (4, (1, 5))), ((6, 3), (0, 2)), (2, 6), (((1, 4), 5), 0)],)
