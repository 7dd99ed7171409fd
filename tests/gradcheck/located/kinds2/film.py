"""FiLM: a condition vector scales and shifts the hidden layer of another net (two blocks, one conditioner)."""
import numpy as np

gen = np.random.default_rng(321)
D, C, H = 3, 2, 4
names = {'stem': (D, H), 'cond': (C, 4 * H), 'cond_b': (4 * H,), 'deep': (H, H), 'last': (H,)}
params = {k: gen.normal(0, 0.5, s) for k, s in names.items()}
x, c, y = gen.normal(size=(8, D)), gen.normal(size=(8, C)), gen.normal(size=8)
data = (x, c, y)


def block(u, scale, shift):
    return np.tanh((1 + scale) * u + shift)


def forward(p, x, c):
    knobs = c @ p['cond'] + p['cond_b']
    s1, t1, s2, t2 = np.split(knobs, 4, axis=1)
    u1 = x @ p['stem']
    h1 = block(u1, s1, t1)
    u2 = h1 @ p['deep']
    h2 = block(u2, s2, t2) + h1
    return s1, s2, u1, h1, u2, h2, h2 @ p['last']


def loss(p, x, c, y):
    return 0.5 * np.mean((forward(p, x, c)[-1] - y) ** 2)


def gradients(p, x, c, y):
    s1, s2, u1, h1, u2, h2, out = forward(p, x, c)
    g = {}
    e = (out - y) / len(y)
    g['last'] = h2.T @ e
    dh2 = np.outer(e, p['last'])
    dv2 = dh2 * (1 - (h2 - h1) ** 2)
    ds2, dt2 = dv2 * u2, dv2
    du2 = dv2 * (1 + s2)
    g['deep'] = h1.T @ du2
    dh1 = du2 @ p['deep'].T + dh2
    dv1 = dh1 * (1 - h1 ** 2)
    ds1, dt1 = dv1 * u1, dv1
    du1 = dv1 * (1 + s1)
    g['stem'] = x.T @ du1
    dk = np.concatenate([ds1, dt1, ds2, dt2], axis=1)
    g['cond'] = c.T @ dk
    g['cond_b'] = dk.sum(0)
    return g
