import numpy as np


def logistic(x):
    return 1 / (1 + np.exp(-x))


def gru(h, m, p):
    r = logistic(m @ p.Mr + h @ p.Hr)
    z = logistic(m @ p.Mz + h @ p.Hz)
    n = np.tanh(m @ p.Mn + (r * h) @ p.Hn)
    return z * h + (1 - z) * n, (h, m, r, z, n)


def gru_adjoint(d, memo, p, g):
    h, m, r, z, n = memo
    dz = d * (h - n) * z * (1 - z)
    dn = d * (1 - z) * (1 - n ** 2)
    drh = dn @ p.Hn.T
    dr = drh * h * r * (1 - r)
    g.Mn += m.T @ dn
    g.Hn += (r * h).T @ dn
    g.Mz += m.T @ dz
    g.Hz += h.T @ dz
    g.Mr += m.T @ dr
    g.Hr += h.T @ dr
    dh = d * z + drh * r + dz @ p.Hz.T + dr @ p.Hr.T
    dm = dn @ p.Mn.T + dz @ p.Mz.T + dr @ p.Mr.T
    return dh, dm
