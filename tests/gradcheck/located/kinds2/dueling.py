"""Double DQN with a dueling head. Target weights are given and constant; the online net picks the next action."""
import numpy as np

rng = np.random.default_rng(3141)
nS, nH, nA = 4, 6, 3


def make():
    return {'W': rng.normal(0, .6, (nS, nH)), 'w': rng.normal(0, .1, nH),
            'V': rng.normal(0, .6, nH), 'A': rng.normal(0, .6, (nH, nA)), 'a': rng.normal(0, .1, nA)}


params, target = make(), make()
s, s2 = rng.normal(size=(7, nS)), rng.normal(size=(7, nS))
a = np.array([0, 1, 2, 2, 1, 0, 1])
r = rng.normal(size=7)
done = np.array([0, 0, 1, 0, 0, 1, 0])
data = (target, s, a, r, s2, done)
GAMMA = .9


def q_values(p, s):
    z = s @ p['W'] + p['w']
    h = np.maximum(0, z)
    adv = h @ p['A'] + p['a']
    return z, h, (h @ p['V'])[:, None] + adv - adv.mean(1, keepdims=True)


def td_error(p, target, s, a, r, s2, done):
    pick = q_values(p, s2)[2].argmax(1)
    boot = q_values(target, s2)[2][np.arange(len(a)), pick]
    goal = r + GAMMA * (1 - done) * boot
    return q_values(p, s)[2][np.arange(len(a)), a] - goal


def loss(p, target, s, a, r, s2, done):
    e = td_error(p, target, s, a, r, s2, done)
    return np.mean(np.sqrt(1 + e ** 2) - 1)


def gradients(p, target, s, a, r, s2, done):
    z, h, q = q_values(p, s)
    e = td_error(p, target, s, a, r, s2, done)
    dq = np.zeros_like(q)
    dq[np.arange(len(a)), a] = e / np.sqrt(1 + e ** 2) / len(a)
    dV = dq.sum(1)
    dA = dq - dq.mean(1, keepdims=True)
    dh = np.outer(dV, p['V']) + dA @ p['A'].T
    dz = dh * (z > 0)
    return {'W': s.T @ dz, 'w': dz.sum(0), 'V': h.T @ dV, 'A': h.T @ dA, 'a': dA.sum(0)}
