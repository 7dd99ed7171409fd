# 1-D U-Net with one level, segmentation of a signal; loss = cross-entropy + soft Dice
import numpy as np
from ops import conv3, conv3_grad, relu, halve, halve_grad, double, double_grad

rs = np.random.RandomState(35)
names = {'down': (3, 1, 3), 'mid': (4, 3, 3), 'up': (3, 7, 3), 'head': (1, 3, 3)}
params = {}
for name, shape in names.items():
    params[name + '_k'] = rs.randn(*shape) * .35
    params[name + '_b'] = rs.randn(shape[0]) * .2
signals = rs.randn(2, 1, 8)
masks = (rs.rand(2, 1, 8) > .5) * 1.


def forward(P, x):
    z1, p1 = conv3(x, P['down_k'], P['down_b'])
    a1 = relu(z1)
    d, arg = halve(a1)
    z2, p2 = conv3(d, P['mid_k'], P['mid_b'])
    a2 = np.tanh(z2)
    joined = np.concatenate([a1, double(a2)], axis=0)
    z3, p3 = conv3(joined, P['up_k'], P['up_b'])
    a3 = relu(z3)
    z4, p4 = conv3(a3, P['head_k'], P['head_b'])
    return 1 / (1 + np.exp(-z4)), (z1, p1, arg, p2, a2, p3, z3, p4)


def loss(P, signals, masks):
    J = 0
    for x, m in zip(signals, masks):
        q, _ = forward(P, x)
        J += -np.mean(m * np.log(q) + (1 - m) * np.log(1 - q))
        J += 1 - 2 * (q * m).sum() / (q.sum() + m.sum())
    return J / len(signals)


def gradients(P, signals, masks):
    G = {k: np.zeros_like(v) for k, v in P.items()}

    def add(name, dk, db):
        G[name + '_k'] += dk / len(signals)
        G[name + '_b'] += db / len(signals)

    for x, m in zip(signals, masks):
        q, (z1, p1, arg, p2, a2, p3, z3, p4) = forward(P, x)
        total = q.sum() + m.sum()
        ddice = -2 * m / total + 2 * (q * m).sum() / total ** 2
        dz4 = (q - m) / q.size + ddice * q * (1 - q)
        da3, dk, db = conv3_grad(dz4, p4, P['head_k'])
        add('head', dk, db)
        djoined, dk, db = conv3_grad(da3 * (z3 > 0), p3, P['up_k'])
        add('up', dk, db)
        n_skip = len(z1)
        da1 = djoined[:n_skip]
        da2 = double_grad(djoined[n_skip:])
        dd, dk, db = conv3_grad(da2 * (1 - a2 ** 2), p2, P['mid_k'])
        add('mid', dk, db)
        da1 = da1 + halve_grad(dd, arg)
        _, dk, db = conv3_grad(da1 * (z1 > 0), p1, P['down_k'])
        add('down', dk, db)
    return G


data = (signals, masks)
