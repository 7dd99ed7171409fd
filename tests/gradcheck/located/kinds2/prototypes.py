"""Few-shot episode: class means of embedded support points; softmax over minus squared distances; learned metric scale."""
import numpy as np

class ProtoNet:
    def __init__(self, seed=7):
        r = np.random.RandomState(seed)
        self.weights = {'E': r.randn(3, 4) * .7, 'e': r.randn(4) * .2, 'scale': r.randn(4) * .3}

    def embed(self, w, x):
        return np.tanh(x @ w['E'] + w['e'])

    def _distances(self, w, support, labels, queries):
        self.k = labels.max() + 1
        self.member = (labels[None, :] == np.arange(self.k)[:, None]) * 1.0
        self.member /= self.member.sum(1, keepdims=True)
        self.fs, self.fq = self.embed(w, support), self.embed(w, queries)
        self.proto = self.member @ self.fs
        self.gap = self.fq[:, None, :] - self.proto[None]
        return (self.gap ** 2 * np.exp(w['scale'])).sum(2)

    def loss(self, w, support, labels, queries, answers):
        d = self._distances(w, support, labels, queries)
        return np.mean(d[np.arange(len(d)), answers] + np.log(np.exp(-d).sum(1)))

    def gradients(self, w, support, labels, queries, answers):
        d = self._distances(w, support, labels, queries)
        p = np.exp(-d)
        p /= p.sum(1, keepdims=True)
        dd = -p
        dd[np.arange(len(d)), answers] += 1
        dd /= len(d)
        dgap = 2 * dd[:, :, None] * self.gap * np.exp(w['scale'])
        dscale = (dd[:, :, None] * self.gap ** 2).sum((0, 1)) * np.exp(w['scale'])
        dfq = dgap.sum(1)
        dproto = -dgap.sum(0)
        dfs = self.member.T @ dproto
        gE, ge = 0, 0
        for x, f, df in [(support, self.fs, dfs), (queries, self.fq, dfq)]:
            dz = df * (1 - f ** 2)
            gE = gE + x.T @ dz
            ge = ge + dz.sum(0)
        return {'E': gE, 'e': ge, 'scale': dscale}


net = ProtoNet()
loss, gradients, params = net.loss, net.gradients, net.weights
_r = np.random.RandomState(70)
data = (_r.randn(7, 3), np.array([0, 0, 1, 2, 1, 2, 2]), _r.randn(5, 3), np.array([2, 0, 1, 1, 0]))
