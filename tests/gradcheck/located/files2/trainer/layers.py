import numpy as np


class Layer:
    """learn() moves the layer's own weights at once and says what goes to the layer below"""
    rate = 0.5

    def copies(self):
        return {k: v.copy() for k, v in vars(self).items() if k in self.weights}


class Lookup(Layer):
    weights = ('table',)

    def __init__(self, table):
        self.table = table.copy()

    def forward(self, ids):
        self.ids = ids
        return self.table[ids]

    def learn(self, d):
        np.subtract.at(self.table, self.ids, self.rate * d)


class Tanh(Layer):
    weights = ('W', 'b')

    def __init__(self, W, b):
        self.W, self.b = W.copy(), b.copy()

    def forward(self, x):
        self.x = x
        self.y = np.tanh(x @ self.W + self.b)
        return self.y

    def learn(self, d):
        d = d * (1 - self.y ** 2)
        below = d @ self.W.T
        self.W -= self.rate * np.einsum('nti,nto->io', self.x, d)
        self.b -= self.rate * d.sum(axis=(0, 1))
        return below


class Summary(Layer):
    """weights the places of a sentence by a softmax of one score each, and sums"""
    weights = ('q',)

    def __init__(self, q):
        self.q = q.copy()

    def forward(self, x):
        self.x = x
        s = x @ self.q
        self.p = np.exp(s - s.max(axis=1, keepdims=True))
        self.p /= self.p.sum(axis=1, keepdims=True)
        return np.einsum('nt,ntd->nd', self.p, x)

    def learn(self, d):
        dp = np.einsum('nd,ntd->nt', d, self.x)
        ds = self.p * (dp - (self.p * dp).sum(axis=1, keepdims=True))
        below = self.p[:, :, None] * d[:, None, :] + ds[:, :, None] * self.q
        self.q -= self.rate * np.einsum('nt,ntd->d', ds, self.x)
        return below


class Output(Layer):
    weights = ('V', 'c')

    def __init__(self, V, c):
        self.V, self.c = V.copy(), c.copy()

    def forward(self, h):
        self.h = h
        s = h @ self.V + self.c
        s = s - s.max(axis=1, keepdims=True)
        self.logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        return self.logp

    def learn(self, y):
        d = np.exp(self.logp)
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        below = d @ self.V.T
        self.V -= self.rate * self.h.T @ d
        self.c -= self.rate * d.sum(axis=0)
        return below
