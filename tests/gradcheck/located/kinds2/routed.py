"""Capsules with two rounds of routing by agreement (differentiated through), margin loss on lengths."""
import numpy as np

rs = np.random.RandomState(73)
B, I, DI, O, DO = 3, 4, 2, 3, 2
params = {'W': rs.randn(I, O, DI, DO) * .9, 'prior': rs.randn(I, O) * .3}
caps = rs.randn(B, I, DI)
T = np.eye(O)[[0, 2, 1]]
data = (caps, T)


def squash(s):
    q = (s ** 2).sum(-1, keepdims=True)
    return s * np.sqrt(q) / (1 + q), q


def squash_back(d, s, q):
    f = np.sqrt(q) / (1 + q)
    df = 1 / (2 * np.sqrt(q) * (1 + q)) - np.sqrt(q) / (1 + q) ** 2
    return d * f + 2 * s * df * (d * s).sum(-1, keepdims=True)


def soft(b):
    e = np.exp(b - b.max(2, keepdims=True))
    return e / e.sum(2, keepdims=True)


def soft_back(d, c):
    return c * (d - (c * d).sum(2, keepdims=True))


def route(p, caps):
    u = np.einsum('bik,iokd->biod', caps, p['W'])
    b0 = np.broadcast_to(p['prior'], (len(caps), I, O))
    c0 = soft(b0)
    s0 = np.einsum('bio,biod->bod', c0, u)
    v0, q0 = squash(s0)
    c1 = soft(b0 + np.einsum('biod,bod->bio', u, v0))
    s1 = np.einsum('bio,biod->bod', c1, u)
    v1, q1 = squash(s1)
    return u, c0, s0, v0, q0, c1, s1, v1, q1


def loss(p, caps, T):
    n = np.linalg.norm(route(p, caps)[-2], axis=2)
    return (T * np.maximum(0, .9 - n) ** 2 + .5 * (1 - T) * np.maximum(0, n - .1) ** 2).sum(1).mean()


def gradients(p, caps, T):
    u, c0, s0, v0, q0, c1, s1, v1, q1 = route(p, caps)
    n = np.linalg.norm(v1, axis=2, keepdims=True)
    dn = -2 * T[:, :, None] * np.maximum(0, .9 - n) + (1 - T[:, :, None]) * np.maximum(0, n - .1)
    dv1 = dn / len(caps) * v1 / n
    ds1 = squash_back(dv1, s1, q1)
    du = np.einsum('bio,bod->biod', c1, ds1)
    db1 = soft_back(np.einsum('biod,bod->bio', u, ds1), c1)
    du += np.einsum('bio,bod->biod', db1, v0)
    dv0 = np.einsum('bio,biod->bod', db1, u)
    ds0 = squash_back(dv0, s0, q0)
    du += np.einsum('bio,bod->biod', c0, ds0)
    db0 = soft_back(np.einsum('biod,bod->bio', u, ds0), c0) + db1
    return {'W': np.einsum('bik,biod->iokd', caps, du), 'prior': db0.sum(0)}
