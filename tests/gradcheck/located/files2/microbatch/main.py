"""Batches too large for memory: the batch comes in pieces of different sizes, the loss is the mean over all rows."""
import numpy as np
from stats import WholeBatchNorm

rs = np.random.RandomState(95)
params = {'W': rs.randn(3, 5) * .7, 'gain': 1 + .2 * rs.randn(5), 'shift': .2 * rs.randn(5), 'v': rs.randn(5), 'c': np.array(.3)}
pieces = [rs.randn(k, 3) for k in (4, 2, 5)]
targets = [(rs.rand(k) > .5) * 1. for k in (4, 2, 5)]
data = (pieces, targets)


def softplus(x):
    return np.logaddexp(0, x)


def statistics(p, pieces):
    norm = WholeBatchNorm(p['gain'], p['shift'])
    for x in pieces:
        norm.gather(x @ p['W'])
    norm.settle()
    return norm


def piece_forward(p, norm, x):
    hat = norm.apply(x @ p['W'])
    y = hat * p['gain'] + p['shift']
    h = softplus(y)
    return hat, y, h, h @ p['v'] + p['c']


def loss(p, pieces, targets):
    norm = statistics(p, pieces)
    total, rows = 0., 0
    for x, t in zip(pieces, targets):
        s = piece_forward(p, norm, x)[-1]
        total += (softplus(s) - t * s).sum()
        rows += len(x)
    return total / rows


def gradients(p, pieces, targets):
    norm = statistics(p, pieces)
    rows = sum(len(x) for x in pieces)
    g = {'v': np.zeros(5), 'c': np.array(0.), 'W': np.zeros((3, 5))}
    norm.start_back()
    kept = []
    for x, t in zip(pieces, targets):
        hat, y, h, s = piece_forward(p, norm, x)
        ds = (1 / (1 + np.exp(-s)) - t) / rows
        g['v'] += h.T @ ds
        g['c'] += ds.sum()
        dy = np.outer(ds, p['v']) / (1 + np.exp(-y))
        norm.collect(dy, hat)
        kept.append((x, dy, hat))
    for x, dy, hat in kept:
        g['W'] += x.T @ norm.pieces(dy, hat)
    g['gain'], g['shift'] = norm.d_gain, norm.d_shift
    return g
