import numpy as np


def sig(a):
    return 1. / (1. + np.exp(-a))


class Gru:
    """Gated unit over a sequence; all buffers are made once and written in place.

    order of the gates along the first axis of U, V, c: update z, reset r, candidate n
    """

    def __init__(self, n_in, n_hid, n_out, steps, batch):
        self.T = steps
        self.H = np.zeros((steps + 1, batch, n_hid))
        self.Z = np.zeros((steps, batch, n_hid))
        self.R = np.zeros((steps, batch, n_hid))
        self.N = np.zeros((steps, batch, n_hid))
        self.RH = np.zeros((steps, batch, n_hid))
        self.gU = np.zeros((3, n_in, n_hid))
        self.gV = np.zeros((3, n_hid, n_hid))
        self.gc = np.zeros((3, n_hid))
        self.gO = np.zeros((n_hid, n_out))

    def forward(self, p, X):
        U, V, c = p['U'], p['V'], p['c']
        H = self.H
        H[0] = 0.
        for t in range(self.T):
            self.Z[t] = sig(X[t] @ U[0] + H[t] @ V[0] + c[0])
            self.R[t] = sig(X[t] @ U[1] + H[t] @ V[1] + c[1])
            np.multiply(self.R[t], H[t], out=self.RH[t])
            self.N[t] = np.tanh(X[t] @ U[2] + self.RH[t] @ V[2] + c[2])
            H[t + 1] = (1 - self.Z[t]) * H[t] + self.Z[t] * self.N[t]
        return H[self.T] @ p['O']

    def backward(self, p, X, dY):
        V = p['V']
        for buf in (self.gU, self.gV, self.gc):
            buf.fill(0.)
        np.matmul(self.H[self.T].T, dY, out=self.gO)
        dh = dY @ p['O'].T
        for t in reversed(range(self.T)):
            h, z, r, n = self.H[t], self.Z[t], self.R[t], self.N[t]
            dn = dh * z * (1 - n ** 2)
            dz = dh * (n - h) * z * (1 - z)
            drh = dn @ V[2].T
            dr = drh * h * r * (1 - r)
            for k, d in enumerate((dz, dr, dn)):
                self.gU[k] += X[t].T @ d
                self.gc[k] += d.sum(axis=0)
            self.gV[0] += h.T @ dz
            self.gV[1] += h.T @ dr
            self.gV[2] += self.RH[t].T @ dn
            dh = dh * (1 - z)
            dh += drh * r
            dh += dz @ V[0].T
            dh += dr @ V[1].T
        return {'U': self.gU.copy(), 'V': self.gV.copy(), 'c': self.gc.copy(), 'O': self.gO.copy()}


_T, _B, _I, _H, _O = 5, 4, 3, 4, 2
net = Gru(_I, _H, _O, _T, _B)


def loss(p, X, target):
    d = net.forward(p, X) - target
    return np.mean(d * d)


def gradients(p, X, target):
    d = net.forward(p, X) - target
    return net.backward(p, X, 2. * d / d.size)


_s = np.random.RandomState(3)
params = {'U': _s.randn(3, _I, _H) * .8, 'V': _s.randn(3, _H, _H) * .7, 'c': _s.randn(3, _H) * .3,
          'O': _s.randn(_H, _O)}
data = (_s.randn(_T, _B, _I), _s.randn(_B, _O))
