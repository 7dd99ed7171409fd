"""Gated graph network: typed directed edges, the same update in every round, gated sum of the nodes as readout."""
from types import SimpleNamespace
import numpy as np
from update import gru, gru_adjoint, logistic

ROUNDS, D, TYPES = 3, 3, 2
r = np.random.RandomState(52)
params = SimpleNamespace(**{k: r.randn(D, D) * .5 for k in ('Mr', 'Hr', 'Mz', 'Hz', 'Mn', 'Hn')})
params.edge = r.randn(TYPES, D, D) * .5
params.att = r.randn(2 * D) * .6
params.val = r.randn(D) * .8
nodes = r.randn(5, D)
edges = [(0, 1, 0), (1, 2, 0), (2, 0, 1), (3, 2, 1), (4, 3, 0), (4, 0, 1), (1, 0, 1)]
data = (nodes, edges, 0.8)


def messages(h, edges, p):
    m = np.zeros_like(h)
    for a, b, kind in edges:
        m[b] += h[a] @ p.edge[kind]
    return m


def messages_adjoint(dm, h, edges, p, g):
    dh = np.zeros_like(h)
    for a, b, kind in edges:
        dh[a] += p.edge[kind] @ dm[b]
        g.edge[kind] += np.outer(h[a], dm[b])
    return dh


def forward(p, nodes, edges):
    h = nodes
    memos = []
    for _ in range(ROUNDS):
        h, memo = gru(h, messages(h, edges, p), p)
        memos.append(memo)
    gate = logistic(np.hstack([h, nodes]) @ p.att)
    return h, memos, gate, gate @ (h @ p.val)


def loss(p, nodes, edges, target):
    return (forward(p, nodes, edges)[-1] - target) ** 2


def gradients(p, nodes, edges, target):
    g = SimpleNamespace(**{k: np.zeros_like(v) for k, v in vars(p).items()})
    h, memos, gate, out = forward(p, nodes, edges)
    dout = 2 * (out - target)
    worth = h @ p.val
    g.val += dout * gate @ h
    dgate = dout * worth * gate * (1 - gate)
    g.att += dgate @ np.hstack([h, nodes])
    d = dout * np.outer(gate, p.val)
    d += np.outer(dgate, p.att[:D])
    for memo in reversed(memos):
        dh, dm = gru_adjoint(d, memo, p, g)
        d = dh + messages_adjoint(dm, memo[0], edges, p, g)
    return g
