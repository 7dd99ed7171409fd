"""REINFORCE with a gaussian policy: throw at a target whose distance is observed"""
import numpy as np

mem = dict(rng=np.random.RandomState(40))


def new_agent():
    r = np.random.RandomState(41)
    return dict(w1=r.randn(3, 8) * .5, b1=np.zeros(8), w2=r.randn(8) * .3, b2=0.0, logstd=np.log(0.4))


def mean_action(agent, s):
    hid = np.tanh(s @ agent['w1'] + agent['b1'])
    return hid, hid @ agent['w2'] + agent['b2']


def surrogate(agent, S, A, R):
    """minus log prob times return, averaged"""
    total = 0.0
    sd = np.exp(agent['logstd'])
    for s, a, r in zip(S, A, R):
        _, mu = mean_action(agent, s)
        total += (0.5 * ((a - mu) / sd) ** 2 + agent['logstd'] + 0.5 * np.log(2 * np.pi)) * r
    return total / len(S)


def policy_grad(agent, S, A, R):
    g = {k: np.zeros_like(v) for k, v in agent.items()}
    sd = np.exp(agent['logstd'])
    n = len(S)
    for s, a, r in zip(S, A, R):
        hid, mu = mean_action(agent, s)
        dmu = -(a - mu) / sd * r / n
        g['logstd'] += (1 - ((a - mu) / sd) ** 2) * r / n
        g['w2'] += dmu * hid
        g['b2'] += dmu
        dh = dmu * agent['w2'] * (1 - hid ** 2)
        g['w1'] += np.outer(s, dh)
        g['b1'] += dh
    return g


def rollouts(agent, n=40):
    rng = mem['rng']
    S = rng.uniform(-1, 1, (n, 3))
    want = S[:, 0] - 0.5 * S[:, 1] * S[:, 2]
    A = np.array([mean_action(agent, s)[1] for s in S]) + np.exp(agent['logstd']) * rng.randn(n)
    R = -(A - want) ** 2
    return S, A, R - R.mean()


def train(agent, iters=300, lr=.05):
    for i in range(iters):
        g = policy_grad(agent, *rollouts(agent))
        for k in agent:
            agent[k] = agent[k] - lr * g[k]
        agent['logstd'] = max(agent['logstd'], -2.0)
    S = np.random.RandomState(1).uniform(-1, 1, (200, 3))
    return np.mean([(mean_action(agent, s)[1] - s[0] + .5 * s[1] * s[2]) ** 2 for s in S])
