"""Three tasks on one trunk, the first two weighted by their learned uncertainty."""
import numpy as np
from collections import namedtuple
from trunk import CrossStitch
from heads import regression, classification, ranking

Params = namedtuple('Params', ['A', 'B', 'mix', 'reg', 'cls', 'rank', 'log_vars'])
r = np.random.default_rng(112)
params = Params(r.normal(0, .6, (3, 4)), r.normal(0, .6, (3, 4)), np.array([[.8, .3], [.2, .7]]),
                r.normal(0, .7, 4), r.normal(0, .7, (4, 3)), r.normal(0, .7, 4), np.array([.2, -.3]))
data = (r.normal(size=(8, 3)), r.normal(size=8), np.array([0, 1, 2, 1, 0, 2, 2, 1]),
        np.array([[0, 1], [2, 1], [0, 5], [7, 3], [4, 0]]))


def everything(p, x, y, label, pairs):
    trunk = CrossStitch(p.A, p.B, p.mix)
    left, right = trunk.forward(x)
    J1, dl, dreg, dv0 = regression(left, p.reg, y, p.log_vars[0])
    J2, dr, dcls, dv1 = classification(right, p.cls, label, p.log_vars[1])
    J3, dl3, drank = ranking(left, p.rank, pairs)
    dA, dB, dmix = trunk.backward(dl + dl3, dr)
    return J1 + J2 + J3, Params(dA, dB, dmix, dreg, dcls, drank, np.array([dv0, dv1]))


def loss(p, *data):
    return everything(p, *data)[0]


def gradients(p, *data):
    return everything(p, *data)[1]
