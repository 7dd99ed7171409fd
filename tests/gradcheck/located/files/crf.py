import numpy as np


def logsumexp(a, axis):
    top = a.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.exp(a - top).sum(axis=axis))


class Chain:
    """Scores of a tag sequence: one a position, one a step, one for the start."""

    def __init__(self, unary, trans, start):
        self.unary, self.trans, self.start = unary, trans, start
        self.n, self.k = unary.shape

    def alpha(self, t):
        """Log-sum over all beginnings that end in each tag at t (recursively)."""
        if t == 0:
            return self.start + self.unary[0]
        return logsumexp(self.alpha(t - 1)[:, None] + self.trans, axis=0) + self.unary[t]

    def beta(self, t):
        """The same from the other end, without the score at t."""
        if t == self.n - 1:
            return np.zeros(self.k)
        return logsumexp(self.trans + (self.unary[t + 1] + self.beta(t + 1))[None, :], axis=1)

    @property
    def log_z(self):
        return float(logsumexp(self.alpha(self.n - 1), axis=0))

    def path_score(self, tags):
        s = self.start[tags[0]] + sum(self.unary[t, y] for t, y in enumerate(tags))
        return s + sum(self.trans[a, b] for a, b in zip(tags, tags[1:]))

    def node_marginals(self):
        return np.exp([self.alpha(t) + self.beta(t) - self.log_z for t in range(self.n)])

    def edge_marginals(self):
        out = np.zeros((self.k, self.k))
        for t in range(self.n - 1):
            right = self.unary[t + 1] + self.beta(t + 1)
            out += np.exp(self.alpha(t)[:, None] + self.trans + right[None, :] - self.log_z)
        return out


def emissions(p, sentence):
    h = np.tanh(sentence @ p['E'] + p['e'])
    return h, h @ p['S']


def loss(p, sentences, tags):
    total = 0.
    for x, y in zip(sentences, tags):
        c = Chain(emissions(p, x)[1], p['T'], p['start'])
        total += c.log_z - c.path_score(y)
    return total / len(tags)


def gradients(p, sentences, tags):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    for x, y in zip(sentences, tags):
        h, u = emissions(p, x)
        c = Chain(u, p['T'], p['start'])
        du = c.node_marginals()
        for t, tag in enumerate(y):
            du[t, tag] -= 1
        g['start'] += du[0]
        g['T'] += c.edge_marginals()
        for a, b in zip(y[:-1], y[1:]):
            g['T'][a, b] -= 1
        g['S'] += h.T @ du
        dz = du @ p['S'].T * (1 - h ** 2)
        g['E'] += x.T @ dz
        g['e'] += dz.sum(0)
    return {k: v / len(tags) for k, v in g.items()}


_rng = np.random.default_rng(33)
params = {'E': _rng.normal(size=(4, 5)) * .6, 'e': _rng.normal(size=5) * .3, 'S': _rng.normal(size=(5, 3)),
          'T': _rng.normal(size=(3, 3)), 'start': _rng.normal(size=3)}
_len = (5, 3, 6, 4)
data = ([_rng.normal(size=(n, 4)) for n in _len], [list(_rng.integers(0, 3, n)) for n in _len])
