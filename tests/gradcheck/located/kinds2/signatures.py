"""Siamese net, contrastive loss on Euclidean distances; the two towers share the weights."""
import numpy as np

rs = np.random.RandomState(44)
params = {'A': rs.randn(4, 5) * .5, 'a': rs.randn(5) * .1, 'B': rs.randn(5, 2) * .8}
left, right = rs.randn(6, 4), rs.randn(6, 4)
same = np.array([1, 0, 0, 1, 0, 1])
data = (left, right, same)
MARGIN = 1.6


def tower(p, x):
    h = np.tanh(x @ p['A'] + p['a'])
    return h, h @ p['B']


def loss(p, left, right, same):
    d = np.linalg.norm(tower(p, left)[1] - tower(p, right)[1], axis=1)
    return np.mean(same * d ** 2 + (1 - same) * np.maximum(0, MARGIN - d) ** 2)


def gradients(p, left, right, same):
    h1, e1 = tower(p, left)
    h2, e2 = tower(p, right)
    diff = e1 - e2
    d = np.linalg.norm(diff, axis=1)
    dd = 2 * same * d - 2 * (1 - same) * np.maximum(0, MARGIN - d)
    dd /= len(d)
    ddiff = (dd / d)[:, None] * diff
    grads = {k: 0 for k in p}
    for x, h, de in ((left, h1, ddiff), (right, h2, -ddiff)):
        grads['B'] = grads['B'] + h.T @ de
        dz = de @ p['B'].T * (1 - h ** 2)
        grads['A'] = grads['A'] + x.T @ dz
        grads['a'] = grads['a'] + dz.sum(axis=0)
    return grads
