import numpy as np


class ConvBN(object):
    """conv (valid, 3x3) - batch norm per channel - relu - global max over time - logistic. Training mode"""
    eps = 1e-3

    def __init__(self, C=3, F=4):
        rs = np.random.RandomState(8)
        self.params = {'K': rs.randn(F, C, 3) * .5, 'gamma': np.ones(F), 'beta': .1 * rs.randn(F),
                       'w': rs.randn(F) * .5, 'b': np.array(0.)}

    def forward(self, P, X):
        N, C, L = X.shape
        cols = np.stack([X[:, :, i:L-2+i] for i in range(3)], -1)
        z = np.einsum('nclk,fck->nfl', cols, P['K'])
        mu = z.mean((0, 2), keepdims=True)
        var = z.var((0, 2), keepdims=True)
        zn = (z - mu) / np.sqrt(var + self.eps)
        y = P['gamma'][:, None] * zn + P['beta'][:, None]
        a = np.maximum(y, 0)
        arg = a.argmax(2)
        m = np.take_along_axis(a, arg[..., None], 2)[..., 0]
        p = 1 / (1 + np.exp(-(m @ P['w'] + P['b'])))
        return p, (cols, zn, var, y, arg, m)

    def loss(self, P, X, t):
        p, _ = self.forward(P, X)
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    def grad(self, P, X, t):
        p, (cols, zn, var, y, arg, m) = self.forward(P, X)
        d = (p - t) / len(t)
        G = {'w': m.T @ d, 'b': d.sum()}
        da = np.zeros_like(y)
        np.put_along_axis(da, arg[..., None], (d[:, None] * P['w'])[..., None], 2)
        dy = da * (y > 0)
        G['gamma'] = (dy * zn).sum((0, 2))
        G['beta'] = dy.sum((0, 2))
        dzn = dy * P['gamma'][:, None]
        dz = (dzn - dzn.mean((0, 2), keepdims=True) - zn * (dzn * zn).mean((0, 2), keepdims=True)) / np.sqrt(var + self.eps)
        G['K'] = np.einsum('nfl,nclk->fck', dz, cols)
        return G

    def fit(self, X, t, lr=.3, n=200):
        for i in range(n):
            G = self.grad(self.params, X, t)
            for k in self.params:
                self.params[k] = self.params[k] - lr * G[k]
        return self.loss(self.params, X, t)


def motif(n=30):
    rs = np.random.RandomState(9)
    X = rs.randn(n, 3, 9) * .5
    t = np.arange(n) % 2
    for k in range(0, n):
        if t[k]:
            at = rs.randint(0, 7)
            X[k, 0, at:at+3] += [1, -1, 1]
    return X, t
