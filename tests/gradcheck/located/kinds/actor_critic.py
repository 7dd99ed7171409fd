"""Actor and critic on stored episodes. The advantage and the bootstrapped target are held constant by design: they come from
a frozen copy of the critic, so that neither is differentiated.
"""

import copy

import numpy as np

GAMMA = 0.9
ENTROPY = 0.05
VALUE_COST = 0.5


def policy(p, s):
    a = np.tanh(s @ p["body"])
    z = a @ p["actor"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return a, e / e.sum(axis=1, keepdims=True)


def value(p, s):
    return np.tanh(s @ p["body"]) @ p["critic"]


def make(params):
    frozen = copy.deepcopy(params)

    def signals(s, r, s_next, done):
        target = r + GAMMA * (1 - done) * value(frozen, s_next)
        return target, target - value(frozen, s)

    def loss(p, s, act, r, s_next, done):
        target, advantage = signals(s, r, s_next, done)
        _, pi = policy(p, s)
        chosen = np.log(pi[np.arange(len(act)), act])
        entropy = -(pi * np.log(pi)).sum(axis=1)
        actor = -(advantage * chosen + ENTROPY * entropy)
        critic = (value(p, s) - target) ** 2
        return (actor + VALUE_COST * critic).mean()

    def gradients(p, s, act, r, s_next, done):
        target, advantage = signals(s, r, s_next, done)
        n = len(act)
        a, pi = policy(p, s)
        dz = advantage[:, None] * pi
        dz[np.arange(n), act] -= advantage
        log_pi = np.log(pi)
        # the one in log + 1 drops out, since the probabilities sum to one
        dz += ENTROPY * pi * (log_pi - (pi * log_pi).sum(axis=1, keepdims=True))
        dz /= n
        dv = 2 * VALUE_COST * (a @ p["critic"] - target) / n
        da = dz @ p["actor"].T + np.outer(dv, p["critic"])
        return {"body": s.T @ (da * (1 - a**2)), "actor": a.T @ dz, "critic": a.T @ dv}

    return loss, gradients


_r = np.random.default_rng(4242)
params = {
    "body": _r.normal(size=(3, 5)),
    "actor": _r.normal(size=(5, 4)),
    "critic": _r.normal(size=5),
}
loss, gradients = make(params)
data = (
    _r.normal(size=(9, 3)),
    _r.integers(4, size=9),
    _r.normal(size=9),
    _r.normal(size=(9, 3)),
    (_r.random(9) < 0.25).astype(float),
)
