"""Click prediction: factorisation machine and cross network over the same field embeddings."""
import numpy as np
from fm import interactions, interactions_back
from cross import cross_layers, cross_back

rs = np.random.RandomState(1999)
FIELDS, LEVELS, K = 3, 6, 2
params = {
    'emb': rs.randn(LEVELS, K) * .6,
    'lin': rs.randn(LEVELS) * .3,
    'cw': rs.randn(2, FIELDS * K) * .5,
    'cb': rs.randn(2, FIELDS * K) * .1,
    'out': rs.randn(FIELDS * K) * .5,
    'bias': np.array([.1]),
}
ids = np.array([[0, 2, 4], [1, 2, 5], [0, 3, 4], [1, 3, 4], [0, 2, 5], [1, 2, 4], [0, 3, 5]])
clicks = np.array([1, 0, 0, 1, 1, 0, 1])
data = (ids, clicks)
REG = .02


def logit(p, ids):
    E = p['emb'][ids]
    fm, total = interactions(E)
    xs, dots = cross_layers(E.reshape(len(ids), -1), p['cw'], p['cb'])
    return E, total, xs, dots, p['bias'] + p['lin'][ids].sum(1) + fm + xs[-1] @ p['out']


def loss(p, ids, clicks):
    E, total, xs, dots, z = logit(p, ids)
    return np.mean(np.logaddexp(0, z) - clicks * z) + REG * np.mean((E ** 2).sum((1, 2)))


def gradients(p, ids, clicks):
    E, total, xs, dots, z = logit(p, ids)
    n = len(ids)
    dz = (1 / (1 + np.exp(-z)) - clicks) / n
    g = {'bias': np.array([dz.sum()]), 'out': xs[-1].T @ dz}
    g['lin'] = np.zeros_like(p['lin'])
    np.add.at(g['lin'], ids, dz[:, None])
    dE = interactions_back(dz, E, total)
    dx, g['cw'], g['cb'] = cross_back(np.outer(dz, p['out']), xs, dots, p['cw'])
    dE += dx.reshape(E.shape)
    dE += 2 * REG * E / n
    g['emb'] = np.zeros_like(p['emb'])
    np.add.at(g['emb'], ids, dE)
    return g
