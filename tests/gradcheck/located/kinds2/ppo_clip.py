"""Clipped surrogate + value loss - entropy bonus, shared trunk."""
import numpy as np

rs = np.random.RandomState(46)
params = {'trunk': rs.randn(4, 5) * .6, 'pi': rs.randn(5, 3) * .8, 'val': rs.randn(5) * .5}
obs = rs.randn(8, 4)
act = np.array([0, 2, 1, 1, 2, 0, 0, 1])
old_logp = np.log(np.array([.3, .75, .2, .7, .6, .45, .85, .5]))
adv = rs.randn(8)
ret = rs.randn(8)
data = (obs, act, old_logp, adv, ret)
EPS, CV, CE = .2, .5, .05


def policy(p, obs):
    h = np.tanh(obs @ p['trunk'])
    l = h @ p['pi']
    l = l - np.log(np.exp(l).sum(1, keepdims=True))
    return h, l, h @ p['val']


def loss(p, obs, act, old_logp, adv, ret):
    h, l, v = policy(p, obs)
    ratio = np.exp(l[np.arange(len(act)), act] - old_logp)
    surr = np.minimum(ratio * adv, np.clip(ratio, 1 - EPS, 1 + EPS) * adv)
    ent = -(np.exp(l) * l).sum(1)
    return np.mean(-surr + CV * (v - ret) ** 2 - CE * ent)


def gradients(p, obs, act, old_logp, adv, ret):
    h, l, v = policy(p, obs)
    n = len(act)
    pr = np.exp(l)
    ratio = np.exp(l[np.arange(n), act] - old_logp)
    free = np.where(adv > 0, ratio < 1 + EPS, ratio > 1 - EPS)
    dlogp = -adv * ratio * free / n
    dl = -pr * dlogp[:, None]
    dl[np.arange(n), act] += dlogp
    ent = -(pr * l).sum(1, keepdims=True)
    dl += CE * pr * (l + ent) / n
    dv = 2 * CV * (v - ret) / n
    dh = dl @ p['pi'].T + np.outer(dv, p['val'])
    dz = dh * (1 - h * h)
    return {'trunk': obs.T @ dz, 'pi': h.T @ dl, 'val': h.T @ dv}
