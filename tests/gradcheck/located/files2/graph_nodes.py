# operator overloading: arrays that remember where they came from. Model: a small gated conv on a string of tokens
import numpy as np


def shrink(g, shape):
    """undo broadcasting"""
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for ax, n in enumerate(shape):
        if n == 1 and g.shape[ax] != 1:
            g = g.sum(axis=ax, keepdims=True)
    return g


class Node:
    def __init__(self, value, parents=()):
        self.value = np.asarray(value, float)
        self.parents = parents          # pairs (node, function of the gradient)
        self.grad = np.zeros_like(self.value)

    def __add__(self, o):
        return Node(self.value + o.value, [(self, lambda g: shrink(g, self.value.shape)), (o, lambda g: shrink(g, o.value.shape))])

    def __mul__(self, o):
        return Node(self.value * o.value, [(self, lambda g: shrink(g * o.value, self.value.shape)),
                                           (o, lambda g: shrink(g * self.value, o.value.shape))])

    def __truediv__(self, o):
        q = self.value / o.value
        return Node(q, [(self, lambda g: shrink(g / o.value, self.value.shape)),
                        (o, lambda g: shrink(-g * q / o.value, o.value.shape))])

    def __matmul__(self, o):
        return Node(self.value @ o.value, [(self, lambda g: g @ o.value.T), (o, lambda g: self.value.T @ g)])

    def take(self, idx):
        def back(g):
            out = np.zeros_like(self.value)
            np.add.at(out, idx, g)
            return out
        return Node(self.value[idx], [(self, back)])

    def shift(self, k):
        """rows moved down by k, zeros come in"""
        def back(g):
            out = np.zeros_like(g)
            out[:-k] = g[k:]
            return out
        v = np.zeros_like(self.value)
        v[k:] = self.value[:-k]
        return Node(v, [(self, back)])

    def sigmoid(self):
        s = 1 / (1 + np.exp(-self.value))
        return Node(s, [(self, lambda g: g * s * (1 - s))])

    def exp(self):
        e = np.exp(self.value)
        return Node(e, [(self, lambda g: g * e)])

    def log(self):
        return Node(np.log(self.value), [(self, lambda g: g / self.value)])

    def sum(self, axis=None):
        keep = self.value.sum(axis=axis, keepdims=axis is not None)
        return Node(keep, [(self, lambda g: g * np.ones_like(self.value))])

    def backward(self):
        order, seen = [], set()

        def visit(n):
            if id(n) in seen:
                return
            seen.add(id(n))
            for p, _ in n.parents:
                visit(p)
            order.append(n)

        visit(self)
        self.grad = np.ones_like(self.value)
        for n in reversed(order):
            for p, rule in n.parents:
                p.grad = p.grad + rule(n.grad)


def build(p, tokens, nxt):
    P = {k: Node(v) for k, v in p.items()}
    x = P['emb'].take(tokens)
    a = x @ P['A0'] + x.shift(1) @ P['A1'] + P['a']
    b = x @ P['B0'] + x.shift(2) @ P['B1'] + P['b']
    h = a * b.sigmoid() + x
    scale = (h * h).sum(axis=1)
    h = h / scale
    e = (h @ P['out']).exp()
    prob = e / e.sum(axis=1)
    picked = prob.take((np.arange(len(nxt)), nxt)).log()
    return P, picked.sum() * Node(-1 / len(nxt))


def loss(p, tokens, nxt):
    return float(build(p, tokens, nxt)[1].value)


def gradients(p, tokens, nxt):
    P, J = build(p, tokens, nxt)
    J.backward()
    return {k: n.grad for k, n in P.items()}


_g = np.random.RandomState(81)
params = {k: _g.randn(*s) * .5 for k, s in dict(emb=(6, 3), A0=(3, 3), A1=(3, 3), a=(3,), B0=(3, 3), B1=(3, 3), b=(1, 3), out=(3, 6)).items()}
params['emb'] *= 2
_tok = np.array([1, 4, 4, 0, 2, 4, 5, 3])
data = (_tok[:-1], _tok[1:])
