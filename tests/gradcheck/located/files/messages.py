import numpy as np


class Edge:
    __slots__ = ('src', 'dst', 'kind', 'message')

    def __init__(self, src, dst, kind):
        self.src, self.dst, self.kind = src, dst, kind


class Graph:
    def __init__(self, triples, n):
        self.edges = [Edge(*t) for t in triples]
        self.n = n

    @property
    def indegree(self):
        d = np.zeros(self.n)
        for e in self.edges:
            d[e.dst] += 1
        return np.maximum(d, 1)


def send(graph, h, kinds):
    """Mean over the edges that arrive; each kind of edge has its own matrix."""
    got = np.zeros((graph.n, kinds.shape[2]))
    for e in graph.edges:
        e.message = h[e.src] @ kinds[e.kind]
        got[e.dst] += e.message
    return got / graph.indegree[:, None]


def send_back(graph, h, kinds, dgot):
    d = dgot / graph.indegree[:, None]
    dh, dkinds = np.zeros_like(h), np.zeros_like(kinds)
    for e in graph.edges:
        dh[e.src] += kinds[e.kind] @ d[e.dst]
        dkinds[e.kind] += np.outer(h[e.src], d[e.dst])
    return dh, dkinds


def rounds(p, graph, x, k):
    h = np.tanh(x @ p['lift'])
    trail = [h]
    for _ in range(k):
        h = np.tanh(h @ p['keep'] + send(graph, h, p['kinds']) + p['bias'])
        trail.append(h)
    return trail


def readout(p, h):
    gate = 1 / (1 + np.exp(-(h @ p['gate'])))
    return gate, gate @ h @ p['score']


ROUNDS = 3


def loss(p, graph, x, y):
    _, s = readout(p, rounds(p, graph, x, ROUNDS)[-1])
    return (s - y) ** 2


def gradients(p, graph, x, y):
    trail = rounds(p, graph, x, ROUNDS)
    h = trail[-1]
    gate, s = readout(p, h)
    g = {name: np.zeros_like(a) for name, a in p.items()}
    ds = 2 * (s - y)
    g['score'] += ds * (gate @ h)
    dgate = ds * (h @ p['score']) * gate * (1 - gate)
    g['gate'] += h.T @ dgate
    dh = ds * np.outer(gate, p['score']) + np.outer(dgate, p['gate'])
    for before, after in zip(trail[-2::-1], trail[:0:-1]):
        dz = dh * (1 - after ** 2)
        g['bias'] += dz.sum(axis=0)
        g['keep'] += before.T @ dz
        dsent, dkinds = send_back(graph, before, p['kinds'], dz)
        g['kinds'] += dkinds
        dh = dz @ p['keep'].T + dsent
    dz = dh * (1 - trail[0] ** 2)
    g['lift'] += x.T @ dz
    return g


_r = np.random.default_rng(14)
ring = [(0, 1, 0), (1, 2, 0), (2, 3, 1), (3, 4, 0), (4, 5, 1), (5, 0, 0), (2, 0, 1), (4, 1, 1), (1, 5, 0)]
params = {
    'lift': _r.normal(size=(3, 4)), 'keep': _r.normal(size=(4, 4)) * 0.5, 'kinds': _r.normal(size=(2, 4, 4)) * 0.5,
    'bias': _r.normal(size=4) * 0.3, 'gate': _r.normal(size=4), 'score': _r.normal(size=4),
}
data = (Graph(ring, 6), _r.normal(size=(6, 3)), 1.7)
