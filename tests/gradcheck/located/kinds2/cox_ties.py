"""Cox regression with a hidden layer; Efron's way of ties; the subjects need not be sorted by time."""
import numpy as np

rng = np.random.default_rng(72)
params = {'A': rng.normal(0, .5, (3, 4)), 'a': rng.normal(0, .1, 4), 'beta': rng.normal(0, .8, 4)}
Z = rng.normal(size=(10, 3))
time = np.array([5, 2, 2, 7, 3, 2, 5, 9, 3, 6])
died = np.array([1, 1, 1, 0, 1, 0, 1, 1, 0, 1], bool)
data = (Z, time, died)


def risk(p, Z):
    h = np.tanh(Z @ p['A'] + p['a'])
    return h, h @ p['beta']


def loss(p, Z, time, died):
    _, eta = risk(p, Z)
    w = np.exp(eta)
    total = 0.0
    for t in np.unique(time[died]):
        now = died & (time == t)
        at_risk = time >= t
        d = now.sum()
        for l in range(d):
            total += np.log(w[at_risk].sum() - l / d * w[now].sum())
        total -= eta[now].sum()
    return total / died.sum()


def gradients(p, Z, time, died):
    h, eta = risk(p, Z)
    w = np.exp(eta)
    deta = np.zeros(len(eta))
    for t in np.unique(time[died]):
        now = died & (time == t)
        at_risk = time >= t
        d = now.sum()
        for l in range(d):
            pool = w[at_risk].sum() - l / d * w[now].sum()
            deta[at_risk] += w[at_risk] / pool
            deta[now] -= l / d * w[now] / pool
        deta[now] -= 1
    deta /= died.sum()
    dz = np.outer(deta, p['beta']) * (1 - h ** 2)
    return {'A': Z.T @ dz, 'a': dz.sum(0), 'beta': h.T @ deta}
