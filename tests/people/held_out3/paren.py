"""a little autograd for arrays"""
import numpy as np


class T:
    def __init__(self, data, parents=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.bw = lambda: None

    def __matmul__(self, o):
        out = T(self.data @ o.data, (self, o))
        def bw():
            self.grad += out.grad @ o.data.T
            o.grad += self.data.T @ out.grad
        out.bw = bw
        return out

    def addrow(self, o):
        out = T(self.data + o.data, (self, o))
        def bw():
            self.grad += out.grad
            o.grad += out.grad.sum(0)
        out.bw = bw
        return out

    def tanh(self):
        t = np.tanh(self.data)
        out = T(t, (self,))
        def bw():
            self.grad += out.grad * 1.0 - t * t
        out.bw = bw
        return out

    def mse(self, y):
        out = T(np.mean((self.data - y) ** 2), (self,))
        def bw():
            self.grad += out.grad * 2 * (self.data - y) / y.size
        out.bw = bw
        return out

    def backward(self):
        order, seen = [], set()
        def visit(v):
            if id(v) in seen:
                return
            seen.add(id(v))
            for q in v.parents:
                visit(q)
            order.append(v)
        visit(self)
        self.grad = np.ones_like(self.data)
        for v in reversed(order):
            v.bw()


def build(ws, x, y):
    leaves = [T(w) for w in ws]
    h = T(x)
    for k in range(0, len(ws) - 2, 2):
        h = (h @ leaves[k]).addrow(leaves[k + 1]).tanh()
    out = (h @ leaves[-2]).addrow(leaves[-1])
    return leaves, out, out.mse(y)


def cost(ws, x, y):
    return float(build(ws, x, y)[2].data)


def gradient(ws, x, y):
    leaves, _, c = build(ws, x, y)
    c.backward()
    return [l.grad for l in leaves]


def predict(ws, x):
    return build(ws, x, np.zeros((len(x), 1)))[1].data


g = np.random.default_rng(2)
WS = []
for a, b in ((2, 8), (8, 6), (6, 1)):
    WS += [g.normal(size=(a, b)) / np.sqrt(a), np.zeros(b)]
XS = g.uniform(-1, 1, (50, 2))
YS = XS[:, :1] * XS[:, 1:] * 2


def train(lr=0.1, n=1500):
    ws = [w.copy() for w in WS]
    for _ in range(n):
        ws = [w - lr * d for w, d in zip(ws, gradient(ws, XS, YS))]
    return cost(ws, XS, YS)
