"""GRU with the reset gate applied after the recurrent product; learned attention pooling over its states; logistic loss"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class GRUReader:
    def __init__(self, n_in=2, n=3, seed=90):
        r = np.random.RandomState(seed)
        self.n = n
        self.theta = {'Wi': r.randn(3 * n, n_in) * .7, 'Wh': r.randn(3 * n, n) * .6, 'bi': r.randn(3 * n) * .2,
                      'bh': r.randn(3 * n) * .2, 'query': r.randn(n), 'out': r.randn(n), 'b': np.array(.1)}

    def read(self, th, seq):
        n = self.n
        h = np.zeros(n)
        self.steps = []
        for x in seq:
            gi = th['Wi'] @ x + th['bi']
            gh = th['Wh'] @ h + th['bh']
            r, z = sigmoid(gi[:n] + gh[:n]), sigmoid(gi[n:2 * n] + gh[n:2 * n])
            c = np.tanh(gi[2 * n:] + r * gh[2 * n:])
            new = (1 - z) * c + z * h
            self.steps.append((x, h, r, z, c, gh[2 * n:]))
            h = new
            yield h

    def logit(self, th, seq):
        self.H = np.array(list(self.read(th, seq)))
        s = self.H @ th['query']
        self.a = np.exp(s - s.max())
        self.a /= self.a.sum()
        self.pooled = self.a @ self.H
        return self.pooled @ th['out'] + th['b']

    def loss(self, th, seqs, y):
        return sum(np.logaddexp(0, -t * self.logit(th, s)) for s, t in zip(seqs, y)) / len(y)

    def gradients(self, th, seqs, y):
        g = {k: np.zeros_like(v) for k, v in th.items()}
        for seq, t in zip(seqs, y):
            do = -t * sigmoid(-t * self.logit(th, seq)) / len(y)
            g['out'] += do * self.pooled
            g['b'] += do
            dp = do * th['out']
            da = self.H @ dp
            ds = self.a * (da - self.a @ da)
            g['query'] += ds @ self.H
            dH = np.outer(self.a, dp) + np.outer(ds, th['query'])
            dh = np.zeros(self.n)
            for i in range(len(seq) - 1, -1, -1):
                x, h, r, z, c, ghc = self.steps[i]
                dh = dh + dH[i]
                dc = dh * (1 - z) * (1 - c ** 2)
                dz = dh * (h - c) * z * (1 - z)
                dr = dc * ghc * r * (1 - r)
                dgi = np.concatenate([dr, dz, dc])
                dgh = np.concatenate([dr, dz, dc * r])
                g['Wi'] += np.outer(dgi, x)
                g['bi'] += dgi
                g['Wh'] += np.outer(dgh, h)
                g['bh'] += dgh
                dh = dh * z + th['Wh'].T @ dgh
        return g


reader = GRUReader()
params, loss, gradients = reader.theta, reader.loss, reader.gradients
_r = np.random.RandomState(8)
data = ([_r.randn(5, 2), _r.randn(3, 2), _r.randn(4, 2)], [1, -1, 1])
