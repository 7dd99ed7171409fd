import numpy as np


class BatchNorm:
    """Static: a norm has no state, what it needs on the way back is returned."""
    EPS = 1e-2

    @staticmethod
    def forward(x, gamma, beta):
        mu = np.mean(x, axis=0)
        xc = x - mu
        var = np.mean(xc ** 2, axis=0)
        std = np.sqrt(var + BatchNorm.EPS)
        xn = xc / std
        return gamma * xn + beta, (xc, std, xn, gamma)

    @staticmethod
    def backward(dout, saved):
        xc, std, xn, gamma = saved
        N = dout.shape[0]
        dbeta = np.sum(dout, axis=0)
        dgamma = np.sum(dout * xn, axis=0)
        dxn = dout * gamma
        dstd = -np.sum(dxn * xc, axis=0) / std ** 2
        dvar = 0.5 * dstd / std
        dxc = dxn / std + 2.0 / N * xc * dvar
        dmu = -np.sum(dxc, axis=0)
        dx = dxc + dmu / N
        return dx, dgamma, dbeta


class Stack:
    """Affine, norm, tanh; the affine maps have no bias, the norms have."""

    def __init__(self, n_blocks):
        self.n_blocks = n_blocks

    @classmethod
    def names(cls, i):
        return ('W%d' % i, 'gamma%d' % i, 'beta%d' % i)

    def forward(self, p, x):
        self.inputs, self.saved, self.outs = [], [], []
        for i in range(self.n_blocks):
            W, gamma, beta = (p[n] for n in self.names(i))
            self.inputs.append(x)
            y, s = BatchNorm.forward(x.dot(W), gamma, beta)
            x = np.tanh(y)
            self.saved.append(s)
            self.outs.append(x)
        return x.dot(p['last'])

    def backward(self, p, dscore):
        g = {'last': self.outs[-1].T.dot(dscore)}
        dx = dscore.dot(p['last'].T)
        for i in reversed(range(self.n_blocks)):
            nW, ngamma, nbeta = self.names(i)
            dy = dx * (1.0 - self.outs[i] ** 2)
            da, g[ngamma], g[nbeta] = BatchNorm.backward(dy, self.saved[i])
            g[nW] = self.inputs[i].T.dot(da)
            dx = da.dot(p[nW].T)
        return g


stack = Stack(2)


def sq_hinge_soft(score, y):
    # a smooth one-against-all margin: softplus of the margin's violation, squared
    v = np.logaddexp(0.0, 1.0 - y * score)
    return np.sum(v ** 2) / len(y), -2.0 * v * y / (1.0 + np.exp(y * score - 1.0)) / len(y)


def loss(p, x, y):
    return sq_hinge_soft(stack.forward(p, x), y)[0]


def gradients(p, x, y):
    _, d = sq_hinge_soft(stack.forward(p, x), y)
    return stack.backward(p, d)


R = np.random.RandomState(29)
params = {'W0': R.randn(4, 6), 'gamma0': 1 + .3 * R.randn(6), 'beta0': .3 * R.randn(6),
          'W1': R.randn(6, 5) * .6, 'gamma1': 1 + .3 * R.randn(5), 'beta1': .3 * R.randn(5),
          'last': R.randn(5, 3) * .5}
data = (R.randn(9, 4), 2.0 * np.eye(3)[R.randint(0, 3, 9)] - 1.0)
